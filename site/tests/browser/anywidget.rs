//! anywidget modules in pages of Prebake, and figures of Prebake in hosts of anywidget.

use prebake::diagnostic::render;
use prebake::disk::RealDisk;
use prebake::emit::{Destination, Turn};
use prebake::export::Request;
use prebake::progress::Silent;
use prebake::site::{Options, Site};
use prebake_plugin::SitePath;
use serde_json::json;
use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use xtask::browser::{Browser, Page};
use xtask::{Python, StaticServer, npm_package, process, serve_folder};

/// Jupyter's front end is megabytes, and a machine may be busy with other things.
const PATIENCE: Duration = Duration::from_secs(120);

/// A site in a temporary folder.
struct Scratch {
    folder: tempfile::TempDir,
}

impl Scratch {
    fn new(toml: &str, article: &str) -> Self {
        let scratch = Self { folder: tempfile::tempdir().unwrap() };
        scratch.write("prebake.toml", toml);
        scratch.write("content/article/index.md", format!("---\ntitle: A\n---\n\n{article}\n"));
        scratch
    }

    fn write(&self, name: &str, text: impl AsRef<[u8]>) {
        let path = self.folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn site(&self) -> Site {
        Site::new(Arc::new(RealDisk), self.folder.path().canonicalize().unwrap())
    }

    fn says(&self) -> String {
        render(&self.site().build(&Options::default(), &Silent).diagnostics, false, 100)
    }

    /// Its article in a browser.
    fn open(&self) -> (StaticServer, Browser, Page) {
        let build = self.site().build(&Options::default(), &Silent);
        let output = build.output.unwrap_or_else(|| panic!("{:#?}", build.diagnostics));
        let root = self.folder.path().canonicalize().unwrap();
        let destination = Destination::new(&RealDisk, &root.join("dist"), &root, &root).unwrap();
        Turn::wait(&RealDisk, &destination).emit(&output).unwrap();
        open(&root.join("dist"), "article/index.html")
    }

    /// The module of a tag.
    fn export(&self, tag: &str) -> String {
        let folder = SitePath::new("content/article").unwrap();
        let request = Request { tag: tag.to_owned(), folder, all_files: false };
        let exported = self.site().export(&request, &Options::default(), &Silent);
        exported.module.unwrap_or_else(|| panic!("{:#?}", exported.diagnostics))
    }
}

fn open(folder: &Path, path: &str) -> (StaticServer, Browser, Page) {
    let server = serve_folder(folder).unwrap();
    let browser = Browser::launch().unwrap();
    let page = browser.page().unwrap();
    page.set_timeout(PATIENCE);
    // Jupyter's front end asks for fonts, which a test has no use for.
    page.call("Network.setBlockedURLs", json!({ "urls": ["https://*"] })).unwrap();
    page.goto(&format!("{}{path}", server.url)).unwrap();
    (server, browser, page)
}

const TOML: &str = "[components.Widget]\nwidget = \"widget.js\"\nbindable = [\"n\"]\non = \"load\"\n\
                    [components.Widget.props.properties]\n\
                    n = { type = \"integer\", minimum = 0, maximum = 9, default = 2 }\n\
                    data = { type = \"string\", format = \"file\" }\n";

/// Everything that the contract promises, written down as it happens.
const THOROUGH: &str = r#"
const log = (window.log = []);
export default async () => ({
  async initialize({ model, experimental }) {
    log.push("initialize " + model.get("n"));
    await experimental.invoke("x").catch(() => log.push("no kernel"));
    return () => log.push("uninitialize");
  },
  render({ model, el }) {
    log.push("render " + el.childNodes.length + " " + el.isConnected);
    window.model = model;
    const say = (name) => () => log.push(name + " " + model.get("n"));
    const one = say("one");
    model.on("change:n", one);
    model.on("change:n change:other", say("both"));
    model.on("change", say("any"));
    model.on("msg:custom", say("never"));
    window.offOne = () => model.off("change:n", one);
    model.send({ hello: "world" });
    el.append(Object.assign(document.createElement("b"), { textContent: "here" }));
    return () => log.push("unrender");
  },
});
"#;

#[test]
fn a_module_gets_what_the_contract_promises() {
    let article = "<script>\n  let n = 2;\n</script>\n\n{n} is what it is.\n\n\
                   <Widget bind:n={n}>\n\nBefore.\n\n</Widget>";
    let site = Scratch::new(TOML, article);
    site.write("widget.js", THOROUGH);
    let (_server, _browser, page) = site.open();
    page.wait_for("document.querySelector('[data-view] b')", PATIENCE).unwrap();
    let log = |page: &Page| page.evaluate("window.log.splice(0).join()").unwrap();
    assert_eq!(log(&page), "initialize 2,no kernel,render 0 true");
    assert_eq!(page.evaluate("document.querySelector('[data-view]').innerText").unwrap(), "here");
    page.evaluate("model.set('n', 3), model.set('n', 3), model.save_changes()").unwrap();
    assert_eq!(log(&page), "one 3,both 3,any 3");
    page.wait_for("document.body.innerText.includes('3 is what it is')", PATIENCE).unwrap();
    page.evaluate("offOne(), model.set('other', 1)").unwrap();
    assert_eq!(log(&page), "both 3,any 3");
    page.evaluate("model.off(), model.set('n', 4)").unwrap();
    assert_eq!(log(&page), "");
    page.evaluate("document.querySelector('prebake-island').remove()").unwrap();
    assert_eq!(log(&page), "unrender,uninitialize");
    assert_eq!(page.console().unwrap(), []);
}

#[test]
fn without_scripts_and_on_failure_the_page_is_what_it_was() {
    let article = "<Widget data=\"data.txt\">\n\nBefore.\n\n</Widget>";
    let site = Scratch::new(TOML, article);
    site.write("content/article/data.txt", "the data");
    site.write("widget.js", "export default { render() { throw new Error('broken'); } };");
    let (_server, _browser, page) = site.open();
    page.wait_for("!document.querySelector('prebake-island').hidden", PATIENCE).unwrap();
    page.pause(Duration::from_millis(300)).unwrap();
    assert_eq!(
        page.evaluate("document.querySelector('[data-view]').innerText").unwrap(),
        "Before."
    );
    assert!(!page.console().unwrap().is_empty(), "it is said why");

    let reads = "export default { async render({ model, el }) {
      el.textContent = await (await fetch(new URL(model.get('data'), document.baseURI))).text();
    } };";
    site.write("widget.js", reads);
    let (_server, _browser, page) = site.open();
    page.wait_for("document.body.innerText.includes('the data')", PATIENCE).unwrap();
    assert_eq!(page.console().unwrap(), []);
}

#[test]
fn a_real_package_runs_as_it_was_published() {
    let toml = "[components.Map]\nwidget = \"leaflet.js\"\nstyle = \"leaflet.css\"\nheight = 300\n\
                bindable = [\"zoom\"]\n[components.Map.props.properties]\n\
                center = { type = \"array\", items = { type = \"number\" } }\n\
                zoom = { type = \"integer\", minimum = 0, maximum = 9 }\n\
                height = { type = \"string\" }\nwidth = { type = \"string\" }\n\
                _js_calls = { type = \"array\" }\n";
    let article = "<script>\n  let zoom = 4;\n</script>\n\nAt {zoom}: <Scrub bind:value={zoom} min={0} max={9} label=\"Zoom\"/>\n\n\
                   <Map center={[10, 50]} bind:zoom={zoom} height=\"300px\" width=\"100%\" _js_calls={[]}/>";
    let site = Scratch::new(toml, article);
    let package = npm_package("anymap-ts").unwrap().join("anymap_ts/static");
    for name in ["leaflet.js", "leaflet.css"] {
        site.write(name, fs::read(package.join(name)).unwrap());
    }
    let (_server, _browser, page) = site.open();
    page.wait_for("document.querySelector('.leaflet-container')", PATIENCE).unwrap();
    let map = "document.querySelector('[data-view]')._leafletRenderer.map";
    assert_eq!(page.evaluate(&format!("{map}.getZoom()")).unwrap(), 4);
    assert_eq!(page.evaluate(&format!("Math.round({map}.getCenter().lat)")).unwrap(), 50);
    // The reader's own control moves it, through the state of the article.
    page.evaluate("document.querySelector('.scrub input, .scrub').focus()").unwrap();
    page.evaluate("document.querySelectorAll('prebake-island')[0].model.set('value', 5)").unwrap();
    page.wait_for(&format!("{map}.getZoom() === 5"), PATIENCE).unwrap();
    assert_eq!(
        page.evaluate("document.querySelector('.leaflet-container').offsetHeight").unwrap(),
        300
    );
    assert_eq!(page.console().unwrap(), []);
    assert_eq!(page.layout_shift().unwrap(), []);
}

#[test]
fn what_a_browser_would_not_run_is_told_by_the_build() {
    let mut told = String::new();
    for module in [
        "export default { render( };",
        "export const draw = 1;",
        "import * as d3 from \"https://esm.sh/d3@7\";\nexport default {};",
        "import { html } from \"./other.js\";\nimport(\"react\");\nexport default {};",
    ] {
        let site = Scratch::new(TOML, "Text.");
        site.write("widget.js", module);
        told += &site.says();
        told += "\n";
    }
    told += &Scratch::new(TOML, "Text.").says();
    insta::assert_snapshot!(told);

    let allowed = format!("{TOML}\n[csp]\nscript_src = [\"https://esm.sh\"]\n");
    let site = Scratch::new(&allowed, "Text.");
    site.write("widget.js", "import d3 from 'https://esm.sh/d3@7';\nexport default () => ({});");
    assert_eq!(site.says(), "");
}

/// A page that does what anywidget's front end does: it imports the module from a blob, forgets the
/// blob, and renders it twice, once in a shadow tree.
const HOST: &str = r##"<!doctype html><meta charset=utf-8><link rel=icon href=data:,><div id=a></div><div id=b></div><script type=module>
const esm = await (await fetch("figure.js")).text();
const url = URL.createObjectURL(new Blob([esm], { type: "text/javascript" }));
const widget = await import(url);
URL.revokeObjectURL(url);
const state = { selected: 1 }, listeners = [];
window.saved = 0;
window.model = {
  get: (key) => state[key],
  set(key, value) {
    if (state[key] === value) return;
    state[key] = value;
    for (const [event, heard] of [...listeners]) if (event === "change:" + key) heard();
  },
  on: (event, heard) => listeners.push([event, heard]),
  off(event, heard) {
    const at = listeners.findIndex((it) => it[0] === event && it[1] === heard);
    if (at >= 0) listeners.splice(at, 1);
  },
  save_changes: () => window.saved++,
  send() {},
};
window.listeners = listeners;
const shadow = document.querySelector("#b").attachShadow({ mode: "open" });
shadow.append(document.createElement("div"));
window.a = document.querySelector("#a");
window.b = shadow.firstChild;
window.ends = [];
for (const el of [a, b]) ends.push(await widget.default.render({ model, el }));
window.ready = true;
</script>"##;

/// Noise of few colours, so that the picture is small.
fn picture() -> Vec<u8> {
    let picture = image::RgbImage::from_fn(24, 16, |x, y| {
        image::Rgb([(x * 10) as u8, (y * 15) as u8, ((x + y) * 6) as u8])
    });
    let mut png = Vec::new();
    picture.write_to(&mut std::io::Cursor::new(&mut png), image::ImageFormat::Png).unwrap();
    png
}

#[test]
fn an_exported_figure_runs_from_a_blob_with_a_model() {
    let site = Scratch::new("", "Text.");
    site.write("content/article/dog.png", picture());
    let module = site.export(
        "<KMeansImage src=\"dog.png\" ks={[1, 2, 4, 8]} delivery=\"recolour\" alt=\"a dog\"/>",
    );
    let host = tempfile::tempdir().unwrap();
    fs::write(host.path().join("figure.js"), &module).unwrap();
    fs::write(host.path().join("index.html"), HOST).unwrap();
    let (_server, _browser, page) = open(host.path(), "index.html");
    page.wait_for(
        "window.ready && a.querySelector('canvas') && b.querySelector('canvas')",
        PATIENCE,
    )
    .unwrap();
    // The host's value leads, and what the reader does reaches the host and the other view.
    let shown =
        |view: &str| page.evaluate(&format!("{view}.querySelector('output').textContent")).unwrap();
    assert_eq!((shown("a"), shown("b")), ("2".into(), "2".into()));
    page.evaluate("(() => { const input = a.querySelector('input'); input.value = 3; input.dispatchEvent(new Event('input')); })()").unwrap();
    page.wait_for("b.querySelector('output').textContent === '8'", PATIENCE).unwrap();
    assert_eq!(page.evaluate("[model.get('selected'), saved > 0].join()").unwrap(), "3,true");
    page.evaluate("model.set('selected', 0)").unwrap();
    page.wait_for("a.querySelector('output').textContent === '1'", PATIENCE).unwrap();
    // The styles count in a shadow tree as well.
    assert_eq!(
        page.evaluate("getComputedStyle(b.querySelector('.kmeans-image-stage')).position").unwrap(),
        "relative"
    );
    // It asked for nothing but itself.
    let asked: Vec<String> = page.requests().unwrap().into_iter().map(|it| it.url).collect();
    let foreign: Vec<&String> = asked
        .iter()
        .filter(|url| {
            !url.starts_with("blob:") && !url.ends_with("index.html") && !url.ends_with("figure.js")
        })
        .collect();
    assert_eq!(foreign, Vec::<&String>::new());
    page.evaluate("ends.forEach((end) => end())").unwrap();
    assert_eq!(
        page.evaluate("[a.childNodes.length, b.childNodes.length, listeners.length].join()")
            .unwrap(),
        "0,0,0"
    );
    assert_eq!(page.console().unwrap(), []);
}

#[test]
fn what_cannot_be_exported_is_told() {
    let site = Scratch::new(TOML, "Text.");
    site.write("widget.js", "export default {};");
    let says = |tag: &str| {
        let folder = SitePath::new("content/article").unwrap();
        let request = Request { tag: tag.to_owned(), folder, all_files: false };
        render(&site.site().export(&request, &Options::default(), &Silent).diagnostics, false, 100)
    };
    let told: Vec<String> = [
        "KMeansImag",
        "<KMeansImage src=\"absent.png\"/>",
        "just words",
        "<Widget n={10}/>",
        "<Widget/> <Widget/>",
    ]
    .map(says)
    .into();
    insta::assert_snapshot!(told.join("\n"));
    let module = site.export("Widget");
    assert!(module.contains("widget/widget.js") && module.contains("_esm"), "{module}");
}

/// Jupyter's own front end, with anywidget's, showing what anywidget's Python class has made: that
/// package's whole contract.
const JUPYTER: &str = r#"<!doctype html><meta charset=utf-8><link rel=icon href=data:,>
<script src="require.js"></script>
<script type="application/vnd.jupyter.widget-state+json">STATE</script>
<script type="application/vnd.jupyter.widget-view+json">VIEW</script>
<script type="application/vnd.jupyter.widget-view+json">VIEW</script>
<script src="embed-amd.js"></script>"#;

const NOTEBOOK: &str = r#"
import json, pathlib, sys
import anywidget, traitlets
from ipywidgets.embed import embed_data

class Figure(anywidget.AnyWidget):
    _esm = pathlib.Path(sys.argv[1])
    selected = traitlets.Int(1).tag(sync=True)

data = embed_data(views=[Figure()], drop_defaults=False)
text = lambda it: json.dumps(it).replace("</", "<\\/")
print(text(data["manager_state"]))
print(text(data["view_specs"][0]))
"#;

#[test]
fn where_no_kernel_paints_every_frame_is_there() {
    let site = Scratch::new("", "Text.");
    site.write("content/article/dog.png", picture());
    for tag in [
        "<KMeansImage src=\"dog.png\" ks={[1, 2, 4, 8]} delivery=\"frames\" alt=\"a dog\"/>",
        "<KMeansSteps src=\"dog.png\" k={3} alt=\"a dog\"/>",
    ] {
        let host = tempfile::tempdir().unwrap();
        fs::write(host.path().join("figure.js"), site.export(tag)).unwrap();
        fs::write(host.path().join("index.html"), HOST).unwrap();
        let (_server, _browser, page) = open(host.path(), "index.html");
        page.wait_for("window.ready", PATIENCE).unwrap();
        let src = "a.querySelector('img').src";
        let before = page.evaluate(src).unwrap();
        page.evaluate("model.set('selected', 2)").unwrap();
        page.wait_for(&format!("{src} !== {before} && {src}.startsWith('blob:')"), PATIENCE)
            .unwrap();
        assert_eq!(page.evaluate("a.querySelector('img').naturalWidth").unwrap(), 24);
        assert_eq!(page.evaluate("getComputedStyle(a).display").unwrap(), "block");
        page.evaluate("ends.forEach((end) => end())").unwrap();
    }
}

#[test]
fn an_exported_figure_runs_in_jupyters_front_end() {
    let python = match xtask::python().unwrap() {
        Python::Ready(python) => python,
        Python::Missing(reason) => {
            // Nobody reads what a test says that passes; who asks for it shall know.
            let _ = writeln!(std::io::stderr(), "skipped, because there is no Python: {reason}");
            return;
        }
    };
    let site = Scratch::new("", "Text.");
    site.write("content/article/dog.png", picture());
    let module = site.export(
        "<KMeansImage src=\"dog.png\" ks={[1, 2, 4, 8]} delivery=\"recolour\" alt=\"a dog\"/>",
    );
    let host = tempfile::tempdir().unwrap();
    let figure = host.path().join("figure.js");
    fs::write(&figure, &module).unwrap();

    let mut notebook = process::command(&python);
    let made = process::output(notebook.args(["-c", NOTEBOOK]).arg(&figure)).unwrap();
    let (state, view) = made.split_once('\n').unwrap();
    fs::write(
        host.path().join("index.html"),
        JUPYTER.replace("STATE", state).replace("VIEW", view.trim()),
    )
    .unwrap();
    let environment = python.parent().and_then(Path::parent).unwrap();
    for (from, to) in [
        (environment.join("share/jupyter/nbextensions/anywidget/index.js"), "anywidget.js"),
        (npm_package("requirejs").unwrap().join("require.js"), "require.js"),
        (
            npm_package("@jupyter-widgets/html-manager").unwrap().join("dist/embed-amd.js"),
            "embed-amd.js",
        ),
    ] {
        fs::copy(from, host.path().join(to)).unwrap();
    }
    let (_server, _browser, page) = open(host.path(), "index.html");
    let views = "[...document.querySelectorAll('.kmeans-image')]";
    page.wait_for(
        &format!("{views}.filter((it) => it.querySelector('canvas')).length === 2"),
        PATIENCE,
    )
    .unwrap();
    let shown = format!("{views}.map((it) => it.querySelector('output').textContent).join()");
    assert_eq!(page.evaluate(&shown).unwrap(), "2,2", "the value of the Python class leads");
    page.evaluate(&format!(
        "(() => {{ const input = {views}[0].querySelector('input'); input.value = 3;
        input.dispatchEvent(new Event('input')); }})()"
    ))
    .unwrap();
    page.wait_for(&format!("{shown} === '8,8'"), PATIENCE).unwrap();
}
