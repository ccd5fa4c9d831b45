//! Why a function or package is woven, or not.

use serde_json::Value;
use weft_tests::{App, Tool};

use crate::plugins;

/// A program with a package that the probe looks into, and a module in a version that no plugin covers.
fn app() -> App {
    let app = App::of(&[
        (
            "go.mod",
            "module example.com/misled\n\ngo 1.24.0\n\nrequire github.com/robfig/cron v1.1.0\n\n\
             replace github.com/robfig/cron => ./cron\n",
        ),
        (
            "target.go",
            "package misled\n\nimport \"github.com/robfig/cron\"\n\n\
             func Target(values []string) {}\n\n\
             // Other is nobody's.\nfunc Other() { new(cron.Cron).Run() }\n",
        ),
        (
            "cmd/main.go",
            "package main\n\nimport (\n\t\"os\"\n\n\t\"example.com/misled\"\n)\n\n\
             func main() {\n\tmisled.Target(nil)\n\tmisled.Other()\n\tos.Exit(0)\n}\n",
        ),
        (
            "cron/go.mod",
            "module github.com/robfig/cron\n\ngo 1.24.0\n",
        ),
        (
            "cron/cron.go",
            "package cron\n\ntype Cron struct{}\n\nfunc (c *Cron) Run() { c.run() }\n\nfunc (c *Cron) run() {}\n",
        ),
    ]);
    plugins::probe(&app);
    app
}

fn explain(app: &App, words: &[&str]) -> Tool {
    app.weft(["explain"])
        .args(words)
        .env("WEFT_PLUGINS", app.out("probe.wasm"))
        .env("WEFT_PLUGIN_PERMISSIONS", "probe=stdio")
}

fn json(app: &App, subject: &str, build: &[&str]) -> Value {
    let finished = explain(app, &[&["--json", subject, "--"], build].concat()).run();
    serde_json::from_str(&finished.stdout).unwrap_or_else(|error| panic!("{error}: {finished}"))
}

#[test]
fn without_packages_all_below_the_directory_are_meant() {
    let app = app();
    let finished = explain(&app, &["os.Exit"]).ok();
    // Only the command calls it, which is not in the current directory.
    assert!(
        finished.stdout.contains("main.go"),
        "the command is not in it: {finished}"
    );
}

/// The rules that keep a subject out, with the plugins that they hold for.
fn rules(explanation: &Value) -> Vec<String> {
    let reasons = explanation["reasons"].as_array().unwrap();
    let rule = |reason: &Value| {
        let plugin = reason["plugin"].as_str().unwrap_or("all");
        format!("{plugin}: {}", reason["rule"].as_str().unwrap())
    };
    reasons.iter().map(rule).collect()
}

#[test]
fn what_is_woven_is_said_with_plugin_and_hooks() {
    let app = app();
    let expected = "os.Exit";
    for subject in ["./cmd.main", "example.com/misled/cmd.main", "cmd.main"] {
        let main = json(&app, subject, &["./cmd"]);
        assert_eq!(main["subject"], "example.com/misled/cmd.main", "{main}");
        assert_eq!(main["status"], "woven");
        assert_eq!(main["hooks"][0]["plugin"], "process");
        assert_eq!(main["hooks"][0]["place"], "main.go:9");
        assert_eq!(main["hooks"][0]["action"], "after afterMain");
    }
    let exit = json(&app, "os.Exit", &["./cmd"]);
    assert_eq!(exit["calls"][0]["package"], "example.com/misled/cmd");
    let text = explain(&app, &["os", "--", "./cmd"]).ok().stdout;
    assert!(text.starts_with("os go1."), "{text}");
    assert!(text.contains(": woven where it is used\n"), "{text}");
    assert!(
        text.contains("os.Exit used in example.com/misled/cmd main.go:12  process"),
        "{text}"
    );
    let package = explain(&app, &["./cmd", "--", "./cmd"]).ok();
    assert!(
        package
            .stdout
            .starts_with("example.com/misled/cmd: woven\n"),
        "{package}"
    );
    assert!(package.stdout.contains(expected), "{package}");
}

#[test]
fn every_rule_that_keeps_a_function_out_is_named() {
    let app = app();
    let build = ["-tags=nothing", "./cmd"];
    for (subject, status, rule) in [
        ("misled.Target", "not-woven", "probe: left-out"),
        ("misled.Other", "not-woven", "all: no-matcher"),
        ("misled.Targett", "not-found", "all: absent"),
        ("cron.Cron.run", "not-woven", "concurrency: version"),
        ("strconv.Itoa", "not-woven", "all: no-interest"),
        ("example.com/none.F", "not-found", "all: not-in-build"),
    ] {
        let explanation = json(&app, subject, &build);
        assert_eq!(explanation["status"], status, "{explanation}");
        assert_eq!(rules(&explanation), [rule], "{explanation}");
    }
    assert_eq!(json(&app, "misled.Targett", &build)["nearest"][0], "Target");
    assert_eq!(
        rules(&json(&app, "misled.Target", &["."])),
        ["all: no-program"]
    );

    app.replace("target.go", "func Target", "//go:nosplit\nfunc Target");
    let refused = json(&app, "misled.Target", &build);
    assert_eq!(rules(&refused), ["probe: unweavable"]);
    assert!(
        refused["reasons"][0]["text"]
            .as_str()
            .unwrap()
            .contains("//go:nosplit")
    );

    app.replace("target.go", "{ new(cron.Cron).Run() }", "\n");
    let bodyless = json(&app, "misled.Other", &build);
    assert_eq!(rules(&bodyless), ["all: no-matcher"], "{bodyless}");
}

#[test]
fn every_rule_that_keeps_a_package_out_is_named() {
    let app = app();
    let of = |subject: &str| rules(&json(&app, subject, &["-tags=nothing", "./cmd"]));
    let expected = [
        "concurrency: absent",
        "probe: left-out",
        "process: absent",
        "rules: absent",
    ];
    assert_eq!(of("example.com/misled"), expected);
    assert!(of("github.com/robfig/cron").contains(&"concurrency: version".to_owned()));
    assert_eq!(of("strconv"), ["all: no-interest"]);
    assert_eq!(of("github.com/robfig/cron/v4"), ["all: not-in-build"]);
}

#[test]
fn people_read_sentences_and_scripts_exit_codes() {
    let app = app();
    let build = ["--", "-tags=nothing", "./cmd"];
    let text = |subject: &str| explain(&app, &[&[subject], &build[..]].concat());
    let version = text("cron.Cron.run").ok();
    assert_eq!(
        version.stdout,
        "github.com/robfig/cron.(*Cron).run v1.1.0: not woven\n  declared in cron.go:7\n  \
         concurrency: it covers versions >=1.2, <2\n"
    );
    let missing = text("Targett").fails();
    assert_eq!(missing.status.code(), Some(1), "{missing}");
    let named = text("Exit").fails();
    assert!(named.stdout.contains("nearest: "), "{named}");
    // What the go command says of the build comes first.
    let wrong = explain(&app, &["net/http", "--", "./nosuchpackage"]).fails();
    wrong.assert_stderr(&["nosuchpackage"]);
}

#[test]
fn tests_are_explained_too() {
    let app = app();
    app.write(
        "target_test.go",
        "package misled\n\nimport \"testing\"\n\nfunc TestTarget(t *testing.T) {}\n",
    );
    let run = json(&app, "testing.(*M).Run", &["."]);
    assert_eq!(run["status"], "not-found", "{run}");
    let finished = explain(&app, &["--test", "--json", "testing.(*M).Run", "--", "."]).ok();
    let run: Value = serde_json::from_str(&finished.stdout).unwrap();
    assert_eq!(run["status"], "woven");
}

#[test]
fn a_version_outside_the_range_is_told_by_a_plugin_that_looks_into_every_package_too() {
    let app = app();
    let built = app.weft(["go", "build", "-o", "/dev/null", "./cmd"]).ok();
    built.assert_stderr(&[
        "github.com/robfig/cron v1.1.0: not woven by concurrency: it covers versions >=1.2, <2",
    ]);
}
