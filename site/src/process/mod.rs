//! Every program that the generator runs is started through one trait, so that tests can play any
//! program and no other file has to know how a system ends a whole family of processes.

mod real;

pub use real::RealProcesses;

use std::fmt;
use std::io::{self, Read, Write};
use std::path::PathBuf;

/// A program to be started, and what it may use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invocation {
    /// The program: a path, or a name to be looked for as the system does.
    pub program: PathBuf,
    /// Its arguments.
    pub arguments: Vec<String>,
    /// Where it runs.
    pub folder: PathBuf,
    /// Variables beside those of this process.
    pub environment: Vec<(&'static str, String)>,
    /// How many bytes of memory each of its processes may write to, where the system can hold it to
    /// that.
    pub memory: Option<u64>,
}

/// Starts programs.
pub trait Processes: Send + Sync {
    /// Starts a program with three pipes, as the head of a family of processes of its own.
    ///
    /// # Errors
    /// `NotFound` where there is no such program, or what the system says.
    fn start(&self, invocation: &Invocation) -> io::Result<Started>;

    /// Whether a limit of memory means anything here.
    fn limits_memory(&self) -> bool;

    /// Ends every program that still runs, with all that it has started, and starts no more: what
    /// there is to do when this process is interrupted.
    fn end_all(&self);
}

/// A program that runs, and its pipes.
pub struct Started {
    /// Its standard input.
    pub input: Box<dyn Write + Send>,
    /// Its standard output.
    pub output: Box<dyn Read + Send>,
    /// Its standard error.
    pub log: Box<dyn Read + Send>,
    /// Its life.
    pub process: Box<dyn Process>,
}

/// The life of a program.
pub trait Process: Send {
    /// How it ended; `None` while it runs.
    ///
    /// # Errors
    /// What the system says.
    fn ended(&mut self) -> io::Result<Option<Exit>>;

    /// Ends it, and all that it has started and that has not left its family.
    fn kill(&mut self);
}

/// How a program ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// With this code; 0 is success.
    Code(i32),
    /// By this signal.
    Signal(i32),
}

impl fmt::Display for Exit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Code(code) => write!(f, "ended with exit code {code}"),
            Self::Signal(9) => f.write_str("was killed (signal 9)"),
            Self::Signal(11) => f.write_str("crashed (signal 11, a segmentation fault)"),
            Self::Signal(signal) => write!(f, "was ended by signal {signal}"),
        }
    }
}
