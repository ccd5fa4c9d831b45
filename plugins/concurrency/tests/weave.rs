//! What is woven where work is handed over.

use weft_plugin::harness::{Sources, describe};
use weft_plugin_concurrency::Concurrency;
use weft_plugins_testing::{module, points};

const TIME: &str = "package time\n\nfunc AfterFunc(d Duration, f func()) *Timer { return nil }\n\n\
                    type Duration int64\n\ntype Timer struct{}\n";
const CONTEXT: &str = "package context\n\nfunc AfterFunc(ctx Context, f func()) (stop func() bool) \
                       { return nil }\n\ntype Context interface{}\n";

#[test]
fn describes_itself() {
    assert_eq!(describe(&Concurrency, &[]).unwrap().name, "concurrency");
}

#[test]
fn timers() {
    let woven = Sources::new("example.com/app")
        .file(
            "app.go",
            r#"package app

import (
	"context"
	"time"
)

var later = time.AfterFunc

func F(ctx context.Context, f func()) {
	stop := context.AfterFunc(ctx, f)
	defer stop()
	time.AfterFunc(time.Second, f).Stop()
}
"#,
        )
        .callee("time", TIME)
        .callee("context", CONTEXT)
        .weave(&Concurrency);
    insta::assert_snapshot!(woven.unwrap());
}

#[test]
fn ants() {
    for version in ["v2.4.2", "v2.7.5", "v2.10.0", "v2.11.3", "v2.12.1"] {
        let woven = module("github.com/panjf2000/ants/v2", version, "").weave(&Concurrency);
        insta::assert_snapshot!(format!("ants {version}"), points(&woven.unwrap()));
    }
}

#[test]
fn cron() {
    for (path, version) in [
        ("github.com/robfig/cron", "v1.2.0"),
        ("github.com/robfig/cron/v3", "v3.0.0"),
        ("github.com/robfig/cron/v3", "v3.0.1"),
    ] {
        let woven = module(path, version, "").weave(&Concurrency);
        assert_eq!(
            points(&woven.unwrap()),
            "(*Cron).run: before beforeWorker, after afterWorker",
            "{path} {version}"
        );
    }
}
