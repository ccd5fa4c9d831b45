//! Bad input: a clear error, a bad exit code, nothing half-written.

use std::path::Path;

use weft_tests::{App, Finished};

/// Builds `cmd/flags`, which must fail without leaving an executable.
fn fails(app: &App, adjust: impl Fn(weft_tests::Tool) -> weft_tests::Tool) -> Finished {
    let out = app.out("not-built");
    let tool = app
        .weft(["go", "build", "-o"])
        .args([&out])
        .args(["./cmd/flags"]);
    let finished = adjust(tool).fails();
    assert!(!out.exists(), "{finished}");
    finished
}

/// What plain `go build` says about the same package.
fn plainly(app: &App) -> Finished {
    app.go(["build", "-o"])
        .args([app.out("plain")])
        .args(["./cmd/flags"])
        .fails()
}

#[test]
fn a_file_that_does_not_parse_gets_the_compilers_message() {
    for (file, from, to) in [
        ("cmd/flags/main.go", "func main() {", "func main() { ) "),
        ("cmd/flags/main.go", "package main", "packag main"),
        (
            "internal/memdb/memdb.go",
            "func (r *rows) Next(",
            "func (r *rows Next(",
        ),
    ] {
        let small = App::copy("small");
        small.replace(file, from, to);
        let plain = plainly(&small);
        let woven = fails(&small, |tool| tool);
        assert_eq!(woven.status, plain.status);
        assert_eq!(woven.stderr, plain.stderr, "{to}");
    }
}

#[test]
fn a_type_error_gets_the_compilers_message_at_its_position() {
    for (from, to) in [
        ("func main() {", "func main() { undefined()"),
        ("func main() {", "func main() { var unused int"),
        // The compiler names two places.
        (
            "func main() {",
            "func twice() {}\nfunc twice() {}\nfunc main() {",
        ),
        ("func main() {", "func main() { goto L\nx := 1\n_ = x\nL:\n"),
        ("\t\"log\"\n", ""),
    ] {
        let small = App::copy("small");
        small.replace("cmd/flags/main.go", from, to);
        let plain = plainly(&small);
        let woven = fails(&small, |tool| tool);
        assert_eq!(woven.status, plain.status);
        assert_eq!(woven.stderr, plain.stderr, "{to}");
    }
}

#[test]
fn what_the_compiler_refuses_gets_its_message() {
    let again = "func main() {}\nfunc main() {";
    let after = "\nfunc main() { _ = 1 }\n";
    for (file, from, to) in [
        ("cmd/flags/main.go", "func main() {", again),
        ("cmd/flags/other.go", "package main\n", after),
        ("cmd/flags/main.go", "func main() {", "func main(int) {"),
        ("cmd/flags/main.go", "func main() {", "func notMain() {"),
    ] {
        let small = App::copy("small");
        if file.ends_with("other.go") {
            small.write(file, &format!("{from}{to}"));
        } else {
            small.replace(file, from, to);
        }
        let plain = plainly(&small);
        let woven = fails(&small, |tool| tool);
        assert_eq!(woven.status, plain.status);
        assert_eq!(woven.stderr, plain.stderr, "{to}");
    }
    let small = App::copy("small");
    let main = small.directory().join("cmd/flags/main.go");
    let mut text = std::fs::read(&main).unwrap();
    text.extend(b"// \xff\n");
    std::fs::write(&main, text).unwrap();
    assert_eq!(fails(&small, |tool| tool).stderr, plainly(&small).stderr);
}

#[test]
fn a_type_error_below_a_woven_package_is_told_like_gos() {
    let small = App::copy("small");
    small.replace(
        "internal/memdb/memdb.go",
        "into[0] = int64(42)",
        "into[0] = 4 +",
    );
    assert_eq!(fails(&small, |tool| tool).stderr, plainly(&small).stderr);
}

#[test]
fn a_missing_module_and_a_missing_go_sum_line_get_gos_message() {
    let small = App::copy("small");
    small.replace(
        "cmd/flags/main.go",
        "\"log\"",
        "\"log\"\n\t_ \"example.com/missing\"",
    );
    let plain = plainly(&small);
    assert_eq!(fails(&small, |tool| tool).stderr, plain.stderr);
    assert!(plain.stderr.contains("example.com/missing"));
}

#[test]
fn an_unknown_toolchain() {
    let small = App::shared("small");
    let finished = fails(&small, |tool| {
        tool.env("GOTOOLCHAIN", "go1.99.1").env("GOPROXY", "off")
    });
    finished.assert_stderr(&["go1.99.1"]);
}

/// A `go` command that claims to be of another version.
fn claiming(app: &App, version: &str) -> String {
    let go = app.go(["env", "GOROOT"]).ok().stdout.trim().to_owned() + "/bin/go";
    app.script(
        "bin",
        "go",
        &format!(
            "for word in \"$@\"; do case \"$word\" in version|env|list) '{go}' \"$@\" | sed 's/go1\\.2[0-9]*\\.[0-9]*/{version}/g'; exit;; esac; done\nexec '{go}' \"$@\""
        ),
    )
}

#[test]
fn go_versions_that_weft_does_not_know() {
    for version in ["go1.17.3", "go1.99.1"] {
        let small = App::shared("small");
        let path = claiming(&small, version);
        let cache = small.out("weft");
        let finished = fails(&small, |tool| {
            tool.env("PATH", &path).env("WEFT_CACHE", &cache)
        });
        finished.assert_stderr(&[version]);
        assert!(
            finished.stderr.contains("1.24"),
            "it says what weft supports: {finished}"
        );
    }
}

#[test]
fn no_go_command() {
    let small = App::shared("small");
    let finished = fails(&small, |tool| tool.env("PATH", "/nowhere"));
    finished.assert_stderr(&["go", "PATH"]);
}

#[test]
fn a_cache_directory_that_cannot_be_used() {
    let small = App::shared("small");
    for place in ["/dev/null/weft", "/proc/weft"] {
        fails(&small, |tool| tool.env("WEFT_CACHE", place)).assert_stderr(&[place, "WEFT_CACHE"]);
    }
}

#[test]
fn a_cache_that_is_not_ours_or_is_damaged_is_made_anew_or_told() {
    let small = App::shared("small");
    let cache = small.out("weft");
    let build = |name: &str| {
        let out = small.out(name);
        let finished = small
            .weft(["go", "build", "-o"])
            .args([&out])
            .args(["./cmd/flags"])
            .env("WEFT_CACHE", &cache)
            .run();
        (finished, out)
    };
    assert!(build("first").0.status.success());
    damage(&cache);
    let (finished, out) = build("second");
    assert!(finished.status.success(), "{finished}");
    let (_, trace) = weft_tests::app::run(&out, &[]);
    assert_eq!(trace.len(), 1);
}

/// Cuts every file of a directory in half.
fn damage(directory: &Path) {
    for entry in std::fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            damage(&path);
        } else {
            let content = std::fs::read(&path).unwrap();
            std::fs::write(&path, &content[..content.len() / 2]).unwrap();
        }
    }
}

#[test]
fn weft_within_weft() {
    let small = App::shared("small");
    let weft = weft_tests::command::weft_binary();
    let path = small.script("bin", "go", &format!("exec '{}' go \"$@\"", weft.display()));
    let finished = fails(&small, |tool| tool.env("PATH", &path));
    finished.assert_stderr(&["weft"]);
    assert!(finished.stderr.lines().count() < 10, "{finished}");
}

#[test]
fn a_toolexec_of_the_users() {
    let small = App::shared("small");
    let out = small.out("not-built");
    let finished = small
        .weft(["go", "build", "-toolexec=/usr/bin/env", "-o"])
        .args([&out])
        .args(["./cmd/flags"])
        .fails();
    finished.assert_stderr(&["-toolexec"]);
    assert!(!out.exists());
    fails(&small, |tool| tool.env("GOFLAGS", "-toolexec=/usr/bin/env"))
        .assert_stderr(&["-toolexec"]);
}

#[test]
fn a_plugin_that_is_not_there_or_is_no_plugin() {
    let small = App::shared("small");
    let missing = small.out("missing.wasm");
    fails(&small, |tool| tool.env("WEFT_PLUGINS", &missing)).assert_stderr(&["missing.wasm"]);
    let garbage = small.out("garbage.wasm");
    std::fs::write(&garbage, "not a component").unwrap();
    fails(&small, |tool| tool.env("WEFT_PLUGINS", &garbage)).assert_stderr(&["garbage.wasm"]);
    // A core module, not a component.
    std::fs::write(&garbage, b"\0asm\x01\0\0\0").unwrap();
    fails(&small, |tool| tool.env("WEFT_PLUGINS", &garbage))
        .assert_stderr(&["garbage.wasm", "component"]);
}
