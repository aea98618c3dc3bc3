//! What can go wrong, said so that the build's log is enough to mend it.

use std::fmt;
use std::path::PathBuf;

/// Why a plugin's browser half could not be made.
///
/// A build script that returns it from `main` has it printed by its `Debug` form, which is
/// therefore the same as its `Display` form.
#[non_exhaustive]
pub enum Error {
    /// The function was called outside a build script.
    NotABuildScript {
        /// The variable that cargo would have set.
        variable: &'static str,
    },
    /// A file could not be read or written.
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        error: std::io::Error,
    },
    /// A program could not be started, or failed.
    Program {
        /// The command line.
        command: String,
        /// What it said, or why it did not start.
        message: String,
    },
    /// The Rust toolchain lacks the standard library for wasm, and it could not be installed.
    MissingTarget {
        /// The command that installs it.
        command: String,
        /// Why it was not run, or what came of it.
        message: String,
    },
    /// The workspace's metadata or lock file does not say what is needed.
    Metadata {
        /// What is missing, or wrong.
        message: String,
    },
    /// wasm-bindgen refused the module.
    Bindgen {
        /// Its reason.
        message: String,
    },
    /// A script is not understood.
    Script {
        /// Its file name.
        script: String,
        /// The line, from 1.
        line: usize,
        /// What is wrong there.
        message: &'static str,
    },
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotABuildScript { variable } => {
                write!(f, "{variable} is not set: this is for build scripts")
            }
            Self::File { path, error } => write!(f, "{}: {error}", path.display()),
            Self::Program { command, message } => write!(f, "`{command}` failed\n{message}"),
            Self::MissingTarget { command, message } => write!(
                f,
                "the kernels need Rust's standard library for wasm, which is not installed\n\
                 {message}\nrun this, then build again:\n\n    {command}\n"
            ),
            Self::Metadata { message } => f.write_str(message),
            Self::Bindgen { message } => write!(f, "wasm-bindgen: {message}"),
            Self::Script { script, line, message } => write!(f, "{script}:{line}: {message}"),
        }
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::File { error, .. } => Some(error),
            _ => None,
        }
    }
}
