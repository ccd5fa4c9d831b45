//! What is woven into gin, from the lowest to the newest version that the plugin names.

use weft_plugin::harness::describe;
use weft_plugin_gin::Gin;
use weft_plugins_testing::{module, points};

const MODULE: &str = "github.com/gin-gonic/gin";

#[test]
fn describes_itself() {
    assert_eq!(describe(&Gin, &[]).unwrap().name, "gin");
}

#[test]
fn same_points_in_all_versions() {
    let of = |version| points(&module(MODULE, version, "").weave(&Gin).unwrap());
    let lowest = of("v1.5.0");
    insta::assert_snapshot!(lowest);
    assert_eq!(of("v1.9.1"), lowest);
    assert_eq!(of("v1.12.0"), lowest);
}

#[test]
fn woven_source() {
    insta::assert_snapshot!(module(MODULE, "v1.12.0", "").weave(&Gin).unwrap());
}
