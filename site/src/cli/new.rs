//! `prebake new`.

use super::interrupt::whole;
use super::session::{Session, program, root_option, typed};
use super::{Answer, Outcome};
use crate::disk::Kind;
use crate::scaffold::{self, ComponentName, PrebakeSource, Refusal, Scaffold, Title};
use crate::theme;
use clap::builder::PossibleValuesParser;
use clap::{ArgGroup, Args, ValueEnum};
use std::env;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// Starts a site, an article, or a component of your own.
#[derive(Debug, Args)]
#[command(group = ArgGroup::new("what").required(true))]
#[command(after_help = "Examples:
  prebake new my-site                      a site of one article with a figure
  prebake new --article \"On sound\"         content/on-sound/index.md
  prebake new --component ColourWheel      components/colour-wheel/, in Rust
  prebake new --component ColourWheel --language python
  prebake new --template article.html      Prebake's own, for you to change
  prebake new --list                       all that can be started

Nothing is ever written over. A component in Rust makes the site a program of its own, run with
`cargo run --` and built with Prebake's sources; --prebake says where these are.")]
pub(super) struct New {
    /// Start a site in this folder, which is new or empty
    #[arg(value_name = "DIR", group = "what")]
    pub(super) dir: Option<PathBuf>,

    /// Start an article with this title
    #[arg(long, value_name = "TITLE", group = "what")]
    pub(super) article: Option<Title>,

    /// Start a component with this name, as its tag has it
    #[arg(long, value_name = "NAME", group = "what")]
    pub(super) component: Option<ComponentName>,

    /// The language of the component
    #[arg(long, value_enum, default_value_t, requires = "component")]
    pub(super) language: Language,

    /// Copy a template or style of Prebake's into the site, to change it
    #[arg(long, value_name = "FILE", group = "what", value_parser = templates())]
    pub(super) template: Option<String>,

    /// List what can be started
    #[arg(long, group = "what")]
    pub(super) list: bool,

    /// Where Prebake's sources are, for Rust and for GitHub: the URL of a Git repository (with `#` and a commit, if you like)
    /// or a folder
    #[arg(long, value_name = "SOURCE", conflicts_with_all = ["article", "template", "list"])]
    pub(super) prebake: Option<String>,

    /// The site's folder, where something is added to a site
    #[arg(long, value_name = "DIR", default_value = ".", conflicts_with = "dir")]
    pub(super) root: PathBuf,
}

/// What a component can be written in.
#[derive(Debug, Clone, Copy, Default, ValueEnum)]
pub(super) enum Language {
    #[default]
    Rust,
    Python,
}

impl Session<'_> {
    pub(super) fn new_scaffold(&self, args: New) -> Answer {
        let New { dir, article, component, language, template, list, prebake, root } = args;
        let done = if let Some(dir) = dir {
            self.new_site(&dir, prebake.as_deref())
        } else if list {
            Ok(theme::built_in().fold(LIST.to_owned(), |list, (_, name, _)| {
                list + "                      " + name + "\n"
            }))
        } else {
            self.check_site(&root).and_then(|()| {
                if let Some(title) = article {
                    self.new_article(&root, &title)
                } else if let Some(name) = component {
                    self.new_component(&root, &name, language, prebake.as_deref())
                } else {
                    self.new_template(&root, &template.unwrap_or_default())
                }
            })
        };
        match done {
            Ok(said) => {
                self.terminal.say(&said)?;
                Ok(Outcome::Done)
            }
            Err(refusal @ Refusal::Unfit(_)) => Ok(self.refuse(&refusal.to_string())),
            Err(refusal @ Refusal::Disk(..)) => {
                self.terminal.complain(&refusal.to_string());
                Ok(Outcome::Failed)
            }
        }
    }

    fn new_site(&self, dir: &Path, prebake: Option<&str>) -> Result<String, Refusal> {
        let folder = self.current.join(dir);
        match self.disk.list(&folder) {
            // What `git init` makes is no reason to refuse.
            Ok(names) if names.iter().any(|name| name != ".git") => {
                return Err(Refusal::Unfit(format!("`{}` is not empty", dir.display())));
            }
            Ok(_) => {}
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            Err(error) => return Err(Refusal::Disk(dir.to_owned(), error)),
        }
        let source = self.source(prebake)?;
        let named = self.disk.canonicalize(&folder).unwrap_or_else(|_| folder.clone());
        let name = named.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let scaffold = scaffold::site(&name, source.as_ref().and_then(PrebakeSource::url));
        self.write(&scaffold, &folder)?;
        let files = scaffold.made.len();
        let see = format!("{} serve --watch --open{}", program(), root_option(dir));
        Ok(format!("a site of {files} files is in {}\nsee it: {see}\n", dir.display()))
    }

    fn new_article(&self, root: &Path, title: &Title) -> Result<String, Refusal> {
        let scaffold = scaffold::article(title, &scaffold::today());
        let folder = self.current.join(root);
        // The other name that its page could come from.
        let beside = folder.join("content").join(format!("{}.md", title.slug()));
        if self.disk.kind(&beside).is_ok() {
            let reason = format!("`content/{}.md` is there already", title.slug());
            return Err(Refusal::Unfit(reason));
        }
        self.write(&scaffold, &folder)?;
        let see = format!("{} serve --watch --open{}", program(), root_option(root));
        Ok(format!("{}write it while you see it: {see}\n", written(&scaffold, root)))
    }

    fn new_component(
        &self,
        root: &Path,
        name: &ComponentName,
        language: Language,
        prebake: Option<&str>,
    ) -> Result<String, Refusal> {
        if (self.make)(self.disk.clone(), root.to_owned()).has(name.tag()) {
            let reason = format!("there is a component `{}` already", name.tag());
            return Err(Refusal::Unfit(reason));
        }
        let folder = self.current.join(root);
        let (scaffold, see) = match language {
            Language::Rust => {
                let source = self.source(prebake)?;
                let scaffold =
                    scaffold::rust_component(name, &*self.disk, &folder, source.as_ref())?;
                let go = if root == Path::new(".") {
                    String::new()
                } else {
                    format!("cd {}\n  ", typed(root))
                };
                let first = "it (the first time, all of Prebake is compiled)";
                (scaffold, format!("{first}:\n  {go}cargo run -- serve --watch --open"))
            }
            Language::Python => {
                let scaffold = scaffold::python_component(name, &*self.disk, &folder)?;
                let see = format!("it: {} serve --watch --open{}", program(), root_option(root));
                (scaffold, see)
            }
        };
        self.write(&scaffold, &folder)?;
        let tag = name.tag();
        Ok(format!("{}put <{tag}/> into an article, then see {see}\n", written(&scaffold, root)))
    }

    fn new_template(&self, root: &Path, name: &str) -> Result<String, Refusal> {
        let scaffold = scaffold::template(name);
        self.write(&scaffold, &self.current.join(root))?;
        let see = format!("{} serve --watch --open{}", program(), root_option(root));
        Ok(format!("{}change it while you see it: {see}\n", written(&scaffold, root)))
    }

    /// What is added is added to a site, not to whatever folder one happens to be in.
    fn check_site(&self, root: &Path) -> Result<(), Refusal> {
        let folder = self.current.join(root);
        let kind = |name| self.disk.kind(&folder.join(name));
        if matches!(kind("content"), Ok(Kind::Folder))
            || matches!(kind("prebake.toml"), Ok(Kind::File(_)))
        {
            return Ok(());
        }
        Err(Refusal::Unfit(format!(
            "no site in `{}`: it has neither `content/` nor `prebake.toml`; `{} new DIR` starts one, \
             and `--root DIR` says where one is",
            root.display(),
            program()
        )))
    }

    fn source(&self, prebake: Option<&str>) -> Result<Option<PrebakeSource>, Refusal> {
        match prebake {
            Some(text) => PrebakeSource::read(text, &*self.disk, &self.current).map(Some),
            None => {
                // Cargo says this to what it runs.
                let running = env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from);
                Ok(PrebakeSource::known(&*self.disk, running.as_deref()))
            }
        }
    }

    fn write(&self, scaffold: &Scaffold, folder: &Path) -> Result<(), Refusal> {
        whole(|| scaffold.write(&*self.disk, folder))
    }
}

const LIST: &str = "\
DIR                 a site of one article with a figure, and a workflow for GitHub Pages
--article TITLE     an article: content/NAME/index.md
--component NAME    a component in Rust, with a kernel for the page: components/NAME/
                    or a program, with --language python
--template FILE     a template or style of Prebake's, to change:
";

/// The names of the files that `--template` takes.
fn templates() -> PossibleValuesParser {
    PossibleValuesParser::new(theme::built_in().map(|(_, name, _)| name))
}

/// The files, for the author to read; those of one component as its folder.
fn written(scaffold: &Scaffold, root: &Path) -> String {
    let mut lines: Vec<String> = Vec::new();
    let made = scaffold.made.keys().map(|path| ("wrote", path));
    let changed = scaffold.changed.keys().map(|path| ("changed", path));
    for (verb, path) in made.chain(changed) {
        let parts: Vec<&str> = path.split('/').collect();
        let path = match parts[..] {
            ["components", name, _, ..] => Path::new("components").join(name).join(""),
            _ => parts.iter().collect(),
        };
        let path = if root == Path::new(".") { path } else { root.join(path) };
        let line = format!("{verb} {}\n", path.display());
        if lines.last() != Some(&line) {
            lines.push(line);
        }
    }
    lines.concat()
}
