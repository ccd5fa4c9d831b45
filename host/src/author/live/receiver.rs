//! Receives the spans of one program: OTLP over HTTP, in JSON, on a loopback address.
//!
//! A program waits for the answer to what it sends before it ends, and the answer comes after the spans
//! were kept: when the program has ended, they are here.

use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::thread::JoinHandle;

use super::span::{self, Span};
use crate::author::AuthorError;

/// The largest request, and the longest head of one, in bytes.
const MOST_BYTES: usize = 64 << 20;
const MOST_HEAD: u64 = 64 << 10;

/// Receives until it is dropped.
#[derive(Debug)]
pub struct Receiver {
    address: SocketAddr,
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

#[derive(Debug, Default)]
struct Shared {
    ends: AtomicBool,
    received: Mutex<Received>,
}

#[derive(Debug, Default)]
struct Received {
    spans: Vec<Span>,
    /// What could not be read.
    wrong: Option<String>,
}

impl Receiver {
    /// Listens on a free port.
    pub fn start() -> Result<Self, AuthorError> {
        let failed = |error: io::Error| AuthorError::LiveReceive {
            reason: format!("no loopback port can be listened at: {error}"),
        };
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        let shared = Arc::new(Shared::default());
        let thread = std::thread::spawn({
            let shared = Arc::clone(&shared);
            move || accept(&listener, &shared)
        });
        Ok(Self {
            address,
            shared,
            thread: Some(thread),
        })
    }

    /// Where to send to.
    pub fn endpoint(&self) -> String {
        format!("http://{}", self.address)
    }

    /// What has arrived.
    pub fn spans(self) -> Result<Vec<Span>, AuthorError> {
        let mut received = self.shared.lock();
        match received.wrong.take() {
            Some(reason) => Err(AuthorError::LiveReceive { reason }),
            None => Ok(std::mem::take(&mut received.spans)),
        }
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        self.shared.ends.store(true, Ordering::Release);
        // The thread waits for a connection.
        drop(TcpStream::connect(self.address));
        if let Some(thread) = self.thread.take() {
            drop(thread.join());
        }
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Received> {
        self.received
            .lock()
            .expect("no thread panics while it holds what was received")
    }

    /// Keeps the spans of a request, or why it has none. Returns the status of the answer.
    fn keep(&self, path: &str, body: &[u8]) -> &'static str {
        let spans = match path {
            "/v1/traces" => span::decode(body),
            _ => Ok(Vec::new()),
        };
        let mut received = self.lock();
        match spans {
            Ok(spans) => received.spans.extend(spans),
            Err(reason) => {
                received.wrong.get_or_insert(reason);
                return "400 Bad Request";
            }
        }
        "200 OK"
    }
}

fn accept(listener: &TcpListener, shared: &Arc<Shared>) {
    for connection in listener.incoming() {
        if shared.ends.load(Ordering::Acquire) {
            return;
        }
        let Ok(connection) = connection else {
            continue;
        };
        let shared = Arc::clone(shared);
        // It ends when the program closes the connection, or is gone.
        std::thread::spawn(move || {
            if let Err(reason) = serve(&connection, &shared) {
                shared.lock().wrong.get_or_insert(reason);
            }
        });
    }
}

/// Answers the requests of a connection until the other side closes it.
fn serve(connection: &TcpStream, shared: &Shared) -> Result<(), String> {
    let mut reader = BufReader::new(connection);
    while let Some((path, length)) = head(&mut reader)? {
        let mut body = vec![0; length];
        let read = reader.read_exact(&mut body);
        read.map_err(|error| format!("a request breaks off: {error}"))?;
        let status = shared.keep(&path, &body);
        let answer = format!(
            "HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{{}}"
        );
        let mut connection = connection;
        let answered = connection.write_all(answer.as_bytes());
        answered.map_err(|error| format!("an answer breaks off: {error}"))?;
    }
    Ok(())
}

/// Reads the head of a request (RFC 9112): its path and the length of its body. None at the end.
fn head(reader: &mut BufReader<&TcpStream>) -> Result<Option<(String, usize)>, String> {
    let mut lines = reader.take(MOST_HEAD).lines();
    // A connection that was reset has ended as well.
    let Some(Ok(request)) = lines.next() else {
        return Ok(None);
    };
    let path = request.split(' ').nth(1).unwrap_or_default().to_owned();
    let mut length = None;
    for line in lines {
        let line = line.map_err(|error| format!("a request breaks off: {error}"))?;
        if line.is_empty() {
            let length = length.ok_or_else(|| format!("{request:?} has no length"))?;
            return Ok(Some((path, length)));
        }
        if let Some((name, value)) = line.split_once(':')
            && name.eq_ignore_ascii_case("content-length")
        {
            let value = value.trim().parse().ok();
            length = value.filter(|length| *length <= MOST_BYTES);
        }
    }
    Err(format!("{request:?} has no end"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn post(receiver: &Receiver, request: &str) -> String {
        let mut connection = TcpStream::connect(receiver.address).unwrap();
        connection.write_all(request.as_bytes()).unwrap();
        connection.shutdown(std::net::Shutdown::Write).unwrap();
        let mut answer = String::new();
        connection.read_to_string(&mut answer).unwrap();
        answer
    }

    #[test]
    fn spans_are_kept_when_the_answer_comes() {
        let receiver = Receiver::start().unwrap();
        let body = r#"{"resourceSpans":[{"scopeSpans":[{"spans":[{"name":"a","spanId":"01"}]}]}]}"#;
        let head = |path: &str, length: usize| {
            format!("POST {path} HTTP/1.1\r\nHost: x\r\ncontent-LENGTH: {length}\r\n\r\n")
        };
        let request = head("/v1/traces", body.len()) + body;
        let both = post(&receiver, &(head("/v1/logs", 0) + &request));
        assert_eq!(both.matches("200 OK").count(), 2, "{both}");
        let spans = receiver.spans().unwrap();
        assert_eq!(spans.len(), 1);
        assert_eq!(spans[0].name, "a");
    }

    #[test]
    fn what_is_no_request_is_told() {
        for request in [
            "POST /v1/traces HTTP/1.1\r\n\r\n",
            "POST /v1/traces HTTP/1.1\r\nContent-Length: 99999999999\r\n\r\n",
            "POST /v1/traces HTTP/1.1\r\nContent-Length: 3\r\n\r\n{",
            "POST /v1/traces HTTP/1.1\r\nContent-Length: 3\r\n\r\n[1]",
            "POST /v1/traces HTTP/1.1\r\n",
        ] {
            let receiver = Receiver::start().unwrap();
            let answer = post(&receiver, request);
            assert!(!answer.contains("200"), "{request:?}: {answer}");
            assert!(receiver.spans().is_err(), "{request:?}");
        }
    }
}
