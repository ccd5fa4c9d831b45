//! Flags and variables of the go command keep their meaning.

use std::path::Path;

use weft_tests::{App, app};

/// Builds `cmd/flags` with flags, runs it, and returns what it printed. It must have sent its span.
fn printed(app: &App, flags: &[&str]) -> String {
    let out = app.out("flagged");
    app.weft(["go", "build"])
        .args(flags)
        .args(["-o".as_ref(), out.as_os_str(), "./cmd/flags".as_ref()])
        .ok();
    run(&out)
}

fn run(executable: &Path) -> String {
    let (finished, trace) = app::run(executable, &[]);
    assert_eq!(trace.len(), 1, "{trace}");
    finished.stdout
}

#[test]
fn ldflags_set_variables() {
    let small = App::shared("small");
    let output = printed(&small, &["-ldflags", "-s -w -X main.version=1.2.3"]);
    assert!(output.contains("version 1.2.3\n"), "{output}");
}

#[test]
fn tags_choose_files() {
    let small = App::shared("small");
    assert!(printed(&small, &[]).contains("tagged no\n"));
    assert!(printed(&small, &["-tags", "special"]).contains("tagged yes\n"));
    assert!(printed(&small, &["-tags=other,special"]).contains("tagged yes\n"));
}

#[test]
fn goflags_are_read() {
    let small = App::shared("small");
    let out = small.out("goflags");
    small
        .weft(["go", "build", "-o"])
        .args([&out])
        .args(["./cmd/flags"])
        .env(
            "GOFLAGS",
            "-buildvcs=false -tags=special '-ldflags=-X main.version=2'",
        )
        .ok();
    let output = run(&out);
    assert!(
        output.contains("tagged yes\n") && output.contains("version 2\n"),
        "{output}"
    );
}

#[test]
fn gcflags_apply_beside_ours() {
    let small = App::shared("small");
    let output = printed(&small, &["-gcflags=all=-N -l"]);
    assert!(output.contains("value 42\n"), "{output}");
    let output = printed(&small, &["-gcflags", "-N", "-gcflags=database/sql=-l"]);
    assert!(output.contains("value 42\n"), "{output}");
}

#[test]
fn the_compilers_remarks_name_original_positions() {
    let small = App::copy("small");
    let plain = small
        .go(["build", "-gcflags=-m", "-o"])
        .args([small.out("plain")])
        .args(["./cmd/flags"])
        .ok();
    let woven = small
        .weft(["go", "build", "-gcflags=-m", "-o"])
        .args([small.out("woven")])
        .args(["./cmd/flags"])
        .ok();
    let remarks: Vec<&str> = plain
        .stderr
        .lines()
        .filter(|line| line.contains("escapes to heap"))
        .collect();
    assert!(!remarks.is_empty());
    for remark in remarks {
        assert!(woven.stderr.contains(remark), "no {remark:?} in {woven}");
    }
}

#[test]
fn an_overlay_of_the_users_is_kept() {
    let small = App::copy("small");
    let main = small.directory().join("cmd/flags/main.go");
    let other = small.out("other.go");
    let text = std::fs::read_to_string(&main).unwrap();
    std::fs::write(&other, text.replace("unset", "overlaid")).unwrap();
    let overlay = serde_json::json!({ "Replace": { main.to_str().unwrap(): other } });
    let file = small.out("overlay.json");
    std::fs::write(&file, overlay.to_string()).unwrap();
    let output = printed(&small, &["-overlay", file.to_str().unwrap()]);
    assert!(output.contains("version overlaid\n"), "{output}");
    std::fs::write(&other, text.replace("unset", "again")).unwrap();
    let output = printed(&small, &["-overlay", file.to_str().unwrap()]);
    assert!(output.contains("version again\n"), "{output}");
}

/// A file that takes another's place may have the name of a third, and names that tools give may be the
/// user's own.
#[test]
fn files_are_not_taken_for_others_of_like_names() {
    let small = App::copy("small");
    let elsewhere = small.out("elsewhere");
    std::fs::create_dir(&elsewhere).unwrap();
    std::fs::write(elsewhere.join("main.go"), "package main\n").unwrap();
    let first = small.directory().join("cmd/flags/a.go");
    let overlay = serde_json::json!({ "Replace": {
        first.to_str().unwrap(): elsewhere.join("main.go"),
    } });
    let file = small.out("overlay.json");
    std::fs::write(&file, overlay.to_string()).unwrap();
    printed(&small, &["-overlay", file.to_str().unwrap()]);

    let main = small.directory().join("cmd/flags/main.go");
    std::fs::rename(&main, main.with_file_name("main.cover.go")).unwrap();
    small.write("cmd/flags/main.go", "package main\n");
    printed(&small, &[]);
    printed(&small, &["-cover"]);
}

#[test]
fn another_directory() {
    let small = App::copy("small");
    let out = small.out("elsewhere");
    let top = small.directory().parent().unwrap();
    small
        .weft(["go", "build", "-C", "small", "-o"])
        .args([&out])
        .args(["./cmd/flags"])
        .directory(top)
        .ok();
    run(&out);
}

#[test]
fn without_an_output_the_executable_goes_where_go_puts_it() {
    let small = App::copy("small");
    small.weft(["go", "build", "./cmd/flags"]).ok();
    run(&small.directory().join("flags"));
    small
        .weft(["go", "install", "./cmd/flags"])
        .env("GOBIN", small.out("bin"))
        .ok();
    run(&small.out("bin").join("flags"));
}

#[test]
fn build_modes_and_profiles() {
    let small = App::shared("small");
    printed(&small, &["-buildmode=pie"]);
    printed(&small, &["-trimpath", "-pgo=off"]);
}

#[test]
fn settings_in_the_binary_show_the_users_own() {
    let small = App::shared("small");
    let output = printed(
        &small,
        &["-trimpath", "-tags=special", "-ldflags=-X main.version=3"],
    );
    for setting in [
        "setting -tags special",
        "setting -trimpath true",
        "setting CGO_ENABLED",
    ] {
        assert!(output.contains(setting), "no {setting:?} in {output}");
    }
}
