use super::{Config, Mode};
use crate::disk::MemoryDisk;
use crate::source::SiteSource;
use prebake_plugin::Trigger;
use serde_json::json;
use std::path::Path;
use std::sync::Arc;

fn load(toml: impl AsRef<[u8]>) -> (Config, Vec<String>) {
    let disk = Arc::new(MemoryDisk::new().with_file("/site/prebake.toml", toml));
    let source = SiteSource::new(disk, Path::new("/site")).unwrap();
    let (config, diagnostics) = Config::load(&source);
    let shown = diagnostics.into_iter().map(|diagnostic| {
        let place = diagnostic
            .span
            .map_or_else(String::new, |span| format!(" at `{}`", &span.source.text[span.range]));
        let hint = diagnostic.hint.map_or_else(String::new, |hint| format!(" ({hint})"));
        format!("{}: {}{place}{hint}", diagnostic.code, diagnostic.message)
    });
    (config, shown.collect())
}

#[test]
fn no_file_means_the_defaults() {
    let disk = Arc::new(MemoryDisk::new().with_folder("/site"));
    let source = SiteSource::new(disk, Path::new("/site")).unwrap();
    assert_eq!(Config::load(&source), (Config::default(), Vec::new()));
    assert_eq!(load(""), (Config::default(), Vec::new()));
}

#[test]
fn every_key_is_read() {
    let (config, wrong) = load(
        r#"
        title = "Explainers"
        description = "How things work"
        author = "Ada"
        language = "pt-BR"
        base_url = "https://Example.org/blog"
        [csp]
        script_src = ["https://embeds.example.org", "'unsafe-eval'"]
        [[section]]
        folder = "/docs/"
        path = "the/manual"
        title = "Manual"
        [[section]]
        folder = "notes/old"
        "#,
    );
    assert_eq!(wrong, [""; 0]);
    assert_eq!(config.title, "Explainers");
    assert_eq!(config.description.as_deref(), Some("How things work"));
    assert_eq!(config.author.as_deref(), Some("Ada"));
    assert_eq!(config.language, "pt-BR");
    assert_eq!(config.base_url.unwrap().as_str(), "https://example.org/blog/");
    assert_eq!(config.csp.script_src, ["https://embeds.example.org", "'unsafe-eval'"]);
    let sections: Vec<_> = config
        .sections
        .iter()
        .map(|section| (section.folder.as_str(), section.path.as_str(), section.title.as_str()))
        .collect();
    assert_eq!(sections, [("docs", "the/manual/", "Manual"), ("notes/old", "old/", "old")]);
}

#[test]
fn sections_that_cannot_be_are_reported_and_left_out() {
    let (config, wrong) = load(
        r#"
        section = [
            { folder = "docs" },
            { path = "x" },
            { folder = "content/docs" },
            { folder = ".." },
            { folder = "/" },
            { folder = "a", path = "/" },
            { folder = "b", paht = "c" },
            { folder = "docs/more" },
            { folder = "more", path = "Docs" },
            1,
        ]
        "#,
    );
    assert_eq!(
        wrong,
        [
            "invalid-config: a section needs a `folder` at `{ path = \"x\" }`",
            "invalid-config: `folder` names a folder whose files already mean something else at \
             `\"content/docs\"`",
            "invalid-config: `folder` leads out of the site at `\"..\"`",
            "invalid-config: `folder` names no folder below the site's root at `\"/\"`",
            "invalid-config: `path` is empty, and the home page stands there at `\"/\"`",
            "unknown-key: unknown key `paht` at `paht` (did you mean `path`?)",
            "invalid-config: `docs/more` and `docs` would hold the same files: sections lie apart \
             at `\"docs/more\"`",
            "invalid-config: two sections stand at `docs/` at `\"more\"`",
            "invalid-config: `section` is a table, not a value of type integer at `1`",
        ]
    );
    let folders: Vec<_> = config.sections.iter().map(|section| section.folder.as_str()).collect();
    assert_eq!(folders, ["docs", "b"]);
    let (_, wrong) = load("section = 1");
    assert_eq!(
        wrong,
        [
            "invalid-config: `section` is an array: `[[section]]`, not a value of type integer at `1`"
        ]
    );
}

#[test]
fn every_mistake_is_reported_at_its_place() {
    let (config, wrong) = load(
        r#"
        titel = "A"
        colour = 3
        author = 7
        description = "kept"
        language = "english please"
        base_url = "example.org"
        [csp]
        script-src = []
        script_src = ["a; b", 1]
        "#,
    );
    assert_eq!(
        wrong,
        [
            "unknown-key: unknown key `titel` at `titel` (did you mean `title`?)",
            "unknown-key: unknown key `colour` at `colour` (the keys are `title`, `description`, \
             `author`, `language`, `base_url`, `csp`, `components`, `section`)",
            "invalid-config: `author` is a string, not a value of type integer at `7`",
            "invalid-config: `language` is no language tag such as `en` or `pt-BR` at `\"english \
             please\"`",
            "invalid-config: `base_url` is no absolute URL at `\"example.org\"`",
            "unknown-key: unknown key `script-src` at `script-src` (did you mean `script_src`?)",
            "invalid-config: `script_src` holds one source each, such as \"https://example.org\" \
             at `\"a; b\"`",
            "invalid-config: `script_src` is a string, not a value of type integer at `1`",
        ]
    );
    assert_eq!(config.description.as_deref(), Some("kept"));
    assert_eq!(config.title, Config::default().title);
}

#[test]
fn components_are_read() {
    let (config, wrong) = load(
        r#"
        [components.Wave]
        command = ["python3", "wave.py"]
        widget = "./figures/../wave.js"
        style = "wave.css"
        mode = "server"
        timeout = 1.5
        memory = "2 GiB"
        version = "3.13"
        reads = ["data"]
        bindable = ["n"]
        hydrate = true
        height = 320
        on = "click"
        [components.Wave.props]
        required = ["n"]
        [components.Wave.props.properties]
        n = { type = "integer", minimum = 0x10, default = 1_000 }
        when = { enum = [2020-01-01, 1.5, true] }
        [components.Plain]
        command = ["./plain"]
        "#,
    );
    assert_eq!(wrong, [""; 0]);
    let components: Vec<_> = config.components.iter().map(|it| &it.component).collect();
    let [plain, wave] = components[..] else { panic!("{components:?}") };
    assert_eq!(wave.command, ["python3", "wave.py"]);
    assert_eq!(wave.widget.as_ref().unwrap().as_str(), "wave.js");
    assert_eq!(wave.style.as_ref().unwrap().as_str(), "wave.css");
    assert_eq!((wave.mode, wave.timeout.as_millis()), (Mode::Server, 1500));
    assert_eq!((wave.memory, &*wave.version), (Some(2 << 30), "3.13"));
    assert_eq!((wave.reads[0].as_str(), &wave.bindable[..]), ("data", &["n".to_owned()][..]));
    assert_eq!((wave.hydrate, wave.height, wave.trigger), (true, Some(320), Trigger::Click));
    let schema = json!({
        "type": "object",
        "properties": {
            "n": { "type": "integer", "minimum": 16, "default": 1000 },
            "when": { "enum": ["2020-01-01", 1.5, true] },
        },
        "required": ["n"],
        "additionalProperties": false,
    });
    assert_eq!(wave.props, schema);
    assert_eq!((plain.mode, plain.timeout.as_secs()), (Mode::OneShot, 600));
    assert_eq!((plain.memory, plain.trigger), (None, Trigger::Visible));
}

#[test]
fn mistakes_of_components_are_located() {
    let (config, wrong) = load(
        r#"
        [components.wave]
        command = ["x"]
        [components.Empty]
        [components.None]
        command = []
        [components.Wrong]
        command = "python3 wave.py"
        widget = "../x.js"
        mode = "forever"
        timeout = -1
        memory = "lots"
        bindable = ["n"]
        hydrate = "yes"
        comand = ["x"]
        [components.Wrong.props]
        n = { type = "integer" }
        [components.Deep]
        command = ["x"]
        [components.Deep.props.properties]
        n = { typ = "integer", items = { pattern = "a" } }
        m = 3
        [components.List]
        command = ["x"]
        props = { type = "array" }
        "#,
    );
    insta::assert_snapshot!(wrong.join("\n"));
    let names: Vec<&str> = config.components.iter().map(|it| &*it.component.name).collect();
    assert_eq!(names, ["Deep", "List", "None", "Wrong"]);
}

#[test]
fn slips_of_syntax_are_located() {
    for toml in ["title = ", "title = \"a", "[csp\n", "= 1", "title = 'a'\ntitle = 'b'", "csp = 1"]
    {
        let (_, wrong) = load(toml);
        assert!(!wrong.is_empty() && wrong.iter().all(|wrong| wrong.contains(" at `")), "{toml}");
    }
    let (_, wrong) = load([0xff, 0xfe]);
    assert_eq!(wrong, ["unreadable-file: `prebake.toml` cannot be read: it is no UTF-8 text"]);
}

proptest::proptest! {
    #[test]
    fn anything_may_stand_in_the_file(toml in "[\\PC\n\"'\\[\\]=.#\u{feff}]{0,60}") {
        let (_, _) = load(toml);
    }
}
