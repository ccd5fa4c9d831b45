//! Spans as they arrive: OTLP in JSON (OTLP specification, "JSON Protobuf Encoding").

use serde::Deserialize;
use serde_json::Value;

/// A span.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Span {
    pub trace_id: String,
    #[serde(rename = "spanId")]
    pub id: String,
    #[serde(rename = "parentSpanId")]
    pub parent_id: String,
    pub name: String,
    pub kind: u32,
    pub attributes: Vec<Attribute>,
    pub events: Vec<Event>,
    pub links: Vec<Link>,
    pub status: Status,
    /// The name of the instrumentation scope, which stands beside the spans.
    #[serde(skip)]
    pub scope: String,
}

/// An attribute, with an `AnyValue`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Attribute {
    pub key: String,
    pub value: Value,
}

/// Something that happened during a span.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Event {
    pub name: String,
    pub attributes: Vec<Attribute>,
}

/// From a span to another one.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Link {
    pub trace_id: String,
    pub span_id: String,
}

/// A span's status.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Status {
    pub code: u32,
    pub message: String,
}

impl Span {
    /// The kind, by its name in the specification.
    pub fn kind(&self) -> &'static str {
        match self.kind {
            1 => "internal",
            2 => "server",
            3 => "client",
            4 => "producer",
            5 => "consumer",
            _ => "unspecified",
        }
    }
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Request {
    resource_spans: Vec<ResourceSpans>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct ResourceSpans {
    scope_spans: Vec<ScopeSpans>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct ScopeSpans {
    scope: Scope,
    spans: Vec<Span>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Scope {
    name: String,
}

/// The spans of an `ExportTraceServiceRequest`.
pub fn decode(body: &[u8]) -> Result<Vec<Span>, String> {
    let request: Request = serde_json::from_slice(body).map_err(|error| error.to_string())?;
    let groups = request.resource_spans.into_iter();
    let scopes = groups.flat_map(|group| group.scope_spans);
    let spans = scopes.flat_map(|ScopeSpans { scope, spans }| {
        let with_scope = move |span| Span {
            scope: scope.name.clone(),
            ..span
        };
        spans.into_iter().map(with_scope)
    });
    Ok(spans.collect())
}

/// The value that an `AnyValue` stands for, as JSON.
pub fn plain(value: &Value) -> Value {
    let Some((kind, inner)) = value.as_object().and_then(|object| object.iter().next()) else {
        return Value::Null;
    };
    let list = |name: &str| inner[name].as_array().into_iter().flatten();
    match kind.as_str() {
        // 64 bits are text in JSON.
        "intValue" => inner
            .as_str()
            .and_then(|text| text.parse::<i64>().ok())
            .map_or_else(|| inner.clone(), Value::from),
        "arrayValue" => list("values").map(plain).collect(),
        "kvlistValue" => list("values")
            .map(|pair| {
                let key = pair["key"].as_str().unwrap_or_default();
                (key.to_owned(), plain(&pair["value"]))
            })
            .collect(),
        _ => inner.clone(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn spans_are_read_with_their_scope() {
        let body = json!({"resourceSpans": [{"scopeSpans": [
            {"scope": {"name": "a"}, "spans": [
                {"name": "x", "kind": 3, "spanId": "01", "parentSpanId": "02", "unknown": 1},
                {"name": "y"}]},
            {"spans": [{"name": "z", "status": {"code": 2, "message": "m"}}]}]}]});
        let spans = decode(body.to_string().as_bytes()).unwrap();
        let names: Vec<_> = spans.iter().map(|s| (&*s.name, &*s.scope)).collect();
        assert_eq!(names, [("x", "a"), ("y", "a"), ("z", "")]);
        assert_eq!((spans[0].kind(), &*spans[0].parent_id), ("client", "02"));
        assert_eq!((spans[2].status.code, &*spans[2].status.message), (2, "m"));
    }

    #[test]
    fn values_are_what_they_stand_for() {
        for (value, expected) in [
            (json!({"stringValue": "a"}), json!("a")),
            (json!({"intValue": "-7"}), json!(-7)),
            (json!({"boolValue": false}), json!(false)),
            (json!({"doubleValue": 0.5}), json!(0.5)),
            (
                json!({"arrayValue": {"values": [{"intValue": "1"}, {"stringValue": "b"}]}}),
                json!([1, "b"]),
            ),
            (
                json!({"kvlistValue": {"values": [{"key": "k", "value": {"boolValue": true}}]}}),
                json!({"k": true}),
            ),
            (json!({}), json!(null)),
        ] {
            assert_eq!(plain(&value), expected, "{value}");
        }
    }
}
