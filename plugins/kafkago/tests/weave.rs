//! What is woven into kafka-go, from the lowest to the newest version that the plugin names.

use weft_plugin::harness::describe;
use weft_plugin_kafkago::KafkaGo;
use weft_plugins_testing::{module, points};

const MODULE: &str = "github.com/segmentio/kafka-go";

#[test]
fn describes_itself() {
    assert_eq!(describe(&KafkaGo, &[]).unwrap().name, "kafkago");
}

#[test]
fn points_of_each_version() {
    for version in ["v0.4.4", "v0.4.42", "v0.4.51"] {
        let woven = module(MODULE, version, "").weave(&KafkaGo).unwrap();
        insta::assert_snapshot!(format!("points_{version}"), points(&woven));
    }
}

#[test]
fn woven_source() {
    insta::assert_snapshot!(module(MODULE, "v0.4.51", "").weave(&KafkaGo).unwrap());
}
