//! A plugin of the user's own: hooks on functions of every shape, and what a bad one gets.

use std::path::PathBuf;

use weft_tests::artifact::component;
use weft_tests::{App, Finished, Tool};

/// The probe as a component, in the app's directory for built files.
pub fn probe(app: &App) -> PathBuf {
    let path = app.out("probe.wasm");
    std::fs::write(&path, component("weft_plugin_probe")).unwrap();
    path
}

#[test]
fn hooks_get_arguments_and_results_of_every_shape() {
    let app = App::shared("shapes");
    let out = app.out("shapes");
    app.weft(["go", "build", "-o"])
        .args([&out])
        .args(["./cmd/shapes"])
        .env("WEFT_PLUGINS", probe(&app))
        .env("WEFT_PLUGIN_PERMISSIONS", "probe=stdio")
        .ok();
    let woven = Tool::new(&out)
        .env("OTEL_TRACES_EXPORTER", "none")
        .ok()
        .stdout;
    let plain = Tool::new(app.plain("./cmd/shapes")).ok().stdout;

    let (hooks, own): (Vec<&str>, Vec<&str>) = woven
        .lines()
        .partition(|line| line.starts_with("before ") || line.starts_with("after "));
    let own = own.join("\n") + "\n";
    assert_eq!(own, plain.replace("r replaced", "r!r!? <nil>"));
    assert_eq!(
        hooks,
        [
            "before Variadic a 2 [b c]",
            "after Variadic 3",
            "before Variadic a 0 []",
            "after Variadic 1",
            "before Named false",
            "after Named 11 <nil>",
            "before Named true",
            "after Named 1 failed",
            "before Unnamed 1 s",
            "after Unnamed 1 <nil>",
            "before Blank 1 b [true]",
            "after Blank b",
            "before Generic text",
            "after Generic text",
            "before Generic 3",
            "after Generic 3",
            "before Put first",
            "after Put ",
            "before Put second",
            "after Put first",
            "before Add {1 2} {3 4}",
            "after Add {4 6}",
            "before OneLine",
            "after OneLine 1",
            "before Hidden {h}",
            "after Hidden {hh}",
            "before Replaced r 1",
            "after Replaced r!r! replaced",
            "before Panics told to",
            "after Panics",
        ]
    );
}

/// Builds a program of one package that the probe misleads.
fn misled(tag: &str) -> Finished {
    let app = App::of(&[
        ("go.mod", "module example.com/misled\n\ngo 1.24.0\n"),
        (
            "target.go",
            "package misled\n\nfunc Target(values []string) {}\n",
        ),
        (
            "cmd/main.go",
            "package main\n\nimport \"example.com/misled\"\n\nfunc main() { misled.Target(nil) }\n",
        ),
    ]);
    let out = app.out("misled");
    let finished = app
        .weft(["go", "build", "-tags", tag, "-o"])
        .args([&out])
        .args(["./cmd"])
        .env("WEFT_PLUGINS", probe(&app))
        .env("WEFT_PLUGIN_PERMISSIONS", "probe=stdio")
        .run();
    assert_eq!(finished.status.success(), out.exists(), "{finished}");
    finished
}

#[test]
fn a_function_that_cannot_be_woven_is_named_at_each_build() {
    let app = App::of(&[
        ("go.mod", "module example.com/misled\n\ngo 1.24.0\n"),
        (
            "target.go",
            "package misled\n\n//go:nosplit\nfunc Target(values []string) {}\n",
        ),
        (
            "cmd/main.go",
            "package main\n\nimport \"example.com/misled\"\n\nfunc main() { misled.Target(nil) }\n",
        ),
    ]);
    let weft = |words: &[&str]| {
        app.weft(words)
            .env("WEFT_PLUGINS", probe(&app))
            .env("WEFT_PLUGIN_PERMISSIONS", "probe=stdio")
            .ok()
    };
    let told = "example.com/misled: not woven by probe: target.go:4: Target is marked //go:nosplit";
    for _ in 0..2 {
        weft(&[
            "go",
            "build",
            "-o",
            app.out("out").to_str().unwrap(),
            "./cmd",
        ])
        .assert_stderr(&[told]);
    }
    let plan = weft(&["plan", "./cmd"]).stdout;
    assert!(plan.lines().any(|line| line == told), "{plan}");
}

#[test]
fn a_plugin_that_behaves_is_no_trouble() {
    let finished = misled("nothing");
    assert!(finished.status.success(), "{finished}");
}

#[test]
fn a_plugin_that_fails_is_named_with_the_package_and_what_to_do() {
    for (tag, words) in [
        ("trap", &["example.com/misled"][..]),
        ("loop", &["example.com/misled"]),
        ("nohook", &["beforeNothing"]),
        ("nofolder", &["nowhere"]),
    ] {
        let finished = misled(tag);
        assert!(
            finished
                .status
                .code()
                .is_some_and(|code| code != 0 && code != 101),
            "{tag}: {finished}"
        );
        finished
            .assert_stderr(&["probe", "help"])
            .assert_stderr(words);
    }
}

#[test]
fn a_hook_that_does_not_type_check_is_told_by_the_compiler() {
    let finished = misled("untyped");
    assert!(!finished.status.success(), "{finished}");
    finished.assert_stderr(&["probe", "hooks.go:3", "cannot use"]);
}

#[test]
fn a_function_that_a_plugin_requires_and_that_is_gone_fails_the_build() {
    let app = App::of(&[
        ("go.mod", "module example.com/vanished\n\ngo 1.24.0\n"),
        (
            "main.go",
            "package main\n\nfunc Vanish() {}\n\nfunc main() {}\n",
        ),
    ]);
    let out = app.out("vanished");
    let finished = app
        .weft(["go", "build", "-o"])
        .args([&out])
        .env("WEFT_PLUGINS", probe(&app))
        .env("WEFT_PLUGIN_PERMISSIONS", "probe=stdio")
        .fails();
    assert!(!out.exists());
    finished.assert_stderr(&["probe", "example.com/vanished", "Vanished", "Vanish"]);
}
