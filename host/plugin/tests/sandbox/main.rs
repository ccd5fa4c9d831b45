//! Plugins in the sandbox: what works, and what hostile ones get.

#![allow(
    clippy::unwrap_used,
    reason = "in a test, a panic is how a failure is told"
)]

mod cache;
mod files;
mod guest;
mod lies;
mod packed;
mod resources;

use guest::{Guest, engine};
use weft_plugin_host::{Limits, PluginError, Settings};
use weft_weave::model::{Advice, Function, JoinPoint, JoinPointKind, Package};

/// A package with one function as join point.
fn package() -> Package {
    Package {
        import_path: "net/http".to_owned(),
        name: "http".to_owned(),
        module_path: String::new(),
        module_version: String::new(),
        go_version: "go1.26.8".to_owned(),
        goos: "linux".to_owned(),
        goarch: "amd64".to_owned(),
        tags: vec![],
        join_points: vec![JoinPoint {
            file: "transport.go".to_owned(),
            line: 7,
            kind: JoinPointKind::Function(Function {
                receiver: None,
                name: "dial".to_owned(),
                type_parameters: vec![],
                parameters: vec![],
                results: vec![],
                directives: vec![],
            }),
        }],
    }
}

/// The error of `describe`, as code and words.
#[track_caller]
fn describe_fails(component: Vec<u8>, limits: Limits) -> (&'static str, String) {
    words(
        &engine(limits)
            .load("bad.wasm", component)
            .descriptor(&Settings::new())
            .unwrap_err(),
    )
}

/// The error of `advise`, after `describe` went well.
#[track_caller]
fn advise_fails(guest: &Guest, limits: Limits) -> (&'static str, String) {
    let plugin = engine(limits).load("bad.wasm", guest.component());
    plugin.descriptor(&Settings::new()).unwrap();
    words(&plugin.advise(&package(), &Settings::new()).unwrap_err())
}

fn words(error: &PluginError) -> (&'static str, String) {
    assert!(error.help().is_some(), "{error} has no help");
    (error.code(), error.to_string())
}

#[test]
fn a_good_plugin_describes_and_advises() {
    let mut guest = Guest::good();
    let answer = guest.memory.detaches(&[0]);
    guest.advise = format!("(i32.const {answer})");
    let plugin = engine(Limits::default()).load("good.wasm", guest.component());
    assert_eq!(plugin.name(), "good.wasm");
    let descriptor = plugin.descriptor(&Settings::new()).unwrap();
    assert_eq!(
        (
            descriptor.name.as_str(),
            descriptor.interests[0].import_path.as_str()
        ),
        ("good", "net/http")
    );
    assert_eq!(plugin.name(), "good");
    let advice = plugin.advise(&package(), &Settings::new()).unwrap();
    assert_eq!(advice, [Advice::Detach { join_point: 0 }]);
}

#[test]
fn every_call_gets_a_fresh_instance() {
    let mut guest = Guest::good();
    guest.advise = format!(
        "(if (global.get $calls) (then unreachable)) (global.set $calls (i32.const 1)) {}",
        guest.advise
    );
    let plugin = engine(Limits::default()).load("x", guest.component());
    for _ in 0..3 {
        plugin.advise(&package(), &Settings::new()).unwrap();
    }
}

#[test]
fn a_plugin_can_decline() {
    let mut guest = Guest::good();
    let message = guest.memory.text("unknown mode");
    let help = guest.memory.text("try fast");
    let answer = guest
        .memory
        .words(&[1, message[0], message[1], 1, help[0], help[1]]);
    guest.describe = format!("(i32.const {answer})");
    let error = engine(Limits::default())
        .load("x", guest.component())
        .descriptor(&Settings::new())
        .unwrap_err();
    assert_eq!(error.to_string(), "plugin `x`: unknown mode");
    assert_eq!(
        (error.code(), error.help().as_deref()),
        ("W0217", Some("try fast"))
    );
}
