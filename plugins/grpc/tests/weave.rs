//! What is woven into gRPC, from the lowest to the newest version that the plugin names.

use weft_plugin::harness::describe;
use weft_plugin_grpc::Grpc;
use weft_plugins_testing::{module, points};

const MODULE: &str = "google.golang.org/grpc";
const VERSIONS: [&str; 4] = ["v1.20.0", "v1.60.0", "v1.80.0", "v1.85.0"];

#[test]
fn describes_itself() {
    assert_eq!(describe(&Grpc, &[]).unwrap().name, "grpc");
}

#[test]
fn points_of_each_version() {
    for version in VERSIONS {
        let woven = ["", "internal/transport"]
            .map(|folder| points(&module(MODULE, version, folder).weave(&Grpc).unwrap()));
        insta::assert_snapshot!(format!("points_{version}"), woven.join("\n\n"));
    }
}

#[test]
fn woven_calls_and_handlers() {
    let woven = module(MODULE, "v1.85.0", "").weave(&Grpc).unwrap();
    let shown = format!("{woven}");
    insta::assert_snapshot!(shown);
}
