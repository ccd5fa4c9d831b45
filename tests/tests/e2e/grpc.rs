//! Spans of gRPC clients and servers, at the lowest and the newest version that the plugin names.

use opentelemetry_proto::tonic::trace::v1::span::SpanKind;
use opentelemetry_proto::tonic::trace::v1::status::StatusCode;
use weft_tests::metric::{Data, Point};
use weft_tests::{App, Finished, Sink, Span, Tool, Trace, Value, go};

const VERSIONS: [&str; 3] = ["lowest.mod", "go.mod", "newest.mod"];

/// What a scene printed and sent, woven with the versions of a file; plain it prints the same.
fn play(app: &App, scene: &str) -> (Finished, Trace, Vec<Point>) {
    let [(woven, sink), (plain, none)] = [app.woven("."), app.plain(".")].map(|program| {
        let sink = Sink::start().unwrap();
        let tool = Tool::new(program).args([scene]).exporting(&sink, "grpc");
        (tool.run(), sink)
    });
    assert_eq!(woven.stdout, plain.stdout, "{woven}");
    assert_eq!(woven.status, plain.status, "{woven}");
    assert!(none.trace().is_empty());
    (woven, sink.trace(), sink.points())
}

fn on(modules: &str, scene: &str) -> Trace {
    play(&App::shared("grpc").modules(modules), scene).1
}

/// Each client's span with its server's, in order of their start.
fn pairs(trace: &Trace) -> Vec<(&Span, Vec<&Span>)> {
    trace
        .iter()
        .filter(|span| span.kind == SpanKind::Client)
        .map(|client| (client, trace.children(client)))
        .collect()
}

fn check_calls(what: &str, trace: &Trace, points: &[Point]) {
    let expected = [
        ("OK", "OK", "test.Service/Call", StatusCode::Unset),
        (
            "NOT_FOUND",
            "NOT_FOUND",
            "test.Service/Call",
            StatusCode::Unset,
        ),
        ("UNKNOWN", "UNKNOWN", "test.Service/Call", StatusCode::Error),
        ("OK", "OK", "test.Service/Call", StatusCode::Unset), // which makes
        ("OK", "OK", "test.Service/Call", StatusCode::Unset), // this one
        ("UNIMPLEMENTED", "UNIMPLEMENTED", "grpc", StatusCode::Error),
        ("UNIMPLEMENTED", "UNIMPLEMENTED", "grpc", StatusCode::Error),
    ];
    let pairs = pairs(trace);
    assert_eq!(pairs.len(), expected.len() + 2, "{what}\n{trace}");
    for ((client, servers), (code, served, name, status)) in pairs.iter().zip(expected) {
        let [server] = servers[..] else {
            panic!("{what}: one server each\n{trace}");
        };
        client.assert_attributes([
            ("rpc.system.name", "grpc".into()),
            ("rpc.response.status_code", code.into()),
            ("server.address", "127.0.0.1".into()),
        ]);
        assert_eq!(client.text("rpc.method"), client.name);
        let failed = code != "OK";
        assert_eq!(client.status == StatusCode::Error, failed, "{client:?}");
        assert_eq!(client.attributes.contains_key("error.type"), failed);
        assert_eq!(server.kind, SpanKind::Server);
        server.assert_attributes([
            ("rpc.system.name", "grpc".into()),
            ("rpc.response.status_code", served.into()),
            ("server.address", "127.0.0.1".into()),
            ("client.address", "127.0.0.1".into()),
        ]);
        assert_eq!(
            (server.name.as_str(), server.status),
            (name, status),
            "{what}"
        );
        assert_eq!(
            server.attributes.get("server.port"),
            client.attributes.get("server.port")
        );
    }
    trace.assert_child(pairs[4].0, pairs[3].1[0]);
    pairs[5].1[0].assert_attributes([
        ("rpc.method", "_OTHER".into()),
        ("rpc.method_original", "test.Service/None".into()),
        ("error.type", "UNIMPLEMENTED".into()),
    ]);
    // One is cancelled by its client; the last finds the connection closed.
    pairs[7]
        .0
        .assert_attributes([("error.type", "CANCELLED".into())]);
    assert_eq!(pairs[7].1.len(), 1, "{what}\n{trace}");
    assert_eq!(pairs[8].1.len(), 0, "{what}\n{trace}");

    let count = |name: &str, method: &str, code: &str| -> u64 {
        points
            .iter()
            .filter(|point| point.name == name)
            .filter(|p| p.attributes.get("rpc.method") == Some(&method.into()))
            .filter(|p| p.attributes.get("rpc.response.status_code") == Some(&code.into()))
            .map(|point| {
                assert_eq!(point.unit, "s");
                let server = point.attributes.contains_key("server.address");
                assert_eq!(server, name == "rpc.client.call.duration", "{point:?}");
                match point.data {
                    Data::Histogram(count, _, _) => count,
                    ref other => panic!("{name} is {other:?}"),
                }
            })
            .sum()
    };
    for side in ["client", "server"] {
        let name = format!("rpc.{side}.call.duration");
        assert_eq!(
            count(&name, "test.Service/Call", "OK"),
            3,
            "{what} {points:?}"
        );
        assert_eq!(count(&name, "test.Service/Call", "NOT_FOUND"), 1, "{what}");
    }
    assert_eq!(
        count("rpc.server.call.duration", "_OTHER", "UNIMPLEMENTED"),
        2
    );
}

#[test]
fn calls() {
    for modules in VERSIONS {
        let (_, trace, points) = play(&App::shared("grpc").modules(modules), "calls");
        check_calls(modules, &trace, &points);
    }
}

#[test]
fn calls_on_every_go_version() {
    for version in go::versions() {
        let (_, trace, points) = play(&App::shared("grpc").toolchain(&version), "calls");
        check_calls(&version, &trace, &points);
    }
}

#[test]
fn an_error_that_an_interceptor_converts_has_the_status_of_the_answer() {
    for modules in VERSIONS {
        let (woven, trace, _) = play(&App::shared("grpc").modules(modules), "converted");
        assert_eq!(woven.stdout, "converted Unknown\n", "{modules}");
        let pairs = pairs(&trace);
        let [(client, _)] = pairs[..] else {
            panic!("{modules}: one call\n{trace}");
        };
        client.assert_attributes([
            ("rpc.response.status_code", "NOT_FOUND".into()),
            ("error.type", "NOT_FOUND".into()),
        ]);
    }
}

#[test]
fn streams_of_all_kinds() {
    for modules in VERSIONS {
        let trace = on(modules, "streams");
        let pairs = pairs(&trace);
        let roots = pairs
            .iter()
            .filter(|(client, _)| client.parent_id.is_empty());
        let ends: Vec<(&str, String)> = roots
            .map(|(client, servers)| {
                let [server] = servers[..] else {
                    panic!("{modules}: one server each\n{trace}");
                };
                assert_eq!(client.name, server.name, "{modules}");
                let code = client.text("rpc.response.status_code");
                assert_eq!(code, server.text("rpc.response.status_code"), "{modules}");
                (client.name.as_str(), code)
            })
            .collect();
        // What a program calls while a stream goes on is no part of the stream.
        let expected = [
            ("test.Service/Upload", "OK"),
            ("test.Service/Download", "OK"),
            ("test.Service/Chat", "OK"),
            ("test.Service/Call", "OK"),
            ("test.Service/Chat", "DATA_LOSS"),
            ("test.Service/Call", "OK"),
        ];
        let ends: Vec<(&str, &str)> = ends.iter().map(|(name, code)| (*name, &**code)).collect();
        assert_eq!(ends, expected, "{modules}\n{trace}");
        // What the handler of a stream calls with the stream's context is.
        let download = pairs[1].1[0];
        assert_eq!(trace.children(download).len(), 1, "{modules}\n{trace}");
        assert!(pairs[3].0.end >= pairs[4].1[0].end, "{modules}\n{trace}");
        assert_eq!(trace.len(), 14, "{modules}\n{trace}");
    }
}

#[test]
fn streams_that_nobody_reads_to_their_end() {
    for modules in VERSIONS {
        let trace = on(modules, "undrained");
        let clients = pairs(&trace);
        assert_eq!(clients.len(), 2, "{modules}\n{trace}");
        for (client, servers) in clients {
            client.assert_attributes([
                ("rpc.response.status_code", "CANCELLED".into()),
                ("error.type", "CANCELLED".into()),
            ]);
            assert_eq!(servers.len(), 1, "{modules}\n{trace}");
        }
    }
}

#[test]
fn metadata_of_others_is_replaced_or_kept() {
    for modules in VERSIONS {
        let trace = on(modules, "metadata");
        // The interceptor sets metadata anew; the handler forwards the traceparent that it got.
        let [first, second] = &pairs(&trace)[..] else {
            panic!("{modules}\n{trace}");
        };
        assert!(first.0.parent_id.is_empty());
        trace.assert_child(second.0, first.1[0]);
        assert_eq!(second.1.len(), 1, "{modules}\n{trace}");
    }
}

#[test]
fn calls_that_come_in_over_net_http() {
    for modules in VERSIONS {
        let trace = on(modules, "http");
        let [(client, servers)] = &pairs(&trace)[..] else {
            panic!("{modules}\n{trace}");
        };
        assert_eq!(servers.len(), 1, "{modules}\n{trace}");
        assert_eq!(servers[0].name, "POST");
        let served = trace.children(servers[0]);
        assert_eq!(served.len(), 1, "{modules}\n{trace}");
        assert_eq!(served[0].name, client.name);
        assert_eq!(trace.len(), 3, "{modules}\n{trace}");
    }
}

#[test]
fn a_panic_that_an_interceptor_recovers_is_an_error() {
    for modules in VERSIONS {
        let trace = on(modules, "panic");
        let pairs = pairs(&trace);
        pairs[0].1[0].assert_attributes([
            ("rpc.response.status_code", "INTERNAL".into()),
            ("error.type", "INTERNAL".into()),
        ]);
    }
}

#[test]
fn a_panic_that_nobody_recovers_ends_the_program_as_it_does() {
    for modules in VERSIONS {
        let app = App::shared("grpc").modules(modules);
        let (woven, _, _) = play(&app, "crash");
        assert_eq!(woven.status.code(), Some(2), "{woven}");
        assert!(woven.stderr.starts_with("panic: at the disco\n"), "{woven}");
        assert!(woven.stderr.contains("/service.go:"), "{woven}");
    }
}

#[test]
fn methods_that_only_a_handler_of_unknown_ones_serves() {
    for modules in VERSIONS {
        let trace = on(modules, "unknown");
        let pairs = pairs(&trace);
        let server = pairs[0].1[0];
        assert_eq!(server.name, "grpc");
        server.assert_attributes([
            ("rpc.method", "_OTHER".into()),
            ("rpc.method_original", "made.Up/Name7".into()),
            ("rpc.response.status_code", "OK".into()),
        ]);
        assert!(!server.attributes.contains_key("error.type"));
        assert!(matches!(server.attributes["client.port"], Value::Int(1..)));
    }
}
