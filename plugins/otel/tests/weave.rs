//! What is woven into the OpenTelemetry API and SDK, from the lowest to the newest version.

use weft_plugin::harness::describe;
use weft_plugin_otel::Otel;
use weft_plugins_testing::{module, points};

const API: &str = "go.opentelemetry.io/otel";
const LOWEST: &str = "v1.20.0";
const NEWEST: &str = "v1.47.0";

#[test]
fn describes_itself() {
    assert_eq!(describe(&Otel, &[]).unwrap().name, "otel");
}

fn of(path: &str, version: &str, folder: &str) -> String {
    let woven = module(path, version, folder).weave(&Otel);
    points(&woven.expect("what is hooked is there"))
}

#[test]
fn contexts() {
    let trace = format!("{API}/trace");
    for version in [LOWEST, NEWEST] {
        insta::assert_snapshot!("trace", of(&trace, version, ""));
        insta::assert_snapshot!("baggage", of(API, version, "baggage"));
    }
}

#[test]
fn what_waits_for_providers() {
    insta::assert_snapshot!("global_lowest", of(API, LOWEST, "internal/global"));
    for version in ["v1.28.0", NEWEST] {
        insta::assert_snapshot!("global", of(API, version, "internal/global"));
    }
}

#[test]
fn sdk() {
    let (traces, metrics) = (format!("{API}/sdk"), format!("{API}/sdk/metric"));
    for version in [LOWEST, NEWEST] {
        insta::assert_snapshot!("sdk_trace", of(&traces, version, "trace"));
        insta::assert_snapshot!("sdk_metric", of(&metrics, version, ""));
    }
    for version in ["v0.5.0", NEWEST] {
        insta::assert_snapshot!("sdk_log", of(&format!("{API}/sdk/log"), version, ""));
    }
}
