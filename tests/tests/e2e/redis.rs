//! Spans of go-redis, at the lowest and the newest version that the plugin names.

use opentelemetry_proto::tonic::trace::v1::span::SpanKind;
use opentelemetry_proto::tonic::trace::v1::status::StatusCode;
use weft_tests::{App, Sink, Span, Tool, Trace, Value, go};

fn play(version: &str, modules: &str) -> (String, Trace) {
    let app = App::shared("redis").toolchain(version).modules(modules);
    let outputs = [app.woven("."), app.plain(".")].map(|out| {
        let sink = Sink::start().unwrap();
        let finished = Tool::new(&out).exporting(&sink, "redis").ok();
        (finished.stdout, sink.trace())
    });
    let [(woven, trace), (plain, none)] = outputs;
    assert!(none.is_empty());
    let rest = |output: &str| output.split_once('\n').unwrap().1.to_owned();
    assert_eq!(rest(&woven), rest(&plain));
    let address = woven
        .lines()
        .next()
        .unwrap()
        .strip_prefix("address 127.0.0.1:")
        .unwrap();
    (address.to_owned(), trace)
}

fn check(what: &str, port: &str, trace: &Trace) {
    let named = |name: &str| -> Vec<&Span> { trace.named(name) };
    for span in trace.iter() {
        assert_eq!(span.kind, SpanKind::Client);
        span.assert_attributes([
            ("db.system.name", "redis".into()),
            ("server.address", "127.0.0.1".into()),
            ("server.port", Value::Int(port.parse().unwrap())),
        ]);
        let shown = format!("{span:?}");
        assert!(
            !shown.contains("secret") && !shown.contains("hunter2"),
            "{what}: {shown}"
        );
    }
    let set = trace.one("SET");
    set.assert_attributes([
        ("db.operation.name", "SET".into()),
        ("db.namespace", "2".into()),
    ]);
    let gets = named("GET");
    assert_eq!(
        gets.len(),
        3,
        "{what}: one found, one not found, one without a server\n{trace}"
    );
    let statuses: Vec<StatusCode> = gets.iter().map(|span| span.status).collect();
    assert_eq!(
        statuses,
        [StatusCode::Unset, StatusCode::Unset, StatusCode::Error],
        "{what}: redis.Nil is no error"
    );
    let wrong = trace.one("LPUSH");
    assert_eq!(wrong.status, StatusCode::Error);
    wrong.assert_attributes([("error.type", "WRONGTYPE".into())]);
    assert_eq!(trace.count("PING"), 1, "{what}\n{trace}");

    let pipelines: Vec<&Span> = trace
        .iter()
        .filter(|span| span.attributes.contains_key("db.operation.batch.size"))
        .filter(|span| {
            matches!(
                span.attributes["db.operation.batch.size"],
                Value::Int(2 | 3)
            )
        })
        .filter(|span| {
            !span
                .text("db.operation.name")
                .to_lowercase()
                .contains("hello")
        })
        .collect();
    assert_eq!(
        pipelines.len(),
        2,
        "{what}: a pipeline and a transaction\n{trace}"
    );
    pipelines[0].assert_attributes([
        ("db.operation.batch.size", Value::Int(3)),
        ("db.operation.name", "PIPELINE".into()),
    ]);
    pipelines[1].assert_attributes([("db.operation.batch.size", Value::Int(2))]);
}

#[test]
fn lowest_version() {
    let (port, trace) = play("local", "lowest.mod");
    check("lowest", &port, &trace);
}

#[test]
fn newest_version() {
    let (port, trace) = play("local", "newest.mod");
    check("newest", &port, &trace);
}

#[test]
fn every_go_version() {
    for version in go::versions() {
        let (port, trace) = play(&version, "go.mod");
        check(&version, &port, &trace);
    }
}
