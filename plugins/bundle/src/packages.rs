//! Which packages of the workspace, and which files of theirs, a package is made of.

use crate::cargo::{nested, output};
use crate::{Error, variable};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use walkdir::WalkDir;

/// What `cargo metadata --no-deps` says: no dependency is resolved or downloaded for it.
#[derive(Debug, Deserialize)]
pub(crate) struct Workspace {
    /// The folder of `Cargo.lock`.
    #[serde(rename = "workspace_root")]
    pub(crate) root: PathBuf,
    /// Its own, and those of other workspaces that these lean on by path.
    packages: Vec<Package>,
}

/// One package of the workspace.
#[derive(Debug, Deserialize)]
pub(crate) struct Package {
    /// Its name, as in `Cargo.lock`.
    pub(crate) name: String,
    manifest_path: PathBuf,
    targets: Vec<Target>,
    /// What its manifest asks for, workspace inheritance resolved.
    pub(crate) dependencies: Vec<Dependency>,
}

/// One thing that a package compiles to.
#[derive(Debug, Deserialize)]
struct Target {
    name: String,
    crate_types: Vec<String>,
}

/// One line under `[dependencies]` and the like.
#[derive(Debug, Deserialize)]
pub(crate) struct Dependency {
    /// The package's name, before any renaming.
    pub(crate) name: String,
    /// `dev`, `build`, or nothing.
    pub(crate) kind: Option<String>,
    /// The version that is asked for.
    pub(crate) req: String,
    /// The features that are asked for.
    pub(crate) features: Vec<String>,
    /// Whether the default features are asked for, too.
    pub(crate) uses_default_features: bool,
    /// The folder of a path dependency.
    pub(crate) path: Option<PathBuf>,
}

impl Workspace {
    /// The workspace that holds the package in this folder. An author's plugin may lean on
    /// Prebake's own workspace, or any other, by path.
    pub(crate) fn of(folder: &Path) -> Result<Self, Error> {
        let mut workspace = Self::alone(folder)?;
        while let Some(path) = workspace.outside() {
            workspace.packages.extend(Self::alone(&path)?.packages);
            workspace.package(&path)?;
        }
        Ok(workspace)
    }

    /// The folder of a package that is leant on by path and not known yet.
    fn outside(&self) -> Option<PathBuf> {
        let paths =
            self.packages.iter().flat_map(Package::needs).filter_map(|it| it.path.as_deref());
        paths.into_iter().find(|path| self.package(path).is_err()).map(Path::to_path_buf)
    }

    /// The workspace as cargo knows it.
    fn alone(folder: &Path) -> Result<Self, Error> {
        let json = output(
            nested(variable("CARGO")?)
                .args(["metadata", "--format-version=1", "--no-deps", "--manifest-path"])
                .arg(folder.join("Cargo.toml")),
        )?;
        serde_json::from_slice(&json)
            .map_err(|error| Error::Metadata { message: format!("cargo metadata: {error}") })
    }

    /// The package in this folder.
    pub(crate) fn package(&self, folder: &Path) -> Result<&Package, Error> {
        self.packages.iter().find(|package| package.folder() == folder).ok_or_else(|| {
            Error::Metadata {
                message: format!("no package of the workspace is in {}", folder.display()),
            }
        })
    }

    /// The package in this folder, those in folders inside it (its kernel), and all that these
    /// reach by path, their tests' needs aside; by name, and by place where two have one name.
    pub(crate) fn closure(&self, folder: &Path) -> Result<Vec<&Package>, Error> {
        let mut open = vec![self.package(folder)?];
        open.extend(self.packages.iter().filter(|package| package.folder().starts_with(folder)));
        let mut found = BTreeMap::new();
        while let Some(package) = open.pop() {
            if found.insert((package.name.as_str(), package.folder()), package).is_none() {
                for path in package.needs().filter_map(|need| need.path.as_deref()) {
                    open.push(self.package(path)?);
                }
            }
        }
        Ok(found.into_values().collect())
    }
}

impl Package {
    /// Where it lives.
    pub(crate) fn folder(&self) -> &Path {
        self.manifest_path.parent().unwrap_or(&self.manifest_path)
    }

    /// The file name, without its ending, of the library that it links as a whole.
    pub(crate) fn dynamic_library(&self) -> Option<String> {
        let target =
            self.targets.iter().find(|it| it.crate_types.iter().any(|kind| kind == "cdylib"))?;
        Some(target.name.replace('-', "_"))
    }

    /// What it is built with and linked to.
    pub(crate) fn needs(&self) -> impl Iterator<Item = &Dependency> {
        self.dependencies.iter().filter(|it| it.kind.as_deref() != Some("dev"))
    }

    /// What in its folder it is made of: files and folders, by rising name. Its tests, benches,
    /// examples and hidden files are no part of what it does.
    pub(crate) fn rooms(&self) -> Result<Vec<PathBuf>, Error> {
        let entries = WalkDir::new(self.folder()).min_depth(1).max_depth(1).sort_by_file_name();
        let mut rooms = Vec::new();
        for entry in entries {
            let entry = entry.map_err(|error| unreadable(self.folder(), error))?;
            let name = entry.file_name().to_string_lossy();
            let aside = matches!(&*name, "target" | "tests" | "benches" | "examples");
            if !aside && !name.starts_with('.') {
                rooms.push(entry.into_path());
            }
        }
        Ok(rooms)
    }

    /// The files in its [`rooms`](Self::rooms), by rising path. Packages inside are left out: they
    /// have rooms of their own.
    pub(crate) fn files(&self) -> Result<Vec<PathBuf>, Error> {
        let mut files = Vec::new();
        for room in self.rooms()? {
            let walk = WalkDir::new(&room).sort_by_file_name().into_iter().filter_entry(|entry| {
                !entry.file_name().to_string_lossy().starts_with('.')
                    && !entry.path().join("Cargo.toml").is_file()
            });
            for entry in walk {
                let entry = entry.map_err(|error| unreadable(&room, error))?;
                if entry.file_type().is_file() {
                    files.push(entry.into_path());
                }
            }
        }
        Ok(files)
    }
}

/// A folder that could not be walked.
fn unreadable(folder: &Path, error: walkdir::Error) -> Error {
    let path = error.path().unwrap_or(folder).to_path_buf();
    Error::File { path, error: error.into() }
}
