//! Received log records and questions about them.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use opentelemetry_proto::tonic::logs::v1 as proto;

use crate::span::{Value, attributes, hex, value};

/// A log record as it arrived.
#[derive(Debug, Clone)]
pub struct LogRecord {
    /// When it happened, as time since the Unix epoch; zero when that is not known.
    pub time: Duration,
    /// Severity number; 0 when there is none.
    pub severity: i32,
    /// The severity's name at the source.
    pub severity_text: String,
    /// The body's text; empty when there is no body.
    pub body: String,
    /// Name of the event; empty for a record that is none.
    pub event: String,
    /// 32 hexadecimal digits; empty outside of traces.
    pub trace_id: String,
    /// 16 hexadecimal digits; empty outside of traces.
    pub span_id: String,
    /// Attributes.
    pub attributes: HashMap<String, Value>,
    /// Name of the instrumentation scope.
    pub scope: String,
    /// Attributes of the resource.
    pub resource: Arc<HashMap<String, Value>>,
}

impl LogRecord {
    /// Takes over a decoded record.
    ///
    /// # Errors
    ///
    /// When a field breaks a rule of `opentelemetry/proto/logs/v1/logs.proto`.
    pub(crate) fn from_proto(
        record: proto::LogRecord,
        scope: &str,
        resource: &Arc<HashMap<String, Value>>,
    ) -> anyhow::Result<Self> {
        anyhow::ensure!(
            matches!(
                (record.trace_id.len(), record.span_id.len()),
                (0, 0) | (16, 8)
            ),
            "a trace id is 16 bytes, and a span id 8"
        );
        anyhow::ensure!(
            record.observed_time_unix_nano > 0,
            "a record is observed some time"
        );
        let body = match record.body {
            Some(body) => value(Some(body))
                .context("body of a log record")?
                .to_string(),
            None => String::new(),
        };
        Ok(Self {
            time: Duration::from_nanos(record.time_unix_nano),
            severity: record.severity_number,
            severity_text: record.severity_text,
            event: record.event_name,
            trace_id: hex(&record.trace_id),
            span_id: hex(&record.span_id),
            attributes: attributes(record.attributes)
                .with_context(|| format!("log record {body:?}"))?,
            scope: scope.to_owned(),
            resource: Arc::clone(resource),
            body,
        })
    }
}
