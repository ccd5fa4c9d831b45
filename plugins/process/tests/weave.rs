//! What is woven where programs end and deal with signals.

use weft_plugin::harness::{Sources, describe};
use weft_plugin_process::Process;
use weft_plugins_testing::{points, standard};

const EXIT: &str = "package os\n\nfunc Exit(code int) {}\n";

#[test]
fn describes_itself() {
    assert_eq!(describe(&Process, &[]).unwrap().name, "process");
}

#[test]
fn main_package() {
    let woven = Sources::new("example.com/app")
        .file(
            "main.go",
            r#"package main

import "os"

var exit = os.Exit

func main() {
	defer exit(1)
	os.Exit(2)
}
"#,
        )
        .callee("os", EXIT)
        .weave(&Process);
    insta::assert_snapshot!(woven.unwrap());
}

#[test]
fn installed_go() {
    let signal = standard("os/signal").weave(&Process).unwrap();
    insta::assert_snapshot!("signal", points(&signal));
    let log = standard("log").callee("os", EXIT).weave(&Process).unwrap();
    insta::assert_snapshot!("log", points(&log));
    let testing = standard("testing")
        .callee("os", EXIT)
        .weave(&Process)
        .unwrap();
    insta::assert_snapshot!("testing", points(&testing));
}

/// What is translated from C never exits, and there is a great deal of it to compile.
#[test]
fn the_library_of_translated_c_stays_as_it_is() {
    let exits = "package libc\n\nimport \"os\"\n\nfunc Xexit(code int) { os.Exit(code) }\n";
    let woven = |path: &str| {
        let sources = Sources::new(path).file("libc.go", exits);
        sources.callee("os", EXIT).weave(&Process)
    };
    assert_eq!(woven("example.com/libc").unwrap().points.len(), 1);
    assert!(woven("modernc.org/libc").is_err(), "nothing is woven");
}

/// Other packages of the standard library exit over bad flags only; weaving them costs more than it
/// brings.
#[test]
fn flag_stays_as_it_is() {
    assert!(standard("flag").callee("os", EXIT).weave(&Process).is_err());
}
