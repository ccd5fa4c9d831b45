//! Plugins that were built for a published contract, and are never built again.

use weft_tests::command::repository;
use weft_tests::{App, Tool};

use super::project_plugins::{plugin, put};

/// The published contracts.
fn tracks() -> Vec<String> {
    let folders = std::fs::read_dir(repository().join("tests/contract")).unwrap();
    let names = folders.map(|folder| folder.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<_> = names.collect();
    names.sort();
    assert!(!names.is_empty());
    names
}

/// The program that the frozen plugin of a contract is for, with that beside it.
fn program(track: &str) -> App {
    let folder = repository().join("tests/contract").join(track);
    let read = |path: &str| std::fs::read_to_string(folder.join(path)).unwrap();
    let app = App::of(&[
        ("go.mod", &read("app/go.mod")),
        ("main.go", &read("app/main.go")),
    ]);
    let component = std::fs::read(folder.join("frozen.wasm")).unwrap();
    put(&app, "frozen.wasm", &component);
    app
}

fn build(app: &App) -> Tool {
    let out = app.out("frozen");
    let build = app.weft(["go", "build", "-tags", "frozen", "-o"]);
    build.args([out]).args(["."])
}

#[test]
fn plugins_of_published_contracts_are_loaded_asked_and_woven() {
    for track in tracks() {
        let app = program(&track);
        plugin(&app, &["add", "frozen.wasm", "--yes"]).ok();
        app.replace(
            "weft.toml",
            "[plugins.frozen]\n",
            "[plugins.frozen]\nsettings = { greeting = \"hello\" }\n",
        );
        build(&app).ok();
        let ran = Tool::new(app.out("frozen"))
            .env("OTEL_TRACES_EXPORTER", "none")
            .ok();
        let expected = repository()
            .join("tests/contract")
            .join(&track)
            .join("expected.txt");
        let expected = std::fs::read_to_string(expected).unwrap();
        assert_eq!(ran.stdout, expected, "contract {track}");

        // What it says went wrong is what the user reads.
        app.replace("weft.toml", "greeting = \"hello\"", "fail = true");
        build(&app).fails().assert_stderr(&[
            "frozen",
            "it was told to fail",
            "take the setting `fail`",
        ]);
    }
}

/// Authors try settings out before anything is published.
#[test]
fn settings_reach_a_plugin_that_is_named_by_its_file() {
    let app = program(&tracks().pop().unwrap());
    app.write(
        "weft.toml",
        "[plugins.frozen]\nsettings = { greeting = \"hi\" }\n",
    );
    build(&app)
        .fails()
        .assert_stderr(&["W0705", "--plugin FILE"]);
    std::fs::copy(
        app.directory().join("frozen.wasm"),
        app.directory().join("other.wasm"),
    )
    .unwrap();
    for file in ["frozen.wasm", "other.wasm"] {
        build(&app)
            .env("WEFT_PLUGINS", file)
            .env("WEFT_PLUGIN_PERMISSIONS", "frozen=stdio")
            .ok();
        let ran = Tool::new(app.out("frozen"))
            .env("OTEL_TRACES_EXPORTER", "none")
            .ok();
        assert!(ran.stdout.contains("greeting \"hi\""), "{file}: {ran}");
    }
}

#[test]
fn a_plugin_of_an_unknown_contract_says_what_to_do() {
    let track = tracks().pop().unwrap();
    let app = program(&track);
    let component = std::fs::read(app.directory().join("frozen.wasm")).unwrap();
    let other = |version: &str| {
        let mut bytes = component.clone();
        let (from, to) = (format!("@{track}.0"), format!("@{version}"));
        assert_eq!(from.len(), to.len());
        let mut found = 0;
        for at in 0..bytes.len() - from.len() {
            if bytes[at..].starts_with(from.as_bytes()) {
                bytes[at..at + to.len()].copy_from_slice(to.as_bytes());
                found += 1;
            }
        }
        assert!(found > 0);
        put(&app, "other.wasm", &bytes);
        app.weft(["--plugin", "other.wasm", "go", "build", "."])
            .fails()
    };
    other("0.9.0").assert_stderr(&["W0204", "needs contract 0.9", &track, "a newer weft"]);
    other("0.0.1").assert_stderr(&["W0204", "needs contract 0.0", "build it anew"]);
}
