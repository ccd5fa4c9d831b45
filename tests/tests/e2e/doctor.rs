//! What `weft doctor` finds.

use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt as _;

use serde_json::Value;
use weft_tests::{App, Tool};

fn doctor(app: &App) -> Tool {
    app.weft(["doctor", "--json"])
        .env("WEFT_CACHE", app.out("weft"))
        .env("OTEL_TRACES_EXPORTER", "none")
}

/// Status, code and text of a finding.
type Finding = (String, Option<String>, String);

/// Exit code, and the findings of a check.
fn found(tool: Tool, name: &str) -> (Option<i32>, Vec<Finding>) {
    let finished = tool.run();
    let report: Value = serde_json::from_str(&finished.stdout)
        .unwrap_or_else(|error| panic!("{error}: {finished}"));
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let checks = report["checks"].as_array().unwrap();
    let findings = checks.iter().filter(|check| check["name"] == name);
    let findings = findings.map(|check| {
        let status = text(&check["status"]).unwrap();
        assert!(
            status == "ok" || check["help"].is_string(),
            "no help: {check}"
        );
        (
            status,
            text(&check["code"]),
            text(&check["finding"]).unwrap(),
        )
    });
    (finished.status.code(), findings.collect())
}

#[track_caller]
fn stops(tool: Tool, name: &str, code: &str) {
    let (exit, findings) = found(tool, name);
    let codes: Vec<_> = findings
        .iter()
        .filter_map(|found| found.1.as_deref())
        .collect();
    assert_eq!((exit, codes), (Some(1), vec![code]), "{findings:?}");
}

#[test]
fn all_is_well() {
    let app = App::copy("small");
    let finished = doctor(&app).ok();
    let report: Value = serde_json::from_str(&finished.stdout).unwrap();
    assert_eq!(report["version"], 1);
    let names: Vec<_> = report["checks"]
        .as_array()
        .unwrap()
        .iter()
        .map(|check| check["name"].as_str().unwrap())
        .collect();
    assert_eq!(
        names,
        [
            "go",
            "module",
            "GOFLAGS",
            "build cache",
            "temporary files",
            "weft's cache",
            "plugins",
            "exporter"
        ]
    );
    assert_ne!(report["status"], "error");
    let text = app
        .weft(["doctor"])
        .env("OTEL_TRACES_EXPORTER", "none")
        .ok()
        .stdout;
    assert!(text.starts_with("ok       go "), "{text}");
    assert!(text.contains("nethttp 0.1.0"), "{text}");
}

#[test]
fn what_stops_a_build_is_an_error_with_its_code() {
    let app = App::copy("small");
    for (variable, value, check, code) in [
        ("PATH", "/nowhere", "go", "W0103"),
        ("GOFLAGS", "-toolexec=/usr/bin/env", "GOFLAGS", "W0107"),
        ("GOFLAGS", "-overlay=none.json", "GOFLAGS", "W0110"),
        ("GOCACHE", "/dev/null/cache", "build cache", "W0115"),
        ("GOTMPDIR", "/dev/null/tmp", "temporary files", "W0115"),
        ("WEFT_CACHE", "/dev/null/weft", "weft's cache", "W0501"),
        ("WEFT_PLUGINS", "/none.wasm", "plugins", "W0240"),
        ("WEFT_ENV", "/nowhere", "shell", "W0113"),
    ] {
        stops(doctor(&app).env(variable, value), check, code);
    }
    let unknown = doctor(&app).env("GOTOOLCHAIN", "go1.99.1");
    stops(unknown.env("GOPROXY", "off"), "go", "W0104");
}

#[test]
fn what_only_may_trouble_is_a_warning() {
    let app = App::of(&[("notes.txt", "no module here\n")]);
    let (exit, module) = found(doctor(&app), "module");
    assert_eq!(
        (exit, module[0].0.as_str()),
        (Some(0), "warning"),
        "{module:?}"
    );

    let cache = app.out("weft");
    std::fs::set_permissions(&cache, std::fs::Permissions::from_mode(0o777)).unwrap();
    let (exit, found) = found(doctor(&app), "weft's cache");
    assert_eq!(
        (exit, found[0].0.as_str()),
        (Some(0), "warning"),
        "{found:?}"
    );
}

#[test]
fn somebody_listens_where_telemetry_goes_or_not() {
    let app = App::copy("small");
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let exporter = || {
        let tool = doctor(&app)
            .env("OTEL_TRACES_EXPORTER", "otlp")
            .env("OTEL_METRICS_EXPORTER", "otlp")
            .env(
                "OTEL_EXPORTER_OTLP_ENDPOINT",
                format!("http://user:secret@{address}"),
            );
        found(tool, "exporter")
    };
    let (exit, checks) = exporter();
    let expected = format!("{address} takes connections, for traces, metrics");
    assert_eq!(
        (exit, checks),
        (Some(0), vec![("ok".to_owned(), None, expected)])
    );
    drop(listener);
    let (exit, checks) = exporter();
    assert_eq!((exit, checks.len()), (Some(0), 1));
    assert_eq!(checks[0].0, "warning");
    assert!(checks[0].2.starts_with(&address.to_string()), "{checks:?}");
}
