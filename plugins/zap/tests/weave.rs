//! What is woven into zap, from the lowest to the newest version that the plugin names.

use weft_plugin::harness::describe;
use weft_plugin_zap::Zap;
use weft_plugins_testing::{module, points};

#[test]
fn describes_itself() {
    assert_eq!(describe(&Zap, &[]).unwrap().name, "zap");
}

#[test]
fn same_points_in_all_versions() {
    let of = |version| {
        points(
            &module("go.uber.org/zap", version, "zapcore")
                .weave(&Zap)
                .unwrap(),
        )
    };
    let lowest = of("v1.10.0");
    insta::assert_snapshot!(lowest);
    assert_eq!(of("v1.28.0"), lowest);
}
