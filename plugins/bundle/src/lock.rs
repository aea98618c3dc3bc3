//! The versions that `Cargo.lock` holds the registry's packages at.

use crate::Error;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

/// A lock file.
#[derive(Debug, Deserialize)]
pub(crate) struct Lock {
    package: Vec<Locked>,
}

/// One package of it.
#[derive(Debug, Deserialize)]
struct Locked {
    name: String,
    version: String,
    /// Where it comes from; absent for packages of the workspace.
    source: Option<String>,
    /// Absent for packages of the workspace, and for those from Git, whose source says the commit.
    checksum: Option<String>,
    /// `name`, `name version` or `name version (source)`: no more than is needed to be unique.
    #[serde(default)]
    dependencies: Vec<String>,
}

impl Lock {
    /// Reads a lock file.
    pub(crate) fn parse(text: &str) -> Result<Self, Error> {
        toml::from_str(text)
            .map_err(|error| Error::Metadata { message: format!("Cargo.lock: {error}") })
    }

    /// All packages from outside the workspace that a package of the workspace reaches, through
    /// those of its direct dependencies that `wanted` names: `name version content`, in order, where
    /// the content is a checksum or a commit.
    pub(crate) fn reached(&self, from: &str, wanted: &BTreeSet<&str>) -> BTreeSet<String> {
        let mut by_name = BTreeMap::<&str, Vec<&Locked>>::new();
        for package in &self.package {
            by_name.entry(&package.name).or_default().push(package);
        }
        let find = |dependency: &str| {
            let mut words = dependency.split(' ');
            let name = words.next().unwrap_or_default();
            let version = words.next();
            by_name
                .get(name)?
                .iter()
                .copied()
                .find(|it| version.is_none_or(|version| it.version == version))
        };
        let direct = by_name.get(from).into_iter().flatten().filter(|it| it.source.is_none());
        let mut open: Vec<&Locked> = direct
            .flat_map(|it| &it.dependencies)
            .filter_map(|dependency| find(dependency))
            .filter(|it| wanted.contains(it.name.as_str()))
            .collect();
        let mut reached = BTreeSet::new();
        while let Some(package) = open.pop() {
            let Some(source) = &package.source else { continue };
            let content = package.checksum.as_ref().unwrap_or(source);
            if reached.insert(format!("{} {} {content}", package.name, package.version)) {
                open.extend(package.dependencies.iter().filter_map(|it| find(it)));
            }
        }
        reached
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn follows_the_wanted_dependencies_to_their_ends() {
        let lock = Lock::parse(
            r#"
            version = 4
            [[package]]
            name = "mine"
            version = "0.1.0"
            dependencies = ["a", "tests-only", "other"]
            [[package]]
            name = "other"
            version = "0.1.0"
            dependencies = ["unseen"]
            [[package]]
            name = "a"
            version = "1.0.0"
            source = "registry"
            checksum = "aa"
            dependencies = ["b 2.0.0"]
            [[package]]
            name = "b"
            version = "1.0.0"
            source = "registry"
            [[package]]
            name = "b"
            version = "2.0.0"
            source = "git+https://example.org/b#c0ffee"
            dependencies = ["a"]
            [[package]]
            name = "tests-only"
            version = "3.0.0"
            source = "registry"
            [[package]]
            name = "unseen"
            version = "4.0.0"
            source = "registry"
            "#,
        )
        .expect("a lock file");
        let reached = lock.reached("mine", &BTreeSet::from(["a", "other"]));
        assert_eq!(
            Vec::from_iter(reached),
            ["a 1.0.0 aa", "b 2.0.0 git+https://example.org/b#c0ffee"]
        );
    }

    #[test]
    fn what_is_no_lock_file_is_an_error() {
        assert!(Lock::parse("[[package]]\nname = 1").is_err());
    }
}
