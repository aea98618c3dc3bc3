//! A build that goes on from earlier ones makes what a fresh one would make, and does little.

use crate::toy::{First, Second, Shout};
use prebake::config::BaseUrl;
use prebake::diagnostic::render;
use prebake::disk::{Disk as _, MemoryDisk, Operation};
use prebake::memory::{Memory, Work};
use prebake::progress::Silent;
use prebake::report::{Made, Report};
use prebake::site::{Build, Options, Site};
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

const ROOT: &str = "/site";

fn site(disk: &MemoryDisk) -> Site {
    Site::new(Arc::new(disk.clone()), PathBuf::from(ROOT)).component(Shout::<First>::default())
}

/// A picture of eight pixels, one for each number.
fn picture(number: u8) -> Vec<u8> {
    let mut png = std::io::Cursor::new(Vec::new());
    let pixel = |x: u32, y: u32| image::Rgb([number, x as u8 * 60, y as u8 * 100]);
    let picture = image::RgbImage::from_fn(4, 2, pixel);
    picture.write_to(&mut png, image::ImageFormat::Png).unwrap();
    png.into_inner()
}

/// All that may stand at one of a few paths.
const ARTICLES: [&str; 8] = [
    "content/index.md",
    "content/a/index.md",
    "content/b.md",
    "content/B.md",
    "content/c/index.md",
    "content/c/deep/index.md",
    "docs/index.md",
    "docs/first.md",
];
const TEXTS: [&str; 22] = [
    "",
    "Words.\n",
    "Words, *changed*.\n\n## Part\n\nMore.\n",
    "---\ntitle: Titled\ndescription: Some words\ndate: 2024-02-03\n---\n\nText.\n",
    "---\ntitle: Titled\ndate: 2024-05-06\n---\n\n# Heading\n\n## One\n\n## Two\n\n## Three\n",
    "---\ntitle: Hidden\ndraft: true\n---\n\nNot yet. ![p](/content/a/p.png)\n",
    "---\ntitle: [1\n---\n\nWrong.\n",
    "See [a](/content/a/index.md), [b](/b/), [c](/content/c/), [file](/more.txt).\n",
    "See [a](../a/index.md), [b](../b.md#part), [deep](deep/index.md), [none](none.md).\n",
    "![p](/content/a/p.png) ![q](/content/q.png) [words](/content/words.txt)\n",
    "![p](p.png)\n",
    "<img src=\"/content/q.png\" srcset=\"/content/a/p.png 2x\">\n",
    "<Shout src=\"/content/words.txt\" title=\"One\"/>\n\n<Shout src=\"/content/words.txt\"/>\n",
    "<Shout src=\"/content/other.txt\">![q](/content/q.png)</Shout>\n",
    "<Shout source=\"x\"/> <Nobody/>\n",
    "<script>let k = 3;</script>\n\nNow {k}.\n",
    "<script>let n = 2;</script>\n\nDrag <Scrub bind:value={n} min={1} max={4}/> to {n * 2}.\n",
    "<style>p { color: red }</style>\n\n<p class=\"x\">Styled.</p>\n",
    "![p](/content/a/p.png)\n\n<KMeansImage ks={[2, 3]} alt=\"p\"/>\n",
    "<KMeansImage src=\"/content/q.png\" ks={[2]} alt=\"q\"/>\n\n[q](/content/q.png)\n",
    "---\ntitle: Ordered\norder: 2\n---\n\nSee [docs](/docs/), [c](/c/first/), [f](../docs/first.md).\n",
    "---\norder: 1\ndate: 2024-02-03\n---\n\n# Part of it\n\n[a](../content/a/index.md)\n",
];
const OTHERS: [(&str, &[&str]); 9] = [
    ("content/words.txt", &["hello", "hullo", ""]),
    ("content/other.txt", &["other", "another"]),
    (
        "prebake.toml",
        &["title = \"One\"\n", "base_url = \"https://example.org/\"\n", "titel = 1\n"],
    ),
    (
        "prebake.toml",
        &[
            "[[section]]\nfolder = \"docs\"\n",
            "[[section]]\nfolder = \"docs\"\npath = \"c\"\n",
            "[[section]]\nfolder = \"docs\"\ntitle = \"D\"\n[[section]]\nfolder = \"none\"\n",
        ],
    ),
    ("static/style.css", &["p { color: green }", "p { color: blue }"]),
    ("static/more.txt", &["more", "yet more"]),
    (
        "templates/index.html",
        &[
            "{% for it in articles %}{{ it.title }} {{ it.content }}{% endfor %}",
            "{{ page.content }}",
        ],
    ),
    (
        "templates/article.html",
        &[
            "{% include \"part.html\" %}{{ page.content | safe }}",
            "{{ articles | length }}",
            "{{ oops",
        ],
    ),
    ("templates/part.html", &["part", "{{ page.title }} of {{ site.title }}"]),
];
const PICTURES: [&str; 2] = ["content/a/p.png", "content/q.png"];

/// What an author does between two builds.
#[derive(Debug, Clone)]
enum Edit {
    Write(String, Vec<u8>),
    Remove(String),
    Rename(String, String),
    Drafts(bool),
    BaseUrl(bool),
    Jobs(usize),
}

fn edit() -> impl Strategy<Value = Edit> {
    let article = || prop::sample::select(&ARTICLES[..]).prop_map(str::to_owned);
    let other = || {
        (0..OTHERS.len(), 0..3_usize).prop_map(|(at, which)| {
            let (path, texts) = OTHERS[at];
            (path.to_owned(), texts[which % texts.len()].as_bytes().to_vec())
        })
    };
    let anything = || {
        let other = other().prop_map(|(path, _)| path);
        prop_oneof![article(), other, prop::sample::select(&PICTURES[..]).prop_map(str::to_owned)]
    };
    let text = prop::sample::select(&TEXTS[..]).prop_map(|text| text.as_bytes().to_vec());
    let number = (0..3_u8).prop_map(picture);
    prop_oneof![
        8 => (article(), text).prop_map(|(path, text)| Edit::Write(path, text)),
        3 => (prop::sample::select(&PICTURES[..]), number)
            .prop_map(|(path, bytes)| Edit::Write(path.to_owned(), bytes)),
        4 => other().prop_map(|(path, bytes)| Edit::Write(path, bytes)),
        3 => anything().prop_map(Edit::Remove),
        1 => (article(), article()).prop_map(|(from, to)| Edit::Rename(from, to)),
        1 => any::<bool>().prop_map(Edit::Drafts),
        1 => any::<bool>().prop_map(Edit::BaseUrl),
        1 => (1..3_usize).prop_map(Edit::Jobs),
    ]
}

/// A site on its way, with a memory of this process and the cache of others.
struct Author {
    disk: MemoryDisk,
    files: BTreeMap<String, Vec<u8>>,
    memory: Memory,
    options: Options,
}

impl Author {
    fn new() -> Self {
        let mut author = Self {
            disk: MemoryDisk::new().with_folder(ROOT),
            files: BTreeMap::new(),
            memory: Memory::default(),
            options: Options::default(),
        };
        for (at, text) in [(0, 1), (1, 3), (2, 7), (4, 9)] {
            author.write(ARTICLES[at], TEXTS[text].as_bytes());
        }
        author.write("content/q.png", &picture(0));
        author.write("content/words.txt", b"hello");
        author.write("content/a/p.png", &picture(0));
        author
    }

    fn write(&mut self, path: &str, bytes: &[u8]) {
        self.disk = self.disk.clone().with_file(format!("{ROOT}/{path}"), bytes);
        self.files.insert(path.to_owned(), bytes.to_vec());
    }

    fn remove(&mut self, path: &str) -> Option<Vec<u8>> {
        let bytes = self.files.remove(path)?;
        let path = PathBuf::from(format!("{ROOT}/{path}"));
        self.disk.remove(&path).unwrap();
        // The fresh site has no empty folders, and a listing would tell.
        let above = path.ancestors().skip(1).take_while(|folder| *folder != Path::new(ROOT));
        for folder in above {
            if self.disk.list(folder).unwrap().is_empty() {
                self.disk.remove(folder).unwrap();
            }
        }
        Some(bytes)
    }

    fn edit(&mut self, edit: &Edit) {
        match edit {
            Edit::Write(path, bytes) => self.write(path, bytes),
            Edit::Remove(path) => drop(self.remove(path)),
            Edit::Rename(from, to) => {
                if let Some(bytes) = self.remove(from) {
                    self.write(to, &bytes);
                }
            }
            Edit::Drafts(drafts) => self.options.drafts = *drafts,
            Edit::BaseUrl(has) => {
                let url = has.then(|| "https://example.net/".parse::<BaseUrl>().unwrap());
                self.options.base_url = url;
            }
            Edit::Jobs(jobs) => self.options.jobs = Some(*jobs),
        }
    }

    /// What the builds make that go on from the last one: of this process, and of another.
    fn builds(&mut self) -> [Build; 2] {
        let site = site(&self.disk);
        let kept = site.rebuild(&self.memory, &self.options, &Silent);
        let recalled = site.recall();
        let found = site.rebuild(&recalled, &self.options, &Silent);
        site.remember(&recalled);
        [kept, found]
    }

    /// What is served in the end, where no build waits for figures: they are baked on the side.
    fn served(&self) -> Build {
        let (site, options) = (site(&self.disk), &self.options);
        let glance = site.glance(&self.memory, options);
        if glance.pending == 0 {
            return glance;
        }
        assert_eq!(site.bake(&self.memory, options, &Silent, &|| true), []);
        let shown = site.glance(&self.memory, options);
        assert_eq!(shown.pending, 0);
        shown
    }

    /// What a build makes that knows nothing.
    fn fresh(&self) -> Build {
        let mut disk = MemoryDisk::new().with_folder(ROOT);
        for (path, bytes) in &self.files {
            disk = disk.with_file(format!("{ROOT}/{path}"), bytes);
        }
        site(&disk).build(&self.options, &Silent)
    }
}

/// A report without what depends on time, and on what was known before.
fn timeless(mut report: Report) -> Report {
    report.seconds = 0.0;
    for figure in report.articles.iter_mut().flat_map(|article| &mut article.figures) {
        figure.seconds = 0.0;
        if matches!(figure.made, Made::Baked(_)) {
            figure.made = Made::Cached;
        }
    }
    report
}

fn assert_same(build: Build, fresh: &Build, after: &str) {
    let said = |build: &Build| render(&build.diagnostics, false, 100);
    assert_eq!(said(&build), said(fresh), "{after}");
    assert_eq!(build.diagnostics, fresh.diagnostics, "{after}");
    assert_eq!(timeless(build.report), timeless(fresh.report.clone()), "{after}");
    let paths = |build: &Option<prebake::output::Output>| {
        build.as_ref().map(|output| {
            let file = |(path, bytes): (&str, &Arc<[u8]>)| {
                (path.to_owned(), String::from_utf8_lossy(bytes).into_owned())
            };
            output.iter().map(file).collect::<BTreeMap<_, _>>()
        })
    };
    assert_eq!(paths(&build.output), paths(&fresh.output), "{after}");
    assert!(build.output == fresh.output, "{after}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]

    #[test]
    fn whatever_is_edited_a_build_makes_what_a_fresh_one_would(
        edits in prop::collection::vec(prop::collection::vec(edit(), 1..4), 1..10)
    ) {
        let (mut author, mut server) = (Author::new(), Author::new());
        author.builds();
        for (at, some) in edits.iter().enumerate() {
            some.iter().for_each(|edit| author.edit(edit));
            some.iter().for_each(|edit| server.edit(edit));
            let fresh = author.fresh();
            let [kept, found] = author.builds();
            assert_same(kept, &fresh, &format!("kept, after {:?}", &edits[..=at]));
            assert_same(found, &fresh, &format!("found, after {:?}", &edits[..=at]));
            assert_same(server.served(), &fresh, &format!("served, after {:?}", &edits[..=at]));
        }
    }
}

/// What builds of one process do, edit by edit.
#[test]
fn a_build_does_what_an_edit_asks_for() {
    let mut author = Author::new();
    for (path, text) in [
        (
            "content/index.md",
            "Home.
",
        ),
        ("content/a/index.md", "---\ntitle: A\n---\n\n![p](p.png) [b](../b.md)\n"),
        ("content/b.md", "---\ntitle: B\n---\n\n<Shout src=\"words.txt\"/>\n"),
        ("content/c/index.md", "---\ntitle: C\n---\n\n<Shout src=\"../words.txt\" title=\"C\"/>\n"),
        ("content/d/index.md", "<KMeansImage src=\"q.png\" ks={[2]} alt=\"q\"/>\n"),
    ] {
        author.write(path, text.as_bytes());
    }
    author.write("content/d/q.png", &picture(0));
    let check = |what: &str, author: &mut Author, parsed, baked, rendered, pages| {
        let [kept, found] = author.builds();
        assert_eq!(kept.diagnostics, [], "{what}");
        let expect = Work { parsed, baked, rendered, pages };
        assert_eq!(kept.work, expect, "{what}");
        // The cache of figures was filled by the first of the two.
        assert_eq!(found.work.baked, 0, "{what}");
        assert_same(kept, &author.fresh(), what);
        assert_same(found, &author.fresh(), what);
    };
    check("the first build", &mut author, 5, 2, 5, 6);
    check("nothing", &mut author, 0, 0, 0, 0);
    author.write("content/b.md", b"---\ntitle: B\n---\n\n<Shout src=\"words.txt\"/> More.\n");
    check("a paragraph", &mut author, 1, 0, 1, 1);
    author.write("content/b.md", b"---\ntitle: New\n---\n\n<Shout src=\"words.txt\"/>\n");
    check("a title, which the home page lists", &mut author, 1, 0, 1, 2);
    author.write("content/a/p.png", &picture(1));
    check("a picture", &mut author, 0, 0, 1, 1);
    author.write("content/d/q.png", &picture(1));
    check("a figure's picture", &mut author, 0, 1, 1, 1);
    author.write("content/words.txt", b"hullo");
    check("what two figures share", &mut author, 0, 1, 2, 2);
    author.write("templates/article.html", b"{{ page.content | safe }}");
    check("the articles' template", &mut author, 0, 0, 0, 4);
    author.write("templates/index.html", b"{{ articles | length }}");
    check("the home page's template", &mut author, 0, 0, 0, 1);
    author.write("templates/unused.html", b"nobody names it");
    check("a template that nothing uses", &mut author, 0, 0, 0, 0);
    author.write("static/style.css", b"p { color: green }");
    check("the style sheet", &mut author, 0, 0, 0, 6);
    author.write("static/file.txt", b"as it is");
    check("a file of `static/`", &mut author, 0, 0, 0, 0);
    author.write("prebake.toml", b"title = \"Mine\"\n");
    check("the configuration", &mut author, 0, 0, 0, 6);
    author.write("content/a/e.md", b"---\ntitle: E\n---\n\nNew.\n");
    check("a new article", &mut author, 1, 0, 1, 2);
    author.remove("content/a/e.md");
    check("one that goes", &mut author, 0, 0, 0, 1);
    author.write("content/a/index.md", b"---\ntitle: A\n---\n\n[b](../b.md)\n");
    author.write("content/b.md", b"---\ntitle: New\ndraft: true\n---\n\nHidden.\n");
    let [kept, found] = author.builds();
    assert_eq!(kept.diagnostics[0].code, "unpublished-link");
    assert_same(kept, &author.fresh(), "a link whose page goes");
    assert_same(found, &author.fresh(), "a link whose page goes");
}

#[test]
fn a_new_version_of_a_component_makes_its_figures_anew() {
    let author = Author::new();
    let disk = author.disk.with_file("/site/content/b.md", TEXTS[12]);
    let site = |second| {
        let site = Site::new(Arc::new(disk.clone()), PathBuf::from(ROOT));
        match second {
            false => site.component(Shout::<First>::default()),
            true => site.component(Shout::<Second>::default()),
        }
    };
    let memory = Memory::default();
    let options = Options::default();
    site(false).rebuild(&memory, &options, &Silent);
    let build = site(true).rebuild(&memory, &options, &Silent);
    let expect = Work { parsed: 1, baked: 1, rendered: 1, pages: 1 };
    assert_eq!((build.work, &build.diagnostics[..]), (expect, &[][..]));
    let again = site(true).rebuild(&memory, &options, &Silent);
    assert_eq!((again.work, again.output), (Work::default(), build.output));
}

#[test]
fn a_process_that_begins_goes_on_from_the_cache() {
    let mut author = Author::new();
    author.write("content/b.md", TEXTS[12].as_bytes());
    author.builds();
    let [_, found] = author.builds();
    assert_eq!(found.work, Work::default());
    author.write("content/c/index.md", b"---\ntitle: C\n---\n\nWords.\n");
    author.builds();
    author.write("content/c/index.md", b"---\ntitle: C\n---\n\nOther words.\n");
    let before = author.disk.accesses().len();
    let site = site(&author.disk);
    let memory = site.recall();
    let build = site.rebuild(&memory, &author.options, &Silent);
    assert_eq!(build.work, Work { parsed: 1, baked: 0, rendered: 1, pages: 1 });
    site.remember(&memory);
    let accesses = author.disk.accesses();
    let written = accesses[before..].iter().filter(|it| it.operation == Operation::Write);
    assert_eq!(written.count(), 3, "a shelf, its pages, and the list of files");
    // What is damaged counts as absent.
    for (path, bytes) in author.disk.files() {
        if path.starts_with("/site/.prebake/cache/v2/pages") {
            author.disk.write(&path, &bytes[..bytes.len() - 1]).unwrap();
        }
    }
    let memory = site.recall();
    let build = site.rebuild(&memory, &author.options, &Silent);
    assert_eq!(build.work.parsed, 4);
    assert_same(build, &author.fresh(), "damage");
}

#[test]
fn texts_that_the_cache_has_lost_are_made_anew() {
    for ending in ["pages", "contents"] {
        let clear = |it: &mut Vec<u8>| it.clear();
        let flip = |it: &mut Vec<u8>| it.iter_mut().for_each(|byte| *byte ^= 1);
        for damage in [&clear as &dyn Fn(&mut Vec<u8>), &flip] {
            let mut author = Author::new();
            author.edit(&Edit::BaseUrl(true));
            author.write("content/a/index.md", TEXTS[3].as_bytes());
            author.builds();
            let mut found = 0;
            for (path, mut bytes) in author.disk.files() {
                if path.extension().is_some_and(|it| it == ending) {
                    damage(&mut bytes);
                    author.disk.write(&path, &bytes).unwrap();
                    found += 1;
                }
            }
            assert!(found > 0, "{ending}");
            author.write("content/b.md", TEXTS[4].as_bytes());
            let site = site(&author.disk);
            let build = site.rebuild(&site.recall(), &author.options, &Silent);
            assert_same(build, &author.fresh(), ending);
        }
    }
}

/// The same size and the same time: then nobody looks, until the bytes are asked for.
#[test]
fn a_version_that_the_disk_does_not_tell_is_found_when_it_is_read() {
    let mut author = Author::new();
    let put = |author: &mut Author, text: &str| {
        let time = SystemTime::UNIX_EPOCH + Duration::from_secs(1);
        author.disk = author.disk.clone().with_file_from(time, "/site/content/b.md", text);
        author.files.insert("content/b.md".to_owned(), text.as_bytes().to_vec());
    };
    put(&mut author, "One text.\n");
    author.builds();
    put(&mut author, "Two text.\n");
    author.edit(&Edit::BaseUrl(true));
    let site = site(&author.disk);
    let build = site.rebuild(&site.recall(), &author.options, &Silent);
    assert_same(build, &author.fresh(), "another base URL");
}
