//! Woven code looks to a program like its own: call stacks, panics, source positions.

use std::path::Path;

use weft_tests::{App, Tool};

fn output(executable: &Path, arguments: &[&str]) -> (Option<i32>, String) {
    let finished = Tool::new(executable)
        .args(arguments)
        .env("OTEL_TRACES_EXPORTER", "none")
        .run();
    (finished.status.code(), finished.stdout + &finished.stderr)
}

/// A stack without what differs from run to run: arguments, offsets and goroutine numbers.
fn positions(stack: &str) -> Vec<String> {
    stack
        .lines()
        .map(
            |line| match line.find(" +0x").or_else(|| line.find(" pc=0x")) {
                Some(offset) => line[..offset].to_owned(),
                None if line.ends_with(')') => line.split('(').next().unwrap_or(line).to_owned(),
                None => line.to_owned(),
            },
        )
        .collect()
}

#[test]
fn runtime_caller_sees_the_same_frames() {
    let app = App::shared("small");
    let plain = output(&app.plain("./cmd/callers"), &[]);
    assert!(
        plain.1.contains("database/sql.(*DB).queryDC"),
        "{}",
        plain.1
    );
    assert_eq!(output(&app.woven("./cmd/callers"), &[]), plain);
}

#[test]
fn panics_show_the_same_stack() {
    let app = App::shared("small");
    let (plain, woven) = (app.plain("./cmd/panics"), app.woven("./cmd/panics"));
    for how in ["uncaught", "recovered", "nil-pointer"] {
        let (plain_code, plain_stack) = output(&plain, &[how]);
        let (code, stack) = output(&woven, &[how]);
        assert_eq!(code, plain_code);
        assert!(plain_stack.contains("sql.go:"), "{plain_stack}");
        assert_eq!(positions(&stack), positions(&plain_stack), "{how}");
    }
}

#[test]
fn a_trimmed_stack_is_the_same_too() {
    let app = App::shared("small");
    let (plain, woven) = (app.out("plain"), app.out("woven"));
    app.go(["build", "-trimpath", "-o"])
        .args([&plain])
        .args(["./cmd/callers"])
        .ok();
    app.weft(["go", "build", "-trimpath", "-o"])
        .args([&woven])
        .args(["./cmd/callers"])
        .ok();
    let (_, frames) = output(&plain, &[]);
    assert!(
        !frames.contains(&*app.directory().to_string_lossy()),
        "{frames}"
    );
    assert_eq!(output(&woven, &[]).1, frames);
}
