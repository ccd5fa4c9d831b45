//! Weaves the shop, sends it two requests and shows the traces. Fails when anything is missing.
#![allow(
    clippy::print_stdout,
    reason = "showing something is what a demo is for"
)]

use std::time::Instant;

use anyhow::Context as _;
use opentelemetry_proto::tonic::trace::v1::span::SpanKind;
use weft_tests::shop::{Closed, Shop};
use weft_tests::{App, Span, Trace};

fn main() -> anyhow::Result<()> {
    let app = App::shared("shop");
    let out = app.out("demo");
    println!("$ cd tests/apps/shop");
    println!("$ weft go build -o … ./cmd/...");
    let start = Instant::now();
    let built = app
        .weft(["go", "build", "-o"])
        .args([out.join("")])
        .args(["./cmd/..."])
        .run();
    anyhow::ensure!(built.status.success(), "{built}");
    print!("{}", built.stderr);
    println!("built in {:.1} s\n", start.elapsed().as_secs_f64());

    let shop = Shop::open(&out)?;
    let mut answers = Vec::new();
    for path in ["/products/2", "/products/99"] {
        answers.push((format!("GET {path}"), shop.get(path)?));
    }
    answers.push(("POST /orders".to_owned(), shop.order(2, 3)?));
    for (request, status) in &answers {
        println!("$ curl {request:<18} {status}");
    }
    let statuses: Vec<u16> = answers.iter().map(|(_, status)| *status).collect();
    anyhow::ensure!(statuses == [200, 404, 201], "unexpected answers");
    let closed = shop.close()?;

    let order = closed.trace_of("POST /orders")?;
    println!("\none trace, two services: {}", order[0].trace_id);
    println!("{:<58} {:<6} {:>12} {:>12}", "", "", "start", "duration");
    print!("{order}");
    check(&order)?;

    println!("\nlog lines of that trace");
    for message in ["order placed", "order audited", "reserved"] {
        let record = closed.record(message)?;
        println!("{record}");
        check_record(&record, &order)?;
    }
    show_product(&closed)
}

/// The other request, which asks Redis first.
fn show_product(closed: &Closed) -> anyhow::Result<()> {
    let shown = closed.record("product shown")?;
    let id = shown["trace_id"].as_str().context("no trace_id")?;
    let trace = closed.trace.of(id);
    println!("\nGET /products/2, not yet cached");
    print!("{trace}");
    let redis = trace
        .iter()
        .filter(|span| span.text("db.system.name") == "redis")
        .count();
    anyhow::ensure!(
        redis == 2,
        "want a command and a pipeline, got {redis} Redis spans"
    );
    check_record(&shown, &trace)
}

/// Both services are in the trace, and each part is where it belongs.
fn check(trace: &Trace) -> anyhow::Result<()> {
    let find = |what: &str, wanted: &dyn Fn(&&Span) -> bool| {
        trace
            .iter()
            .find(wanted)
            .cloned()
            .with_context(|| format!("no {what} in the trace"))
    };
    let root = find("server span of shop", &|span| {
        span.kind == SpanKind::Server && span.service() == "shop"
    })?;
    let call = find("HTTP client span of shop", &|span| {
        span.kind == SpanKind::Client
            && span.service() == "shop"
            && !span.text("url.full").is_empty()
    })?;
    let server = find("server span of stock", &|span| {
        span.kind == SpanKind::Server && span.service() == "stock"
    })?;
    let audit = find("span of the goroutine's query", &|span| {
        span.text("db.query.text").contains("audit")
    })?;
    let update = find("database span of stock", &|span| {
        span.service() == "stock" && !span.text("db.system.name").is_empty()
    })?;
    for (child, parent) in [
        (&call, &root),
        (&server, &call),
        (&update, &server),
        (&audit, &root),
    ] {
        anyhow::ensure!(
            child.parent_id == parent.span_id,
            "{:?} is not below {:?}",
            child.name,
            parent.name
        );
    }
    Ok(())
}

fn check_record(record: &serde_json::Value, trace: &Trace) -> anyhow::Result<()> {
    let span = trace
        .iter()
        .find(|span| record["span_id"] == span.span_id.as_str());
    anyhow::ensure!(
        record["trace_id"] == trace[0].trace_id.as_str() && span.is_some(),
        "a log line names no span of its trace: {record}"
    );
    Ok(())
}
