//! A program that answers many jobs, one line each.

use super::conversation::{Conversation, Until};
use super::failure::Failure;
use crate::process::Started;
use std::io;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// How long a server may take to end once its standard input has ended.
const FAREWELL: Duration = Duration::from_secs(1);

/// One process, started when it is first needed; jobs wait for each other.
#[derive(Default)]
pub(super) struct Server {
    running: Mutex<Option<Conversation>>,
}

impl Server {
    /// Has the server do a job. One that ends instead of answering is started again, once.
    pub(super) fn ask(
        &self,
        start: &dyn Fn() -> io::Result<Started>,
        message: &[u8],
        timeout: Duration,
        show: &dyn Fn(&str),
    ) -> Result<Vec<u8>, Failure> {
        let mut running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        let mut tries = 0;
        loop {
            tries += 1;
            let server = match running.take() {
                Some(server) => server,
                None => Conversation::new(start().map_err(Failure::Unstarted)?),
            };
            // Kept only where it answered: what failed is not to be trusted with the next job.
            let server = running.insert(server);
            let failure = match server.ask(message.to_vec(), Until::TheLine, timeout, show) {
                Ok(reply) => return Ok(reply),
                Err(failure) => failure,
            };
            *running = None;
            if tries == 2 || !matches!(failure, Failure::Ended(..)) {
                return Err(failure);
            }
        }
    }

    /// Lets the server end.
    pub(super) fn close(&self, show: &dyn Fn(&str)) {
        let running = self.running.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(server) = running {
            server.close(FAREWELL, show);
        }
    }
}
