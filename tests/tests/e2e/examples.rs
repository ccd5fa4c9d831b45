//! The examples that stand in `plugins/examples`, as somebody uses them who has copied one.

use opentelemetry_proto::tonic::trace::v1::span::SpanKind;
use weft_tests::artifact::component;
use weft_tests::command::repository;
use weft_tests::{App, ModuleProxy, Trace, app};

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

/// The plugin for DNS, beside a program that it is for: the one of its own test.
fn resolver() -> App {
    let app = App::of(&[]);
    app.take("plugins/examples/dns/live", "");
    app.take("plugins/examples/dns", "plugin");
    app
}

#[test]
fn the_plugin_in_c_is_what_its_tests_say() {
    let app = resolver();
    let proxy = ModuleProxy::new();
    proxy.list("github.com/miekg/dns", &["v1.1.26", "v1.1.73"]);
    let others = app.go(["env", "GOPROXY"]).ok().stdout;
    let proxies = format!("{},{}", proxy.url(), others.trim());
    let run = |word: &str| {
        plugin(&app, &[word, "plugin"])
            .env("GOPROXY", &proxies)
            .ok()
            .stdout
    };

    let tested = run("test");
    for version in ["v1.1.26", "v1.1.73", "v1.1.26, live", "v1.1.73, live"] {
        let line = format!("ok       github.com/miekg/dns@{version}\n");
        assert!(tested.contains(&line), "no {line:?} in {tested}");
    }
    // That the lowest version lacks what the newest has is no finding.
    let checked = run("check");
    assert!(checked.contains("dns: 0 findings"), "{checked}");
}

#[test]
fn a_project_that_takes_the_plugin_in_c_has_spans_of_dns() {
    let app = resolver();
    plugin(&app, &["build", "plugin"]).ok();
    plugin(&app, &["add", "plugin/dns.wasm", "--yes"]).ok();
    let (woven, trace) = app::run(&app.woven("."), &[]);
    let (plain, _) = app::run(&app.plain("."), &[]);
    assert_eq!((woven.stdout, woven.stderr), (plain.stdout, plain.stderr));
    assert_eq!(trace.count("DNS A"), trace.len(), "{trace}");

    // DNS has no place for a context: what is asked and what is answered are traces of their own, but for what a
    // handler asks.
    let nested = trace.iter().filter(|span| trace.parent(span).is_some());
    let nested: Vec<_> = nested.collect();
    assert_eq!(nested.len(), 1, "{trace}");
    let forwarding = trace.parent(nested[0]).unwrap();
    let questions = [nested[0], forwarding].map(|span| span.text("dns.question.name"));
    assert_eq!(questions, ["here.shop.", "forward.shop."]);
    let kinds = [nested[0].kind, forwarding.kind];
    assert_eq!(kinds, [SpanKind::Client, SpanKind::Server]);
}
