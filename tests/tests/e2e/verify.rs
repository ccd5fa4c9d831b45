//! What a binary says of what was woven into it.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde_json::Value;
use weft_tests::{App, Finished, go};

/// Weaves `cmd/flags` of the app with flags and for a platform.
fn built(app: &App, flags: &[&str], goos: &str) -> PathBuf {
    let out = app.out(&format!("built{goos}{}", flags.concat()));
    let mut tool = app
        .weft(["go", "build"])
        .args(flags)
        .args(["-o"])
        .args([&out]);
    if !goos.is_empty() {
        let architecture = if goos == "darwin" { "arm64" } else { "amd64" };
        tool = tool.env("GOOS", goos).env("GOARCH", architecture);
    }
    tool.args(["./cmd/flags"]).ok();
    out
}

fn verify(app: &App, words: &[&str], binary: &Path) -> Finished {
    app.weft(["verify"]).args(words).args([binary]).run()
}

#[track_caller]
fn json(app: &App, binary: &Path) -> Value {
    let finished = verify(app, &["--json"], binary);
    assert!(finished.status.success(), "{finished}");
    serde_json::from_str(&finished.stdout).unwrap()
}

/// Package, function, plugin and action of each hook.
fn hooks(packages: &Value, functions: &str) -> BTreeSet<[String; 4]> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let mut hooks = BTreeSet::new();
    for package in packages.as_array().unwrap() {
        for hook in package[functions].as_array().unwrap() {
            hooks.insert([
                text(&package["import_path"]),
                text(&hook["target"]),
                text(&hook["plugin"]),
                text(&hook["action"]),
            ]);
        }
    }
    hooks
}

#[test]
fn a_binary_says_what_was_planned() {
    let app = App::shared("small");
    let plan = app.weft(["plan", "--json", "./cmd/flags"]).ok();
    let plan: Value = serde_json::from_str(&plan.stdout).unwrap();
    let verified = json(&app, &built(&app, &[], ""));
    let woven = &verified["woven"];
    assert_eq!(verified["version"], 1);
    assert_eq!(woven["program"], "example.com/small/cmd/flags");
    assert_eq!(
        hooks(&woven["packages"], "functions"),
        hooks(&plan["packages"], "hooks")
    );
    let hash_of = |packages: &Value| -> BTreeSet<(String, String, String)> {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let packages = packages.as_array().unwrap().iter();
        packages
            .map(|package| {
                let hash = if package["plan"].is_null() {
                    "hash"
                } else {
                    "plan"
                };
                (
                    text(&package["import_path"]),
                    text(&package["version"]),
                    text(&package[hash]),
                )
            })
            .collect()
    };
    assert_eq!(hash_of(&woven["packages"]), hash_of(&plan["packages"]));
    let plugins = woven["plugins"].as_array().unwrap();
    let names: Vec<_> = plugins
        .iter()
        .map(|plugin| plugin["name"].as_str().unwrap())
        .collect();
    assert_eq!(
        names,
        ["databasesql", "process", "stdlog"],
        "only those whose hooks are there"
    );
    assert_eq!(plugins[0]["digest"].as_str().unwrap().len(), 64);
    assert_eq!(verified["go"]["path"], "example.com/small/cmd/flags");
}

#[test]
fn flags_that_strip_and_move_leave_it_there() {
    let app = App::shared("small");
    let expected = json(&app, &built(&app, &[], ""))["woven"].clone();
    for flags in [
        &["-trimpath", "-ldflags=-s -w"][..],
        &["-buildmode=pie", "-ldflags=-s -w", "-trimpath"],
        &["-ldflags=-linkmode=external -s -w", "-cover"],
    ] {
        assert_eq!(
            json(&app, &built(&app, flags, ""))["woven"],
            expected,
            "{flags:?}"
        );
    }
}

#[test]
fn executables_of_every_system_are_read() {
    let app = App::shared("small");
    for (goos, begins) in [
        ("windows", &b"MZ"[..]),
        ("darwin", &[0xcf, 0xfa, 0xed, 0xfe]),
        ("linux", b"\x7fELF"),
    ] {
        let binary = built(&app, &["-ldflags=-s -w"], goos);
        assert!(std::fs::read(&binary).unwrap().starts_with(begins));
        let verified = json(&app, &binary);
        assert_eq!(verified["woven"]["program"], "example.com/small/cmd/flags");
        let settings = verified["go"]["settings"].as_array().unwrap();
        assert!(
            settings.contains(&serde_json::json!(["GOOS", goos])),
            "{settings:?}"
        );
    }
}

#[test]
fn every_go_version_keeps_it() {
    for version in go::versions() {
        let app = App::shared("small").toolchain(&version);
        let verified = json(&app, &built(&app, &["-ldflags=-s -w"], ""));
        assert_eq!(verified["go"]["version"], version.as_str());
    }
}

#[test]
fn programs_and_tests_of_one_build_have_each_their_own() {
    let app = App::shared("small");
    app.weft(["go", "build", "-o"])
        .args([app.out("all/")])
        .args(["./cmd/..."])
        .ok();
    for name in ["flags", "callers"] {
        let verified = json(&app, &app.out("all").join(name));
        assert_eq!(
            verified["woven"]["program"],
            format!("example.com/small/cmd/{name}")
        );
    }
    let test = app.out("plain.test");
    app.weft(["go", "test", "-c", "-o"])
        .args([&test])
        .args(["./plain"])
        .ok();
    assert_eq!(
        json(&app, &test)["woven"]["program"],
        "example.com/small/plain.test"
    );
}

#[test]
fn what_is_not_woven_fails_the_check_and_what_is_no_binary_cannot_be_checked() {
    let app = App::shared("small");
    let fails = |binary: &Path, exit: i32, code: &str| {
        let finished = verify(&app, &[], binary);
        assert_eq!(finished.status.code(), Some(exit), "{finished}");
        finished.assert_stderr(&[code]);
    };
    fails(&app.plain("./cmd/flags"), 1, "W0603");
    fails(Path::new("/bin/sh"), 2, "W0602");
    fails(&app.directory().join("go.mod"), 2, "W0602");
    fails(Path::new("/nowhere"), 2, "W0601");
}

#[test]
fn a_changed_binary_fails_the_check() {
    let app = App::shared("small");
    let binary = built(&app, &[], "");
    let whole = std::fs::read(&binary).unwrap();
    let magic = b"\xffweft manifest:";
    let at = whole
        .windows(magic.len())
        .position(|bytes| bytes == magic)
        .unwrap();
    let changed = |change: &dyn Fn(&mut Vec<u8>), reason: &str| {
        let mut bytes = whole.clone();
        change(&mut bytes);
        let path = app.out("changed");
        std::fs::write(&path, bytes).unwrap();
        let finished = verify(&app, &[], &path);
        assert_eq!(finished.status.code(), Some(1), "{finished}");
        finished.assert_stderr(&["W0604", reason]);
    };
    changed(&|bytes| bytes[at + 100] ^= 1, "damaged");
    // The manifest of another program, whose own one is gone.
    let other = app.woven("./cmd/callers");
    let other = std::fs::read(other).unwrap();
    let foreign = other
        .windows(magic.len())
        .position(|bytes| bytes == magic)
        .unwrap();
    let foreign = other[foreign..foreign + 8192].to_vec();
    changed(
        &|bytes| {
            bytes[at] = 0;
            bytes.extend(&foreign);
        },
        "it is that of",
    );
}

#[test]
fn a_program_that_holds_another_one_is_read_by_its_own() {
    let inner = App::shared("small");
    let app = App::of(&[
        ("go.mod", "module example.com/outer\n\ngo 1.24.0\n"),
        (
            "main.go",
            "package main\n\nimport (\n\t_ \"embed\"\n\t\"net/http\"\n)\n\n//go:embed inner\nvar inner []byte\n\n\
             func main() {\n\tprintln(len(inner))\n\thttp.Get(\"http://localhost:1\")\n}\n",
        ),
    ]);
    std::fs::copy(built(&inner, &[], ""), app.directory().join("inner")).unwrap();
    let outer = json(&app, &app.woven("."));
    assert_eq!(outer["woven"]["program"], "example.com/outer");
    assert_eq!(outer["go"]["path"], "example.com/outer");
}

#[test]
fn what_differs_from_an_earlier_build_is_printed() {
    let app = App::copy("small");
    let save = |name: &str| {
        let finished = verify(&app, &["--json"], &built(&app, &[], ""));
        let path = app.out(name);
        std::fs::write(&path, &finished.stdout).unwrap();
        path
    };
    let expected = save("expected.json");
    let against = |words: &[&str], expected: &Path| {
        let words = [words, &["--against", expected.to_str().unwrap()]].concat();
        verify(&app, &words, &built(&app, &[], ""))
    };
    // Another text of the program, and the same weaving.
    app.replace("cmd/flags/main.go", "\"unset\"", "\"changed\"");
    let unchanged = against(&[], &expected);
    assert_eq!(
        unchanged.stdout, "example.com/small/cmd/flags: woven as expected\n",
        "{unchanged}"
    );
    assert!(unchanged.status.success());

    app.replace(
        "cmd/flags/main.go",
        "import (",
        "import (\n\t_ \"net/http\"",
    );
    let differs = against(&[], &expected);
    assert_eq!(differs.status.code(), Some(1), "{differs}");
    for line in [
        "plugin nethttp\n+ 0.1.0",
        "package net/http\n+ go1.",
        "hooks of (*Transport).RoundTrip in net/http\n+ nethttp: before",
    ] {
        assert!(differs.stdout.contains(line), "no {line:?} in {differs}");
    }
    let differs: Value = serde_json::from_str(&against(&["--json"], &expected).stdout).unwrap();
    let nethttp = serde_json::json!("plugin nethttp");
    let differences = differs["differences"].as_array().unwrap();
    assert!(
        differences
            .iter()
            .any(|difference| difference["about"] == nethttp)
    );

    let gone = save("more.json");
    app.replace("cmd/flags/main.go", "\n\t_ \"net/http\"", "");
    let differs = against(&[], &gone);
    assert!(
        differs.stdout.contains("plugin nethttp\n- 0.1.0"),
        "{differs}"
    );

    let wrong = against(&[], &app.directory().join("go.mod"));
    assert_eq!(wrong.status.code(), Some(2));
    wrong.assert_stderr(&["W0606"]);
}

#[test]
fn a_bill_of_materials_lists_modules_and_plugins() {
    let app = App::shared("redis");
    let binary = app.woven(".");
    let sbom = |binary: &Path| {
        let finished = verify(&app, &["--sbom"], binary);
        assert!(finished.status.success(), "{finished}");
        finished.stdout
    };
    let text = sbom(&binary);
    assert_eq!(text, sbom(&binary));
    let bill: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(bill["bomFormat"], "CycloneDX");
    assert_eq!(bill["specVersion"], "1.6");
    let components = bill["components"].as_array().unwrap();
    let component = |name: &str| {
        let found = components
            .iter()
            .find(|component| component["name"] == name);
        found.unwrap_or_else(|| panic!("no {name} in {text}"))
    };
    let go = app
        .go([
            "list",
            "-m",
            "-f",
            "{{.Version}}",
            "github.com/redis/go-redis/v9",
        ])
        .ok();
    let version = go.stdout.trim();
    let redis = component("github.com/redis/go-redis/v9");
    assert_eq!(redis["version"], version);
    assert_eq!(
        redis["purl"],
        format!("pkg:golang/github.com/redis/go-redis/v9@{version}")
    );
    assert_eq!(redis["hashes"][0]["content"].as_str().unwrap().len(), 64);
    assert_eq!(component("weft-plugin-redis")["hashes"][0]["alg"], "BLAKE3");
    assert_eq!(
        component("std")["licenses"][0]["license"]["id"],
        "BSD-3-Clause"
    );
    assert_eq!(
        component("weft")["version"],
        bill["metadata"]["tools"]["components"][0]["version"]
    );
    let references: BTreeSet<_> = components
        .iter()
        .map(|component| component["bom-ref"].as_str().unwrap())
        .collect();
    assert_eq!(references.len(), components.len(), "references are unique");
    assert_eq!(
        bill["dependencies"][0]["dependsOn"]
            .as_array()
            .unwrap()
            .len(),
        components.len()
    );
}
