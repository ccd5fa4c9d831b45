//! What is woven into the package `log` of the installed Go.

use weft_plugin::harness::describe;
use weft_plugin_stdlog::StdLog;
use weft_plugins_testing::{points, standard};

#[test]
fn describes_itself() {
    assert_eq!(describe(&StdLog, &[]).unwrap().name, "stdlog");
}

#[test]
fn installed_go() {
    let woven = standard("log").weave(&StdLog).unwrap();
    insta::assert_snapshot!(points(&woven));
}
