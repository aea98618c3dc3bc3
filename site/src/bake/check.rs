//! What an artifact must be like before it is kept or shown.

use crate::output::plain_file_name;
use prebake_plugin::{Artifact, Problem};
use std::collections::BTreeSet;

/// Everything about `artifact` that its component got wrong.
pub(super) fn check(artifact: &Artifact) -> Vec<Problem> {
    let invalid = |message: String| {
        Problem::error("invalid-artifact", message).hint("this is a mistake in the component")
    };
    let mut problems = Vec::new();
    let mut taken = BTreeSet::new();
    for file in &artifact.files {
        if let Err(reason) = plain_file_name(&file.name) {
            problems.push(invalid(format!("the file name {:?} {reason}", file.name)));
        }
        if !taken.insert(file.name.to_lowercase()) {
            problems.push(invalid(format!("two files would be {:?}", file.name)));
        }
    }
    if let Some(twin) = &artifact.twin
        && artifact.file(&twin.file).is_none()
    {
        problems.push(invalid(format!("the twin {:?} is no file of the artifact", twin.file)));
    }
    problems
}

#[cfg(test)]
mod tests {
    use super::check;
    use prebake_plugin::{Artifact, SitePath, Twin};

    #[test]
    fn names_are_plain_and_unique() {
        let codes = |names: &[&str], twin: Option<&str>| {
            let mut artifact = Artifact::default();
            names.iter().for_each(|name| artifact.push(*name, *b"x"));
            artifact.twin = twin.map(|file| Twin {
                picture: SitePath::root(),
                file: file.to_owned(),
                width: 1,
                height: 1,
            });
            check(&artifact).len()
        };
        assert_eq!(codes(&["a.png", "b.png"], Some("a.png")), 0);
        assert_eq!(codes(&["a.png", "A.PNG"], None), 1);
        assert_eq!(codes(&["../a", "nul", "a\nb"], None), 3);
        assert_eq!(codes(&["a.png"], Some("b.png")), 1);
    }
}
