//! Routes of gin on server spans, at the lowest and the newest version that the plugin names.

use opentelemetry_proto::tonic::trace::v1::span::SpanKind;
use opentelemetry_proto::tonic::trace::v1::status::StatusCode;
use weft_tests::{App, Trace, app, go};

fn play(app: &App) -> Trace {
    let (woven, trace) = app::run(&app.woven("."), &[]);
    let (plain, _) = app::run(&app.plain("."), &[]);
    assert_eq!((woven.stdout, woven.stderr), (plain.stdout, plain.stderr));
    trace
}

/// The names of server spans with their status codes, and with `!` where they are errors.
fn servers(trace: &Trace) -> Vec<String> {
    trace
        .iter()
        .filter(|span| span.kind == SpanKind::Server)
        .map(|span| {
            let route = span.text("http.route");
            let named = span.name.split_once(' ').map_or("", |(_, route)| route);
            assert_eq!(route, named, "{span:?}");
            let error = if span.status == StatusCode::Error {
                "!"
            } else {
                ""
            };
            let code = span.text("http.response.status_code");
            format!("{} {code}{error}", span.name)
        })
        .collect()
}

fn check(what: &str, trace: &Trace) {
    let servers = servers(trace);
    let (alone, in_mux) = servers.split_at(13);
    let routes = [
        "GET /users/:id 200",
        "HEAD /any 200",
        "GET /files/*path 200",
        "POST /v1/orders 200",
        "GET /admin/:page 403", // the middleware aborts
        "GET /panic/:id 500!",
        "GET /users/:id 200", // handed on to another route
    ];
    let unrouted = |name: &str| {
        [
            format!("GET{name} 404"), // handed on to none
            "GET /copy/:id 204".to_owned(),
            format!("GET{name} 404"),
            format!("DELETE{name} 405"),
            format!("GET{name} 301"),
        ]
    };
    assert_eq!(alone[..7], routes, "{what}\n{trace}");
    assert_eq!(alone[7..12], unrouted(""), "{what}\n{trace}");
    assert_eq!(alone[12..], ["POST 404"], "{what}\n{trace}");
    // In a mux, what gin has no route for has that of the mux.
    assert_eq!(in_mux[..7], routes, "{what}\n{trace}");
    assert_eq!(in_mux[7..12], unrouted(" /"), "{what}\n{trace}");
    // Nobody but net/http recovers this one.
    assert_eq!(in_mux[12..], ["POST /bare/panic/:id !"], "{what}\n{trace}");
}

#[test]
fn server_spans_have_the_routes_of_gin() {
    for modules in ["lowest.mod", "newest.mod"] {
        check(modules, &play(&App::shared("gin").modules(modules)));
    }
}

#[test]
fn server_spans_have_the_routes_of_gin_on_every_go_version() {
    for version in go::versions() {
        check(&version, &play(&App::shared("gin").toolchain(&version)));
    }
}
