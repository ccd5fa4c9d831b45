//! Spans of net/http servers and clients, and their metrics.

use std::collections::HashMap;
use std::net::TcpListener;

use opentelemetry_proto::tonic::trace::v1::span::SpanKind;
use opentelemetry_proto::tonic::trace::v1::status::StatusCode;
use weft_tests::{App, Finished, LogRecord, Sink, Span, Tool, Trace, Value, app, go};

/// Weaves once a test; the build cache makes it cheap.
fn play(scene: &str) -> (Finished, Trace) {
    play_on("local", scene)
}

fn play_on(version: &str, scene: &str) -> (Finished, Trace) {
    let app = App::shared("nethttp").toolchain(version);
    let (woven, trace) = app::run(&app.woven("."), &[scene]);
    let (plain, none) = app::run(&app.plain("."), &[scene]);
    assert_eq!(woven.stderr, plain.stderr);
    assert!(none.is_empty());
    if scene != "outgoing" {
        assert_eq!(woven.stdout, plain.stdout);
    }
    (woven, trace)
}

fn of_kind(trace: &Trace, kind: SpanKind) -> Vec<&Span> {
    trace.iter().filter(|span| span.kind == kind).collect()
}

#[test]
fn server_spans_are_named_by_route_on_every_go_version() {
    for version in go::versions() {
        let (_, trace) = play_on(&version, "routes");
        let servers = of_kind(&trace, SpanKind::Server);
        let names: Vec<&str> = servers.iter().map(|span| span.name.as_str()).collect();
        assert_eq!(
            names,
            [
                "GET /items/{id}",
                "POST /items",
                "GET /files/{path...}",
                "GET /broken",
                "GET",
                "HTTP /files/{path...}"
            ],
            "{version}\n{trace}"
        );
        servers[0].assert_attributes([
            ("http.request.method", "GET".into()),
            ("http.route", "/items/{id}".into()),
            ("url.path", "/items/7".into()),
            ("url.scheme", "http".into()),
            ("server.address", "127.0.0.1".into()),
            ("network.protocol.version", "1.1".into()),
            ("client.address", "127.0.0.1".into()),
            ("user_agent.original", "Go-http-client/1.1".into()),
            ("http.response.status_code", Value::Int(200)),
        ]);
        assert!(servers[0].attributes.contains_key("server.port"));
        let unrouted = servers[4];
        assert!(
            !unrouted.attributes.contains_key("http.route"),
            "{unrouted:?}"
        );
        servers[5].assert_attributes([
            ("http.request.method", "_OTHER".into()),
            ("http.request.method_original", "BREW".into()),
        ]);

        let statuses: Vec<StatusCode> = servers.iter().map(|span| span.status).collect();
        let mut expected = [StatusCode::Unset; 6];
        expected[3] = StatusCode::Error;
        assert_eq!(statuses, expected);
        servers[3].assert_attributes([("error.type", "503".into())]);

        for server in servers {
            let client = trace
                .parent(server)
                .expect("each request has a client span");
            assert_eq!(client.kind, SpanKind::Client);
            assert!(client.parent_id.is_empty());
        }
    }
}

#[test]
fn client_spans_carry_the_semantic_conventions() {
    let (_, trace) = play("routes");
    let clients = of_kind(&trace, SpanKind::Client);
    let names: Vec<&str> = clients.iter().map(|span| span.name.as_str()).collect();
    assert_eq!(names, ["GET", "POST", "GET", "GET", "GET", "HTTP"]);
    clients[0].assert_attributes([
        ("http.request.method", "GET".into()),
        ("server.address", "127.0.0.1".into()),
        ("http.response.status_code", Value::Int(200)),
        ("network.protocol.version", "1.1".into()),
    ]);
    assert!(matches!(
        clients[0].attributes["server.port"],
        Value::Int(1..)
    ));
    let url = clients[0].text("url.full");
    assert!(
        url.starts_with("http://127.0.0.1:") && url.contains("/items/7"),
        "{url}"
    );
    for (client, code) in [(clients[3], "503"), (clients[4], "404")] {
        assert_eq!(client.status, StatusCode::Error);
        client.assert_attributes([("error.type", code.into())]);
    }
}

#[test]
fn incoming_context_is_continued_when_it_is_valid() {
    let (finished, trace) = play("incoming");
    assert_eq!(finished.stdout.matches("HTTP/1.1 200 OK").count(), 5);
    let servers = of_kind(&trace, SpanKind::Server);
    assert_eq!(
        servers.len(),
        4,
        "the request that is not sampled has no span:\n{trace}"
    );
    assert_eq!(servers[0].trace_id, "0af7651916cd43dd8448eb211c80319c");
    assert_eq!(servers[0].parent_id, "b7ad6b7169203331");
    for server in &servers[1..] {
        assert!(server.parent_id.is_empty(), "{server:?}");
        assert!(!server.trace_id.starts_with("0af7651916cd43dd"));
    }
    servers[0].assert_attributes([
        ("server.address", "shop.example".into()),
        ("server.port", Value::Int(8080)),
        ("user_agent.original", "raw".into()),
    ]);
}

#[test]
fn outgoing_requests_carry_the_context_and_the_callers_request_stays_as_it_was() {
    let (finished, trace) = play("outgoing");
    let lines: Vec<&str> = finished.stdout.lines().collect();
    assert_eq!(lines[0], r#"200 traceparent=1 baggage="" <nil>"#);
    assert_eq!(lines[1], "caller's headers 0");
    assert_eq!(
        lines[2], lines[0],
        "a second use of the request has one header, too"
    );
    let clients = of_kind(&trace, SpanKind::Client);
    let names: Vec<&str> = clients.iter().map(|span| span.name.as_str()).collect();
    assert_eq!(names, ["GET", "GET", "HEAD"]);
    for server in of_kind(&trace, SpanKind::Server) {
        assert!(trace.parent(server).is_some(), "{trace}");
    }
}

#[test]
fn a_response_writer_keeps_its_abilities() {
    let (_, trace) = play("writer");
    let codes: Vec<String> = of_kind(&trace, SpanKind::Server)
        .iter()
        .map(|span| span.text("http.response.status_code"))
        .collect();
    assert_eq!(codes[..5], ["200", "200", "202", "418", "200"]);
    assert_eq!(codes.len(), 6, "a hijacked connection has a span, too");
}

#[test]
fn http2_requests_have_spans_on_every_go_version() {
    for version in go::versions() {
        let (_, trace) = play_on(&version, "http2");
        let servers = of_kind(&trace, SpanKind::Server);
        let codes: Vec<String> = servers
            .iter()
            .map(|span| span.text("http.response.status_code"))
            .collect();
        assert_eq!(codes, ["200", "404", "202", "418"], "{version}\n{trace}");
        for server in servers {
            server.assert_attributes([
                ("network.protocol.version", "2".into()),
                ("url.scheme", "https".into()),
            ]);
            let client = trace
                .parent(server)
                .expect("the client's span is the parent");
            client.assert_attributes([("network.protocol.version", "2".into())]);
        }
        assert_eq!(trace.len(), 8, "{version}\n{trace}");
    }
}

#[test]
fn requests_on_one_connection_are_separate_traces() {
    let (_, trace) = play("keepalive");
    let servers = of_kind(&trace, SpanKind::Server);
    assert_eq!(servers.len(), 2);
    assert!(servers.iter().all(|span| span.parent_id.is_empty()));
    assert_ne!(servers[0].trace_id, servers[1].trace_id);
}

#[test]
fn failures_of_the_client_are_errors_with_a_type() {
    let (_, trace) = play("failures");
    let clients = of_kind(&trace, SpanKind::Client);
    assert_eq!(clients.len(), 3, "{trace}");
    for client in &clients {
        assert_eq!(client.status, StatusCode::Error);
        assert!(!client.text("error.type").is_empty());
    }
    assert!(
        !clients[0]
            .attributes
            .contains_key("http.response.status_code")
    );
    clients[2].assert_attributes([("error.type", "404".into())]);
    assert_ne!(clients[0].text("error.type"), clients[1].text("error.type"));
}

/// The exception of a span that has one and no other event.
fn exception(span: &Span) -> &HashMap<String, Value> {
    let [event] = span.events.as_slice() else {
        panic!("{:?}", span.events)
    };
    assert_eq!(event.name, "exception");
    &event.attributes
}

#[test]
fn a_handler_that_panics_says_with_what_on_every_go_version() {
    for version in go::versions() {
        let (_, trace) = play_on(&version, "panics");
        let servers = of_kind(&trace, SpanKind::Server);
        let failures: Vec<String> = servers.iter().map(|span| span.text("error.type")).collect();
        assert_eq!(
            failures,
            ["panic", "aborted", "panic", "aborted", "panic"],
            "{version}\n{trace}"
        );
        for server in &servers {
            assert_eq!(server.status, StatusCode::Error);
        }
        let thrown = exception(servers[0]);
        assert_eq!(thrown["exception.type"], "string".into());
        assert_eq!(thrown["exception.message"], "handler failed".into());
        let stack = thrown["exception.stacktrace"].to_string();
        let place = stack.find("main.panics").expect("the handler is in it");
        assert!(
            !stack[..place].contains("weft"),
            "hooks come before the handler: {stack}"
        );
        let error = exception(servers[2]);
        assert_eq!(error["exception.type"], "*fmt.wrapError".into());
        assert_eq!(error["exception.message"], "cannot: unexpected EOF".into());
        for aborted in [servers[1], servers[3]] {
            assert!(aborted.events.is_empty(), "{trace}");
        }
    }
}

#[test]
fn a_panic_is_a_log_record_where_that_is_asked_for() {
    let sink = Sink::start().expect("a loopback port is free");
    let app = App::shared("nethttp");
    Tool::new(app.woven("."))
        .args(["panics"])
        .exporting(&sink, "app")
        .env("OTEL_LOGS_EXPORTER", "otlp")
        .env("OTEL_SEMCONV_EXCEPTION_SIGNAL_OPT_IN", "logs")
        .ok();
    let trace = sink.trace();
    let servers = of_kind(&trace, SpanKind::Server);
    assert!(servers.iter().all(|span| span.events.is_empty()), "{trace}");
    let mut exceptions: Vec<LogRecord> = sink.records();
    exceptions.retain(|record| record.event == "http.server.request.exception");
    exceptions.sort_by_key(|record| record.time);
    let thrown: Vec<(&str, String)> = exceptions
        .iter()
        .map(|record| {
            (
                &*record.span_id,
                record.attributes["exception.message"].to_string(),
            )
        })
        .collect();
    assert_eq!(
        thrown,
        [
            (&*servers[0].span_id, "handler failed".to_owned()),
            (&*servers[2].span_id, "cannot: unexpected EOF".to_owned()),
            (&*servers[4].span_id, "handler failed".to_owned()),
        ]
    );
    for record in &exceptions {
        let thrown_in = |span: &&Span| span.span_id == record.span_id;
        let span = servers.iter().copied().find(thrown_in).unwrap();
        assert!(record.time >= span.start, "{record:?} of {span:?}");
        assert!(
            record.attributes["exception.stacktrace"]
                .to_string()
                .contains("main.panics")
        );
    }
}

#[test]
fn a_handler_of_http2_that_panics_says_with_what_on_every_go_version() {
    for version in go::versions() {
        let (_, trace) = play_on(&version, "panics2");
        let servers = of_kind(&trace, SpanKind::Server);
        let [panicked, aborted] = servers[..] else {
            panic!("{version}\n{trace}")
        };
        assert_eq!(
            exception(panicked)["exception.message"],
            "handler failed".into()
        );
        assert_eq!(panicked.text("error.type"), "panic");
        assert_eq!(aborted.text("error.type"), "aborted");
        assert!(aborted.events.is_empty(), "{trace}");
    }
}

#[test]
fn a_reverse_proxy_is_in_the_middle_of_one_trace() {
    let (_, trace) = play("proxy");
    let kinds: Vec<SpanKind> = trace.iter().map(|span| span.kind).collect();
    assert_eq!(
        kinds,
        [
            SpanKind::Client,
            SpanKind::Server,
            SpanKind::Client,
            SpanKind::Server
        ]
    );
    for pair in trace.windows(2) {
        trace.assert_child(&pair[1], &pair[0]);
    }
}

#[test]
fn a_goroutine_without_context_belongs_to_the_request_that_started_it() {
    let (_, trace) = play("goroutine");
    let servers = of_kind(&trace, SpanKind::Server);
    let [front, late] = servers[..] else {
        panic!("{trace}")
    };
    let call = trace.parent(late).expect("the goroutine's call has a span");
    trace.assert_child(call, front);
    assert!(
        call.start >= front.end,
        "the call came after the request's end"
    );
}

#[test]
fn a_request_that_is_dumped_is_not_sent() {
    let (finished, trace) = play("dump");
    let first = finished.stdout.lines().next().unwrap_or_default();
    assert!(
        first.starts_with("\"POST /dumped HTTP/1.1\\r\\n"),
        "{finished}"
    );
    assert!(first.ends_with("\\r\\n\\r\\nbody\" <nil>"), "{finished}");
    assert!(!first.contains("Traceparent"), "{finished}");
    assert_eq!(trace.len(), 4, "{trace}");
    for pair in trace.windows(2) {
        trace.assert_child(&pair[1], &pair[0]);
    }
}

#[test]
fn each_hop_of_a_redirect_is_a_span() {
    let (_, trace) = play("redirect");
    let clients = of_kind(&trace, SpanKind::Client);
    assert_eq!(clients.len(), 2, "{trace}");
    assert!(clients.iter().all(|span| span.status == StatusCode::Unset));
    let codes: Vec<String> = clients
        .iter()
        .map(|span| span.text("http.response.status_code"))
        .collect();
    assert_eq!(codes, ["302", "200"]);
}

#[test]
fn a_streamed_response_is_whole() {
    let (finished, trace) = play("streaming");
    assert_eq!(finished.stdout, "15 <nil>\n");
    assert_eq!(trace.len(), 2);
}

#[test]
fn metrics_are_scraped_and_the_scrape_leaves_no_trace() {
    let app = App::shared("nethttp");
    let port = TcpListener::bind(("127.0.0.1", 0))
        .and_then(|listener| listener.local_addr())
        .expect("a loopback port is free")
        .port();
    let sink = Sink::start().expect("a loopback port is free");
    let finished = Tool::new(app.woven("."))
        .args(["scraped"])
        .exporting(&sink, "app")
        .env("OTEL_METRICS_EXPORTER", "prometheus")
        .env("OTEL_EXPORTER_PROMETHEUS_PORT", port.to_string())
        .env("SCRAPE", format!("http://localhost:{port}/metrics"))
        .ok();
    assert_eq!(finished.stderr, "");
    let lines: Vec<&str> = finished.stdout.lines().collect();
    for (name, labels) in [
        (
            "http_server_request_duration_seconds_count",
            [
                r#"http_route="/items/{id}""#,
                r#"http_response_status_code="200""#,
            ],
        ),
        (
            "http_client_request_duration_seconds_count",
            [
                r#"http_request_method="POST""#,
                r#"server_address="127.0.0.1""#,
            ],
        ),
    ] {
        let count = lines
            .iter()
            .find(|line| line.starts_with(name) && labels.iter().all(|label| line.contains(label)))
            .unwrap_or_else(|| panic!("no {name} with {labels:?} in {finished}"));
        assert!(count.ends_with(" 1"), "{count}");
    }
    let trace = sink.trace();
    let servers = of_kind(&trace, SpanKind::Server);
    assert_eq!(servers.len(), 6, "{trace}");
    assert_eq!(of_kind(&trace, SpanKind::Client).len(), 7, "{trace}");
}
