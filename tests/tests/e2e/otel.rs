//! Programs that use the OpenTelemetry API, without an SDK and with one of their own, at the lowest and the
//! newest version that the plugin names.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use opentelemetry_proto::tonic::trace::v1::span::SpanKind;
use opentelemetry_proto::tonic::trace::v1::status::StatusCode;
use weft_tests::metric::{Data, Number, Point};
use weft_tests::{App, Sink, Span, Tool, Trace, Value, go};

fn woven(app: &App, modules: &str) -> PathBuf {
    let out = app.out("woven");
    let tool = app.weft(["go", "build"]);
    // What the lowest version does not have.
    let tool = if modules == "lowest.mod" {
        tool.args(["-tags=lowest"])
    } else {
        tool
    };
    tool.args([&format!("-modfile={modules}"), "-o"])
        .args([&out])
        .args(["."])
        .ok();
    out
}

fn exported(program: &Path, arguments: &[&str]) -> (String, Sink) {
    let sink = Sink::start().unwrap();
    let finished = Tool::new(program)
        .args(arguments)
        .exporting(&sink, "otel")
        .ok();
    (finished.stdout, sink)
}

/// What the API answers when the runtime is behind it.
const ANSWERS: &str = "\
server span true true false
tenant ac me [secret]
found again true true
stock tenant=ac me,user=ada l
stock 
nothing false false
injected [baggage traceparent] id=7
fields [traceparent tracestate baggage]
extracted true true 7
recovered oh no
same tracer true
";

fn check_spans(what: &str, output: &str, trace: &Trace) {
    assert_eq!(output, ANSWERS, "{what}");
    let server = trace.one("GET /order");
    server.assert_attributes([("app.user", "ada".into())]);
    let check = trace.one("check order");
    trace.assert_child(check, server);
    assert_eq!(check.scope, "example.com/otel");
    assert_eq!(check.kind, SpanKind::Consumer);
    assert_eq!(check.status, StatusCode::Error);
    assert_eq!(check.start.as_nanos(), 1_700_000_000_000_000_005, "{what}");
    assert_eq!(check.duration(), Duration::from_secs(2), "{what}");
    check.assert_attributes([
        ("string", "s".into()),
        ("int", Value::Int(-1)),
        ("bool", Value::Bool(true)),
        ("float", Value::Double(0.5)),
        ("strings", Value::Array(vec!["a".into(), "b".into()])),
        ("ints", Value::Array(vec![Value::Int(1), Value::Int(2)])),
        ("bools", Value::Array(vec![Value::Bool(true)])),
        ("floats", Value::Array(vec![Value::Double(1.5)])),
        ("again", "second".into()),
    ]);
    assert_eq!(check.attributes.len(), 9, "{what}: {check:?}");
    let [event, exception] = check.events.as_slice() else {
        panic!("{what}: {check:?}")
    };
    assert_eq!(event.name, "event");
    assert_eq!(event.attributes["n"], Value::Int(1));
    assert_eq!(exception.name, "exception");
    assert_eq!(
        exception.attributes["exception.type"],
        "*errors.errorString".into()
    );
    assert_eq!(exception.attributes["exception.message"], "broken".into());
    assert_eq!(exception.attributes["retried"], Value::Bool(true));

    // By context, by goroutine, and in a goroutine that was started meanwhile.
    let asynchronous = trace.one("async");
    trace.assert_child(asynchronous, check);
    trace.assert_child(trace.one("SELECT t1"), check);
    trace.assert_child(trace.one("SELECT t2"), check);
    trace.assert_child(trace.one("SELECT t3"), asynchronous);
    trace.assert_child(trace.one("sibling"), server);

    // The woven server has read the headers that the program reads again.
    let servers = trace.named("GET /stock");
    for (server, name) in servers.iter().zip(["stock ", "stock none"]) {
        trace.assert_child(trace.one(name), server);
        let client = trace.parent(server).unwrap();
        assert_eq!(client.kind, SpanKind::Client, "{what}");
        trace.assert_child(client, trace.one("GET /order"));
    }

    let outer = trace.one("outer");
    trace.assert_child(trace.one("inner"), outer);
    trace.assert_child(trace.one("of the span's provider"), outer);
    assert_eq!(
        trace.one("of the span's provider").scope,
        "example.com/provider"
    );
    for name in ["outer", "root", "fresh", "cleared"] {
        let span = trace.one(name);
        assert_eq!(span.parent_id, "", "{what}: {name}");
        assert_eq!(
            trace.of(&span.trace_id).len(),
            if name == "outer" { 3 } else { 1 }
        );
    }

    let producer = trace.one("producer");
    assert_eq!(producer.kind, SpanKind::Producer);
    trace.assert_child(trace.one("consumer"), producer);
    let panics = trace.one("panics");
    assert_eq!(
        panics.events[0].attributes["exception.message"],
        "oh no".into()
    );
}

fn check_metrics(what: &str, points: &[Point], trace: &Trace) {
    let colour = |name: &str| ("colour".to_owned(), Value::from(name));
    let red = HashMap::from([colour("red"), ("size".to_owned(), Value::Int(2))]);
    let blue = HashMap::from([colour("blue")]);
    let fresh = HashMap::from([("fresh".to_owned(), Value::Bool(true))]);
    let none = HashMap::new();
    let (int, double) = (Number::Int, Number::Double);
    let default_buckets = |at: usize| {
        let mut counts = vec![0; 16];
        counts[at] = 1;
        counts
    };
    let mut expected = vec![
        ("app.orders", &red, Data::Sum(int(5), true)),
        ("app.orders", &blue, Data::Sum(int(5), true)),
        ("app.weight", &none, Data::Sum(double(1.5), true)),
        ("app.queued", &none, Data::Sum(int(-3), false)),
        ("app.level", &none, Data::Sum(double(-0.5), false)),
        ("app.size", &red, Data::Histogram(1, 5.0, vec![0, 1, 0])),
        (
            "app.duration",
            &none,
            Data::Histogram(1, 0.25, default_buckets(1)),
        ),
        ("app.seen", &red, Data::Sum(int(7), true)),
        ("app.heat", &none, Data::Gauge(double(36.6))),
        ("app.open", &none, Data::Sum(int(11), false)),
        ("app.load", &blue, Data::Sum(double(0.75), false)),
    ];
    if what != "lowest.mod" {
        expected.push(("app.last", &none, Data::Gauge(int(42))));
        expected.push(("app.ratio", &fresh, Data::Gauge(double(0.125))));
    }
    let own: Vec<&Point> = points
        .iter()
        .filter(|point| point.name.starts_with("app."))
        .collect();
    for (name, attributes, data) in &expected {
        let of = |point: &&&Point| point.name == *name && point.attributes == **attributes;
        let found: Vec<&&Point> = own.iter().filter(of).collect();
        let [point] = found.as_slice() else {
            panic!("{what}: {} points of {name} {attributes:?}", found.len())
        };
        assert_eq!(point.data, *data, "{what}: {name}");
        assert_eq!(point.scope, "example.com/otel", "{what}: {name}");
    }
    assert_eq!(own.len(), expected.len(), "{what}: {own:?}");
    let orders = own.iter().find(|point| point.name == "app.orders").unwrap();
    assert_eq!(
        (&*orders.unit, &*orders.description),
        ("{order}", "Orders taken.")
    );
    let span = trace.one("measure");
    assert!(
        orders.exemplars.contains(&span.span_id),
        "{what}: {orders:?}"
    );
}

fn without_sdk(version: &str, modules: &str) {
    let app = App::shared("otel").toolchain(version);
    let program = woven(&app, modules);
    let (output, sink) = exported(&program, &[]);
    check_spans(modules, &output, &sink.trace());
    let (_, sink) = exported(&program, &["metrics"]);
    check_metrics(modules, &sink.points(), &sink.trace());
}

#[test]
fn without_sdk_lowest_version() {
    without_sdk("local", "lowest.mod");
}

#[test]
fn without_sdk_newest_version() {
    without_sdk("local", "newest.mod");
}

#[test]
fn without_sdk_every_go_version() {
    for version in go::versions() {
        without_sdk(&version, "go.mod");
    }
}

/// A span that the program's own SDK has exported.
struct Own {
    name: String,
    trace_id: String,
    span_id: String,
    parent_id: String,
}

/// The spans that a program has printed.
fn own_spans(output: &str) -> Vec<Own> {
    output
        .lines()
        .filter_map(|line| {
            let mut fields = line.strip_prefix("span,")?.split(',').map(str::to_owned);
            let mut next = || fields.next().unwrap();
            Some(Own {
                name: next(),
                trace_id: next(),
                span_id: next(),
                parent_id: next(),
            })
        })
        .collect()
}

fn with_sdk(modules: &str) {
    let app = App::shared("otelsdk");
    let program = woven(&app, modules);
    let (output, sink) = exported(&program, &[]);
    let trace = sink.trace();
    let own = own_spans(&output);
    let mut rest: Vec<&str> = output
        .lines()
        .filter(|line| !line.starts_with("span,"))
        .collect();
    // An SDK collects its instruments in no particular order.
    rest.sort_by_key(|line| line.strip_prefix("metric,"));
    assert_eq!(
        rest,
        [
            "server span true true",
            "a span of the SDK true true",
            "injected true user=ada%2Cl",
            "baggage ada,l",
            "metric,app.open,3",
            "metric,app.orders,2",
        ],
        "{modules}"
    );

    // The SDK exports its spans, and the runtime none of them.
    let mut names: Vec<&str> = own.iter().map(|span| &*span.name).collect();
    names.sort_unstable();
    assert_eq!(
        names,
        [
            "async",
            "by goroutine",
            "check",
            "fresh",
            "outer",
            "root",
            "simple",
            "stock"
        ],
        "{modules}"
    );
    for name in names {
        assert_eq!(trace.count(name), 0, "{modules}: {name} twice\n{trace}");
    }
    let sdk = |name: &str| own.iter().find(|span| span.name == name).unwrap();
    let under = |child: &Own, parent: &Span| {
        assert!(
            child.parent_id == parent.span_id && child.trace_id == parent.trace_id,
            "{modules}: {} is not a child of {}\n{trace}",
            child.name,
            parent.name
        );
    };
    let query = |n: usize| trace.one(&format!("SELECT t{n}"));
    let within = |child: &Span, parent: &Own| {
        assert!(
            child.parent_id == parent.span_id && child.trace_id == parent.trace_id,
            "{modules}: {} is not a child of {}\n{trace}",
            child.name,
            parent.name
        );
    };

    let server = trace.one("GET /order");
    server.assert_attributes([("app.user", "ada".into())]);
    let check = sdk("check");
    under(check, server);
    for n in [1, 2, 3] {
        within(query(n), check);
    }
    let asynchronous = sdk("async");
    assert_eq!(asynchronous.parent_id, check.span_id, "{modules}");
    within(query(4), asynchronous);
    for name in ["fresh", "root", "outer", "simple"] {
        assert_eq!(sdk(name).parent_id, "", "{modules}: {name}");
        assert_ne!(sdk(name).trace_id, server.trace_id, "{modules}: {name}");
    }
    within(query(5), sdk("root"));
    let stock_server = trace.one("GET /stock");
    let client = trace.parent(stock_server).unwrap();
    within(client, check);
    under(sdk("stock"), stock_server);
    within(query(7), sdk("stock"));
    trace.assert_child(query(6), server);
    under(sdk("by goroutine"), server);

    // What the SDK does not sample is not sampled here.
    assert_eq!(
        trace.count("SELECT t8") + trace.count("SELECT t9"),
        0,
        "{modules}\n{trace}"
    );
    trace.assert_child(query(10), trace.one("GET /dropped"));
    for n in [11, 12, 14] {
        within(query(n), sdk("outer"));
    }
    assert_eq!(query(13).parent_id, "", "{modules}");
    assert_eq!(query(15).parent_id, "0200000000000000", "{modules}");

    // What the SDK sends makes no spans; the program's own server has no other way to tell.
    let exports = trace.named("POST /collect");
    assert_eq!(exports.len(), 3, "{modules}\n{trace}");
    for span in exports {
        assert_eq!(
            (span.kind, &*span.parent_id),
            (SpanKind::Server, ""),
            "{modules}"
        );
    }
    assert_eq!(trace.count("POST"), 0, "{modules}\n{trace}");
    let metrics = sink.points();
    let twice: Vec<&Point> = metrics
        .iter()
        .filter(|point| point.name.starts_with("app."))
        .collect();
    assert!(twice.is_empty(), "{modules}: {twice:?}");
}

#[test]
fn with_sdk_lowest_version() {
    with_sdk("lowest.mod");
}

#[test]
fn with_sdk_newest_version() {
    with_sdk("newest.mod");
}

/// The way of the request in the program with instrumentation libraries, each step below the one before, as
/// `who kind name`.
fn steps(own: &[Own], trace: &Trace, leaf: &Span) -> Vec<String> {
    let mut steps = Vec::new();
    let mut id = leaf.span_id.clone();
    while !id.is_empty() {
        let woven = trace.iter().find(|span| span.span_id == id);
        let printed = own.iter().find(|span| span.span_id == id);
        let (step, trace_id, parent) = match (woven, printed) {
            (Some(span), None) => (
                format!(
                    "{} {:?} {}",
                    span.scope.rsplit('/').next().unwrap(),
                    span.kind,
                    span.name
                ),
                &span.trace_id,
                &span.parent_id,
            ),
            (None, Some(span)) => (
                format!("sdk {}", span.name),
                &span.trace_id,
                &span.parent_id,
            ),
            _ => panic!("{id} is missing, or there twice, in\n{trace}"),
        };
        assert_eq!(trace_id, &leaf.trace_id, "{step}");
        steps.insert(0, step);
        id.clone_from(parent);
    }
    steps
}

#[test]
fn instrumentation_libraries_beside_an_sdk() {
    let app = App::shared("otelcontrib");
    let program = app.woven(".");
    let (output, sink) = exported(&program, &["sdk"]);
    let (own, trace) = (own_spans(&output), sink.trace());
    let order = [
        "nethttp Client GET",
        "nethttp Server GET /order",
        "sdk server GET /order",
    ];
    let way = |query: &str| steps(&own, &trace, trace.one(query));
    let within = |rest: &[&'static str]| [&order[..], rest].concat();
    assert_eq!(
        way("SELECT orders"),
        within(&["databasesql Client SELECT orders"])
    );
    // The request's span is the library's, and the server has both.
    assert_eq!(
        way("SELECT stock"),
        within(&[
            "sdk client HTTP GET",
            "nethttp Server GET /stock",
            "sdk server GET /stock",
            "databasesql Client SELECT stock"
        ])
    );
    assert_eq!(
        way("SELECT health"),
        within(&[
            "grpc Client grpc.health.v1.Health/Check",
            "sdk client grpc.health.v1.Health/Check",
            "grpc Server grpc.health.v1.Health/Check",
            "sdk server grpc.health.v1.Health/Check",
            "databasesql Client SELECT health"
        ])
    );
    assert_eq!((own.len(), trace.len()), (5, 8), "{output}\n{trace}");
}

#[test]
fn instrumentation_libraries_without_an_sdk() {
    let app = App::shared("otelcontrib");
    let program = app.woven(".");
    let (output, sink) = exported(&program, &[]);
    assert_eq!(output, "");
    let trace = sink.trace();
    let order = ["nethttp Client GET", "nethttp Server GET /order"];
    let way = |query: &str| steps(&[], &trace, trace.one(query));
    let within = |rest: &[&'static str]| [&order[..], rest].concat();
    assert_eq!(
        way("SELECT orders"),
        within(&["databasesql Client SELECT orders"])
    );
    // Of two spans for one operation the outer one is left.
    assert_eq!(
        way("SELECT stock"),
        within(&[
            "otelhttp Client HTTP GET",
            "nethttp Server GET /stock",
            "databasesql Client SELECT stock"
        ])
    );
    assert_eq!(
        way("SELECT health"),
        within(&[
            "grpc Client grpc.health.v1.Health/Check",
            "grpc Server grpc.health.v1.Health/Check",
            "databasesql Client SELECT health"
        ])
    );
    assert_eq!(trace.len(), 9, "{trace}");
}
