//! Following links that lead out of the site, politely: each host is asked one thing at a time, with
//! a pause, and never an address of this machine or of a private network.

mod address;
mod connect;
mod memory;
mod request;
mod target;

pub use address::is_public;
pub use memory::Memory;

use crate::check::Outward;
use crate::diagnostic::Diagnostic;
use crate::progress::Progress;
use connect::{Refused, connect};
use request::{Reply, ask};
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::io;
use std::net::{IpAddr, SocketAddr, ToSocketAddrs as _};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};
use target::Target;

/// Whether links of HTTPS can be followed: a matter of how this program was built.
pub const SPEAKS_HTTPS: bool = cfg!(feature = "external");

/// Redirections in a row, as browsers have it.
const MOST_REDIRECTIONS: usize = 20;
/// Hosts that are asked at once.
const MOST_HOSTS: usize = 16;

/// The way to other hosts.
pub struct Network<'a> {
    /// The addresses of a host's name.
    pub resolve: &'a (dyn Fn(&str, u16) -> io::Result<Vec<SocketAddr>> + Sync),
    /// Which of them may be asked.
    pub allow: &'a (dyn Fn(IpAddr) -> bool + Sync),
    /// Between two requests to one host.
    pub pause: Duration,
    /// How long one request may take in all.
    pub patience: Duration,
}

impl Network<'static> {
    /// The internet: the system's names, and public addresses only.
    #[must_use]
    pub fn internet() -> Self {
        Self {
            resolve: &|host, port| Ok((host, port).to_socket_addrs()?.collect()),
            allow: &is_public,
            pause: Duration::from_secs(1),
            patience: Duration::from_secs(20),
        }
    }
}

/// What became of a link.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Fate {
    Good,
    /// It leads to no page; why.
    Dead(String),
    /// Nobody can tell from here; why.
    Unknown(String),
}

/// Follows each of the links once, but for those that `memory` knows as good, and says what leads
/// nowhere, at each place that writes it.
#[must_use]
pub fn follow(
    links: &[Outward],
    network: &Network<'_>,
    memory: &mut Memory,
    progress: &dyn Progress,
) -> Vec<Diagnostic> {
    let urls: BTreeSet<&str> = links.iter().map(|link| without_fragment(&link.url)).collect();
    let mut hosts: BTreeMap<String, VecDeque<(&str, Target)>> = BTreeMap::new();
    let mut fates: BTreeMap<&str, Fate> = BTreeMap::new();
    for url in urls {
        match Target::new(url) {
            _ if memory.knows(url) => drop(fates.insert(url, Fate::Good)),
            Some(target) => hosts.entry(target.host.clone()).or_default().push_back((url, target)),
            None => {
                let why = "it is no address that can be asked".to_owned();
                fates.insert(url, Fate::Unknown(why));
            }
        }
    }
    progress.following(hosts.values().map(VecDeque::len).sum());
    let manners = Manners { network, hosts: Mutex::default() };
    let waiting = Mutex::new(hosts.into_values().collect::<VecDeque<_>>());
    let found = Mutex::new(&mut fates);
    let work = || {
        while let Some(links) = lock(&waiting).pop_front() {
            for (url, target) in links {
                progress.started(&target.host);
                let fate = manners.fate(&target);
                progress.finished(&target.host);
                lock(&found).insert(url, fate);
            }
        }
    };
    thread::scope(|scope| {
        for _ in 0..MOST_HOSTS {
            scope.spawn(work);
        }
    });
    progress.end();
    for (url, _) in fates.iter().filter(|(_, fate)| **fate == Fate::Good) {
        memory.learn(url);
    }
    let told = links.iter().filter_map(|link| {
        let found = match fates.get(without_fragment(&link.url))? {
            Fate::Good => return None,
            Fate::Dead(why) => {
                Diagnostic::warning("dead-link", format!("this leads nowhere: {why}"))
                    .hint("find where the page has gone, or link to a copy in an archive")
            }
            Fate::Unknown(why) => {
                Diagnostic::note("unchecked-link", format!("this could not be followed: {why}"))
                    .hint("look for yourself")
            }
        };
        Some(found.at(&link.source, link.range.clone()))
    });
    told.collect()
}

fn without_fragment(url: &str) -> &str {
    url.split('#').next().unwrap_or(url).trim()
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Keeps count of which host was asked when.
struct Manners<'a> {
    network: &'a Network<'a>,
    /// When each host was asked last; held while it is being asked.
    hosts: Mutex<BTreeMap<String, Arc<Mutex<Option<Instant>>>>>,
}

impl Manners<'_> {
    fn fate(&self, target: &Target) -> Fate {
        let found = match self.follow(target, "HEAD") {
            // Many servers know no HEAD, a busy one or a lost packet gets a second chance.
            Err(Trouble::Failed(_)) | Ok(Reply { status: 400.., .. }) => self.follow(target, "GET"),
            found => found,
        };
        match found {
            Ok(reply) => fate_of(reply.status),
            Err(Trouble::Private) => {
                Fate::Unknown("its host is this machine or one of a private network".to_owned())
            }
            Err(Trouble::Failed(why) | Trouble::Lost(why)) => Fate::Dead(why),
        }
    }

    /// Follows redirections to their end.
    fn follow(&self, target: &Target, method: &str) -> Result<Reply, Trouble> {
        let mut target = target.clone();
        for _ in 0..=MOST_REDIRECTIONS {
            let reply = self.ask(method, &target)?;
            let Some(location) = reply.location.as_ref().filter(|_| is_redirection(reply.status))
            else {
                return Ok(reply);
            };
            target = target.join(location).ok_or_else(|| {
                Trouble::Lost(format!("it redirects to {location:?}, which is no page"))
            })?;
        }
        Err(Trouble::Lost("it redirects without end".to_owned()))
    }

    fn ask(&self, method: &str, target: &Target) -> Result<Reply, Trouble> {
        let host = Arc::clone(lock(&self.hosts).entry(target.host.clone()).or_default());
        let mut last = lock(&host);
        if let Some(last) = *last {
            thread::sleep(self.network.pause.saturating_sub(last.elapsed()));
        }
        let deadline = Instant::now() + self.network.patience;
        let reply = connect(target, self.network, deadline)
            .and_then(|stream| ask(stream, method, target).map_err(Refused::Failed));
        *last = Some(Instant::now());
        reply.map_err(|refused| match refused {
            Refused::Private => Trouble::Private,
            Refused::Failed(error) => Trouble::Failed(said(target, &error)),
        })
    }
}

/// Why nothing was answered.
enum Trouble {
    /// The host may not be asked.
    Private,
    /// The network or the server failed, which may pass.
    Failed(String),
    /// Its redirections lead nowhere.
    Lost(String),
}

fn is_redirection(status: u16) -> bool {
    matches!(status, 301 | 302 | 303 | 307 | 308)
}

fn fate_of(status: u16) -> Fate {
    match status {
        200..=399 => Fate::Good,
        // A reader may be let in where a program is not.
        401 | 403 | 406 | 407 | 429 | 451 | 999 => {
            Fate::Unknown(format!("the server answers {status}, though a reader may be let in"))
        }
        status => Fate::Dead(format!("the server answers {status}")),
    }
}

fn said(target: &Target, error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::TimedOut | io::ErrorKind::WouldBlock => {
            format!("`{}` does not answer in time", target.host)
        }
        _ => format!("`{}` cannot be asked: {error}", target.host),
    }
}
