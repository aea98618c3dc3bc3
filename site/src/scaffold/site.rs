//! A new site.

use super::article::today;
use super::picture::hills;
use super::{Scaffold, fill, quoted};

/// The files of a site that are text, by their paths.
const FILES: &[(&str, &str)] = &[
    (
        ".github/workflows/pages.yml",
        include_str!("../../scaffold/site/.github/workflows/pages.yml"),
    ),
    (".gitignore", include_str!("../../scaffold/site/gitignore")),
    ("README.md", include_str!("../../scaffold/site/README.md")),
    ("components/README.md", include_str!("../../scaffold/site/components/README.md")),
    (
        "content/first-figure/index.md",
        include_str!("../../scaffold/site/content/first-figure/index.md"),
    ),
    ("prebake.toml", include_str!("../../scaffold/site/prebake.toml")),
];

/// A site of one article with a figure. `name` is that of its folder; `prebake` the repository that
/// GitHub builds it with, if one is known.
pub(crate) fn site(name: &str, prebake: Option<&str>) -> Scaffold {
    let title = title(name);
    let values = [
        ("date", &*today()),
        ("prebake", &quoted(prebake.unwrap_or_default())),
        ("heading", &title),
        ("title", &quoted(&title)),
    ];
    let mut scaffold = Scaffold::default();
    for (path, text) in FILES {
        scaffold.make(*path, fill(text, &values));
    }
    scaffold.make("content/first-figure/hills.png", hills());
    scaffold
}

/// `my-site` as people write it: `My site`.
fn title(folder: &str) -> String {
    let words: String = folder
        .chars()
        .map(|c| if c == '-' || c == '_' || c.is_control() { ' ' } else { c })
        .collect();
    let mut letters = words.trim().chars();
    match letters.next() {
        Some(first) => first.to_uppercase().chain(letters).collect(),
        None => "My site".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::title;

    #[test]
    fn folders_become_titles() {
        for (folder, expect) in [
            ("my-site", "My site"),
            ("notes_on_sound", "Notes on sound"),
            ("été", "Été"),
            ("-", "My site"),
        ] {
            assert_eq!(title(folder), expect);
        }
    }
}
