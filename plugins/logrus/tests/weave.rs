//! What is woven into logrus, from the lowest to the newest version that the plugin names.

use weft_plugin::harness::describe;
use weft_plugin_logrus::Logrus;
use weft_plugins_testing::{module, points};

#[test]
fn describes_itself() {
    assert_eq!(describe(&Logrus, &[]).unwrap().name, "logrus");
}

#[test]
fn same_points_in_all_versions() {
    let of = |version| {
        points(
            &module("github.com/sirupsen/logrus", version, "")
                .weave(&Logrus)
                .unwrap(),
        )
    };
    let lowest = of("v1.4.0");
    insta::assert_snapshot!(lowest);
    assert_eq!(of("v1.10.2"), lowest);
}
