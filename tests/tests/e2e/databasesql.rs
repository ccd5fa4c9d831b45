//! Spans of database/sql, for any driver.

use opentelemetry_proto::tonic::trace::v1::span::SpanKind;
use opentelemetry_proto::tonic::trace::v1::status::StatusCode;
use weft_tests::metric::{Data, Number};
use weft_tests::{App, Sink, Span, Tool, Trace, Value, app, go};

/// Plays the program woven and plainly: both must print the same.
fn play(package: &str, version: &str) -> Trace {
    let app = App::shared("databasesql").toolchain(version);
    let (woven, trace) = app::run(&app.woven(package), &[]);
    let (plain, _) = app::run(&app.plain(package), &[]);
    assert_eq!((woven.stdout, woven.stderr), (plain.stdout, plain.stderr));
    trace
}

fn texts(trace: &Trace, text: &str) -> Vec<Span> {
    trace
        .iter()
        .filter(|span| span.text("db.query.text").starts_with(text))
        .cloned()
        .collect()
}

#[test]
fn sqlite_on_every_go_version() {
    for version in go::versions() {
        let trace = play("./cmd/sqlite", &version);
        for span in trace.iter() {
            assert_eq!(span.kind, SpanKind::Client, "{span:?}");
            span.assert_attributes([
                ("db.system.name", "sqlite".into()),
                ("db.namespace", "things.db".into()),
            ]);
            assert!(!format!("{span:?}").contains("hidden argument"));
        }
        for (text, name, count) in [
            ("CREATE TABLE", "CREATE TABLE things", 1),
            ("INSERT INTO things VALUES (", "INSERT things", 1),
            ("SELECT count(*)", "SELECT things", 1),
            (
                "UPDATE things SET secret = ? WHERE id = ?",
                "UPDATE things",
                2,
            ),
            ("SELECT secret FROM things WHERE id = ?", "SELECT things", 2), // 99 is replaced
            ("SELECT id, secret FROM things", "SELECT things", 1),
            ("DELETE FROM things", "DELETE things", 1),
        ] {
            let spans: Vec<Span> = texts(&trace, text)
                .into_iter()
                .filter(|span| {
                    !span.name.starts_with("PREPARE") && span.status == StatusCode::Unset
                })
                .collect();
            assert_eq!(spans.len(), count, "{version} {text}\n{trace}");
            assert!(
                spans.iter().all(|span| span.name == name),
                "{version} {text}\n{trace}"
            );
        }
    }
}

#[test]
fn a_failing_statement_is_an_error_and_an_empty_result_is_not() {
    let trace = play("./cmd/sqlite", "local");
    let failing = texts(&trace, "SELECT broken FROM nowhere");
    assert_eq!(failing.len(), 1, "{trace}");
    assert_eq!(failing[0].status, StatusCode::Error);
    assert!(!failing[0].text("error.type").is_empty());
    let description = &failing[0].description;
    assert!(
        description.contains(r#"unrecognized token: "?""#),
        "{description}"
    );
    let empty = texts(&trace, "SELECT secret FROM things WHERE id =");
    assert!(
        empty.iter().all(|span| span.status == StatusCode::Unset),
        "{trace}"
    );
    assert!(empty.len() >= 2);
}

#[test]
fn a_data_source_gives_its_place_and_no_secret() {
    let trace = play("./cmd/postgres", "local");
    for span in trace.iter() {
        let shown = format!("{span:?}");
        assert!(
            !shown.contains("hunter") && !shown.contains("clerk"),
            "{shown}"
        );
    }
    let update = trace.one("UPDATE accounts");
    update.assert_attributes([
        ("db.system.name", "postgresql".into()),
        ("db.namespace", "orders".into()),
        ("server.address", "db.example".into()),
        ("server.port", Value::Int(6543)),
    ]);
    let text = update.text("db.query.text");
    assert!(text.starts_with("UPDATE accounts SET secret = ?"), "{text}");

    // With a bad connection, database/sql tries again.
    let attempts = trace.named("DELETE retried");
    let failed = attempts
        .iter()
        .filter(|span| span.status == StatusCode::Error)
        .count();
    assert!(
        failed < attempts.len(),
        "the last attempt succeeds\n{trace}"
    );
    attempts[0].assert_attributes([
        ("db.namespace", "orders".into()),
        ("server.address", "db.example".into()),
        ("server.port", Value::Int(6543)),
    ]);
    assert_eq!(trace.count("DELETE connected"), 1, "{trace}");
}

#[test]
fn pools_that_are_open_are_observed() {
    let sink = Sink::start().unwrap();
    let app = App::shared("databasesql");
    Tool::new(app.woven("./cmd/postgres"))
        .exporting(&sink, "app")
        .ok();
    let mut pools: Vec<String> = sink
        .points()
        .iter()
        .filter(|point| point.name.starts_with("db.client.connection."))
        .map(|point| {
            let Data::Sum(Number::Int(value), false) = point.data else {
                panic!("{point:?}")
            };
            let state = point.attributes.get("db.client.connection.state");
            format!(
                "{} of {} {}: {value}",
                point.name,
                point.attributes["db.client.connection.pool.name"],
                state.map(ToString::to_string).unwrap_or_default(),
            )
        })
        .collect();
    pools.sort();
    assert_eq!(
        pools,
        [
            "db.client.connection.count of db.example:6543/open idle: 1",
            "db.client.connection.count of db.example:6543/open used: 0",
            "db.client.connection.max of db.example:6543/open : 3",
        ]
    );
}
