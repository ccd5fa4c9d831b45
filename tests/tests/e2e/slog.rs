//! Log records of log/slog carry the ids of the current span.

use std::collections::HashMap;

use opentelemetry_proto::tonic::trace::v1::span::SpanKind;
use serde_json::Value;
use weft_tests::{App, Sink, Tool, app, go};

#[test]
fn records_carry_the_current_span_on_every_go_version() {
    for version in go::versions() {
        let app = App::shared("slog").toolchain(&version);
        let (finished, trace) = app::run(&app.woven("."), &[]);
        let server = trace
            .iter()
            .find(|span| span.kind == SpanKind::Server)
            .unwrap();

        let text = finished
            .stdout
            .lines()
            .find(|line| line.contains("as text"))
            .unwrap();
        assert!(
            text.contains(&format!("trace_id={}", server.trace_id)),
            "{text}"
        );
        assert!(
            text.contains(&format!("span_id={}", server.span_id)),
            "{text}"
        );

        let records: HashMap<String, Value> = finished
            .stdout
            .lines()
            .filter_map(|line| serde_json::from_str::<Value>(line).ok())
            .map(|record| (record["msg"].as_str().unwrap().to_owned(), record))
            .collect();
        for outside in ["outside", "afterwards"] {
            assert_eq!(records[outside].get("trace_id"), None, "{version}");
        }
        for inside in [
            "with context",
            "without context",
            "with an empty context",
            "attributes",
            "an error",
            "custom handler",
            "package log through slog",
            "in a goroutine",
        ] {
            let record = &records[inside];
            assert_eq!(
                record["trace_id"],
                server.trace_id.as_str(),
                "{version} {record}"
            );
            assert_eq!(
                record["span_id"],
                server.span_id.as_str(),
                "{version} {record}"
            );
        }
        assert!(!records.contains_key("below the level"));
        assert_eq!(records["attributes"]["n"], 1);
        assert_eq!(records["in a group"]["g"]["b"], 2);
        assert!(records["in a group"].to_string().contains(&server.trace_id));
    }
}

#[test]
fn each_record_has_each_id_once_and_is_else_what_it_was() {
    let app = App::shared("slog");
    let (woven, trace) = app::run(&app.woven("."), &[]);
    let (plain, _) = app::run(&app.plain("."), &[]);
    let server = trace
        .iter()
        .find(|span| span.kind == SpanKind::Server)
        .unwrap();
    let ids = [
        format!(r#","trace_id":"{}""#, server.trace_id),
        format!(r#","span_id":"{}""#, server.span_id),
        format!(" trace_id={}", server.trace_id),
        format!(" span_id={}", server.span_id),
    ];
    let without_time = |line: &str| {
        let (before, rest) = line.split_once("time").unwrap();
        let (_, after) = rest.split_once("level").unwrap();
        format!("{before}{after}")
    };
    for (woven, plain) in woven.stdout.lines().zip(plain.stdout.lines()) {
        let mut bare = woven.to_owned();
        for id in &ids {
            bare = bare.replacen(id, "", 1);
        }
        assert_eq!(without_time(&bare), without_time(plain), "{woven}");
    }
    assert_eq!(woven.stdout.lines().count(), plain.stdout.lines().count());
}

#[test]
fn records_arrive_once_if_they_are_wanted() {
    let sink = Sink::start().unwrap();
    Tool::new(App::shared("slog").woven("."))
        .exporting(&sink, "slog")
        .env("OTEL_LOGS_EXPORTER", "otlp")
        .ok();
    let trace = sink.trace();
    let server = trace
        .iter()
        .find(|span| span.kind == SpanKind::Server)
        .unwrap();
    let mut records = sink.records();
    records.sort_by_key(|record| record.time);
    let bodies: Vec<&str> = records.iter().map(|record| &*record.body).collect();
    assert_eq!(
        bodies,
        [
            "outside",
            "with context",
            "without context",
            "with an empty context",
            "attributes",
            "in a group",
            "an error",
            "as text",
            "custom handler",
            "redacted",
            "package log through slog",
            "logger of package log",
            "in a goroutine",
            "afterwards",
        ]
    );
    for record in &records {
        let outside = ["outside", "afterwards"].contains(&&*record.body);
        let ids = (record.trace_id.as_str(), record.span_id.as_str());
        let expected = if outside {
            ("", "")
        } else {
            (server.trace_id.as_str(), server.span_id.as_str())
        };
        assert_eq!(ids, expected, "{record:?}");
        assert!(!record.attributes.contains_key("trace_id"), "{record:?}");
        assert_eq!(record.scope, "go.weft.dev/plugins/slog");
    }
    let severity = |body: &str| {
        let record = records.iter().find(|record| record.body == body).unwrap();
        (record.severity, record.severity_text.clone())
    };
    assert_eq!(severity("attributes"), (13, "WARN".to_owned()));
    assert_eq!(severity("an error"), (17, "ERROR".to_owned()));
    assert_eq!(severity("package log through slog"), (9, "INFO".to_owned()));
    let attributes = |body: &str| {
        let record = records.iter().find(|record| record.body == body).unwrap();
        record.attributes.clone()
    };
    assert_eq!(
        attributes("in a group"),
        HashMap::from([
            ("a".to_owned(), weft_tests::Value::Int(1)),
            (
                "g".to_owned(),
                weft_tests::Value::Map(HashMap::from([(
                    "b".to_owned(),
                    weft_tests::Value::Int(2)
                )]))
            ),
        ])
    );
    assert_eq!(attributes("an error")["error"], "EOF".into());
    let redacted = attributes("redacted");
    assert_eq!(redacted["password"], "*** ".into());
    assert_eq!(
        redacted["g"],
        weft_tests::Value::Map(HashMap::from([
            ("password".to_owned(), "*** g".into()),
            ("b".to_owned(), weft_tests::Value::Int(1)),
        ]))
    );
}
