//! Talking with a program that runs: its three pipes, its time, and its end.

use super::failure::Failure;
use crate::process::{Exit, Process, Started};
use std::collections::VecDeque;
use std::io::{self, Read, Write as _};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender, SyncSender};
use std::thread;
use std::time::{Duration, Instant};

/// The longest reply.
pub(super) const REPLY_LIMIT: usize = 32 << 20;
/// How many of the log's last lines an error quotes.
const QUOTED: usize = 12;
/// How many lines of the log of one job are shown as they come.
const SHOWN: usize = 1_000;
/// The longest line of a log, in bytes.
const LINE: usize = 4 << 10;
/// Between two looks whether a program has ended that keeps its pipes open.
const GLANCE: Duration = Duration::from_millis(20);
/// How long the pipes of a program that has ended may stay open: what it started, and what has left
/// its family, may hold them for ever.
const AFTERMATH: Duration = Duration::from_millis(300);

/// What comes from a program.
enum Event {
    Reply(Vec<u8>),
    ReplyEnd,
    Log(Vec<u8>),
    LogEnd,
}

/// A program that runs.
pub(super) struct Conversation {
    process: Box<dyn Process>,
    input: Option<Sender<Vec<u8>>>,
    events: Receiver<Event>,
    replies_end: bool,
    log_ends: bool,
    /// What came behind the line end of a reply.
    rest: Vec<u8>,
    log: Log,
}

/// Where a reply ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Until {
    /// With the program, which has to end well.
    TheEnd,
    /// With the line.
    TheLine,
}

impl Conversation {
    pub(super) fn new(started: Started) -> Self {
        let Started { input, output, log, process } = started;
        // Of a program that writes faster than it is read, no more than this is held.
        let (tell, events) = mpsc::sync_channel(16);
        let also = tell.clone();
        thread::spawn(move || forward(output, &tell, Event::Reply, Event::ReplyEnd));
        thread::spawn(move || forward(log, &also, Event::Log, Event::LogEnd));
        let (write, messages) = mpsc::channel::<Vec<u8>>();
        thread::spawn(move || {
            let mut input = input;
            for message in messages {
                // A program may answer without having read what it was told.
                if input.write_all(&message).and_then(|()| input.flush()).is_err() {
                    break;
                }
            }
        });
        let (replies_end, log_ends) = (false, false);
        let (rest, log) = (Vec::new(), Log::default());
        Self { process, input: Some(write), events, replies_end, log_ends, rest, log }
    }

    /// Says `message` and waits for the reply; `show` gets the lines of the log as they come. A
    /// program that does not keep within its limits is killed.
    pub(super) fn ask(
        &mut self,
        message: Vec<u8>,
        until: Until,
        timeout: Duration,
        show: &dyn Fn(&str),
    ) -> Result<Vec<u8>, Failure> {
        let end = Instant::now() + timeout;
        self.log.begin();
        if let Some(input) = &self.input {
            // It may have ended; then its end is what is told.
            let _ = input.send(message);
        }
        if until == Until::TheEnd {
            self.input = None;
        }
        let mut reply = std::mem::take(&mut self.rest);
        let mut looked_through = 0;
        let mut ended: Option<(Exit, Instant)> = None;
        loop {
            if until == Until::TheLine {
                let line_end = reply[looked_through..].iter().position(|byte| *byte == b'\n');
                if let Some(at) = line_end {
                    self.rest = reply.split_off(looked_through + at + 1);
                    reply.pop();
                    return Ok(reply);
                }
                looked_through = reply.len();
            }
            if reply.len() > REPLY_LIMIT {
                self.process.kill();
                return Err(Failure::Flood);
            }
            let now = Instant::now();
            if let Some((exit, since)) = ended
                && ((self.replies_end && self.log_ends) || now > since + AFTERMATH)
            {
                let log = self.log.finish(show);
                return match (exit, until) {
                    (Exit::Code(0), Until::TheEnd) => Ok(reply),
                    _ => Err(Failure::Ended(exit, log)),
                };
            }
            if now >= end {
                self.process.kill();
                self.drain(show);
                return Err(Failure::TimedOut(self.log.finish(show)));
            }
            match self.events.recv_timeout(GLANCE.min(end - now)) {
                Ok(Event::Reply(bytes)) => reply.extend(bytes),
                Ok(Event::ReplyEnd) => self.replies_end = true,
                Ok(Event::Log(bytes)) => self.log.hear(&bytes, show),
                Ok(Event::LogEnd) => self.log_ends = true,
                Err(RecvTimeoutError::Timeout) => {}
                // Both pipes have ended, and all that came was heard.
                Err(RecvTimeoutError::Disconnected) => thread::sleep(Duration::from_millis(1)),
            }
            if ended.is_none() {
                ended = self.ended()?.map(|exit| (exit, Instant::now()));
            }
        }
    }

    /// Lets a program end that has nothing more to do, for as long as `patience`.
    pub(super) fn close(mut self, patience: Duration, show: &dyn Fn(&str)) {
        self.input = None;
        let end = Instant::now() + patience;
        while Instant::now() < end && matches!(self.process.ended(), Ok(None)) {
            match self.events.recv_timeout(Duration::from_millis(5)) {
                Ok(Event::Log(bytes)) => self.log.hear(&bytes, show),
                Ok(_) | Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => thread::sleep(Duration::from_millis(1)),
            }
        }
        self.process.kill();
        self.drain(show);
        self.log.finish(show);
    }

    fn ended(&mut self) -> Result<Option<Exit>, Failure> {
        self.process.ended().map_err(|error| {
            self.process.kill();
            Failure::Lost(error)
        })
    }

    /// Hears what a killed program still had to say.
    fn drain(&mut self, show: &dyn Fn(&str)) {
        let end = Instant::now() + AFTERMATH;
        while !self.log_ends && Instant::now() < end {
            match self.events.recv_timeout(GLANCE) {
                Ok(Event::Log(bytes)) => self.log.hear(&bytes, show),
                Ok(Event::LogEnd) => self.log_ends = true,
                Ok(_) | Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => break,
            }
        }
    }
}

fn forward(
    mut from: Box<dyn Read + Send>,
    to: &SyncSender<Event>,
    event: fn(Vec<u8>) -> Event,
    end: Event,
) {
    let mut buffer = vec![0; 64 << 10];
    loop {
        match from.read(&mut buffer) {
            Ok(0) => break,
            Ok(read) => {
                if to.send(event(buffer[..read].to_vec())).is_err() {
                    return;
                }
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(_) => break,
        }
    }
    // Nobody listens once the job is over.
    let _ = to.send(end);
}

/// The lines of a log: shown as they come, up to a number; the last ones kept.
#[derive(Default)]
struct Log {
    line: Vec<u8>,
    /// A carriage return came last.
    returned: bool,
    last: VecDeque<String>,
    shown: usize,
}

impl Log {
    /// A new job begins.
    fn begin(&mut self) {
        self.last.clear();
        self.shown = 0;
    }

    fn hear(&mut self, bytes: &[u8], show: &dyn Fn(&str)) {
        for &byte in bytes {
            match byte {
                b'\n' => self.end_line(show),
                b'\r' => self.returned = true,
                _ => {
                    // A terminal would write over the line: of a bar that moves, the last is kept.
                    if std::mem::take(&mut self.returned) {
                        self.line.clear();
                    }
                    if self.line.len() < LINE {
                        self.line.push(byte);
                    }
                }
            }
        }
    }

    fn end_line(&mut self, show: &dyn Fn(&str)) {
        self.returned = false;
        let line = std::mem::take(&mut self.line);
        let line = plain(String::from_utf8_lossy(&line).trim_end());
        self.shown += 1;
        if self.shown <= SHOWN {
            show(&line);
        } else if self.shown == SHOWN + 1 {
            show("(what it says from here on is not shown)");
        }
        if !line.is_empty() {
            self.last.push_back(line);
        }
        if self.last.len() > QUOTED {
            self.last.pop_front();
        }
    }

    /// The last lines.
    fn finish(&mut self, show: &dyn Fn(&str)) -> Vec<String> {
        if !self.line.is_empty() {
            self.end_line(show);
        }
        self.last.iter().cloned().collect()
    }
}

/// Text that leaves a terminal as it is: escape sequences and control characters go, tabs stay.
fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            // ECMA-48: `ESC [`, parameters, and one letter or its like.
            '\x1b' => {
                if characters.next_if_eq(&'[').is_some() {
                    while characters.next().is_some_and(|c| !('\x40'..='\x7e').contains(&c)) {}
                }
            }
            '\t' => plain.push(character),
            _ if character.is_control() => {}
            _ => plain.push(character),
        }
    }
    plain
}
