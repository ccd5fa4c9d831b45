//! Whose span work belongs to that was handed to a timer, a group, a pool or a scheduler, and which of
//! two contexts counts. Each piece of work shows as a request to `/leaf/NAME`.

use opentelemetry_proto::tonic::trace::v1::span::SpanKind;
use weft_tests::{App, Sink, Span, Tool, Trace, go};

const SUPPRESSION: &str = "OTEL_INSTRUMENTATION_EXPERIMENTAL_SPAN_SUPPRESSION_STRATEGY";

/// Builds the app, and returns what makes its requests.
fn woven(version: &str, modules: &str) -> impl Fn(&[&str], &[(&str, &str)]) -> Trace {
    let app = App::shared("concurrency").toolchain(version);
    let out = app.out("woven");
    app.weft(["go", "build", "-modfile", modules, "-o"])
        .args([&out])
        .args(["."])
        .ok();
    move |requests, variables| {
        let _app = &app; // its directory holds the executable
        let sink = Sink::start().unwrap();
        let mut tool = Tool::new(&out).args(requests).exporting(&sink, "app");
        for (name, value) in variables {
            tool = tool.env(name, value);
        }
        tool.ok();
        sink.trace()
    }
}

/// Client spans of the leaf with that name.
fn leaves<'t>(trace: &'t Trace, name: &str) -> Vec<&'t Span> {
    let end = format!("/leaf/{name}");
    trace
        .iter()
        .filter(|span| span.kind == SpanKind::Client && span.text("url.full").ends_with(&end))
        .collect()
}

/// The request that the leaf belongs to: its parent's path and query; empty without a parent.
#[track_caller]
fn origin(trace: &Trace, name: &str) -> String {
    let [leaf] = leaves(trace, name)[..] else {
        panic!("not one leaf {name} in\n{trace}");
    };
    if leaf.parent_id.is_empty() {
        return String::new();
    }
    let parent = trace
        .parent(leaf)
        .unwrap_or_else(|| panic!("the parent of {name} is missing in\n{trace}"));
    assert_eq!(parent.kind, SpanKind::Server, "{name}\n{trace}");
    let query = parent.text("url.query");
    let mark = if query.is_empty() { "" } else { "?" };
    parent.text("url.path") + mark + &query
}

fn check(run: &impl Fn(&[&str], &[(&str, &str)]) -> Trace) {
    let trace = run(
        &[
            "/timer",
            "/register",
            "/cancel",
            "/group",
            "/submit?name=task-1",
            "/submit?name=task-2",
            "/invoke?name=call-1",
            "/invoke?name=call-2",
            "/cron",
            "/labels",
            "/goroutines",
        ],
        &[],
    );
    for (leaf, request) in [
        ("timer", "/timer"),
        ("timer-goroutine", "/timer"),
        ("cancelled", "/register"),
        ("group-1", "/group"),
        ("group-2", "/group"),
        ("group-3", "/group"),
        ("group-context", "/group"),
        ("group-try", "/group"),
        // One worker does them all.
        ("task-1", "/submit?name=task-1"),
        ("task-1-goroutine", "/submit?name=task-1"),
        ("task-2", "/submit?name=task-2"),
        ("task-2-goroutine", "/submit?name=task-2"),
        ("nobody", ""),
        ("call-1", "/invoke?name=call-1"),
        ("call-2", "/invoke?name=call-2"),
        ("cron-after", "/cron"),
        ("labelled", "/labels"),
        ("unlabelled", "/labels"),
        ("profiled", "/goroutines"),
    ] {
        assert_eq!(origin(&trace, leaf), request, "{leaf}\n{trace}");
    }
    // A job runs again and again, and for nobody in particular.
    for job in ["cron", "cron-v1"] {
        let jobs = leaves(&trace, job);
        assert!(!jobs.is_empty(), "{job}\n{trace}");
        for leaf in jobs {
            assert_eq!(leaf.parent_id, "", "{job}\n{trace}");
        }
    }
}

/// The context that is passed counts, then the goroutine's.
fn check_precedence(run: &impl Fn(&[&str], &[(&str, &str)]) -> Trace) {
    let trace = run(&["/precedence?n=1", "/precedence?n=2"], &[]);
    for (leaf, request) in [
        ("explicit", "/precedence?n=1"),
        ("goroutine", "/precedence?n=2"),
        ("own", "/precedence?n=2"),
        ("explicit-inherited", "/precedence?n=1"),
        ("inherited", "/precedence?n=2"),
    ] {
        assert_eq!(origin(&trace, leaf), request, "{leaf}\n{trace}");
    }
}

/// A database that is asked by HTTP has two client spans, or one that the request to it carries.
fn check_suppression(run: &impl Fn(&[&str], &[(&str, &str)]) -> Trace) {
    for (strategy, requests) in [("semconv", 1), ("span-kind", 0), ("none", 1)] {
        let trace = run(&["/database"], &[(SUPPRESSION, strategy)]);
        let query = trace
            .iter()
            .find(|span| !span.text("db.system.name").is_empty())
            .unwrap_or_else(|| panic!("no query in\n{trace}"));
        let asked = trace
            .iter()
            .find(|span| span.kind == SpanKind::Server && span.text("url.path") == "/leaf/query")
            .unwrap_or_else(|| panic!("nobody was asked in\n{trace}"));
        let requested = leaves(&trace, "query");
        assert_eq!(requested.len(), requests, "{strategy}\n{trace}");
        match requested[..] {
            [] => trace.assert_child(asked, query),
            [request, ..] => {
                trace.assert_child(request, query);
                trace.assert_child(asked, request);
            }
        }
    }
}

#[test]
fn newest_versions() {
    let run = woven("local", "go.mod");
    check(&run);
    check_precedence(&run);
    check_suppression(&run);
}

#[test]
fn lowest_versions_on_the_lowest_go() {
    let lowest = go::versions().into_iter().next().unwrap();
    check(&woven(&lowest, "lowest.mod"));
}
