//! What is woven into gorm, from the lowest to the newest version that the plugin names.

use weft_plugin::harness::describe;
use weft_plugin_gorm::Gorm;
use weft_plugins_testing::{module, points};

const MODULE: &str = "gorm.io/gorm";

#[test]
fn describes_itself() {
    assert_eq!(describe(&Gorm, &[]).unwrap().name, "gorm");
}

#[test]
fn points_of_each_version() {
    for version in ["v1.20.0", "v1.22.3", "v1.25.0", "v1.31.2"] {
        let woven = module(MODULE, version, "").weave(&Gorm).unwrap();
        insta::assert_snapshot!(format!("points_{version}"), points(&woven));
    }
}

#[test]
fn woven_source() {
    insta::assert_snapshot!(module(MODULE, "v1.31.2", "").weave(&Gorm).unwrap());
}
