//! What is woven into `runtime/pprof` of the installed Go.

use weft_plugin::harness::describe;
use weft_plugin_pprof::Pprof;
use weft_plugins_testing::{points, standard};

#[test]
fn describes_itself() {
    assert_eq!(describe(&Pprof, &[]).unwrap().name, "pprof");
}

#[test]
fn installed_go() {
    let woven = standard("runtime/pprof").weave(&Pprof).unwrap();
    insta::assert_snapshot!(points(&woven));
}
