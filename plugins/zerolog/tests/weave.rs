//! What is woven into zerolog, from the lowest to the newest version that the plugin names.

use weft_plugin::harness::describe;
use weft_plugin_zerolog::Zerolog;
use weft_plugins_testing::{module, points};

#[test]
fn describes_itself() {
    assert_eq!(describe(&Zerolog, &[]).unwrap().name, "zerolog");
}

#[test]
fn same_points_in_all_versions() {
    let of = |version| {
        points(
            &module("github.com/rs/zerolog", version, "")
                .weave(&Zerolog)
                .unwrap(),
        )
    };
    let lowest = of("v1.15.0");
    insta::assert_snapshot!(lowest);
    assert_eq!(of("v1.35.1"), lowest);
}
