//! What is woven into `log/slog` of the installed Go.

use weft_plugin::harness::describe;
use weft_plugin_slog::Slog;
use weft_plugins_testing::{points, standard};

#[test]
fn describes_itself() {
    assert_eq!(describe(&Slog, &[]).unwrap().name, "slog");
}

#[test]
fn installed_go() {
    let woven = standard("log/slog").weave(&Slog).unwrap();
    insta::assert_snapshot!(points(&woven));
}
