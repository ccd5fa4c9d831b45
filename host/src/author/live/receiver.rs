//! Receives the spans of one program: OTLP over HTTP, in JSON, on a loopback address.
//!
//! A program waits for the answer to what it sends before it ends, and the answer comes after the spans
//! were kept: when the program has ended, they are here.

use std::convert::Infallible;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard};
use std::thread::JoinHandle;

use http_body_util::{BodyExt as _, Full, Limited};
use hyper::body::{Bytes, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;

use super::span::{self, Span};
use crate::author::AuthorError;

/// The largest request, in bytes.
const MOST_BYTES: usize = 64 << 20;

/// Receives until it is dropped.
#[derive(Debug)]
pub struct Receiver {
    address: SocketAddr,
    received: Arc<Received>,
    /// Ends the thread when it is dropped.
    ends: Option<oneshot::Sender<Infallible>>,
    thread: Option<JoinHandle<()>>,
}

#[derive(Debug, Default)]
struct Received(Mutex<Content>);

#[derive(Debug, Default)]
struct Content {
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
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_io()
            .build()
            .map_err(failed)?;
        let listening = TcpListener::bind((Ipv4Addr::LOCALHOST, 0));
        let listener = runtime.block_on(listening).map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        let received = Arc::new(Received::default());
        let (ends, ended) = oneshot::channel();
        let thread = std::thread::spawn({
            let received = Arc::clone(&received);
            move || {
                runtime.spawn(accept(listener, received));
                // Nothing is ever sent: it returns when the receiver is dropped, and ends all connections.
                drop(runtime.block_on(ended));
            }
        });
        Ok(Self {
            address,
            received,
            ends: Some(ends),
            thread: Some(thread),
        })
    }

    /// Where to send to.
    pub fn endpoint(&self) -> String {
        format!("http://{}", self.address)
    }

    /// What has arrived.
    pub fn spans(self) -> Result<Vec<Span>, AuthorError> {
        let mut content = self.received.lock();
        match content.wrong.take() {
            Some(reason) => Err(AuthorError::LiveReceive { reason }),
            None => Ok(std::mem::take(&mut content.spans)),
        }
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        drop(self.ends.take());
        if let Some(thread) = self.thread.take() {
            drop(thread.join());
        }
    }
}

impl Received {
    fn lock(&self) -> MutexGuard<'_, Content> {
        self.0
            .lock()
            .expect("no thread panics while it holds what was received")
    }

    fn note(&self, reason: String) {
        self.lock().wrong.get_or_insert(reason);
    }

    /// Keeps the spans of a request, or why it has none.
    async fn keep(&self, request: Request<Incoming>) -> StatusCode {
        let path = request.uri().path().to_owned();
        let body = Limited::new(request.into_body(), MOST_BYTES).collect();
        let spans = match body.await {
            Err(error) => Err(format!("a request breaks off: {error}")),
            Ok(_) if path != "/v1/traces" => Ok(Vec::new()),
            Ok(body) => span::decode(&body.to_bytes()),
        };
        match spans {
            Ok(spans) => self.lock().spans.extend(spans),
            Err(reason) => {
                self.note(reason);
                return StatusCode::BAD_REQUEST;
            }
        }
        StatusCode::OK
    }
}

async fn accept(listener: TcpListener, received: Arc<Received>) {
    loop {
        if let Ok((connection, _)) = listener.accept().await {
            tokio::spawn(serve(connection, Arc::clone(&received)));
        }
    }
}

/// Answers the requests of a connection until the other side closes it.
async fn serve(connection: TcpStream, received: Arc<Received>) {
    let answer = service_fn(async |request| {
        let status = received.keep(request).await;
        let mut response = Response::new(Full::new(Bytes::from_static(b"{}")));
        *response.status_mut() = status;
        Ok::<_, Infallible>(response)
    });
    // Closed when what is wrong with it was noted.
    let mut served = pin!(http1::Builder::new().serve_connection(TokioIo::new(connection), answer));
    if let Err(error) = served.as_mut().await {
        received.note(format!("a request cannot be read: {error}"));
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Read as _, Write as _};
    use std::net::{Shutdown, TcpStream};

    use super::Receiver;

    fn post(receiver: &Receiver, request: &str) -> String {
        let mut connection = TcpStream::connect(receiver.address).unwrap();
        connection.write_all(request.as_bytes()).unwrap();
        connection.shutdown(Shutdown::Write).unwrap();
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
