//! Spans and events of a project's own functions, by rules in `weft.toml` and directives in sources.

use opentelemetry_proto::tonic::trace::v1::span::SpanKind;
use opentelemetry_proto::tonic::trace::v1::status::StatusCode;
use weft_tests::{App, Value, app};

fn text(value: &str) -> Value {
    Value::String(value.to_owned())
}

#[test]
fn rules_and_directives_make_spans_and_events() {
    let app = App::shared("rules");
    let (finished, trace) = app::run(&app.woven("."), &[]);
    assert_eq!(finished.stdout, "r-7 <nil>\n nothing to charge\n");

    let charges = trace.named("charge");
    assert_eq!(charges.len(), 2, "{trace:?}");
    let (good, bad) = (charges[0], charges[1]);
    assert_eq!(good.kind, SpanKind::Client);
    good.assert_attributes([
        (
            "code.function.name",
            text("example.com/rules/billing.(*Service).Charge"),
        ),
        ("order.cents", Value::Int(5)),
        ("order.id", text("7")),
        ("receipt", text("r-7")),
    ]);
    assert_eq!(good.status, StatusCode::Unset);
    let events: Vec<_> = good
        .events
        .iter()
        .map(|event| (event.name.as_str(), &event.attributes["attempt"]))
        .collect();
    assert_eq!(
        events,
        [("retry", &Value::Int(1)), ("retry", &Value::Int(2))]
    );
    assert_eq!(bad.status, StatusCode::Error);
    assert_eq!(bad.text("order.id"), "8");
    assert!(
        bad.events.iter().any(|event| event.name == "exception"),
        "{bad:?}"
    );

    // Without a context, what is called finds its parent by the goroutine.
    let book = trace.one("billing.(*Service).book");
    trace.assert_child(book, good);
    let audit = trace.one("audit");
    trace.assert_child(audit, book);
    assert_eq!(audit.text("order.id"), "7");
}

#[test]
fn directives_are_looked_for_in_a_project_s_own_packages_only() {
    let plan = App::shared("redis").weft(["plan", "."]).ok().stdout;
    assert!(plan.contains("go-redis"), "{plan}");
    assert!(
        !plan.contains("by rules") && !plan.contains("rules:"),
        "{plan}"
    );
}

#[test]
fn a_rule_for_a_function_that_is_not_there_fails_the_build() {
    let app = App::copy("rules");
    app.replace("weft.toml", "(*Service).Charge\"", "(*Service).Charg\"");
    let out = app.out("rules");
    app.weft(["go", "build", "-o"])
        .args([&out])
        .args(["."])
        .fails()
        .assert_stderr(&["W0305", "(*Service).Charg", "nearest", "(*Service).Charge"]);
    assert!(!out.exists());
    app.write("weft.toml", "[plugins.rules.settings]\nspan = []\n");
    app.weft(["plan", "."]).fails().assert_stderr(&[
        "W0217",
        "unknown setting `span`",
        "events, spans",
    ]);
}
