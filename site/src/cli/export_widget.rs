//! `prebake export-widget`.

use super::args::CommandArgs;
use super::interrupt::whole;
use super::session::Session;
use super::{Answer, Outcome};
use crate::diagnostic::Diagnostic;
use crate::disk::replace_file;
use crate::export::{Exported, Request};
use crate::site;
use clap::Args;
use prebake_plugin::SitePath;
use serde_json::Value;
use std::path::{Path, PathBuf};

/// Writes one figure as a self-contained module for Jupyter, marimo and other hosts of anywidget.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  prebake export-widget '<KMeansImage src=\"dog.png\" selected={7}/>' --in content/quantization
  prebake export-widget KMeansImage --out dog.js

In a notebook:
  import anywidget, pathlib, traitlets
  class Figure(anywidget.AnyWidget):
      _esm = pathlib.Path(\"dog.js\")
      selected = traitlets.Int(7).tag(sync=True)

The file holds the widget, its kernel and the figure's data, and fetches nothing.")]
pub(super) struct ExportWidget {
    /// A tag, as an article has it, or just the name of a component
    #[arg(value_name = "TAG")]
    tag: String,

    /// The folder that the tag's paths start from [default: the folder of the only article, or content]
    #[arg(long = "in", value_name = "DIR")]
    folder: Option<String>,

    /// Where to put the module [default: COMPONENT.js]
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,

    /// Hold the baked frames even where the kernel paints: for browsers that perturb canvases
    #[arg(long)]
    all_files: bool,

    /// The site's folder
    #[arg(long, value_name = "DIR", default_value = ".")]
    root: PathBuf,

    #[command(flatten)]
    commands: CommandArgs,
}

impl Session<'_> {
    pub(super) fn export_widget(&self, args: ExportWidget) -> Answer {
        let ExportWidget { tag, folder, out, all_files, root, commands } = args;
        if let Err(outcome) = self.check_root(&root) {
            return Ok(outcome);
        }
        let site = self.site(&root);
        let folder = match folder.as_deref().map(SitePath::new) {
            None => site.only_folder(),
            Some(Ok(folder)) => folder,
            Some(Err(reason)) => return Ok(self.refuse(&format!("the folder of `--in` {reason}"))),
        };
        let commands = self.permission(&commands);
        let options = site::Options { commands, ..site::Options::default() };
        let exported = site.export(&Request { tag, folder, all_files }, &options, self.progress);
        self.terminal.show(&exported.diagnostics);
        let Exported { component, module: Some(module), bindable, .. } = exported else {
            self.terminal.complain("nothing was written");
            return Ok(Outcome::Failed);
        };
        let out = out.unwrap_or_else(|| PathBuf::from(format!("{component}.js")));
        let path = self.current.join(&out);
        let folder = path.parent().unwrap_or(Path::new(""));
        if let Err(error) = whole(|| replace_file(&*self.disk, folder, &path, module.as_bytes())) {
            let message = format!("`{}` cannot be written: {error}", out.display());
            self.terminal.show(&[Diagnostic::error("unwritable-output", message)]);
            return Ok(Outcome::Failed);
        }
        let shared: Vec<String> =
            bindable.iter().map(|(key, value)| format!("{key} = {}", trait_of(value))).collect();
        let shared = match &shared[..] {
            [] => String::new(),
            shared => format!("; its model shares {}", shared.join(" and ")),
        };
        let kib = module.len().div_ceil(1024);
        self.terminal.say(&format!("wrote {} ({kib} KiB){shared}\n", out.display()))?;
        Ok(Outcome::Done)
    }
}

/// How a Python class declares a key of the model.
fn trait_of(value: &Value) -> String {
    let (kind, initial) = match value {
        Value::Bool(flag) => ("Bool", if *flag { "True" } else { "False" }.to_owned()),
        Value::Number(number) if number.is_f64() => ("Float", number.to_string()),
        Value::Number(number) => ("Int", number.to_string()),
        Value::String(text) => ("Unicode", format!("{text:?}")),
        _ => ("Any", "None".to_owned()),
    };
    format!("traitlets.{kind}({initial}).tag(sync=True)")
}
