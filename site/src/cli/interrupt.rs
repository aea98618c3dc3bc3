//! Ctrl-C, and being told to end.

use crate::process::Processes;
use crate::progress::Progress;
use std::process;
use std::sync::{Arc, Mutex, PoisonError};

/// Held while a site is put in its place or removed.
static WRITING: Mutex<()> = Mutex::new(());

/// What a shell says of a program that was interrupted: 128 and SIGINT's number.
const INTERRUPTED: i32 = 130;

/// Ends the process when it is interrupted, but never in the middle of [`whole`].
pub(super) fn exit_between_writes(progress: Arc<dyn Progress>, processes: Arc<dyn Processes>) {
    let end = move || {
        progress.end();
        processes.end_all();
        let _writing = WRITING.lock().unwrap_or_else(PoisonError::into_inner);
        // What is being baked cannot be asked to stop, and need not be: the cache takes whole files
        // only.
        #[expect(clippy::exit, reason = "main is busy, and this is the one way out")]
        process::exit(INTERRUPTED);
    };
    // Without a handler an interrupt ends the process at once, which the next run repairs.
    let _ = ctrlc::set_handler(end);
}

/// Does `work` as a whole: an interrupt waits for its end.
pub(super) fn whole<T>(work: impl FnOnce() -> T) -> T {
    let _writing = WRITING.lock().unwrap_or_else(PoisonError::into_inner);
    work()
}
