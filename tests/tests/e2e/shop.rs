//! One request, two services, one trace.

use std::path::PathBuf;

use opentelemetry_proto::tonic::trace::v1::span::SpanKind;
use weft_tests::shop::{Closed, Shop};
use weft_tests::{App, Collector, Sink, Span, Trace, Value, go};

#[test]
fn one_trace_across_both_services_on_every_go_version() {
    for version in go::versions() {
        let app = App::shared("shop").toolchain(&version);
        check(&play(Shop::open(&woven(&app)).unwrap()));
    }
}

#[test]
fn a_collector_passes_the_trace_on() {
    let app = App::shared("shop");
    let executables = woven(&app);
    let sink = Sink::start().unwrap();
    let collector = Collector::start(&sink).unwrap();
    let variables = [
        ("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc".to_owned()),
        ("OTEL_EXPORTER_OTLP_ENDPOINT", collector.endpoint()),
    ];
    let shop = Shop::open_with(&executables, sink, &variables).unwrap();
    check(&play(shop));
    collector.stop().unwrap();
}

/// Weaves both services.
fn woven(app: &App) -> PathBuf {
    let out = app.out("shop");
    app.weft(["go", "build", "-o"])
        .args([out.join("")])
        .args(["./cmd/..."])
        .ok();
    out
}

fn check(closed: &Closed) {
    product(closed);
    order(closed);
    sold_out(closed);
}

/// Sends requests, and ends both services.
fn play(shop: Shop) -> Closed {
    assert_eq!(shop.get("/products/2").unwrap(), 200);
    assert_eq!(shop.order(2, 3).unwrap(), 201);
    assert_eq!(shop.order(3, 1000).unwrap(), 409);
    shop.close().unwrap()
}

/// A product that is not cached: Redis, the database, Redis again, and the other service.
fn product(closed: &Closed) {
    let trace = closed.trace_of("GET /products/{id}").unwrap();
    let root = trace.one("GET /products/{id}");
    root.assert_attributes([
        ("http.request.method", "GET".into()),
        ("http.route", "/products/{id}".into()),
        ("http.response.status_code", Value::Int(200)),
        ("url.path", "/products/2".into()),
        ("url.scheme", "http".into()),
    ]);
    assert_eq!(root.kind, SpanKind::Server);
    assert_eq!(root.service(), "shop");

    let children = trace.children(root);
    let systems: Vec<String> = children
        .iter()
        .filter(|span| !span.text("db.operation.name").eq_ignore_ascii_case("hello"))
        .map(|span| span.text("db.system.name"))
        .collect();
    assert_eq!(systems, ["redis", "sqlite", "redis", ""], "{trace}");
    let query = trace.one("SELECT products");
    assert_eq!(query.kind, SpanKind::Client);
    query.assert_attributes([(
        "db.query.text",
        "SELECT name, cents FROM products WHERE id = ?".into(),
    )]);

    let (call, server) = call(&trace, "GET /stock/{product}");
    trace.assert_child(call, root);
    trace.assert_child(trace.one("SELECT stock"), server);
    let record = closed.record("product shown").unwrap();
    assert_eq!(record["trace_id"], root.trace_id.as_str());
    assert_eq!(record["span_id"], root.span_id.as_str());
    let record = closed.record("level read").unwrap();
    assert_eq!(record["span_id"], server.span_id.as_str());
}

/// A transaction around a call of the other service, and a goroutine that has no context.
fn order(closed: &Closed) {
    let placed = closed.record("order placed").unwrap();
    let trace = closed.trace.of(placed["trace_id"].as_str().unwrap());
    let root = trace.one("POST /orders");
    trace.assert_child(trace.one("INSERT orders"), root);
    let (call, server) = call(&trace, "POST /stock/{product}/reservations");
    trace.assert_child(call, root);
    for child in trace.children(server) {
        assert_eq!(child.service(), "stock");
    }
    assert!(
        trace
            .children(server)
            .iter()
            .any(|span| span.name == "UPDATE stock"),
        "{trace}"
    );

    let audit = trace.one("INSERT audit");
    trace.assert_child(audit, root);
    for message in ["order placed", "order audited"] {
        let record = closed.record(message).unwrap();
        assert_eq!(record["trace_id"], root.trace_id.as_str());
        assert_eq!(record["span_id"], root.span_id.as_str(), "{message}");
    }
    assert_eq!(trace.roots().len(), 1, "{trace}");
}

/// A client error is no error of the server, but one of the client.
fn sold_out(closed: &Closed) {
    let server = closed
        .trace
        .iter()
        .find(|span| {
            span.service() == "shop"
                && span.text("http.response.status_code") == "409"
                && span.kind == SpanKind::Server
        })
        .unwrap();
    let trace = closed.trace.of(&server.trace_id);
    assert_eq!(server.status, Status::Unset);
    let (call, _) = call(&trace, "POST /stock/{product}/reservations");
    assert_eq!(call.status, Status::Error);
    call.assert_attributes([("error.type", "409".into())]);
}

use opentelemetry_proto::tonic::trace::v1::status::StatusCode as Status;

/// The client span of shop and the server span of stock for a route of stock.
fn call<'trace>(trace: &'trace Trace, route: &str) -> (&'trace Span, &'trace Span) {
    let server = trace.one(route);
    assert_eq!(server.kind, SpanKind::Server);
    assert_eq!(server.service(), "stock");
    let call = trace.parent(server).expect("the client's span has arrived");
    assert_eq!(call.kind, SpanKind::Client);
    assert_eq!(call.service(), "shop");
    (call, server)
}
