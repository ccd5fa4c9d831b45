//! What the OpenTelemetry environment variables do to a woven program.

use weft_tests::{App, Finished, Sink, Tool, Trace, Value};

fn run(sink: &Sink, variables: &[(&str, &str)]) -> (Finished, Trace) {
    let executable = App::shared("small");
    let executable = executable.woven("./cmd/exits");
    let mut tool = Tool::new(executable)
        .args(["-queries=20", "return"])
        .env("OTEL_EXPORTER_OTLP_ENDPOINT", sink.endpoint());
    for (name, value) in variables {
        tool = tool.env(name, value);
    }
    let finished = tool.ok();
    (finished, sink.trace())
}

#[test]
fn exporter_none_and_a_disabled_sdk_send_nothing_and_say_nothing() {
    for variable in [
        ("OTEL_TRACES_EXPORTER", "none"),
        ("OTEL_SDK_DISABLED", "true"),
        ("OTEL_TRACES_SAMPLER", "always_off"),
    ] {
        let sink = Sink::start().unwrap();
        let (finished, trace) = run(&sink, &[variable]);
        assert!(trace.is_empty(), "{variable:?}");
        assert_eq!(
            (finished.stdout.as_str(), finished.stderr.as_str()),
            ("deferred\n", ""),
            "{variable:?}"
        );
    }
}

#[test]
fn the_console_exporter_prints_spans() {
    let sink = Sink::start().unwrap();
    let (finished, trace) = run(&sink, &[("OTEL_TRACES_EXPORTER", "console")]);
    assert!(trace.is_empty());
    let printed = finished.stdout + &finished.stderr;
    assert_eq!(
        printed.matches("SELECT things").count().min(20),
        20,
        "{printed}"
    );
}

#[test]
fn the_resource_comes_from_the_environment() {
    let sink = Sink::start().unwrap();
    let (_, trace) = run(
        &sink,
        &[
            ("OTEL_SERVICE_NAME", "named"),
            (
                "OTEL_RESOURCE_ATTRIBUTES",
                "deployment.environment.name=test,service.name=lost,percent=a%2Cb",
            ),
        ],
    );
    assert_eq!(trace.len(), 20);
    let resource = &trace[0].resource;
    for (key, value) in [
        ("service.name", "named"),
        ("deployment.environment.name", "test"),
        ("percent", "a,b"),
        ("telemetry.sdk.language", "go"),
    ] {
        assert_eq!(
            resource.get(key),
            Some(&Value::from(value)),
            "{key} in {resource:?}"
        );
    }
}

#[test]
fn without_a_name_the_service_is_called_after_its_executable() {
    let sink = Sink::start().unwrap();
    let (_, trace) = run(&sink, &[]);
    assert_eq!(trace[0].service(), "unknown_service:exits");
}

#[test]
fn a_ratio_sampler_takes_all_or_nothing_at_its_ends() {
    for (ratio, count) in [("0", 0), ("1", 20)] {
        let sink = Sink::start().unwrap();
        let (_, trace) = run(
            &sink,
            &[
                ("OTEL_TRACES_SAMPLER", "traceidratio"),
                ("OTEL_TRACES_SAMPLER_ARG", ratio),
            ],
        );
        assert_eq!(trace.len(), count);
    }
}

#[test]
fn a_backend_that_cannot_be_reached_is_reported_once_and_changes_nothing() {
    let app = App::shared("small");
    // Port 1 of loopback: nothing listens there.
    let finished = Tool::new(app.woven("./cmd/exits"))
        .args(["-queries=2000", "return"])
        .env("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:1")
        .env("OTEL_BSP_SCHEDULE_DELAY", "1")
        .ok();
    assert_eq!(finished.stdout, "deferred\n");
    assert_eq!(finished.stderr.lines().count(), 1, "{finished}");
    finished.assert_stderr(&["127.0.0.1:1"]);
}
