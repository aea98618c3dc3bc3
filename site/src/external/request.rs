//! One request, as much of HTTP/1.1 (RFC 9112) as its status needs: no body is ever read.

use super::connect::Stream;
use super::target::Target;
use std::io;

/// Far more than any sensible head.
const LONGEST_HEAD: usize = 64 << 10;
const MOST_HEADERS: usize = 128;

/// What a server said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Reply {
    pub(super) status: u16,
    /// Where a redirection leads, as it is written.
    pub(super) location: Option<String>,
}

/// Asks with `method`, `HEAD` or `GET`.
pub(super) fn ask(mut stream: Box<dyn Stream>, method: &str, target: &Target) -> io::Result<Reply> {
    let request = format!(
        "{method} {path} HTTP/1.1\r\nHost: {host}\r\nUser-Agent: prebake/{version} (link checker)\r\n\
         Accept: */*\r\nConnection: close\r\n\r\n",
        path = target.path,
        host = target.authority(),
        version = env!("CARGO_PKG_VERSION"),
    );
    stream.write_all(request.as_bytes())?;
    stream.flush()?;
    let mut head = Vec::new();
    let mut chunk = [0; 4096];
    loop {
        let count = match stream.read(&mut chunk) {
            Ok(count) => count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        head.extend_from_slice(&chunk[..count]);
        if let Some(reply) = read(&head)? {
            return Ok(reply);
        }
        if count == 0 {
            return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "the answer breaks off"));
        }
        if head.len() > LONGEST_HEAD {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "the answer has no end"));
        }
    }
}

/// The reply, once its head is whole.
fn read(head: &[u8]) -> io::Result<Option<Reply>> {
    let mut headers = [httparse::EMPTY_HEADER; MOST_HEADERS];
    let mut response = httparse::Response::new(&mut headers);
    let invalid = |_| io::Error::new(io::ErrorKind::InvalidData, "the answer is no HTTP");
    let httparse::Status::Complete(length) = response.parse(head).map_err(invalid)? else {
        return Ok(None);
    };
    let status = response.code.unwrap_or(0);
    // "Continue" and its like come before the answer itself.
    if (100..200).contains(&status) && status != 101 {
        return read(&head[length..]);
    }
    let location = response.headers.iter().find(|it| it.name.eq_ignore_ascii_case("location"));
    let location = location.map(|it| String::from_utf8_lossy(it.value).into_owned());
    Ok(Some(Reply { status, location }))
}
