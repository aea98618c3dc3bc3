//! A component that `prebake.toml` declares.

use super::collect::{Recorder, Refused, SHOWN, collect, placed};
use super::conversation::{Conversation, Until};
use super::failure::{Failure, invalid_reply};
use super::markup;
use super::outbox::Outbox;
use super::props::{Job, ProgramProps, Schema};
use super::protocol::{self, Reply, Request, Shown};
use super::widget::WidgetSource;
use super::workshop::{Current, Shift};
use crate::config::{ComponentConfig, Mode};
use crate::diagnostic::Diagnostic;
use crate::island::kebab;
use crate::process::{Invocation, Started};
use prebake_plugin::{
    AnyComponent, AnyJob, AnyProps, Artifact, Context, DeliveryCost, Digest, Domain, Inputs,
    Markup, Numbers, Place, Problem, SitePath, Widget, schemars,
};
use serde::Deserialize as _;
use serde_json::Value;
use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError};

/// How many folders deep `reads` are followed.
const DEEPEST: usize = 32;

/// A program in any language, an anywidget module, or both.
pub struct ProgramComponent {
    config: ComponentConfig,
    version: String,
    face: String,
    schema: Schema,
    widget: WidgetSource,
    /// What is wrong with the widget.
    found: Vec<Diagnostic>,
    current: Current,
}

impl ProgramComponent {
    /// `face` names all that follows; `allowed` are the sources of scripts that pages may use.
    pub(super) fn new(
        config: ComponentConfig,
        face: Digest,
        widget: WidgetSource,
        allowed: &[String],
        current: Current,
    ) -> Self {
        // What the programs themselves are is recorded by each job.
        let key = (protocol::VERSION, &config.command, &config.version, &config.reads);
        // A list of texts and numbers can be written as JSON.
        let version = Digest::of(&serde_json::to_vec(&key).unwrap_or_default()).to_string();
        let face = face.to_string();
        let found = widget.check(allowed);
        let schema = Schema::new(&config.props);
        Self { config, version, face, schema, widget, found, current }
    }

    /// What is wrong with its widget.
    pub(super) fn found(&self) -> &[Diagnostic] {
        &self.found
    }

    /// The newest build, if there is one.
    fn newest(&self) -> Option<Arc<Shift>> {
        self.current.lock().unwrap_or_else(PoisonError::into_inner).newest.clone()
    }

    /// The build that bakes, if there is one.
    fn baking(&self) -> Option<Arc<Shift>> {
        self.current.lock().unwrap_or_else(PoisonError::into_inner).baking.clone()
    }

    fn props<'p>(&self, props: &'p AnyProps) -> Result<&'p ProgramProps, Vec<Problem>> {
        props.of(&self.config.name)
    }

    fn run(
        &self,
        job: &Job,
        shift: &Shift,
        inputs: &mut Inputs<'_>,
    ) -> Result<Artifact, Vec<Problem>> {
        let (disk, root, began) = (&*shift.disk, &*shift.root, shift.began);
        let mut recorder = Recorder { disk, root, began, inputs };
        let one = |problem: Problem| vec![problem];
        for (prop, path) in &job.inputs {
            // Read, not just recorded: a file that a tag names has to be there.
            recorder.inputs.read(path).map_err(|problem| one(problem.prop(prop)))?;
            recorder.record(path).map_err(one)?;
        }
        for path in self.named_files().filter(|path| !path.as_str().is_empty()) {
            if recorder.is_file(&path) {
                recorder.record(&path).map_err(one)?;
            } else if path.as_str().contains('/') {
                // If it comes to be there, it counts.
                recorder.inputs.find(&path).map_err(one)?;
            }
        }
        for path in &self.config.reads {
            recorder.record_below(path, DEEPEST).map_err(one)?;
        }
        let outbox = Outbox::new(disk, root).map_err(|error| {
            let message = format!("no folder can be made for the files of a program: {error}");
            vec![Problem::error("unwritable-cache", message)]
        })?;
        let show = |line: &str| recorder.inputs.log(line);
        let reply = self.ask(job, outbox.path(), shift, &show);
        let reply = reply.map_err(|failure| one(failure.problem(&self.config)))?;
        let reply = self.read(&reply).map_err(one)?;
        collect(reply, &outbox, &mut recorder, &kebab(&self.config.name)).map_err(|refused| {
            match refused {
                Refused::Invalid(what) => vec![invalid_reply(&self.config, what)],
                Refused::Told(problems) => problems,
            }
        })
    }

    /// The words of the command that may name files of the site.
    fn named_files(&self) -> impl Iterator<Item = SitePath> {
        let words = self.config.command.iter().filter(|word| !word.starts_with(['-', '/']));
        words.filter_map(|word| SitePath::new(word).ok())
    }

    /// Has the program do the job.
    fn ask(
        &self,
        job: &Job,
        out: &Path,
        shift: &Shift,
        show: &dyn Fn(&str),
    ) -> Result<Vec<u8>, Failure> {
        let root = &*shift.root;
        let place = |path: &SitePath| plain(&placed(root, path));
        let inputs: BTreeMap<&str, PathBuf> =
            job.inputs.iter().map(|(prop, path)| (&**prop, place(path))).collect();
        let request = Request {
            prebake: protocol::VERSION,
            component: &self.config.name,
            props: &job.props,
            inputs: inputs.iter().map(|(prop, path)| (*prop, &**path)).collect(),
            root: &plain(root),
            article: &place(&job.folder),
            out: &plain(out),
        };
        let mut message = serde_json::to_vec(&request)
            .map_err(|error| Failure::Unstarted(io::Error::other(error)))?;
        message.push(b'\n');
        let timeout = self.config.timeout;
        let start = || self.start(shift);
        match self.config.mode {
            Mode::OneShot => {
                let started = start().map_err(Failure::Unstarted)?;
                Conversation::new(started).ask(message, Until::TheEnd, timeout, show)
            }
            Mode::Server => {
                let server = shift.server(&self.config.name);
                server.ask(&start, &message, timeout, show)
            }
        }
    }

    fn start(&self, shift: &Shift) -> io::Result<Started> {
        let root = plain(&shift.root);
        let (program, arguments) =
            self.config.command.split_first().ok_or(io::ErrorKind::InvalidInput)?;
        // A path is taken from the site's root on every system, a name is looked for.
        let program = if program.contains('/') { root.join(program) } else { program.into() };
        shift.processes.start(&Invocation {
            program,
            arguments: arguments.to_vec(),
            folder: root,
            environment: vec![
                ("PREBAKE", protocol::VERSION.to_string()),
                // The same sets in the same order, and nothing written beside the site's files.
                ("PYTHONHASHSEED", "0".to_owned()),
                ("PYTHONDONTWRITEBYTECODE", "1".to_owned()),
                ("PYTHONIOENCODING", "utf-8".to_owned()),
            ],
            memory: self.config.memory,
        })
    }

    fn read(&self, reply: &[u8]) -> Result<Reply, Problem> {
        let nothing = || {
            invalid_reply(&self.config, "it wrote nothing to its standard output")
                .hint("write one JSON object there, such as {\"html\": \"<b>hello</b>\"}")
        };
        if reply.trim_ascii().is_empty() {
            return Err(nothing());
        }
        serde_json::from_slice(reply).map_err(|error| {
            let text = String::from_utf8_lossy(reply);
            let start: String = text.trim().chars().take(60).collect();
            let start = start.replace(char::is_control, " ");
            invalid_reply(&self.config, error.to_string()).hint(format!(
                "its standard output begins `{start}`; only the reply belongs there, the log to \
                 standard error"
            ))
        })
    }

    fn shown(artifact: &Artifact) -> Result<Shown, Problem> {
        // A widget by itself has baked nothing.
        if artifact.file(SHOWN).is_some() { artifact.json(SHOWN) } else { Ok(Shown::default()) }
    }
}

impl AnyComponent for ProgramComponent {
    fn name(&self) -> &str {
        &self.config.name
    }

    fn version(&self) -> &str {
        &self.version
    }

    fn face(&self) -> &str {
        &self.face
    }

    fn artifact(&self) -> &str {
        &self.config.name
    }

    fn bindable(&self) -> Vec<&str> {
        self.config.bindable.iter().map(String::as_str).collect()
    }

    fn is_instant(&self) -> bool {
        self.config.command.is_empty() || self.newest().is_none_or(|shift| !shift.may_run())
    }

    fn schema(&self) -> schemars::Schema {
        schemars::Schema::try_from(self.schema.json.clone()).unwrap_or_default()
    }

    fn resolve(&self, props: Value, context: &Context<'_>) -> Result<AnyProps, Vec<Problem>> {
        self.schema.resolve(props, context).map(AnyProps::new)
    }

    fn picture<'p>(&self, _props: &'p AnyProps) -> Option<&'p SitePath> {
        None
    }

    fn job(&self, props: &AnyProps) -> Result<AnyJob, Vec<Problem>> {
        serde_json::to_value(&self.props(props)?.job)
            .map(AnyJob)
            .map_err(|error| vec![Problem::error("invalid-job", error.to_string())])
    }

    fn prepare(&self) {
        if let (false, Some(shift)) = (self.config.command.is_empty(), self.newest()) {
            shift.may_run();
        }
    }

    fn bake(&self, job: &AnyJob, inputs: &mut Inputs<'_>) -> Result<Artifact, Vec<Problem>> {
        let job = Job::deserialize(&job.0)
            .map_err(|error| vec![Problem::error("invalid-job", error.to_string())])?;
        if self.config.command.is_empty() {
            return given_files(&job, inputs, &kebab(&self.config.name));
        }
        if let Some(shift) = self.newest().filter(|shift| !shift.may_run()) {
            // Told once for all figures, when the shift ends.
            shift.refuse(&self.config.name);
            inputs.unsettle();
            return Err(Vec::new());
        }
        let Some(shift) = self.baking() else {
            return Err(vec![Problem::error("refused-command", "no build is going on")]);
        };
        let made = self.run(&job, &shift, inputs);
        if made.is_err() {
            // Nobody knows what it has read.
            inputs.unsettle();
        }
        made
    }

    fn render(
        &self,
        props: &AnyProps,
        artifact: &Artifact,
        place: &Place<'_>,
    ) -> Result<Markup, Vec<Problem>> {
        let shown = Self::shown(artifact).map_err(|problem| vec![problem])?;
        markup::render(&self.config, self.props(props)?, &shown, artifact, place)
    }

    fn placeholder(
        &self,
        props: &AnyProps,
        _picture: Option<(u32, u32)>,
        place: &Place<'_>,
    ) -> Option<String> {
        let props = self.props(props).ok()?;
        // The widget's own room is the only one that is known.
        self.config.height?;
        markup::render(&self.config, props, &Shown::default(), &Artifact::default(), place)
            .ok()
            .map(|markup| markup.html)
    }

    fn domain(&self, prop: &str, _props: &AnyProps, _artifact: &Artifact) -> Option<Domain> {
        self.schema.domain(prop)
    }

    fn numbers(&self, artifact: &Artifact) -> Result<Option<Numbers>, Problem> {
        let number = |it: Option<f64>| it.unwrap_or(f64::INFINITY);
        let shown = Self::shown(artifact)?;
        Ok(shown.numbers.map(|said| Numbers {
            control: said.control,
            columns: said
                .columns
                .into_iter()
                .map(|(name, column)| (name, column.into_iter().map(number).collect()))
                .collect(),
            whole: said.whole.into_iter().map(|(name, it)| (name, number(it))).collect(),
        }))
    }

    fn deliveries(&self, _props: &AnyProps, _artifact: &Artifact) -> Vec<DeliveryCost> {
        Vec::new()
    }

    fn widget(&self) -> Option<Widget<'_>> {
        self.widget.widget()
    }
}

/// The artifact of a widget that no program works for: the files that its props name.
fn given_files(job: &Job, inputs: &mut Inputs<'_>, name: &str) -> Result<Artifact, Vec<Problem>> {
    let mut artifact = Artifact { name: name.to_owned(), ..Artifact::default() };
    let mut shown = Shown::default();
    for (prop, path) in &job.inputs {
        let bytes = inputs.read(path).map_err(|problem| vec![problem.prop(prop)])?;
        let name = if artifact.file(path.file_name()).is_none() && path.file_name() != SHOWN {
            path.file_name().to_owned()
        } else {
            format!("{prop}-{}", path.file_name())
        };
        artifact.push(name.clone(), bytes);
        shown.urls.insert(prop.clone(), name);
    }
    if !shown.urls.is_empty() {
        let json = serde_json::to_vec(&shown)
            .map_err(|error| vec![Problem::error("invalid-job", error.to_string())])?;
        artifact.push(SHOWN, json);
        artifact.states = 1;
    }
    Ok(artifact)
}

/// A path as programs know it: without the prefix by which Windows marks a path that it takes word
/// for word (`\\?\C:\site`), where it needs none.
fn plain(path: &Path) -> PathBuf {
    let stripped = path.to_str().and_then(|text| text.strip_prefix(r"\\?\"));
    match stripped {
        Some(rest) if cfg!(windows) && rest.as_bytes().get(1) == Some(&b':') => rest.into(),
        _ => path.to_owned(),
    }
}
