//! Spans of gorm, at the lowest and the newest version that the plugin names.

use opentelemetry_proto::tonic::trace::v1::span::SpanKind;
use opentelemetry_proto::tonic::trace::v1::status::StatusCode;
use weft_tests::metric::{Data, Point};
use weft_tests::{App, Sink, Span, Tool, Trace, go};

fn play(app: &App) -> (Trace, Vec<Point>) {
    let [(woven, sink), (plain, _)] = [app.woven("."), app.plain(".")].map(|program| {
        let sink = Sink::start().unwrap();
        (Tool::new(program).exporting(&sink, "gorm").ok(), sink)
    });
    assert_eq!((woven.stdout, woven.stderr), (plain.stdout, plain.stderr));
    (sink.trace(), sink.points())
}

/// What each step did, between the statements that mark its end: names with those of children behind, `!` for
/// errors, `sql` for what database/sql made.
fn steps(trace: &Trace) -> Vec<String> {
    let mut steps = vec![Vec::new()];
    for span in trace.roots() {
        if span.text("db.query.text") == "SELECT ? AS mark" {
            steps.push(Vec::new());
        } else if let Some(step) = steps.last_mut() {
            step.push(shown(trace, span));
        }
    }
    steps.iter().map(|step| step.join(", ")).collect()
}

fn shown(trace: &Trace, span: &Span) -> String {
    let children = trace.children(span);
    let mut shown = span.name.clone();
    if span.scope == "go.weft.dev/plugins/databasesql" {
        shown += " sql";
    }
    if span.status == StatusCode::Error {
        shown += "!";
    }
    if !children.is_empty() {
        let children: Vec<String> = children
            .iter()
            .map(|span| self::shown(trace, span))
            .collect();
        shown = format!("{shown} ({})", children.join(", "));
    }
    shown
}

fn check(what: &str, trace: &Trace, points: &[Point]) {
    let opened = "PING shop.db sql, ";
    let tables = "CREATE TABLE users, CREATE TABLE notes, CREATE TABLE orders";
    let preload = "SELECT users (SELECT orders)";
    let insert = "INSERT orders (INSERT notes)";
    let steps = steps(trace);
    let expected = [
        // Newer versions see at first whether the database is there.
        if steps[0].starts_with(opened) {
            format!("{opened}{tables}")
        } else {
            tables.to_owned()
        },
        format!("INSERT users ({insert})"),
        "SELECT users".to_owned(),
        preload.to_owned(),
        "SELECT orders".to_owned(),
        "SELECT users".to_owned(), // no such record, which is no error
        "SELECT users".to_owned(),
        format!("UPDATE users ({insert})"),
        "SELECT orders".to_owned(),
        "SELECT orders".to_owned(),
        "SELECT nowhere!".to_owned(),
        "DELETE orders!".to_owned(),
        String::new(), // a dry run
        "BEGIN shop.db sql, INSERT orders, COMMIT shop.db sql".to_owned(),
        "BEGIN shop.db sql, DELETE orders, ROLLBACK shop.db sql".to_owned(),
        "SELECT nowhere!".to_owned(),
        String::new(), // after an error
        "DELETE users sql".to_owned(),
        // With prepared statements.
        if steps[18].starts_with(opened) {
            format!("{opened}SELECT users")
        } else {
            "SELECT users".to_owned()
        },
        preload.to_owned(),
        "SELECT orders".to_owned(),
        String::new(),
    ];
    assert_eq!(steps, expected, "{what}\n{trace}");

    for span in trace.iter() {
        assert_eq!(span.kind, SpanKind::Client);
        span.assert_attributes([("db.system.name", "sqlite".into())]);
        assert!(!format!("{span:?}").contains("secret"), "{what}: {span:?}");
    }
    trace.named("UPDATE users")[0].assert_attributes([
        ("db.namespace", "shop.db".into()),
        ("db.operation.name", "UPDATE".into()),
        ("db.collection.name", "users".into()),
        (
            "db.query.text",
            "UPDATE `users` SET `name`=? WHERE `id` = ?".into(),
        ),
        ("db.query.summary", "UPDATE users".into()),
    ]);
    trace.named("SELECT nowhere")[0].assert_attributes([
        ("db.response.status_code", "1".into()),
        ("error.type", "1".into()),
    ]);
    // Nothing was sent.
    let refused = trace.named("DELETE orders");
    refused[0].assert_attributes([
        ("db.operation.name", "DELETE".into()),
        ("db.collection.name", "orders".into()),
    ]);
    assert!(!refused[0].attributes.contains_key("db.query.text"));

    // One measurement for each span.
    let measured: u64 = points
        .iter()
        .filter(|point| point.name == "db.client.operation.duration")
        .map(|point| match point.data {
            Data::Histogram(count, _, _) => count,
            ref other => panic!("{other:?}"),
        })
        .sum();
    assert_eq!(measured, trace.len() as u64, "{what}\n{trace}");
}

#[test]
fn one_span_for_each_operation() {
    for modules in ["lowest.mod", "go.mod"] {
        let (trace, points) = play(&App::shared("gorm").modules(modules));
        check(modules, &trace, &points);
    }
}

#[test]
fn one_span_for_each_operation_on_every_go_version() {
    for version in go::versions() {
        let (trace, points) = play(&App::shared("gorm").toolchain(&version));
        check(&version, &trace, &points);
    }
}
