//! An OTLP/HTTP receiver on loopback that decodes with the official protobuf definitions.

use std::collections::HashMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::time::{Duration, Instant};

use anyhow::Context as _;
use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use opentelemetry_proto::tonic::collector::logs::v1::{
    ExportLogsServiceRequest, ExportLogsServiceResponse,
};
use opentelemetry_proto::tonic::collector::metrics::v1::{
    ExportMetricsServiceRequest, ExportMetricsServiceResponse,
};
use opentelemetry_proto::tonic::collector::trace::v1::{
    ExportTraceServiceRequest, ExportTraceServiceResponse,
};
use opentelemetry_proto::tonic::resource::v1::Resource;
use prost::Message;

use crate::metric::Point;
use crate::record::LogRecord;
use crate::span::{Span, Trace, Value};

/// How long [`Sink::wait_for`] waits: far longer than a service needs, so that a slow machine does
/// not fail a test; a passing test never waits that long.
const PATIENCE: Duration = Duration::from_mins(1);

/// What has arrived so far.
#[derive(Default)]
struct Received {
    spans: Vec<Span>,
    records: Vec<LogRecord>,
    points: Vec<Point>,
    refused: Vec<String>,
    requests: usize,
}

#[derive(Default)]
struct Store {
    received: Mutex<Received>,
    arrived: Condvar,
}

impl Store {
    fn lock(&self) -> MutexGuard<'_, Received> {
        self.received
            .lock()
            .expect("no thread panics while it holds the store")
    }
}

/// A running receiver. It ends when dropped.
pub struct Sink {
    address: SocketAddr,
    store: Arc<Store>,
    stop: Option<tokio::sync::oneshot::Sender<()>>,
    thread: Option<std::thread::JoinHandle<()>>,
}

impl Sink {
    /// Starts a receiver on a free loopback port.
    pub fn start() -> anyhow::Result<Self> {
        let listener = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        let store = Arc::new(Store::default());
        let router = Router::new()
            .route("/v1/traces", post(traces))
            .route("/v1/metrics", post(metrics))
            .route("/v1/logs", post(logs))
            .layer(DefaultBodyLimit::max(64 << 20))
            .with_state(Arc::clone(&store));
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_io()
            .build()?;
        let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
        let thread = std::thread::spawn(move || {
            runtime.block_on(async move {
                let listener = tokio::net::TcpListener::from_std(listener)
                    .expect("the listener is non-blocking");
                let server = axum::serve(listener, router);
                tokio::select! {
                    _ = server.into_future() => {}
                    _ = stopped => {}
                }
            });
        });
        Ok(Self {
            address,
            store,
            stop: Some(stop),
            thread: Some(thread),
        })
    }

    /// Value for `OTEL_EXPORTER_OTLP_ENDPOINT`.
    pub fn endpoint(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The spans that have arrived.
    ///
    /// # Panics
    ///
    /// When a request was refused: a program under test must only send what decodes.
    pub fn trace(&self) -> Trace {
        let received = self.store.lock();
        assert!(
            received.refused.is_empty(),
            "the sink refused: {:?}",
            received.refused
        );
        Trace::new(received.spans.clone())
    }

    /// The log records that have arrived.
    ///
    /// # Panics
    ///
    /// When a request was refused.
    pub fn records(&self) -> Vec<LogRecord> {
        let received = self.store.lock();
        assert!(
            received.refused.is_empty(),
            "the sink refused: {:?}",
            received.refused
        );
        received.records.clone()
    }

    /// The data points that have arrived.
    ///
    /// # Panics
    ///
    /// When a request was refused.
    pub fn points(&self) -> Vec<Point> {
        let received = self.store.lock();
        assert!(
            received.refused.is_empty(),
            "the sink refused: {:?}",
            received.refused
        );
        received.points.clone()
    }

    /// How many export requests have arrived.
    pub fn requests(&self) -> usize {
        self.store.lock().requests
    }

    /// Waits until `enough` holds for the spans that have arrived.
    ///
    /// # Errors
    ///
    /// When it does not within a minute; the message lists what has arrived.
    pub fn wait_for(&self, what: &str, enough: impl Fn(&Trace) -> bool) -> anyhow::Result<Trace> {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let trace = self.trace();
            if enough(&trace) {
                return Ok(trace);
            }
            let left = deadline
                .checked_duration_since(Instant::now())
                .with_context(|| format!("waited for {what}; what has arrived:\n{trace}"))?;
            let received = self.store.lock();
            if received.spans.len() == trace.len() {
                drop(
                    self.store
                        .arrived
                        .wait_timeout(received, left)
                        .expect("no thread panics while it holds the store"),
                );
            }
        }
    }

    /// Waits for a span of the given name.
    pub fn wait_for_span(&self, name: &str) -> anyhow::Result<Trace> {
        self.wait_for(&format!("a span {name:?}"), |trace| {
            trace.iter().any(|span| span.name == name)
        })
    }
}

impl Drop for Sink {
    fn drop(&mut self) {
        if let Some(stop) = self.stop.take() {
            // Fails only when the thread has ended already.
            let _ = stop.send(());
        }
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

async fn traces(State(store): State<Arc<Store>>, headers: HeaderMap, body: Bytes) -> Response {
    let decoded = decode_spans(&headers, &body);
    store.answer(
        decoded,
        |received, spans| received.spans.extend(spans),
        &ExportTraceServiceResponse::default(),
    )
}

async fn logs(State(store): State<Arc<Store>>, headers: HeaderMap, body: Bytes) -> Response {
    let decoded = decode_records(&headers, &body);
    store.answer(
        decoded,
        |received, records| received.records.extend(records),
        &ExportLogsServiceResponse::default(),
    )
}

async fn metrics(State(store): State<Arc<Store>>, headers: HeaderMap, body: Bytes) -> Response {
    let decoded = decode_points(&headers, &body);
    store.answer(
        decoded,
        |received, points| received.points.extend(points),
        &ExportMetricsServiceResponse::default(),
    )
}

impl Store {
    /// Keeps what was decoded and answers, or refuses what was not.
    fn answer<T>(
        &self,
        decoded: anyhow::Result<T>,
        keep: impl FnOnce(&mut Received, T),
        response: &impl Message,
    ) -> Response {
        let mut received = self.lock();
        received.requests += 1;
        let answer = match decoded {
            Ok(items) => {
                keep(&mut received, items);
                let kind = [(header::CONTENT_TYPE, "application/x-protobuf")];
                (kind, response.encode_to_vec()).into_response()
            }
            Err(error) => {
                received.refused.push(format!("{error:#}"));
                StatusCode::BAD_REQUEST.into_response()
            }
        };
        self.arrived.notify_all();
        answer
    }
}

/// Decodes a request, as the OTLP/HTTP section of the protocol specification lays it out.
fn decode<T: Message + Default>(headers: &HeaderMap, body: &[u8]) -> anyhow::Result<T> {
    let kind = headers
        .get(header::CONTENT_TYPE)
        .context("no content-type")?
        .to_str()?;
    anyhow::ensure!(
        kind == "application/x-protobuf",
        "content-type is {kind:?}, not application/x-protobuf"
    );
    anyhow::ensure!(
        !headers.contains_key(header::CONTENT_ENCODING),
        "compressed although no compression was asked for"
    );
    Ok(T::decode(body)?)
}

/// Decodes a request of `opentelemetry/proto/collector/trace/v1/trace_service.proto`.
fn decode_spans(headers: &HeaderMap, body: &[u8]) -> anyhow::Result<Vec<Span>> {
    let request: ExportTraceServiceRequest = decode(headers, body)?;
    let mut spans = Vec::new();
    for group in request.resource_spans {
        let resource = resource(group.resource)?;
        for scoped in group.scope_spans {
            let scope = scoped.scope.context("spans without a scope")?.name;
            for span in scoped.spans {
                spans.push(Span::from_proto(span, &scope, &resource)?);
            }
        }
    }
    Ok(spans)
}

/// Decodes a request of `opentelemetry/proto/collector/logs/v1/logs_service.proto`.
fn decode_records(headers: &HeaderMap, body: &[u8]) -> anyhow::Result<Vec<LogRecord>> {
    let request: ExportLogsServiceRequest = decode(headers, body)?;
    let mut records = Vec::new();
    for group in request.resource_logs {
        let resource = resource(group.resource)?;
        for scoped in group.scope_logs {
            let scope = scoped.scope.context("log records without a scope")?.name;
            for record in scoped.log_records {
                records.push(LogRecord::from_proto(record, &scope, &resource)?);
            }
        }
    }
    Ok(records)
}

/// Decodes a request of `opentelemetry/proto/collector/metrics/v1/metrics_service.proto`.
fn decode_points(headers: &HeaderMap, body: &[u8]) -> anyhow::Result<Vec<Point>> {
    let request: ExportMetricsServiceRequest = decode(headers, body)?;
    let mut points = Vec::new();
    for group in request.resource_metrics {
        resource(group.resource)?;
        for scoped in group.scope_metrics {
            let scope = scoped.scope.context("metrics without a scope")?.name;
            for metric in scoped.metrics {
                points.extend(Point::from_proto(metric, &scope)?);
            }
        }
    }
    Ok(points)
}

fn resource(resource: Option<Resource>) -> anyhow::Result<Arc<HashMap<String, Value>>> {
    let resource = resource.context("telemetry without a resource")?;
    Ok(Arc::new(crate::span::attributes(resource.attributes)?))
}
