//! A shell in which the plain `go` command weaves.

use std::path::Path;

use weft_tests::{App, Finished, Tool, command};

const SETUP: &str = "eval \"$($WEFT env)\"";

/// Runs a script in a shell; `$WEFT` is weft, and a place for built files is `$OUT`.
fn shell(app: &App, shell: &str, script: &str) -> Tool {
    let directory = app.directory().to_owned();
    std::fs::create_dir_all(app.out("bin")).unwrap();
    Tool::new(shell)
        .args(["-c", script])
        .directory(&directory)
        .env("SHELL", "/bin/sh")
        .env("WEFT", command::weft_binary())
        .env("OUT", app.out("bin"))
        .env("GOCACHE", app.go_cache())
        .env("GOFLAGS", "-buildvcs=false")
        .env("GOTOOLCHAIN", "local")
        .env("WEFT_CACHE", app.out("it's weft's cache"))
}

fn sh(app: &App, script: &str) -> Tool {
    shell(app, "sh", script)
}

/// How many spans a program sends.
#[track_caller]
fn spans(program: &Path) -> usize {
    weft_tests::app::run(program, &[]).1.len()
}

#[test]
fn make_weaves_and_sources_that_change_are_woven_too() {
    let app = App::copy("small");
    app.write("Makefile", "all:\n\tgo build -o $(OUT)/flags ./cmd/flags\n");
    let make = sh(&app, &format!("{SETUP}; make")).ok();
    make.assert_stderr(&["packages woven"]);
    assert_eq!(spans(&app.out("bin/flags")), 1);

    let again = app.directory().join("cmd/flags/main.go");
    let text = std::fs::read_to_string(again).unwrap();
    app.write("cmd/added/main.go", &text);
    let script = format!("{SETUP}; rm -rf cmd/flags; go build -o \"$OUT\" ./cmd/added");
    sh(&app, &script).ok();
    assert_eq!(spans(&app.out("bin/added")), 1);
}

#[test]
fn weft_within_such_a_shell_weaves_once() {
    let app = App::copy("small");
    let script = format!(
        "{SETUP}; {SETUP}; echo \"$PATH\"; $WEFT go build -o \"$OUT/flags\" ./cmd/flags; $WEFT go version"
    );
    let finished = sh(&app, &script).ok();
    assert_eq!(finished.stderr.matches("packages woven").count(), 1);
    assert_eq!(finished.stdout.matches("/shims/").count(), 1, "{finished}");
    assert!(finished.stdout.contains("go version go1."), "{finished}");
    assert_eq!(spans(&app.out("bin/flags")), 1);
}

#[test]
fn a_go_command_started_past_weft_fails_instead_of_weaving_nothing() {
    let app = App::copy("small").plainly_built();
    let real = app.go(["env", "GOROOT"]).ok().stdout.trim().to_owned() + "/bin/go";
    let refused = |script: &str| {
        let finished = sh(&app, &format!("{SETUP}; {script}")).fails();
        finished.assert_stderr(&["W0113", "weft env --unset"]);
        assert!(!app.out("bin/flags").exists());
    };
    // All of it is in the build cache already.
    refused(&format!("{real} build -o \"$OUT/flags\" ./cmd/flags"));
    // The shim is gone.
    refused("$WEFT clean; hash -r; go build -o \"$OUT/flags\" ./cmd/flags");
    // What builds nothing works.
    sh(
        &app,
        &format!("{SETUP}; {real} env GOFLAGS && {real} list ./... && {real} version"),
    )
    .ok();
}

#[test]
fn leaving_restores_every_variable() {
    let app = App::copy("small");
    let script = |flags: &str| {
        format!(
            "{flags}; env | sort > \"$OUT/before\"; {SETUP}; env | sort > \"$OUT/inside\"; \
             eval \"$($WEFT env --unset)\"; env | sort > \"$OUT/after\"; $WEFT env --unset"
        )
    };
    app.write("../goenv", "GOFLAGS=-buildvcs=false\n");
    let goenv = app.directory().join("../goenv");
    for flags in [
        "export GOENV=off; unset GOFLAGS",
        "unset GOFLAGS",
        "export GOFLAGS=\"'-ldflags=-s -w'  -tags=x\"",
    ] {
        let finished = sh(&app, &script(flags)).env("GOENV", &goenv).ok();
        let [before, inside, after] = ["before", "inside", "after"]
            .map(|name| std::fs::read_to_string(app.out("bin").join(name)).unwrap());
        assert_ne!(before, inside);
        // The user's flags keep their spelling but for blanks between them.
        assert_eq!(before.replace("  -tags", " -tags"), after);
        let commands = finished
            .stdout
            .lines()
            .filter(|line| !line.starts_with('#'));
        assert_eq!(commands.count(), 0, "{finished}");
    }
}

#[test]
fn goflags_of_the_users_are_kept() {
    let app = App::copy("small");
    let build = format!("{SETUP}; go build -o \"$OUT/flags\" ./cmd/flags && \"$OUT/flags\"");
    let printed = |finished: Finished| {
        assert!(finished.stdout.contains("tagged yes\n"), "{finished}");
        assert!(finished.stdout.contains("version a b\n"), "{finished}");
    };
    let flags = "-buildvcs=false -tags=special \"-ldflags=-X 'main.version=a b'\"";
    let quiet = |tool: Tool| tool.env("OTEL_TRACES_EXPORTER", "none");
    printed(quiet(sh(&app, &build)).env("GOFLAGS", flags).ok());
    // As `go env -w` sets them.
    app.write("../goenv", &format!("GOFLAGS={flags}\n"));
    let goenv = app.directory().join("../goenv");
    printed(
        quiet(sh(&app, &format!("unset GOFLAGS; {build}")))
            .env("GOENV", goenv)
            .ok(),
    );
    let refused = sh(&app, SETUP.trim_start_matches("eval"))
        .env("GOFLAGS", "-toolexec=/usr/bin/env")
        .run();
    refused.assert_stderr(&["W0107"]);
}

#[test]
fn tests_and_generators_that_call_go_work() {
    let app = App::of(&[
        ("go.mod", "module example.com/calls\n\ngo 1.24.0\n"),
        (
            "calls.go",
            "package calls\n\n//go:generate go run ./cmd/gen\n\nimport _ \"net/http\"\n",
        ),
        (
            "cmd/gen/main.go",
            "package main\n\nimport \"os\"\n\nfunc main() { os.WriteFile(\"made.txt\", nil, 0o600) }\n",
        ),
        (
            "calls_test.go",
            "package calls\n\nimport (\n\t\"os/exec\"\n\t\"testing\"\n)\n\nfunc TestGo(t *testing.T) {\n\t\
             out, err := exec.Command(\"go\", \"build\", \"-o\", t.TempDir(), \"./cmd/gen\").CombinedOutput()\n\t\
             if err != nil {\n\t\tt.Fatalf(\"%v: %s\", err, out)\n\t}\n}\n",
        ),
    ]);
    sh(
        &app,
        &format!("{SETUP}; go generate && go vet ./... && go test -count=1 ."),
    )
    .env("OTEL_TRACES_EXPORTER", "none")
    .ok();
    assert!(app.directory().join("made.txt").exists());
}

#[test]
fn a_program_of_no_module_is_built_as_it_is_and_told() {
    let app = App::of(&[(
        "tool.go",
        "package main\n\nimport _ \"net/http\"\n\nfunc main() { println(\"ran\") }\n",
    )]);
    let finished = sh(&app, &format!("{SETUP}; go run tool.go")).ok();
    finished.assert_stderr(&["ran\n", "weft: nothing is woven: ", "belongs to no module"]);
    app.weft(["go", "run", "tool.go"])
        .fails()
        .assert_stderr(&["W0303"]);
}

#[test]
fn options_hold_for_the_commands_to_come() {
    let app = App::copy("small");
    let script =
        "eval \"$($WEFT -q --plugin ../none.wasm env)\"; cd cmd/flags && go build -o \"$OUT\"";
    let finished = sh(&app, script).fails();
    let named = app.directory().join("../none.wasm");
    finished.assert_stderr(&["W0240", named.to_str().unwrap()]);
    let quiet = sh(
        &app,
        "eval \"$($WEFT -q env)\"; go build -o \"$OUT\" ./cmd/flags",
    )
    .ok();
    assert_eq!(quiet.stderr, "");
}

#[test]
fn scripts_get_json() {
    let app = App::copy("small");
    let json = |arguments: &str| -> serde_json::Value {
        let finished = sh(&app, &format!("$WEFT env --json {arguments}")).ok();
        serde_json::from_str(&finished.stdout).unwrap()
    };
    let variables = json("");
    let set = variables["set"].as_object().unwrap();
    assert_eq!(variables["version"], 1);
    assert_eq!(
        set.keys().collect::<Vec<_>>(),
        ["GOFLAGS", "PATH", "WEFT_ENV"]
    );
    let folder = set["WEFT_ENV"].as_str().unwrap();
    assert!(
        set["PATH"]
            .as_str()
            .unwrap()
            .starts_with(&format!("{folder}:"))
    );
    assert!(Path::new(folder).join("go").is_file());
    assert_eq!(json("--unset")["set"], serde_json::json!({}));
}

#[test]
fn every_shell_takes_its_commands() {
    let app = App::copy("small");
    let cases = [
        ("bash", SETUP),
        ("zsh", SETUP),
        ("fish", "$WEFT env --shell fish | source"),
        (
            "pwsh",
            "& $env:WEFT env --shell powershell | Out-String | Invoke-Expression",
        ),
    ];
    let path = std::env::var_os("PATH").unwrap();
    for (name, setup) in cases {
        let installed = std::env::split_paths(&path).any(|folder| folder.join(name).is_file());
        // Only bash is everywhere; what the others get is compared with text in the host's own tests.
        if installed || name == "bash" {
            let finished = shell(
                &app,
                name,
                &format!("{setup}; go build -v -o /dev/null ./cmd/flags"),
            )
            .ok();
            finished.assert_stderr(&["packages woven"]);
        }
    }
}
