//! From a host's name to a connection.

use super::Network;
use super::target::Target;
use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

/// A connection, whether secure or not.
pub(super) trait Stream: Read + Write {}

impl<T: Read + Write> Stream for T {}

/// Why there is no connection.
pub(super) enum Refused {
    /// The name leads only to addresses that may not be asked.
    Private,
    /// The network or the other side says no.
    Failed(io::Error),
}

/// Connects to one of the target's addresses that may be asked. The address is looked at here, where
/// it is used: a name cannot mean another one a moment later.
pub(super) fn connect(
    target: &Target,
    network: &Network<'_>,
    deadline: Instant,
) -> Result<Box<dyn Stream>, Refused> {
    let addresses = (network.resolve)(&target.host, target.port).map_err(Refused::Failed)?;
    let mut failed = Refused::Private;
    for address in addresses.into_iter().filter(|it| (network.allow)(it.ip())) {
        let connected = left(deadline).and_then(|time| TcpStream::connect_timeout(&address, time));
        match connected {
            Ok(stream) => {
                let stream = Timed { stream, deadline };
                let secured = if target.is_secure {
                    secure(stream, &target.host)
                } else {
                    Ok(Box::new(stream) as Box<dyn Stream>)
                };
                return secured.map_err(Refused::Failed);
            }
            Err(error) => failed = Refused::Failed(error),
        }
    }
    Err(failed)
}

/// The time until a deadline.
fn left(deadline: Instant) -> io::Result<Duration> {
    let left = deadline.saturating_duration_since(Instant::now());
    if left.is_zero() { Err(io::ErrorKind::TimedOut.into()) } else { Ok(left) }
}

/// A stream whose reads and writes end at a deadline, however slowly the other side drips.
struct Timed {
    stream: TcpStream,
    deadline: Instant,
}

impl Read for Timed {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.stream.set_read_timeout(Some(left(self.deadline)?))?;
        self.stream.read(buffer)
    }
}

impl Write for Timed {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.stream.set_write_timeout(Some(left(self.deadline)?))?;
        self.stream.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.stream.flush()
    }
}

#[cfg(feature = "external")]
fn secure(stream: Timed, host: &str) -> io::Result<Box<dyn Stream>> {
    use rustls::pki_types::ServerName;
    use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned, crypto};
    use std::sync::{Arc, LazyLock};

    // The system's certificates: those that its owner trusts, a company's own among them.
    static CONFIG: LazyLock<Result<Arc<ClientConfig>, rustls::Error>> = LazyLock::new(|| {
        let mut roots = RootCertStore::empty();
        roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        let provider = Arc::new(crypto::ring::default_provider());
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()?
            .with_root_certificates(roots)
            .with_no_client_auth();
        Ok(Arc::new(config))
    });
    let config = CONFIG.as_ref().map_err(io::Error::other)?;
    let name = ServerName::try_from(host.to_owned()).map_err(io::Error::other)?;
    let connection = ClientConnection::new(Arc::clone(config), name).map_err(io::Error::other)?;
    Ok(Box::new(StreamOwned::new(connection, stream)))
}

#[cfg(not(feature = "external"))]
fn secure(_: Timed, _: &str) -> io::Result<Box<dyn Stream>> {
    Err(io::Error::new(io::ErrorKind::Unsupported, "this program was built without HTTPS"))
}
