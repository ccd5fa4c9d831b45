//! The examples that stand in `plugins/examples`, as somebody uses them who has copied one.

use opentelemetry_proto::tonic::trace::v1::span::SpanKind;
use opentelemetry_proto::tonic::trace::v1::status::StatusCode;
use weft_tests::artifact::component;
use weft_tests::command::repository;
use weft_tests::{App, ModuleProxy, Span, Tool, Trace, app};

use super::author::{lock, with_cargo};
use super::project_plugins::{plugin, put};

/// A shop of several services, with the plugin of the example and what weft.toml says besides.
fn shop(settings: &str) -> App {
    let app = App::copy("tenant");
    app.write("weft.toml", settings);
    put(&app, "tenant.wasm", &component("weft_plugin_tenant"));
    plugin(&app, &["add", "tenant.wasm", "--yes"]).ok();
    app
}

/// What the shop prints and sends when it gets an order for each header.
fn order(app: &App, headers: &[&str]) -> (Vec<String>, Trace) {
    let (finished, trace) = app::run(&app.woven("."), headers);
    (finished.stdout.lines().map(str::to_owned).collect(), trace)
}

/// The attribute of all spans of HTTP and gRPC.
fn tenants(trace: &Trace, attribute: &str) -> Vec<String> {
    let spans = trace.iter().filter(|span| span.kind != SpanKind::Internal);
    spans.map(|span| span.text(attribute)).collect()
}

#[test]
fn the_tenant_of_a_request_is_on_all_spans_and_goes_to_all_services() {
    let app = shop("");
    let (printed, trace) = order(&app, &["X-Tenant-Id: acme", "", "x-tenant-id: 7"]);
    // No word of it in the baggage, which goes to others as well.
    assert_eq!(
        printed,
        [
            "stock [acme] []",
            "backend [acme] []",
            "order 200 OK",
            "stock [] []",
            "backend [] []",
            "order 200 OK",
            "stock [7] []",
            "backend [7] []",
            "order 200 OK",
        ]
    );
    let servers = trace.named("GET /orders/:id");
    assert_eq!(servers.len(), 3, "{trace}");
    for (server, tenant) in servers.into_iter().zip(["acme", "", "7"]) {
        let one = trace.of(&server.trace_id);
        assert_eq!(one.roots().len(), 1, "{one}");
        let names: Vec<_> = one.iter().map(|span| (&*span.name, span.kind)).collect();
        let (check, watch) = ("grpc.health.v1.Health/Check", "grpc.health.v1.Health/Watch");
        assert_eq!(
            names,
            [
                ("GET /orders/:id", SpanKind::Server),
                (check, SpanKind::Client),
                (check, SpanKind::Server),
                ("GET", SpanKind::Client),
                ("GET", SpanKind::Server),
                ("GET", SpanKind::Client),
                (watch, SpanKind::Client),
                (watch, SpanKind::Server),
            ],
            "{one}"
        );
        assert_eq!(tenants(&one, "tenant.id"), [tenant; 8], "{one}");
    }
}

#[test]
fn headers_of_hostile_clients_carry_no_tenant() {
    let app = shop("");
    let long = format!("X-Tenant-Id: {}", "a".repeat(257));
    let (printed, trace) = order(
        &app,
        &[
            &long,
            "X-Tenant-Id: a\tb",
            "X-Tenant-Id: caf\u{e9}",
            "X-Tenant-Id: a|X-Tenant-Id: b",
            "X-Tenant-Id:",
            "Baggage: x-tenant-id=a,tenant.id=b",
        ],
    );
    let backend: Vec<_> = printed.iter().filter(|l| l.starts_with('b')).collect();
    assert_eq!(backend[..5], ["backend [] []"; 5]);
    assert_eq!(backend[5], "backend [] [x-tenant-id=a,tenant.id=b]");
    assert_eq!(tenants(&trace, "tenant.id"), [""; 48], "{trace}");
}

#[test]
fn settings_name_the_header_and_the_attribute() {
    let app =
        shop("[plugins.tenant.settings]\nheader = \"x-customer\"\nattribute = \"customer.id\"\n");
    let (_, trace) = order(&app, &["X-Customer: acme|X-Tenant-Id: other"]);
    assert_eq!(tenants(&trace, "customer.id"), ["acme"; 8], "{trace}");
    assert_eq!(tenants(&trace, "tenant.id"), [""; 8]);

    app.replace("weft.toml", "x-customer", "cookie");
    app.weft(["go", "build", "."]).fails().assert_stderr(&[
        "tenant",
        "setting `header`",
        "x-tenant-id",
    ]);
}

/// Nothing but the plugin that makes the spans of the one side or the other.
#[test]
fn without_the_spans_of_others_the_plugin_does_no_harm() {
    for (off, on, spans) in [("nethttp", "grpc", 4), ("grpc", "nethttp", 4)] {
        let app = shop(&format!("[plugins.{off}]\nenabled = false\n"));
        let (printed, trace) = order(&app, &["X-Tenant-Id: acme"]);
        assert_eq!(printed.last().map(String::as_str), Some("order 200 OK"));
        assert_eq!(trace.len(), spans, "only {on}\n{trace}");
        let expected = if on == "nethttp" {
            vec!["acme", "", "", ""]
        } else {
            vec![""; 4]
        };
        assert_eq!(tenants(&trace, "tenant.id"), expected, "only {on}\n{trace}");
    }
    let app = shop("[plugins.nethttp]\nenabled = false\n[plugins.grpc]\nenabled = false\n");
    let (printed, trace) = order(&app, &["X-Tenant-Id: acme"]);
    assert_eq!(printed, ["stock [] []", "backend [] []", "order 200 OK"]);
    assert!(trace.is_empty(), "{trace}");
}

/// As its README says.
#[test]
fn the_tenant_plugin_is_copied_into_a_new_one() {
    let app = App::copy("tenant");
    plugin(&app, &["new", "my-tenant", "--for", "net/http"]).ok();
    for file in ["src/lib.rs", "go/hooks.go"] {
        let example = repository().join("plugins/examples/tenant").join(file);
        let copy = app.directory().join("my-tenant").join(file);
        std::fs::copy(example, copy).unwrap();
    }
    lock(&app, "my-tenant");
    with_cargo(&app, &["build", "my-tenant"]).ok();
    let file = "my-tenant/my-tenant.wasm";
    let plan = app.weft(["--plugin", file, "plan", "."]).ok().stdout;
    for hooks in ["my-tenant: before accept", "my-tenant: before mark"] {
        assert!(plan.contains(hooks), "no {hooks} in {plan}");
    }
}

/// The plugin for DNS with a program that it is for.
struct Resolver {
    app: App,
    proxy: ModuleProxy,
}

impl Resolver {
    fn new() -> Self {
        let app = App::copy("dns");
        app.take("plugins/examples/dns", "plugin");
        let proxy = ModuleProxy::new();
        proxy.list("github.com/miekg/dns", &["v1.1.26", "v1.1.73"]);
        Self { app, proxy }
    }

    fn with_versions(&self, tool: Tool) -> Tool {
        let others = self.app.go(["env", "GOPROXY"]).ok().stdout;
        tool.env("GOPROXY", format!("{},{}", self.proxy.url(), others.trim()))
    }

    fn plugin(&self, words: &[&str]) -> Tool {
        self.with_versions(plugin(&self.app, words))
    }
}

#[test]
fn the_plugin_in_c_is_what_its_tests_say() {
    let resolver = Resolver::new();
    let tested = resolver.plugin(&["test", "plugin"]).ok().stdout;
    for version in ["v1.1.26", "v1.1.73"] {
        let line = format!("ok       github.com/miekg/dns@{version}");
        assert!(tested.contains(&line), "no {line:?} in {tested}");
    }
    // That the lowest version lacks what the newest has is no finding.
    let checked = resolver.plugin(&["check", "plugin"]).ok().stdout;
    assert!(checked.contains("dns: 0 findings"), "{checked}");
}

/// Kind, name, transport and code of a span, with `!` where it is an error.
fn told(span: &Span) -> String {
    let kind = match span.kind {
        SpanKind::Client => "client",
        SpanKind::Server => "server",
        other => panic!("a span of kind {other:?}"),
    };
    let error = match span.status {
        StatusCode::Error => "!",
        _ => "",
    };
    assert_eq!(
        span.text("error.type").is_empty(),
        error.is_empty(),
        "{span:?}"
    );
    assert_eq!(span.text("server.address"), "127.0.0.1", "{span:?}");
    let (question, transport) = (
        span.text("dns.question.name"),
        span.text("network.transport"),
    );
    let code = span.text("dns.response_code");
    format!("{kind} {question} {transport} {code}{error}")
}

#[test]
fn questions_of_dns_have_spans_at_the_lowest_and_the_newest_version() {
    let resolver = Resolver::new();
    let app = resolver.app;
    plugin(&app, &["build", "plugin"]).ok();
    plugin(&app, &["add", "plugin/dns.wasm", "--yes"]).ok();
    let mut app = app;
    for modules in ["lowest.mod", "go.mod"] {
        app = app.modules(modules);
        let (woven, trace) = app::run(&app.woven("."), &[]);
        let (plain, _) = app::run(&app.plain("."), &[]);
        assert_eq!((woven.stdout, woven.stderr), (plain.stdout, plain.stderr));

        // What is asked and what is answered are told apart by their kinds: DNS has no place for a context.
        let asked = |kind: SpanKind| trace.iter().filter(move |span| span.kind == kind);
        let clients: Vec<_> = asked(SpanKind::Client).map(told).collect();
        let servers: Vec<_> = asked(SpanKind::Server).map(told).collect();
        let exchanges = [
            "here.shop. udp NOERROR",
            "none.shop. udp NXDOMAIN",
            "broken.shop. udp SERVFAIL!",
            "forward.shop. udp NOERROR", // for which is asked
            "here.shop. udp NOERROR",    // this
            "here.shop. tcp NOERROR",
            "here.shop. udp NOERROR",
        ];
        // The lowest version cannot ask on a connection.
        let connections = if modules == "go.mod" { 2 } else { 0 };
        let mut expected = exchanges.to_vec();
        expected.extend(vec!["here.shop. tcp NOERROR"; connections]);
        let of = |kind: &str| {
            expected
                .iter()
                .map(|line| format!("{kind} {line}"))
                .collect()
        };
        let mut of_clients: Vec<_> = of("client");
        of_clients.push("client here.shop. tcp !".to_owned());
        let of_servers: Vec<_> = of("server");
        assert_eq!(clients, of_clients, "{modules}\n{trace}");
        assert_eq!(servers, of_servers, "{modules}\n{trace}");

        // A question that the handler of another one asks is part of that.
        let nested = asked(SpanKind::Client).nth(4).unwrap();
        let forwarded = asked(SpanKind::Server).nth(3).unwrap();
        trace.assert_child(nested, forwarded);
        assert!(trace.iter().all(|span| span.name == "DNS A"), "{trace}");
        let refused = asked(SpanKind::Client).next_back().unwrap();
        assert!(!refused.events.is_empty(), "{refused:?}");
        for span in asked(SpanKind::Server) {
            assert_eq!(span.text("network.peer.address"), "127.0.0.1", "{span:?}");
        }
    }
}
