//! The kind of document that the project began from builds without a word.

use crate::builder::{SiteTest, prose};

/// Tags without `src`, an import that names a component by its file, a task list, a `<style>` with a
/// commented-out rule, a date that is none: everything that document does, in other words.
const DOCUMENT: &str = r#"---
title: Fewer
lastUpdate: August 2023
---

<script>
    import KMeansImage from "../../components/KMeansImage.svelte";
</script>
<style>
    img {
        width: 100%;
        box-shadow: 0px 0px 2px 2px #00000020;
    }

    /* .thumb {
        height: 100%;
    }
    .thumb:hover {
        background-position: top right;
    } */
</style>

A first line.

## Plan

-   [x] one
-   [ ] two
    -   [ ] two and a half

<img src="stable.png">

Some words about [a thing](https://example.org/thing).

<img src="dog.png" style="width: 200px">

One colour.

<KMeansImage selected={0}/>

Two.

<KMeansImage selected={1}/>

Three.
And more.

<KMeansImage selected={2}/>
"#;

#[test]
fn it_builds_without_a_word() {
    let output = SiteTest::new()
        .article("seed", DOCUMENT)
        .picture("seed/dog.png")
        .picture("seed/stable.png")
        .build();
    let prose = prose(&output, "seed/index.html");
    for expected in ["k-01.png", "k-02.png", "k-03.png", "1 colour ", "2 colours ", "3 colours "] {
        assert!(prose.contains(expected), "{expected} in {prose}");
    }
    assert!(prose.contains("style=\"width: 200px\""), "{prose}");
    let page = crate::builder::text(&output, "seed/index.html");
    assert!(page.contains("August 2023"));
}

#[test]
fn all_tags_mean_the_picture_shown_last() {
    let output = SiteTest::new()
        .article("seed", DOCUMENT)
        .picture("seed/dog.png")
        .picture("seed/stable.png")
        .build();
    let folders: std::collections::BTreeSet<&str> = output
        .iter()
        .filter_map(|(path, _)| path.strip_prefix("seed/figures/")?.split('/').next())
        .collect();
    assert_eq!(folders.len(), 1, "one job for three tags: {folders:?}");
    assert!(folders.iter().all(|folder| folder.starts_with("dog-")), "{folders:?}");
}
