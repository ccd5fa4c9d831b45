//! Other commands of go behave as go's own.

use weft_tests::{App, app};

#[test]
fn commands_that_build_nothing_pass_through() {
    let small = App::shared("small");
    for arguments in [
        &["version"][..],
        &["env", "GOOS", "GOCACHE", "GOFLAGS"],
        &["list", "./..."],
        &["list", "-deps", "-json", "./cmd/flags"],
        &["mod", "graph"],
        &["help", "build"],
        &["vet", "./..."],
        &["fmt", "./..."],
        &["doc", "net/http.Handler"],
        &["tool", "-n", "compile"],
    ] {
        let plain = small.go(arguments).run();
        let woven = small.weft(["go"]).args(arguments).run();
        assert_eq!(woven.status, plain.status, "{woven}");
        assert_eq!(woven.stdout, plain.stdout, "{woven}");
        assert_eq!(woven.stderr, plain.stderr, "{woven}");
    }
}

#[test]
fn wrong_use_gets_gos_own_message_and_exit_code() {
    let small = App::shared("small");
    for arguments in [
        &["buidl"][..],
        &["build", "-nosuchflag"],
        &["build", "./nosuchpackage"],
        &["run"],
    ] {
        let plain = small.go(arguments).run();
        let woven = small.weft(["go"]).args(arguments).run();
        assert_eq!(woven.status, plain.status, "{woven}");
        assert_eq!(woven.stderr, plain.stderr, "{arguments:?}");
    }
}

#[test]
fn run_weaves_and_passes_arguments_and_exit_codes_on() {
    let small = App::shared("small");
    let sink = weft_tests::Sink::start().unwrap();
    let finished = small
        .weft([
            "go",
            "run",
            "-tags=special",
            "./cmd/exits",
            "-queries=3",
            "exit",
        ])
        .exporting(&sink, "run")
        .run();
    assert_eq!(finished.status.code(), Some(1), "{finished}");
    finished.assert_stderr(&["exit status 3"]);
    assert_eq!(sink.trace().count("SELECT things"), 3);
}

#[test]
fn quiet_is_quiet_and_a_build_ends_with_one_line() {
    let small = App::shared("small");
    let build = ["build", "-o", "/dev/null", "./cmd/flags"];
    let quiet = small.weft(["-q", "go"]).args(build).ok();
    assert_eq!((quiet.stdout.as_str(), quiet.stderr.as_str()), ("", ""));
    let plain = small.weft(["go"]).args(build).ok();
    assert_eq!(plain.stdout, "");
    assert_eq!(plain.stderr.lines().count(), 1, "{plain}");
    assert!(!plain.stderr.contains('\x1b'), "{plain}");
}

#[test]
fn the_plan_says_what_is_woven_and_shows_it() {
    let small = App::shared("small");
    let text = small.weft(["plan", "./cmd/flags"]).ok();
    assert!(text.stdout.contains("database/sql"), "{text}");
    assert!(!text.stdout.contains("go-redis"), "{text}");
    let json = small.weft(["plan", "--json", "./cmd/flags"]).ok();
    let plan: serde_json::Value = serde_json::from_str(&json.stdout).unwrap();
    assert!(
        plan["packages"]
            .as_array()
            .unwrap()
            .iter()
            .any(|package| package["import_path"] == "database/sql")
    );
    let diff = small.weft(["plan", "--diff", "./cmd/flags"]).ok();
    let added = diff
        .stdout
        .lines()
        .filter(|line| line.starts_with('+') && !line.starts_with("+++"));
    assert!(added.count() > 5, "{diff}");
    let removed = diff
        .stdout
        .lines()
        .filter(|line| line.starts_with('-') && !line.starts_with("---"));
    assert!(removed.count() > 0);
}

#[test]
fn a_module_without_anything_to_weave_builds() {
    let bare = App::of(&[
        ("go.mod", "module example.com/bare\n\ngo 1.24.0\n"),
        (
            "main.go",
            "package main\n\nfunc main() { println(\"bare\") }\n",
        ),
        ("lib/lib.go", "package lib\n"),
    ]);
    let (finished, trace) = app::run(&bare.woven("."), &[]);
    assert_eq!(finished.stderr, "bare\n");
    assert!(trace.is_empty());
    bare.weft(["go", "build", "./lib"]).ok();
    bare.weft(["go", "test", "./..."]).ok();
}
