//! Spans of messages of kafka-go, at the lowest and the newest version that the plugin names. The broker needs the
//! newest Go.

use opentelemetry_proto::tonic::trace::v1::span::SpanKind;
use opentelemetry_proto::tonic::trace::v1::status::StatusCode;
use weft_tests::metric::{Data, Number, Point};
use weft_tests::{App, Sink, Span, Tool, Trace, Value};

fn play(modules: &str) -> (Trace, Vec<Point>) {
    let app = App::shared("kafkago").modules(modules);
    let [(woven, sink), (plain, _)] = [app.woven("."), app.plain(".")].map(|program| {
        let sink = Sink::start().unwrap();
        (Tool::new(program).exporting(&sink, "kafkago").ok(), sink)
    });
    assert_eq!((woven.stdout, woven.stderr), (plain.stdout, plain.stderr));
    (sink.trace(), sink.points())
}

fn link(span: &Span) -> (String, String) {
    (span.trace_id.clone(), span.span_id.clone())
}

/// From the request to what is done by whoever gets the message it is one trace.
fn check_hop(what: &str, trace: &Trace) {
    let sends = trace.named("send orders");
    assert_eq!(sends.len(), 2, "{what}\n{trace}");
    for send in sends {
        assert_eq!(send.kind, SpanKind::Producer);
        let request = trace.parent(send).expect("it is sent within a request");
        assert_eq!(request.kind, SpanKind::Server);
        send.assert_attributes([
            ("messaging.system", "kafka".into()),
            ("messaging.operation.name", "send".into()),
            ("messaging.operation.type", "send".into()),
            ("messaging.destination.name", "orders".into()),
            ("server.address", "127.0.0.1".into()),
        ]);
        assert!(
            !send
                .attributes
                .contains_key("messaging.batch.message_count")
        );

        let [process] = trace.children(send)[..] else {
            panic!("{what}: each message is processed once\n{trace}");
        };
        assert_eq!(process.name, "process orders");
        assert_eq!(process.kind, SpanKind::Consumer);
        assert_eq!(process.links, [link(send)]);
        process.assert_attributes([
            ("messaging.operation.type", "process".into()),
            ("messaging.consumer.group.name", "billing".into()),
            ("messaging.destination.partition.id", "0".into()),
        ]);
        assert!(matches!(
            process.attributes["messaging.kafka.offset"],
            Value::Int(0 | 1)
        ));
        let done: Vec<&str> = trace
            .children(process)
            .iter()
            .map(|span| &*span.name)
            .collect();
        assert_eq!(done, ["commit orders", "send invoices"], "{what}\n{trace}");
        let commit = trace.children(process)[0];
        assert_eq!(commit.kind, SpanKind::Client);
        commit.assert_attributes([("messaging.operation.type", "settle".into())]);

        let polls = trace.named("poll orders");
        let poll = polls.iter().find(|poll| poll.links == [link(send)]);
        let poll = poll.unwrap_or_else(|| panic!("{what}: no poll of it\n{trace}"));
        assert_eq!(poll.kind, SpanKind::Client);
        assert!(poll.parent_id.is_empty());
        poll.assert_attributes([("messaging.operation.type", "receive".into())]);
    }
}

/// A message that says where it was made keeps that; the others are made by the call that sends all of them.
fn check_batches(what: &str, trace: &Trace) {
    let send = trace.one("send batches");
    let own = (
        "0af7651916cd43dd8448eb211c80319c".to_owned(),
        "b7ad6b7169203331".to_owned(),
    );
    send.assert_attributes([("messaging.batch.message_count", Value::Int(3))]);
    assert_eq!(send.kind, SpanKind::Producer);
    assert_eq!(send.links, std::slice::from_ref(&own), "{what}");
    let processed: Vec<_> = trace
        .named("process batches")
        .iter()
        .map(|span| span.links.clone())
        .collect();
    assert_eq!(
        processed,
        [[link(send)], [link(send)], [own.clone()]],
        "{what}\n{trace}"
    );
    let last = trace.named("process batches")[2];
    assert_eq!(
        (&last.trace_id, &last.parent_id),
        (&own.0, &own.1),
        "{what}"
    );
    let commit = trace.one("commit batches");
    trace.assert_child(commit, last);
    assert_eq!(commit.links, [link(send), link(send), own], "{what}");
    commit.assert_attributes([("messaging.batch.message_count", Value::Int(3))]);
}

/// A request that waits for a message says what is being done.
fn check_asked(what: &str, trace: &Trace) {
    let poll = trace.one("poll asked");
    let request = trace.parent(poll).expect("it is received within a request");
    assert_eq!(request.kind, SpanKind::Server, "{what}\n{trace}");
    assert_eq!(poll.links, [link(trace.one("send asked"))]);
    assert!(
        !poll
            .attributes
            .contains_key("messaging.consumer.group.name")
    );
    assert_eq!(trace.count("process asked"), 0, "{what}\n{trace}");
}

fn check_failures(what: &str, trace: &Trace, points: &[Point]) {
    let nowhere = trace.one("send nowhere");
    assert_eq!(nowhere.status, StatusCode::Error);
    nowhere.assert_attributes([("error.type", "UNKNOWN_TOPIC_OR_PARTITION".into())]);
    let [large, just_so] = trace.named("send nothing")[..] else {
        panic!("{what}\n{trace}");
    };
    large.assert_attributes([("error.type", "MESSAGE_SIZE_TOO_LARGE".into())]);
    assert_eq!(just_so.status, StatusCode::Unset);
    assert!(!format!("{trace:?}").contains("secret"));
    // A wait that the program itself ends is none.
    assert_eq!(trace.count("poll empty"), 0, "{what}\n{trace}");

    let sum = |name: &str, topic: &str| -> i64 {
        points
            .iter()
            .filter(|point| point.name == name)
            .filter(|p| p.attributes.get("messaging.destination.name") == Some(&topic.into()))
            .map(|point| match point.data {
                Data::Sum(Number::Int(value), true) => value,
                Data::Histogram(count, _, _) => i64::try_from(count).unwrap(),
                ref other => panic!("{other:?}"),
            })
            .sum()
    };
    assert_eq!(
        sum("messaging.client.sent.messages", "batches"),
        3,
        "{what}"
    );
    assert_eq!(sum("messaging.client.sent.messages", "orders"), 2, "{what}");
    assert_eq!(
        sum("messaging.client.consumed.messages", "orders"),
        2,
        "{what}"
    );
    assert_eq!(sum("messaging.process.duration", "orders"), 2, "{what}");
    // Twice each: send, poll, commit.
    assert_eq!(
        sum("messaging.client.operation.duration", "orders"),
        6,
        "{what}"
    );
}

#[test]
fn messages() {
    for modules in ["lowest.mod", "go.mod"] {
        let (trace, points) = play(modules);
        check_hop(modules, &trace);
        check_batches(modules, &trace);
        check_asked(modules, &trace);
        check_failures(modules, &trace, &points);
    }
}
