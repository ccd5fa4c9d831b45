//! Log lines carry the ids of the current span once, and are else what they were; records arrive once.

use std::collections::HashMap;
use std::path::Path;

use opentelemetry_proto::tonic::trace::v1::span::SpanKind;
use weft_tests::{App, Finished, LogRecord, Sink, Span, Tool, Value, go};

/// A program that was run woven and plainly, with its records.
struct Played {
    woven: Finished,
    plain: Finished,
    server: Span,
    records: Vec<LogRecord>,
}

fn play(name: &str, modules: &str, version: &str, exporter: &str) -> Played {
    let app = App::shared(name).toolchain(version).modules(modules);
    let run = |program: &Path| {
        let sink = Sink::start().unwrap();
        let finished = Tool::new(program)
            .args(["fatal"])
            .exporting(&sink, name)
            .env("OTEL_LOGS_EXPORTER", exporter)
            .run();
        assert_eq!(finished.status.code(), Some(1), "{finished}");
        (finished, sink.trace(), sink.records())
    };
    let (plain, _, _) = run(&app.plain("."));
    let (woven, trace, records) = run(&app.woven("."));
    let server = trace
        .iter()
        .find(|span| span.kind == SpanKind::Server)
        .unwrap()
        .clone();
    Played {
        woven,
        plain,
        server,
        records,
    }
}

impl Played {
    /// Each line within the span has the ids once, in one of the forms, and lines are else the same.
    fn check_lines(&self, forms: &[&str]) {
        let forms: Vec<String> = forms
            .iter()
            .map(|form| {
                form.replace("TRACE", &self.server.trace_id)
                    .replace("SPAN", &self.server.span_id)
            })
            .collect();
        for (woven, plain) in self.woven.stdout.lines().zip(self.plain.stdout.lines()) {
            let mut bare = woven.to_owned();
            if let Some(form) = forms.iter().find(|form| woven.contains(*form)) {
                bare = woven.replacen(form, "", 1);
            }
            assert_eq!(bare, plain, "{woven}");
            assert_eq!(bare != woven, plain.contains("inside"), "{woven}");
        }
        let count = |finished: &Finished| finished.stdout.lines().count();
        assert_eq!(count(&self.woven), count(&self.plain), "{}", self.woven);
    }

    /// Each message that is written has one record, with the span's ids where it is within the span.
    fn check_records(&self, messages: &[&str]) {
        let mut bodies: Vec<&str> = self.records.iter().map(|r| r.body.as_str()).collect();
        let mut messages = messages.to_vec();
        bodies.sort_unstable();
        messages.sort_unstable();
        assert_eq!(bodies, messages);
        for record in &self.records {
            if record.body.contains("outside") {
                assert_eq!(
                    (&*record.trace_id, &*record.span_id),
                    ("", ""),
                    "{record:?}"
                );
            } else {
                assert_eq!(record.trace_id, self.server.trace_id, "{record:?}");
                assert_eq!(record.span_id, self.server.span_id, "{record:?}");
            }
            assert!(!record.time.is_zero(), "{record:?}");
            if !record.body.contains("own") {
                assert!(!record.attributes.contains_key("trace_id"), "{record:?}");
            }
        }
    }

    fn record(&self, body: &str) -> &LogRecord {
        self.records.iter().find(|r| r.body == body).unwrap()
    }

    fn check_record<const N: usize>(
        &self,
        body: &str,
        severity: (i32, &str),
        attributes: [(&str, Value); N],
    ) {
        let record = self.record(body);
        assert_eq!(
            (record.severity, record.severity_text.as_str()),
            severity,
            "{record:?}"
        );
        let mut rest = record.attributes.clone();
        rest.retain(|key, _| !key.starts_with("code."));
        let attributes: HashMap<String, Value> = attributes
            .into_iter()
            .map(|(key, value)| (key.to_owned(), value))
            .collect();
        assert_eq!(rest, attributes, "{body}");
    }
}

fn list(texts: [&str; 2]) -> Value {
    Value::Array(texts.map(Value::from).to_vec())
}

fn group<const N: usize>(members: [(&str, i64); N]) -> Value {
    Value::Map(
        members
            .into_iter()
            .map(|(key, value)| (key.to_owned(), Value::Int(value)))
            .collect(),
    )
}

#[test]
fn package_log_on_every_go_version() {
    for version in go::versions() {
        let played = play("stdlog", "go.mod", &version, "otlp");
        played.check_lines(&[
            " trace_id=TRACE span_id=SPAN",
            r#","trace_id":"TRACE","span_id":"SPAN""#,
        ]);
        played.check_records(&[
            "outside",
            "inside",
            "prefix: inside with a place",
            "inside, first line\nsecond line",
            "own trace_id=1",
            r#"{"message":"inside as JSON"}"#,
            r#"{"message":"own as JSON","trace_id":"1"}"#,
            "other: inside a goroutine",
            "inside by the default logger of slog",
            "outside, afterwards",
            "outside: fatal",
        ]);
        played.check_record("inside", (0, ""), []);
        let by_slog = "inside by the default logger of slog";
        played.check_record(by_slog, (9, "INFO"), [("n", Value::Int(1))]);
    }
}

#[test]
fn zap() {
    for modules in ["lowest.mod", "go.mod"] {
        let played = play("zap", modules, "local", "otlp");
        played.check_lines(&[
            r#","trace_id":"TRACE","span_id":"SPAN""#,
            r#""trace_id": "TRACE", "span_id": "SPAN", "#,
            "\t{\"trace_id\": \"TRACE\", \"span_id\": \"SPAN\"}",
        ]);
        played.check_records(&[
            "outside",
            "inside",
            "inside with fields",
            "inside derived",
            "inside a namespace",
            "own of the logger",
            "own of the record",
            "inside sugared",
            "inside formatted",
            "inside as text",
            "inside as bare text",
            "inside as text in a namespace",
            "inside two cores",
            "inside, sampled",
            "inside by the package log",
            "inside a goroutine",
            "outside, afterwards",
            "outside: fatal",
        ]);
        played.check_record(
            "inside with fields",
            (13, "warn"),
            [
                ("s", "x".into()),
                ("n", Value::Int(1)),
                ("b", Value::Bool(true)),
                ("f", Value::Double(1.5)),
                ("d", "1s".into()),
                ("l", list(["a", "b"])),
                ("error", "odd".into()),
                ("space", group([("within", 2)])),
            ],
        );
        played.check_record(
            "inside derived",
            (17, "error"),
            [
                ("request", "r1".into()),
                ("attempt", Value::Int(2)),
                ("n", Value::Int(1)),
            ],
        );
        assert_eq!(played.record("inside derived").scope, "orders");
        assert_eq!(played.record("inside").scope, "go.weft.dev/plugins/zap");
        assert!(matches!(
            played.record("inside").attributes["code.line.number"],
            Value::Int(28)
        ));
        played.check_record(
            "inside a namespace",
            (9, "info"),
            [
                ("request", "r1".into()),
                ("attempt", Value::Int(2)),
                ("space", group([("a", 1), ("b", 2)])),
            ],
        );
        let text = [("a", Value::Int(1)), ("b", Value::Int(2))];
        played.check_record("inside as text", (9, "info"), text);
        played.check_record("outside: fatal", (21, "fatal"), [("a", Value::Int(1))]);
        played.check_record("own of the logger", (9, "info"), [("trace_id", "1".into())]);
    }
}

#[test]
fn logrus() {
    for modules in ["lowest.mod", "go.mod"] {
        let played = play("logrus", modules, "local", "otlp");
        played.check_lines(&[
            r#","span_id":"SPAN","trace_id":"TRACE""#,
            " span_id=SPAN trace_id=TRACE",
        ]);
        played.check_records(&[
            "outside",
            "inside",
            "inside with fields",
            "inside as JSON",
            "inside with an entry",
            "inside with the same entry",
            "inside with context",
            "inside with an empty context",
            "own",
            "own as text",
            "inside a goroutine",
            "outside, afterwards",
            "outside: fatal",
        ]);
        played.check_record(
            "inside with fields",
            (13, "warning"),
            [("n", Value::Int(1))],
        );
        played.check_record(
            "inside as JSON",
            (17, "error"),
            [
                ("s", "x".into()),
                ("n", Value::Int(1)),
                ("b", Value::Bool(true)),
                ("f", Value::Double(1.5)),
                ("l", list(["a", "b"])),
                ("error", "odd".into()),
                ("password", "***".into()),
            ],
        );
        played.check_record("outside: fatal", (21, "fatal"), [("a", Value::Int(1))]);
    }
}

#[test]
fn zerolog() {
    for modules in ["lowest.mod", "go.mod"] {
        let played = play("zerolog", modules, "local", "otlp");
        played.check_lines(&[
            r#","trace_id":"TRACE","span_id":"SPAN""#,
            " span_id=SPAN trace_id=TRACE",
        ]);
        played.check_records(&[
            "outside",
            "inside",
            "inside with fields",
            "inside derived",
            "", // inside without a message
            "own of the logger",
            "own of the record",
            "own of a hook",
            "inside without a level",
            "inside as text",
            "inside, sampled",
            "inside by the package log",
            "inside a goroutine",
            "outside, afterwards",
            "outside: fatal",
        ]);
        played.check_record(
            "inside with fields",
            (13, "warn"),
            [
                ("s", "x".into()),
                ("n", Value::Int(1)),
                ("b", Value::Bool(true)),
                ("f", Value::Double(1.5)),
                ("d", Value::Int(1000)),
                ("l", list(["a", "b"])),
                ("error", "odd".into()),
                ("g", group([("within", 2)])),
            ],
        );
        played.check_record(
            "inside derived",
            (17, "error"),
            [
                ("request", "r1".into()),
                ("attempt", Value::Int(2)),
                ("n", Value::Int(1)),
            ],
        );
        played.check_record("inside without a level", (0, ""), []);
        played.check_record("outside: fatal", (21, "fatal"), [("a", Value::Int(1))]);
    }
}

/// Records are opt-in; ids on lines are not.
#[test]
fn no_records_without_an_exporter() {
    for (name, form) in [
        ("zap", r#","trace_id":"TRACE","span_id":"SPAN""#),
        ("stdlog", " trace_id=TRACE span_id=SPAN"),
    ] {
        let played = play(name, "go.mod", "local", "");
        assert_eq!(played.records.len(), 0);
        let form = form
            .replace("TRACE", &played.server.trace_id)
            .replace("SPAN", &played.server.span_id);
        assert!(played.woven.stdout.contains(&form), "{}", played.woven);
    }
}
