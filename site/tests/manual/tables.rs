//! What the manual says in tables and lists, and the program knows.

use crate::page::Page;
use crate::{WRITING, page, root, updates};
use prebake::disk::RealDisk;
use prebake::site::Site;
use prebake_plugin::AnyComponent;
use serde_json::Value;
use std::process::Command;
use std::sync::Arc;

/// The props of every component that comes with Prebake stand under its heading.
#[test]
fn tables_of_props_say_what_the_schemas_say() {
    let _alone = WRITING.lock();
    let mut page = page("components");
    let site = Site::new(Arc::new(RealDisk), root().to_owned());
    for component in site.components() {
        let table = props(&**component);
        let heading = format!("## `<{}>`", component.name());
        let start = page.text.find(&heading).unwrap_or_else(|| panic!("no {heading:?}"));
        let here = start + page.text[start..].find("\n| ").expect("a table") + 1;
        let end = here + page.text[here..].find("\n\n").map_or(page.text.len() - here, |it| it + 1);
        if updates() && page.text[here..end] != table {
            page.replace(here..end, &table);
        } else {
            assert_eq!(page.text[here..end], table, "{heading}");
        }
    }
}

fn props(component: &dyn AnyComponent) -> String {
    let schema = component.schema().to_value();
    let required: Vec<&str> =
        schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let mut table = "| prop | values | meaning |\n| --- | --- | --- |\n".to_owned();
    for (name, prop) in schema["properties"].as_object().unwrap() {
        let default = match &prop["default"] {
            _ if required.contains(&name.as_str()) => " Needed.".to_owned(),
            Value::Null => String::new(),
            Value::Number(number) => format!(" Default: `{}`.", number.as_f64().unwrap()),
            value => format!(" Default: `{value}`."),
        };
        let says = prop["description"].as_str().unwrap_or_default();
        let says = says.split("\n\n").next().unwrap_or_default().replace('\n', " ");
        let is_bindable = component.bindable().contains(&name.as_str());
        let bind = if is_bindable { " Can be bound." } else { "" };
        let values = values(prop, &schema);
        table += &format!("| `{name}` | {values} | {}{default}{bind} |\n", says.trim());
    }
    table
}

/// The values that a schema lets pass, in words.
fn values(prop: &Value, schema: &Value) -> String {
    if let Some(name) = prop["$ref"].as_str() {
        return values(&schema["$defs"][name.trim_start_matches("#/$defs/")], schema);
    }
    for several in ["anyOf", "oneOf"] {
        if let Some(all) = prop[several].as_array() {
            let all: Vec<String> = all.iter().map(|one| values(one, schema)).collect();
            return all.into_iter().filter(|it| it != "null").collect::<Vec<_>>().join(" or ");
        }
    }
    if let Some(value) = prop.get("const") {
        return format!("`{value}`");
    }
    if let Some(all) = prop["enum"].as_array() {
        let all: Vec<String> = all.iter().map(|value| format!("`{value}`")).collect();
        return all.join(" or ");
    }
    let types: Vec<&str> = match &prop["type"] {
        Value::Array(all) => all.iter().filter_map(Value::as_str).collect(),
        one => one.as_str().into_iter().collect(),
    };
    let one = |name: &&str| match *name {
        "string" => "text".to_owned(),
        "integer" => "whole number".to_owned(),
        "array" => format!("array of {}", plural(&values(&prop["items"], schema))),
        other => other.to_owned(),
    };
    let types: Vec<String> = types.iter().filter(|name| **name != "null").map(one).collect();
    types.join(" or ")
}

fn plural(noun: &str) -> String {
    if noun.ends_with("text") { noun.to_owned() } else { format!("{noun}s") }
}

/// Every command has its help on the page of the command line, which the blocks there test.
#[test]
fn every_command_is_in_the_manual() {
    let output = Command::new(env!("CARGO_BIN_EXE_prebake")).arg("help").output().unwrap();
    let help = String::from_utf8(output.stdout).unwrap();
    let commands = help.split("Commands:\n").nth(1).unwrap().split("\n\n").next().unwrap();
    let page = page("command-line");
    // Those that begin with more space go on from the line above.
    let is_first = |line: &&str| line.starts_with("  ") && !line.starts_with("   ");
    for line in commands.lines().filter(is_first) {
        let name = line.split_whitespace().next().unwrap();
        if name != "help" {
            let shown = format!("\n$ prebake help {name}\n");
            assert!(page.text.contains(&shown), "no `prebake help {name}` on the page");
        }
    }
}

/// The page of all codes is the catalogue's.
#[test]
fn every_diagnostic_is_in_the_manual() {
    let _alone = WRITING.lock();
    let mut page = page("diagnostics");
    let catalogue = Site::new(Arc::new(RealDisk), root().to_owned()).catalogue().to_markdown();
    let here = page.text.find("\n## ").map_or(page.text.len(), |at| at + 1);
    if updates() {
        page.replace(here..page.text.len(), &catalogue);
    }
    let wrong = "`INSTA_UPDATE=always cargo test -p prebake --test manual` brings it into step";
    assert!(page.text[here..] == catalogue, "{wrong}");
}

/// Every key of `prebake.toml` is in the manual: the program names them where one is wrong.
#[test]
fn every_key_of_the_configuration_is_in_the_manual() {
    for (toml, table, on) in [
        ("zzzzzz = 1\n", "", "configuration"),
        ("[csp]\nzzzzzz = 1\n", "csp", "configuration"),
        ("[[section]]\nzzzzzz = 1\n", "section", "configuration"),
        ("[components.X]\nzzzzzz = 1\n", "components.X", "own-components"),
    ] {
        let Page { text, .. } = page(on);
        let keys = keys(toml);
        assert!(!keys.is_empty(), "{toml}");
        for key in keys {
            let named = text.contains(&format!("`{key}`"));
            assert!(named, "`{key}` of `[{table}]` is not in the manual");
        }
    }
}

/// The keys that the program says there are in place of one that is unknown.
fn keys(toml: &str) -> Vec<String> {
    let disk = prebake::disk::MemoryDisk::new()
        .with_file("/site/content/a.md", "A.\n")
        .with_file("/site/prebake.toml", toml);
    let site = Site::new(Arc::new(disk), "/site".into());
    let found = site.build(&prebake::site::Options::default(), &prebake::progress::Silent);
    let unknown = found.diagnostics.iter().find(|found| found.code == "unknown-key");
    let hint = unknown.and_then(|found| found.hint.clone()).unwrap_or_default();
    hint.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}
