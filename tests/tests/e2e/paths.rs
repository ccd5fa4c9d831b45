//! Folders with names that people do not expect.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt as _;
use std::path::Path;

use weft_tests::{App, Finished, Tool, app, weft_binary};

use crate::plugins::probe;

/// Builds `cmd/flags` with weft's cache below the same odd folder, and by a weft that is in it too.
fn build(app: &App, odd: &Path) -> Finished {
    let weft = odd.join("weft");
    std::fs::create_dir_all(odd).unwrap();
    if !weft.exists() {
        std::fs::copy(weft_binary(), &weft).unwrap();
    }
    app.tool(&weft, ["go", "build", "-trimpath", "-o"])
        .args([odd.join("flags")])
        .args(["./cmd/flags"])
        .env("WEFT_CACHE", odd.join("cache"))
        .run()
}

/// What is woven works, and the tree is as before.
fn builds_in(odd: &OsStr) {
    let app = App::copy_into("small", odd);
    let tree = app.tree();
    let folder = app.out("odd").join(odd);
    let finished = build(&app, &folder);
    assert!(finished.status.success(), "{finished}");
    assert_eq!(app.tree(), tree);
    let verified = Tool::new(weft_binary())
        .args(["verify"])
        .args([folder.join("flags")])
        .ok();
    assert!(verified.stdout.contains("database/sql"), "{verified}");
    // The second finds what the first has kept.
    let finished = build(&app, &folder);
    assert!(finished.status.success(), "{finished}");
}

#[test]
fn blanks_quotes_and_other_scripts() {
    for odd in [
        "with blanks",
        "it's",
        "say \"ja\"",
        "größe/日本",
        "a,b;c=d$HOME%20&#",
    ] {
        builds_in(OsStr::new(odd));
    }
}

#[test]
fn long_paths() {
    // PATH_MAX is 4096 bytes, and what cmd/go keeps of a package is some hundred deeper.
    builds_in(OsStr::new(&vec!["d".repeat(200); 9].join("/")));
}

#[test]
fn what_is_not_unicode_is_refused_with_its_name() {
    let odd = OsStr::from_bytes(b"caf\xe9");
    let app = App::copy_into("small", odd);
    let finished = build(&app, &app.out("even"));
    assert!(!finished.status.success(), "{finished}");
    finished.assert_stderr(&["caf\u{fffd}", "UTF-8"]);
    // Where weft keeps its things is passed on to cmd/go in JSON.
    let app = App::shared("small");
    let finished = build(&app, &app.out("odd").join(odd));
    assert!(!finished.status.success(), "{finished}");
    finished.assert_stderr(&["caf\u{fffd}", "UTF-8"]);
}

#[test]
fn a_plugin_may_have_any_name() {
    let app = App::copy("small");
    let odd = app.out("plugins").join(OsStr::from_bytes(b"caf\xe9"));
    std::fs::create_dir_all(&odd).unwrap();
    let plugin = odd.join("probe.wasm");
    std::fs::rename(probe(&app), &plugin).unwrap();
    for _ in 0..2 {
        app.weft(["--plugin-permission=probe=stdio", "--plugin"])
            .args([&plugin])
            .args(["go", "build", "-o"])
            .args([app.out("flags")])
            .args(["./cmd/flags"])
            .ok();
    }
}

#[test]
fn a_link_to_the_module_is_as_good_as_the_module() {
    let app = App::copy("small");
    let link = app.out("link");
    std::os::unix::fs::symlink(app.directory(), &link).unwrap();
    let plan = |directory: &Path| app.weft(["plan", "./..."]).directory(directory).ok().stdout;
    assert_eq!(plan(&link), plan(app.directory()));
    app.weft(["go", "build", "-o"])
        .args([app.out("flags")])
        .args(["./cmd/flags"])
        .directory(&link)
        .ok();
    let verified = app.weft(["verify"]).args([app.out("flags")]).ok();
    assert!(verified.stdout.contains("database/sql"), "{verified}");
}

#[test]
fn a_module_cache_behind_a_link() {
    let app = App::copy("zap");
    let real = app.go(["env", "GOMODCACHE"]).ok().stdout.trim().to_owned();
    let link = app.out("modules");
    std::os::unix::fs::symlink(real, &link).unwrap();
    let out = app.out("woven");
    app.weft(["go", "build", "-o"])
        .args([&out])
        .args(["."])
        .env("GOMODCACHE", &link)
        .ok();
    let verified = app.weft(["verify"]).args([&out]).ok();
    assert!(verified.stdout.contains("go.uber.org/zap"), "{verified}");
}

#[test]
fn without_a_home_the_cache_is_in_that_of_cmd_go() {
    let app = App::copy("small");
    let caches = app.out("go-build");
    let path = app.go(["env", "GOPATH"]).ok().stdout;
    app.weft(["plan", "./..."])
        .env("WEFT_CACHE", "")
        .env("XDG_CACHE_HOME", "")
        .env("HOME", "/dev/null")
        .env("GOPATH", path.trim())
        .env("GOCACHE", &caches)
        .ok();
    assert!(caches.join("weft/builds").is_dir());
}

/// As that of the client of NATS does.
#[test]
fn an_import_path_may_end_like_a_file() {
    let app = App::of(&[
        ("go.mod", "module example.com/app\n\ngo 1.24\n"),
        (
            "main.go",
            "package main\n\nimport nats \"example.com/app/nats.go\"\n\nfunc main() { nats.Connect() }\n",
        ),
        (
            "nats.go/nats.go",
            "package nats\n\n//weft:span\nfunc Connect() {}\n",
        ),
        (
            "nats.go/cmd.go/main.go",
            "package main\n\nimport nats \"example.com/app/nats.go\"\n\nfunc main() { nats.Connect() }\n",
        ),
    ]);
    for package in [".", "./nats.go/cmd.go"] {
        let (_, trace) = app::run(&app.woven(package), &[]);
        assert_eq!(trace.count("nats.Connect"), 1, "{package}: {trace}");
    }
}
