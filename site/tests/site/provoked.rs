//! Diagnostics that no text of a site brings about: a disk that fails, a component that is wrong.

use crate::builder::SiteTest;
use image::codecs::png::PngEncoder;
use image::{ExtendedColorType, ImageEncoder as _};
use prebake::bake::{BakeJob, Interim, Oven, bake};
use prebake::cache::Cache;
use prebake::diagnostic::Diagnostic;
use prebake::disk::{Disk, MemoryDisk};
use prebake::emit::{Destination, Turn};
use prebake::export::Request;
use prebake::external::{Memory, Network, follow};
use prebake::output::Output;
use prebake::process::{Invocation, Processes, Started};
use prebake::program::Permission;
use prebake::progress::Silent;
use prebake::serve;
use prebake::site::{Options, Site};
use prebake::source::SiteSource;
use prebake_plugin::schemars::JsonSchema;
use prebake_plugin::{
    AnyComponent, AnyJob, Artifact, Component, Context, Inputs, Markup, Place, Problem, SitePath,
};
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io::{Cursor, ErrorKind};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock};
use std::time::Duration;

/// Codes that guard against what has not been brought about so far, and why.
pub(crate) const GUARDS: [(&str, &str); 2] = [
    ("unreadable-html", "the rewriter has no bound of memory"),
    ("tangled-tags", "no text is known that settles in so many rounds"),
];

/// Codes that take a program, or a cache that does not hold what was baked, and the tests that have
/// these.
pub(crate) const ELSEWHERE: [(&str, &str); 11] = [
    ("damaged-cache", "pipeline/verify.rs"),
    ("foreign-result", "pipeline/verify.rs"),
    ("unsteady-result", "pipeline/verify.rs"),
    ("unknown-use", "pipeline/prune.rs"),
    ("program-failed", "program/limits.rs"),
    ("program-timed-out", "program/limits.rs"),
    ("program-output-too-large", "program/limits.rs"),
    ("program-says", "program/reply.rs"),
    (
        "invalid-reply",
        "program/snapshots/program__reply__a_reply_that_is_none_is_told_at_the_tag.snap",
    ),
    ("missing-program", "program/snapshots/program__reply__failures_are_told_at_the_tag.snap"),
    ("no-tag", "browser/snapshots/browser__anywidget__what_cannot_be_exported_is_told.snap"),
];

/// What is told in the circumstances that bring about `code`.
pub(crate) fn by_circumstance(code: &str) -> Vec<Diagnostic> {
    match code {
        "dead-link" => followed(&|_, _| Err(ErrorKind::NotFound.into())),
        "unchecked-link" => followed(&|_, port| Ok(vec![([127, 0, 0, 1], port).into()])),
        "unstartable-program" | "memory-limit-ignored" => {
            let table = "[components.Stuck]\ncommand = [\"./stuck\"]\nmemory = \"1 MiB\"\n";
            let disk = MemoryDisk::new()
                .with_file("/site/prebake.toml", table)
                .with_file("/site/content/a.md", "<Stuck/>\n");
            let site = Site::new(Arc::new(disk), PathBuf::from("/site"));
            let options = Options { commands: Permission::Granted, ..Options::default() };
            let found = site.processes(Arc::new(Stuck)).build(&options, &Silent).diagnostics;
            found.into_iter().filter(|it| it.code == code).collect()
        }
        "no-widget" => {
            let disk = MemoryDisk::new().with_folder("/site");
            let site = Site::new(Arc::new(disk), PathBuf::from("/site")).component(Wrong);
            let request = Request {
                tag: "<Wrong wrong=\"no\"/>".to_owned(),
                folder: SitePath::root(),
                all_files: false,
            };
            site.export(&request, &Options::default(), &Silent).diagnostics
        }
        "unreadable-file" => {
            let disk = MemoryDisk::new()
                .with_file("/secret.md", "No.\n")
                .with_link("/site/content/a/index.md", "/secret.md");
            built(disk)
        }
        "not-utf-8" => run(SiteTest::new().file("content/a.md", b"Caf\xe9\n")),
        "invalid-output-path" => {
            vec![Output::new().insert("a\\b", *b"x").unwrap_err().into()]
        }
        "unwritable-output" => {
            let disk = MemoryDisk::new().with_folder("/site");
            let destination = destination(&disk);
            disk.fail_from(0, ErrorKind::StorageFull);
            vec![Turn::wait(&disk, &destination).emit(&Output::new()).unwrap_err()]
        }
        "refused-output" => {
            let disk = MemoryDisk::new().with_folder("/site");
            let destination = destination(&disk);
            // Between the question and the deed, somebody puts a file there.
            let disk = disk.with_file("/site/dist/precious.txt", "mine");
            vec![Turn::wait(&disk, &destination).emit(&Output::new()).unwrap_err()]
        }
        "unwritable-cache" => {
            let disk = MemoryDisk::new().with_file("/site/.prebake", "a file, not a folder");
            let (_, cache) = baked(Arc::new(disk), json!({}));
            cache.warning().into_iter().collect()
        }
        "unavailable-port" => {
            let taken = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
            let port = Some(taken.local_addr().unwrap().port());
            served(&serve::Options { port, ..serve::Options::default() })
        }
        "unwatchable-site" => served(&serve::Options { watch: true, ..serve::Options::default() }),
        "nested-too-deep" => {
            let (open, close) = ("<KMeansImage>\n\n".repeat(33), "</KMeansImage>\n\n".repeat(33));
            parsed(&format!("{open}{close}"))
        }
        "expression-too-large" => {
            let deep = format!("{}k{}", "(".repeat(200), ")".repeat(200));
            parsed(&format!("<script>\nconst k = 1;\n</script>\n\n{{k + {deep}}}\n"))
        }
        "plugin-panicked" | "invalid-artifact" => {
            let wrong = if code == "plugin-panicked" { "panic" } else { "name" };
            problems(baked(Arc::new(MemoryDisk::new()), json!({ "wrong": wrong })).0)
        }
        "invalid-job" => problems(baked(Arc::new(MemoryDisk::new()), json!([1])).0),
        "damaged-artifact" => {
            problems(Artifact::default().json::<Value>("figure.json").map_err(|it| vec![it]))
        }
        "invalid-props" => {
            problems(AnyComponent::resolve(&Wrong, json!({ "wrong": 1 }), &context()))
        }
        "foreign-props" => {
            let props = AnyComponent::resolve(
                &prebake_scrub::Scrub,
                json!({ "min": 1, "max": 2 }),
                &context(),
            );
            problems(AnyComponent::job(&Wrong, &props.ok().unwrap()))
        }
        "corrupt-picture" => picture(b"\x89PNG\r\n\x1a\nnonsense"),
        "picture-too-large" => picture(&promising_png()),
        "cmyk-picture" => picture(&cmyk_jpeg()),
        "unsupported-profile" => picture(&png_with_profile(b"nonsense")),
        "few-colours" => run(SiteTest::new()
            .article("a", "<KMeansSteps src=\"dog.png\" alt=\"x\" k={16}/>\n")
            .file("content/a/dog.png", png(2, 1, &[9, 8, 7, 200, 100, 0]))),
        "cut-short" => run(SiteTest::new()
            .article("a", "<KMeansSteps src=\"dog.png\" alt=\"x\" k={16}/>\n")
            .file("content/a/dog.png", noise())),
        _ => panic!("nothing is known that provokes `{code}`"),
    }
}

fn run(site: SiteTest) -> Vec<Diagnostic> {
    site.run().diagnostics
}

fn built(disk: MemoryDisk) -> Vec<Diagnostic> {
    let site = Site::new(Arc::new(disk), PathBuf::from("/site"));
    site.build(&Options::default(), &Silent).diagnostics
}

fn parsed(text: &str) -> Vec<Diagnostic> {
    let source = crate::builder::source("content/a/index.md", text);
    prebake::parse::article(&source, &["KMeansImage"]).1
}

fn picture(bytes: &[u8]) -> Vec<Diagnostic> {
    run(SiteTest::new()
        .article("a", "<KMeansImage src=\"dog.png\" alt=\"x\" ks=\"1..2\"/>\n")
        .file("content/a/dog.png", bytes))
}

fn png(width: u32, height: u32, samples: &[u8]) -> Vec<u8> {
    let mut png = Vec::new();
    image::RgbImage::from_raw(width, height, samples.to_vec())
        .unwrap()
        .write_to(&mut Cursor::new(&mut png), image::ImageFormat::Png)
        .unwrap();
    png
}

fn png_with_profile(profile: &[u8]) -> Vec<u8> {
    let mut png = Vec::new();
    let mut encoder = PngEncoder::new(&mut png);
    encoder.set_icc_profile(profile.to_vec()).unwrap();
    encoder.write_image(&[9, 8, 7, 200, 100, 0], 2, 1, ExtendedColorType::Rgb8).unwrap();
    png
}

/// A PNG whose header promises 100 million pixels.
fn promising_png() -> Vec<u8> {
    let mut png = png(1, 1, &[0; 3]);
    png[16..24].copy_from_slice(&[0, 0, 0x27, 0x10, 0, 0, 0x27, 0x10]);
    let checksum = png[12..29].iter().fold(!0_u32, |crc, &byte| {
        (0..8).fold(crc ^ u32::from(byte), |crc, _| {
            (crc >> 1) ^ (0xEDB8_8320 & (crc & 1).wrapping_neg())
        })
    });
    png[29..33].copy_from_slice(&(!checksum).to_be_bytes());
    png
}

/// A gray JPEG of one block, made over into one of four components: each has the same block, of
/// which the tables of the specification (ITU-T T.81, annex K) make the bits 00 1010.
fn cmyk_jpeg() -> Vec<u8> {
    let mut gray = Vec::new();
    image::codecs::jpeg::JpegEncoder::new(&mut gray)
        .write_image(&[128; 64], 8, 8, ExtendedColorType::L8)
        .unwrap();
    let marker = |kind: u8| gray.windows(2).position(|pair| pair == [0xFF, kind]).unwrap();
    let (frame, scan) = (marker(0xC0), marker(0xDA));
    let after_frame = frame + 2 + usize::from(gray[frame + 3]);
    let mut jpeg = gray[..frame].to_vec();
    jpeg.extend([0xFF, 0xC0, 0, 20, 8, 0, 8, 0, 8, 4]);
    jpeg.extend((1..=4).flat_map(|component| [component, 0x11, 0]));
    jpeg.extend(&gray[after_frame..scan]);
    jpeg.extend([0xFF, 0xDA, 0, 14, 4, 1, 0, 2, 0, 3, 0, 4, 0, 0, 63, 0]);
    jpeg.extend([0x28, 0xA2, 0x8A, 0xFF, 0xD9]);
    jpeg
}

/// So many colours that sixteen palette entries take long to settle among them.
fn noise() -> Vec<u8> {
    let mut seed = 1_u32;
    let samples = (0..320 * 240 * 3).map(|_| {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (seed >> 24) as u8
    });
    png(320, 240, &samples.collect::<Vec<u8>>())
}

fn destination(disk: &MemoryDisk) -> Destination {
    Destination::new(disk, Path::new("/site/dist"), Path::new("/site"), Path::new("/")).unwrap()
}

fn served(options: &serve::Options) -> Vec<Diagnostic> {
    let disk = MemoryDisk::new().with_folder("/site");
    let site = Site::new(Arc::new(disk), PathBuf::from("/site/that/is/nowhere"));
    serve::serve(&site, options, &Silent, &|_| {}).err().into_iter().collect()
}

/// What following a link says where its host's name means this.
fn followed(
    resolve: &(dyn Fn(&str, u16) -> std::io::Result<Vec<SocketAddr>> + Sync),
) -> Vec<Diagnostic> {
    let network = Network { resolve, pause: Duration::ZERO, ..Network::internet() };
    let text = "[a](http://one.test/)\n";
    let outward = SiteTest::new().article("a", text).check().outward;
    assert_eq!(outward.len(), 1);
    follow(&outward, &network, &mut Memory::default(), &Silent)
}

/// A system that starts nothing and limits nothing.
struct Stuck;

impl Processes for Stuck {
    fn start(&self, _: &Invocation) -> std::io::Result<Started> {
        Err(ErrorKind::PermissionDenied.into())
    }

    fn limits_memory(&self) -> bool {
        false
    }

    fn end_all(&self) {}
}

/// A component that does what its job says, wrong.
struct Wrong;

#[derive(Deserialize, JsonSchema)]
#[schemars(crate = "prebake_plugin::schemars")]
struct WrongProps {
    #[serde(rename = "wrong")]
    _wrong: String,
}

impl Component for Wrong {
    const NAME: &'static str = "Wrong";
    const VERSION: &'static str = "1";
    type Props = WrongProps;
    type Job = BTreeMap<String, String>;

    fn resolve(&self, props: WrongProps, _: &Context<'_>) -> Result<WrongProps, Vec<Problem>> {
        Ok(props)
    }

    fn job(&self, _: &WrongProps) -> Self::Job {
        BTreeMap::new()
    }

    fn bake(&self, job: &Self::Job, _: &mut Inputs<'_>) -> Result<Artifact, Vec<Problem>> {
        let wrong = job.get("wrong").map(String::as_str);
        assert_ne!(wrong, Some("panic"), "it is wrong");
        let mut artifact = Artifact::default();
        artifact.push(if wrong == Some("name") { "../out.txt" } else { "in.txt" }, *b"x");
        Ok(artifact)
    }

    fn render(&self, _: &WrongProps, _: &Artifact, _: &Place<'_>) -> Result<Markup, Vec<Problem>> {
        Ok(Markup { html: String::new(), island: None, problems: Vec::new() })
    }
}

fn baked(disk: Arc<dyn Disk>, job: Value) -> (Result<(), Vec<Problem>>, Cache) {
    disk.create_folder(Path::new("/site")).unwrap();
    let source = SiteSource::new(Arc::clone(&disk), Path::new("/site")).unwrap();
    let cache = Cache::new(disk, Path::new("/site"));
    let jobs = [BakeJob { component: &Wrong, job: AnyJob(job) }];
    let interim = Interim::default();
    let outcome = bake(&jobs, Oven::new(&source, &cache, &interim, &Silent)).remove(0);
    (outcome.map(drop).map_err(|unbaked| unbaked.problems().to_vec()), cache)
}

fn context() -> Context<'static> {
    static FOLDER: LazyLock<SitePath> = LazyLock::new(SitePath::root);
    Context { folder: &FOLDER, last_picture: None, heading: None }
}

fn problems<T>(result: Result<T, Vec<Problem>>) -> Vec<Diagnostic> {
    result.err().unwrap_or_default().into_iter().map(Diagnostic::from).collect()
}
