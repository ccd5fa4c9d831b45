//! The launcher of compile steps: what the go command starts for each tool of a woven build.

use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;

use weft_tests::{App, Finished, Tool, weft_binary};

/// An app, and the launcher with the arguments that a build of it gives it.
fn launcher() -> (App, Vec<String>) {
    let app = App::shared("small");
    let words = app.compile_step("./cmd/flags", &app.out("weft"));
    (app, words)
}

/// Starts a tool as a go command does whose garbage collection weft has relaxed.
fn step(words: &[String], tool: &[&str]) -> Tool {
    Tool::new(&words[0])
        .args(&words[1..])
        .args(tool)
        .env("GOGC", "400")
        .env("WEFT_GOGC", "400")
}

#[test]
fn a_step_without_a_marker_is_the_tool() {
    let (app, words) = launcher();
    assert!(words[0].contains("/steps/weft-step-"), "{words:?}");
    assert_eq!(words[1], weft_binary().to_string_lossy());
    let mode = std::fs::metadata(&words[0]).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o700);
    let compiler = app.go(["tool", "-n", "compile"]).ok().stdout;
    let compiler = compiler.trim();
    let alone = Tool::new(compiler).args(["-V=full"]).ok().stdout;
    assert_eq!(step(&words, &[compiler, "-V=full"]).ok().stdout, alone);
    // Looked up on PATH, as cmd/go does with C compilers, and without what is weft's own.
    let script = "echo \"$1 ${GOGC-none} ${WEFT_GOGC-none}\"; exit 7";
    let finished = step(&words, &["sh", "-c", script, "sh", "two words"]).run();
    assert_eq!(finished.status.code(), Some(7), "{finished}");
    assert_eq!(finished.stdout, "two words none none\n");
}

#[test]
fn a_step_with_a_marker_is_wefts_and_so_is_what_goes_wrong() {
    let (_app, words) = launcher();
    let fails = |tool: &[&str]| -> Finished { step(&words, tool).fails() };
    fails(&["/no/such/compile", "-V=full"]).assert_stderr(&["W0402", "/no/such/compile"]);
    fails(&["/no/such/compile", "-p", "p", "-weft=0a"]).assert_stderr(&["W0403", "plan 0a of p"]);
    let mut elsewhere = words.clone();
    elsewhere[1] = "/no/such/weft".to_owned();
    step(&elsewhere, &["compile", "-weft=0a"])
        .fails()
        .assert_stderr(&["weft: failed to start /no/such/weft"]);
}

#[test]
fn a_launcher_that_is_damaged_is_written_again() {
    let (app, words) = launcher();
    let launcher = PathBuf::from(&words[0]);
    let whole = std::fs::read(&launcher).unwrap();
    std::fs::write(&launcher, "#!/bin/sh\nexit 0\n").unwrap();
    let again = app.compile_step("./cmd/flags", &app.out("weft"));
    assert_eq!(again, words);
    assert!(std::fs::read(&launcher).unwrap() == whole);
}

#[test]
fn a_cache_from_which_no_program_starts_still_serves_builds() {
    let app = App::copy("small");
    let cache = app.out("cache");
    std::fs::create_dir_all(&cache).unwrap();
    let mount = "mount -t tmpfs -o noexec none \"$0\"";
    let within = |script: &str| {
        app.tool(
            "unshare",
            ["--user", "--map-root-user", "--mount", "sh", "-c"],
        )
        .args([script])
        .args([&cache])
        .env("WEFT_CACHE", &cache)
    };
    if !within(mount).run().status.success() {
        eprintln!("left out: this system lets nobody but root mount");
        return;
    }
    within(&format!("{mount} && exec \"$@\""))
        .args([weft_binary()])
        .args(["go", "build", "-o"])
        .args([app.out("flags")])
        .args(["./cmd/flags"])
        .ok();
    assert!(app.out("flags").exists());
}
