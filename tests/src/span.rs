//! Received spans and questions about them.

use std::collections::HashMap;
use std::fmt::{self, Write as _};
use std::ops::Deref;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use opentelemetry_proto::tonic::common::v1::{AnyValue, KeyValue, any_value};
use opentelemetry_proto::tonic::trace::v1::{self as proto, span::SpanKind, status::StatusCode};

/// An attribute's value.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// Text.
    String(String),
    /// A whole number.
    Int(i64),
    /// A truth value.
    Bool(bool),
    /// A fraction.
    Double(f64),
    /// Several values.
    Array(Vec<Value>),
    /// Values with names.
    Map(HashMap<String, Value>),
    /// No value.
    Empty,
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::String(value) => write!(f, "{value}"),
            Self::Int(value) => write!(f, "{value}"),
            Self::Bool(value) => write!(f, "{value}"),
            Self::Double(value) => write!(f, "{value}"),
            Self::Array(values) => write!(f, "{values:?}"),
            Self::Map(values) => write!(f, "{values:?}"),
            Self::Empty => Ok(()),
        }
    }
}

impl From<&str> for Value {
    fn from(value: &str) -> Self {
        Self::String(value.to_owned())
    }
}

impl From<i64> for Value {
    fn from(value: i64) -> Self {
        Self::Int(value)
    }
}

/// Something that happened during a span.
#[derive(Debug, Clone)]
pub struct Event {
    /// Name of the event.
    pub name: String,
    /// Attributes of the event.
    pub attributes: HashMap<String, Value>,
}

/// A span as it arrived.
#[derive(Debug, Clone)]
pub struct Span {
    /// 32 hexadecimal digits.
    pub trace_id: String,
    /// 16 hexadecimal digits.
    pub span_id: String,
    /// 16 hexadecimal digits; empty for a root span.
    pub parent_id: String,
    /// Span name.
    pub name: String,
    /// Span kind.
    pub kind: SpanKind,
    /// Status code.
    pub status: StatusCode,
    /// Description of the status.
    pub description: String,
    /// Start, as time since the Unix epoch.
    pub start: Duration,
    /// End, as time since the Unix epoch.
    pub end: Duration,
    /// Attributes.
    pub attributes: HashMap<String, Value>,
    /// Events in order.
    pub events: Vec<Event>,
    /// Ids of the spans that it links to: 32 and 16 hexadecimal digits.
    pub links: Vec<(String, String)>,
    /// Name of the instrumentation scope.
    pub scope: String,
    /// Attributes of the resource.
    pub resource: Arc<HashMap<String, Value>>,
}

impl Span {
    /// Takes over a decoded span.
    ///
    /// # Errors
    ///
    /// When a field breaks a rule of `opentelemetry/proto/trace/v1/trace.proto`.
    pub(crate) fn from_proto(
        span: proto::Span,
        scope: &str,
        resource: &Arc<HashMap<String, Value>>,
    ) -> anyhow::Result<Self> {
        anyhow::ensure!(span.trace_id.len() == 16, "a trace id is 16 bytes");
        anyhow::ensure!(span.span_id.len() == 8, "a span id is 8 bytes");
        anyhow::ensure!(
            matches!(span.parent_span_id.len(), 0 | 8),
            "a parent's id is 8 bytes"
        );
        anyhow::ensure!(
            span.trace_id.iter().any(|byte| *byte != 0)
                && span.span_id.iter().any(|byte| *byte != 0),
            "ids of zeros only are invalid"
        );
        anyhow::ensure!(!span.name.is_empty(), "a span has a name");
        anyhow::ensure!(
            0 < span.start_time_unix_nano && span.start_time_unix_nano <= span.end_time_unix_nano,
            "span {:?} starts at {} and ends at {}",
            span.name,
            span.start_time_unix_nano,
            span.end_time_unix_nano
        );
        let status = span.status.unwrap_or_default();
        let events = span.events.into_iter().map(|event| {
            Ok(Event {
                name: event.name,
                attributes: attributes(event.attributes)?,
            })
        });
        Ok(Self {
            trace_id: hex(&span.trace_id),
            span_id: hex(&span.span_id),
            parent_id: hex(&span.parent_span_id),
            kind: SpanKind::try_from(span.kind)?,
            status: StatusCode::try_from(status.code)?,
            description: status.message,
            start: Duration::from_nanos(span.start_time_unix_nano),
            end: Duration::from_nanos(span.end_time_unix_nano),
            attributes: attributes(span.attributes)
                .with_context(|| format!("span {:?}", span.name))?,
            events: events.collect::<anyhow::Result<_>>()?,
            links: span
                .links
                .iter()
                .map(|link| (hex(&link.trace_id), hex(&link.span_id)))
                .collect(),
            scope: scope.to_owned(),
            resource: Arc::clone(resource),
            name: span.name,
        })
    }

    /// The attribute's value as text; empty when there is none.
    pub fn text(&self, key: &str) -> String {
        self.attributes
            .get(key)
            .map_or_else(String::new, ToString::to_string)
    }

    /// `service.name` of the resource.
    pub fn service(&self) -> String {
        self.resource
            .get("service.name")
            .map_or_else(String::new, ToString::to_string)
    }

    /// Time from start to end.
    pub fn duration(&self) -> Duration {
        self.end.saturating_sub(self.start)
    }

    /// Asserts that each attribute is there with that value, of that type.
    ///
    /// # Panics
    ///
    /// When one is not.
    #[track_caller]
    pub fn assert_attributes<const N: usize>(&self, expected: [(&str, Value); N]) {
        for (key, value) in expected {
            assert_eq!(
                self.attributes.get(key),
                Some(&value),
                "{key} of span {:?}: {:#?}",
                self.name,
                self.attributes
            );
        }
    }
}

/// Takes over attributes.
///
/// # Errors
///
/// When a key is empty or repeated, or a value is of no type that attributes may have.
pub(crate) fn attributes(pairs: Vec<KeyValue>) -> anyhow::Result<HashMap<String, Value>> {
    let mut map = HashMap::new();
    for pair in pairs {
        anyhow::ensure!(!pair.key.is_empty(), "an attribute's key is not empty");
        let value = value(pair.value).with_context(|| format!("attribute {:?}", pair.key))?;
        anyhow::ensure!(
            map.insert(pair.key.clone(), value).is_none(),
            "attribute {:?} is there twice",
            pair.key
        );
    }
    Ok(map)
}

pub(crate) fn value(value: Option<AnyValue>) -> anyhow::Result<Value> {
    Ok(match value.and_then(|value| value.value) {
        Some(any_value::Value::StringValue(text)) => Value::String(text),
        Some(any_value::Value::IntValue(number)) => Value::Int(number),
        Some(any_value::Value::BoolValue(truth)) => Value::Bool(truth),
        Some(any_value::Value::DoubleValue(number)) => Value::Double(number),
        Some(any_value::Value::ArrayValue(array)) => Value::Array(
            array
                .values
                .into_iter()
                .map(|element| self::value(Some(element)))
                .collect::<anyhow::Result<_>>()?,
        ),
        Some(any_value::Value::KvlistValue(list)) => Value::Map(attributes(list.values)?),
        None => Value::Empty,
        other => anyhow::bail!("unexpected value {other:?}"),
    })
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// Spans with the questions that tests ask. Displays as a tree.
#[derive(Debug, Clone, Default)]
pub struct Trace(Vec<Span>);

impl Deref for Trace {
    type Target = [Span];

    fn deref(&self) -> &[Span] {
        &self.0
    }
}

impl Trace {
    /// Spans in order of their start.
    pub fn new(mut spans: Vec<Span>) -> Self {
        spans.sort_by_key(|span| span.start);
        Self(spans)
    }

    /// The only span with that name.
    ///
    /// # Panics
    ///
    /// When there is none, or more than one.
    #[track_caller]
    pub fn one(&self, name: &str) -> &Span {
        match self.named(name).as_slice() {
            [span] => span,
            spans => panic!("{} spans are named {name:?} in\n{self}", spans.len()),
        }
    }

    /// All spans with that name.
    pub fn named(&self, name: &str) -> Vec<&Span> {
        self.iter().filter(|span| span.name == name).collect()
    }

    /// How many spans have that name.
    pub fn count(&self, name: &str) -> usize {
        self.named(name).len()
    }

    /// The spans whose parent is `parent`, in order of their start.
    pub fn children(&self, parent: &Span) -> Vec<&Span> {
        self.iter()
            .filter(|span| span.parent_id == parent.span_id && span.trace_id == parent.trace_id)
            .collect()
    }

    /// The span's parent, if it has arrived.
    pub fn parent(&self, span: &Span) -> Option<&Span> {
        self.iter()
            .find(|other| other.span_id == span.parent_id && other.trace_id == span.trace_id)
    }

    /// Spans without a parent, or whose parent has not arrived.
    pub fn roots(&self) -> Vec<&Span> {
        self.iter()
            .filter(|span| self.parent(span).is_none())
            .collect()
    }

    /// The spans of one trace.
    #[must_use]
    pub fn of(&self, trace_id: &str) -> Self {
        Self(
            self.iter()
                .filter(|span| span.trace_id == trace_id)
                .cloned()
                .collect(),
        )
    }

    /// Asserts that `child` is a child of `parent`, of the same trace.
    ///
    /// # Panics
    ///
    /// When it is not.
    #[track_caller]
    pub fn assert_child(&self, child: &Span, parent: &Span) {
        assert!(
            child.parent_id == parent.span_id && child.trace_id == parent.trace_id,
            "{:?} is not a child of {:?} in\n{self}",
            child.name,
            parent.name
        );
    }

    fn write_tree(&self, f: &mut fmt::Formatter<'_>, span: &Span, depth: usize) -> fmt::Result {
        let label = format!(
            "{:indent$}{} [{}]",
            "",
            span.name,
            kind_name(span.kind),
            indent = depth * 2
        );
        let error = match span.status {
            StatusCode::Error => " error",
            _ => "",
        };
        let first = self.first().map_or(span.start, |first| first.start);
        let start = span.start.saturating_sub(first);
        writeln!(
            f,
            "{label:<58} {:<6} {:>12} {:>12}{error}",
            span.service(),
            milliseconds(start),
            milliseconds(span.duration()),
        )?;
        for child in self.children(span) {
            self.write_tree(f, child, depth + 1)?;
        }
        Ok(())
    }
}

impl fmt::Display for Trace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_empty() {
            return writeln!(f, "(no spans)");
        }
        for root in self.roots() {
            self.write_tree(f, root, 0)?;
        }
        Ok(())
    }
}

fn kind_name(kind: SpanKind) -> &'static str {
    match kind {
        SpanKind::Unspecified => "unspecified",
        SpanKind::Internal => "internal",
        SpanKind::Server => "server",
        SpanKind::Client => "client",
        SpanKind::Producer => "producer",
        SpanKind::Consumer => "consumer",
    }
}

fn milliseconds(time: Duration) -> String {
    format!("{:.3} ms", time.as_secs_f64() * 1e3)
}
