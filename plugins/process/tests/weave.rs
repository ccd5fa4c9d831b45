//! What is woven where programs end and deal with signals.

use weft_plugin::harness::{Sources, describe};
use weft_plugin_process::Process;
use weft_plugins_testing::{points, standard};

const EXIT: &str = "package os\n\nfunc Exit(code int) {}\n";

const SIGNAL: &str = r#"package signal

import (
	"context"
	"os"
)

func Notify(c chan<- os.Signal, sig ...os.Signal) {}
func Stop(c chan<- os.Signal)                     {}
func Ignore(sig ...os.Signal)                     {}
func Reset(sig ...os.Signal)                      {}
func NotifyContext(parent context.Context, signals ...os.Signal) (ctx context.Context, stop context.CancelFunc) {
	return nil, nil
}
"#;

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
    let log = standard("log").callee("os", EXIT).weave(&Process).unwrap();
    insta::assert_snapshot!("log", points(&log));
    let testing = standard("testing")
        .callee("os", EXIT)
        .weave(&Process)
        .unwrap();
    insta::assert_snapshot!("testing", points(&testing));
}

/// os/signal itself is not woven: too much imports it that never asks for a signal.
#[test]
fn signals() {
    let main = r#"package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"modernc.org/libc"
)

func main() {
	c := make(chan os.Signal, 1)
	signal.Notify(c, os.Interrupt)
	signal.Stop(c)
	signal.Ignore(syscall.SIGHUP)
	signal.Reset()
	_, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	libc.Xsignal(nil, 15, 1)
}
"#;
    let woven = Sources::new("example.com/app")
        .file("main.go", main)
        .callee("os/signal", SIGNAL)
        .callee(
            "modernc.org/libc",
            "package libc\n\ntype TLS struct{}\n\n\
             func Xsignal(tls *TLS, signum int32, handler uintptr) (r uintptr) { return 0 }\n",
        )
        .weave(&Process);
    insta::assert_snapshot!(woven.unwrap());
    assert!(standard("os/signal").weave(&Process).is_err());
}

/// Much that is large depends on them, and they hardly ever exit.
#[test]
fn some_libraries_stay_as_they_are() {
    let exits = "package lib\n\nimport \"os\"\n\nfunc F(code int) { os.Exit(code) }\n";
    let woven = |path: &str| {
        let sources = Sources::new(path).version("v1.66.10").file("lib.go", exits);
        sources.callee("os", EXIT).weave(&Process)
    };
    assert_eq!(woven("example.com/libc").unwrap().points.len(), 1);
    for module in ["modernc.org/libc", "google.golang.org/protobuf"] {
        assert!(woven(module).is_err(), "nothing is woven into {module}");
    }
}

/// Other packages of the standard library exit over bad flags only; weaving them costs more than it
/// brings.
#[test]
fn flag_stays_as_it_is() {
    assert!(standard("flag").callee("os", EXIT).weave(&Process).is_err());
}
