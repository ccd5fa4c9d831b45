//! Woven and plain builds share the build cache, and leave each other's part alone.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::time::Duration;

use weft_tests::App;

use crate::plugins::probe;

/// Packages that a build compiled, as `-v` prints them.
fn compiled(stderr: &str) -> BTreeSet<String> {
    stderr
        .lines()
        .filter(|line| !line.contains(' ') && !line.is_empty())
        .map(str::to_owned)
        .collect()
}

fn weft(app: &App, out: &Path) -> BTreeSet<String> {
    let built = app
        .weft(["go", "build", "-v", "-o"])
        .args([out])
        .args(["./cmd/..."])
        .env("WEFT_CACHE", app.out("weft"))
        .ok();
    compiled(&built.stderr)
}

fn plain(app: &App, out: &Path) -> BTreeSet<String> {
    let built = app
        .go(["build", "-v", "-o"])
        .args([out])
        .args(["./cmd/..."])
        .ok();
    compiled(&built.stderr)
}

/// Each package of the build with the packages it imports, itself or through others.
fn dependencies(app: &App) -> BTreeMap<String, BTreeSet<String>> {
    let listed = app
        .go([
            "list",
            "-deps",
            "-f",
            "{{.ImportPath}} {{join .Deps \" \"}}",
            "./cmd/...",
        ])
        .ok();
    listed
        .stdout
        .lines()
        .map(|line| {
            let mut words = line.split(' ').map(str::to_owned);
            (words.next().expect("a line has a package"), words.collect())
        })
        .collect()
}

/// The packages that the plan weaves.
fn woven(app: &App) -> BTreeSet<String> {
    let plan = app.weft(["plan", "--json", "./cmd/..."]).ok();
    let plan: serde_json::Value = serde_json::from_str(&plan.stdout).expect("the plan is JSON");
    plan["packages"]
        .as_array()
        .expect("the plan has packages")
        .iter()
        .map(|package| {
            package["import_path"]
                .as_str()
                .expect("a package has a path")
                .to_owned()
        })
        .collect()
}

#[test]
fn a_woven_build_after_a_plain_one_compiles_what_is_woven_and_what_depends_on_it() {
    let app = App::copy("shop").plainly_built();
    let compiled = weft(&app, &app.out("out/"));
    let woven = woven(&app);
    for package in [
        "net/http",
        "database/sql",
        "log/slog",
        "github.com/redis/go-redis/v9",
    ] {
        assert!(woven.contains(package), "{woven:?}");
    }
    let dependencies = dependencies(&app);
    let unexpected: Vec<&String> = compiled
        .iter()
        .filter(|package| !package.contains("/_weft/") && !woven.contains(*package))
        // What the runtime imports and the program does not is compiled for the first time.
        .filter(|package| dependencies.contains_key(*package))
        .filter(|package| dependencies[*package].is_disjoint(&woven))
        .collect();
    assert!(
        unexpected.is_empty(),
        "compiled without a need: {unexpected:?}"
    );
    for package in &woven {
        assert!(
            compiled.contains(package),
            "{package} was not compiled: {compiled:?}"
        );
    }
    // Most of a build is what lies below the woven packages.
    assert!(
        compiled.len() * 2 < dependencies.len(),
        "{} of {}",
        compiled.len(),
        dependencies.len()
    );
}

#[test]
fn a_plain_build_after_a_woven_one_compiles_nothing_and_yields_the_same_bytes() {
    let app = App::copy("shop").plainly_built();
    plain(&app, &app.out("before/"));
    weft(&app, &app.out("woven/"));
    let compiled = plain(&app, &app.out("after/"));
    assert!(compiled.is_empty(), "{compiled:?}");
    for name in ["shop", "stock"] {
        let [before, woven, after] = ["before", "woven", "after"]
            .map(|folder| std::fs::read(app.out(folder).join(name)).unwrap());
        assert!(before == after, "{name} differs");
        assert!(before != woven, "{name} is not woven");
    }
}

/// A `go` that writes down how it is called.
struct Recorded {
    app: App,
    path: String,
    log: PathBuf,
}

impl Recorded {
    /// `instead` is what the shell does before it runs the go command.
    fn new(app: App, instead: &str) -> Self {
        let log = app.out("calls");
        let real = app.go(["env", "GOROOT"]).ok().stdout.trim().to_owned();
        let script = format!(
            "echo \"$@\" >> '{}'\n{instead}\nexec '{real}/bin/go' \"$@\"",
            log.display()
        );
        let path = app.script("bin", "go", &script);
        Self { app, path, log }
    }

    /// Builds, and returns the packages compiled and the calls of `go`.
    fn build(&self) -> (BTreeSet<String>, Vec<String>) {
        // A file that is written while a plan is made is not trusted next time, and file systems do not tell
        // times apart that are closer than this.
        std::thread::sleep(Duration::from_millis(50));
        let tool = self.app.weft(["go", "build", "-v", "-o"]);
        let built = tool
            .args([self.app.out("out/")])
            .args(["./cmd/..."])
            .env("WEFT_CACHE", self.app.out("weft"))
            .env("PATH", &self.path)
            .ok();
        let calls = std::fs::read_to_string(&self.log).unwrap();
        std::fs::remove_file(&self.log).unwrap();
        let calls = calls.lines().map(str::to_owned).collect();
        (compiled(&built.stderr), calls)
    }

    /// Plans, and returns how the build would be run. `lists` says whether the go command has to be
    /// asked for the packages.
    #[track_caller]
    fn plan(&self, lists: bool) -> String {
        let (_, mut calls) = self.build();
        let listed = calls.iter().any(|call| call.starts_with("list "));
        assert_eq!(listed, lists, "{calls:?}");
        calls.pop().expect("the go command is run")
    }

    /// Plans after an edit, and again as if for the first time, which has to come to the same.
    #[track_caller]
    fn plan_edited(&self, lists: bool) -> String {
        let edited = self.plan(lists);
        std::fs::remove_dir_all(self.app.out("weft/builds")).unwrap();
        assert_eq!(edited, self.plan(true));
        edited
    }
}

#[test]
fn an_unchanged_tree_compiles_nothing_and_lists_nothing() {
    let go = Recorded::new(App::copy("small").plainly_built(), "");
    let (compiled, calls) = go.build();
    assert!(
        !compiled.is_empty() && calls.iter().any(|call| call.starts_with("list ")),
        "{calls:?}"
    );
    let (compiled, calls) = go.build();
    assert_eq!(compiled, BTreeSet::new());
    let [call] = &calls[..] else {
        panic!("{calls:?}")
    };
    assert!(call.starts_with("build "), "{call}");
}

#[test]
fn an_edit_below_the_imports_lists_nothing() {
    const EXITS: &str = "cmd/exits/main.go";
    let go = Recorded::new(App::copy("small"), "[ \"$1\" = build ] && exit 0");
    let first = go.plan(true);

    // What is woven stays, whatever the function does besides.
    go.app.replace(EXITS, "os.Exit(3)", "os.Exit(4)");
    assert_eq!(go.plan_edited(false), first);

    // One use less, and none.
    go.app
        .replace(EXITS, "end := os.Exit", "end := func(int) {}");
    assert_eq!(go.plan_edited(false), first);
    let file = go.app.directory().join(EXITS);
    let text = std::fs::read_to_string(&file).unwrap();
    go.app
        .write(EXITS, &text.replace("os.Exit(", "print(os.Args, "));
    let without = go.plan_edited(false);
    assert_ne!(without, first);

    // As editors do that write another file and rename it: the folder changes too.
    let other = file.with_extension("new");
    std::fs::write(&other, &text).unwrap();
    std::fs::rename(&other, &file).unwrap();
    assert_eq!(go.plan_edited(false), first);

    // A package that nothing is woven into.
    let memdb = "internal/memdb/memdb.go";
    go.app.replace(memdb, "int64(42)", "int64(43)");
    assert_eq!(go.plan_edited(false), first);
}

#[test]
fn virtual_packages_have_debug_information_only_in_builds_for_a_debugger() {
    let go = Recorded::new(App::copy("small"), "[ \"$1\" = build ] && exit 0");
    let call = |gcflags: &str| {
        let flag = format!("-gcflags={gcflags}");
        go.app
            .weft(["go", "build", &flag, "./cmd/..."])
            .env("WEFT_CACHE", go.app.out("weft"))
            .env("PATH", &go.path)
            .ok();
        let calls = std::fs::read_to_string(&go.log).unwrap();
        std::fs::remove_file(&go.log).unwrap();
        calls.lines().next_back().unwrap().to_owned()
    };
    for (given, ours) in [("", "-dwarf=false"), ("all=-l", "-l -dwarf=false")] {
        let call = call(given);
        let flag = format!(" -gcflags=example.com/small/_weft/...={ours} ");
        assert!(call.contains(&flag), "{call}");
    }
    let call = call("all=-N -l");
    assert!(!call.contains("-dwarf"), "{call}");
}

#[test]
fn an_edit_that_may_change_the_packages_lists_them() {
    let go = Recorded::new(App::copy("small"), "[ \"$1\" = build ] && exit 0");
    let first = go.plan(true);
    let memdb = "internal/memdb/memdb.go";
    go.app
        .replace(memdb, "\t\"errors\"\n", "\t\"errors\"\n\t_ \"net/http\"\n");
    let with_http = go.plan_edited(true);
    assert_ne!(with_http, first);
    go.app.replace(
        memdb,
        "// Package memdb",
        "//go:build !windows\n\n// Package memdb",
    );
    assert_eq!(go.plan_edited(true), with_http);
    go.app.write("internal/memdb/more.go", "package memdb\n");
    assert_eq!(go.plan_edited(true), with_http);
    std::fs::remove_file(go.app.directory().join("internal/memdb/more.go")).unwrap();
    assert_eq!(go.plan_edited(true), with_http);
    go.app.replace(
        "go.mod",
        "module example.com/small",
        "// x\nmodule example.com/small",
    );
    assert_eq!(go.plan_edited(true), with_http);
}

#[test]
fn an_edit_that_does_not_parse_is_the_compilers_to_refuse() {
    let app = App::copy("small").plainly_built();
    weft(&app, &app.out("first/"));
    app.replace("cmd/exits/main.go", "func main() {", "func main() { {");
    let refused = app
        .weft(["go", "build", "-o"])
        .args([app.out("second/")])
        .args(["./cmd/..."])
        .env("WEFT_CACHE", app.out("weft"))
        .fails();
    assert!(refused.stderr.contains("syntax error"), "{refused}");
}

#[test]
fn a_changed_source_is_seen() {
    let app = App::copy("small").plainly_built();
    weft(&app, &app.out("first/"));
    app.replace("internal/memdb/memdb.go", "int64(42)", "int64(43)");
    let compiled = weft(&app, &app.out("second/"));
    assert!(
        compiled.contains("example.com/small/internal/memdb"),
        "{compiled:?}"
    );
    assert!(!compiled.contains("database/sql"), "{compiled:?}");
    let (finished, trace) = weft_tests::app::run(&app.out("second/flags"), &[]);
    assert!(finished.stdout.contains("value 43"), "{finished}");
    assert_eq!(trace.len(), 1);
}

#[test]
fn a_new_file_and_a_new_import_are_seen() {
    let app = App::copy("small").plainly_built();
    weft(&app, &app.out("first/"));
    app.write(
        "cmd/flags/more.go",
        "package main\n\nimport (\n\t\"net/http\"\n\t\"net/http/httptest\"\n)\n\nfunc init() {\n\tserver := httptest.NewServer(http.NotFoundHandler())\n\tdefer server.Close()\n\tif response, err := http.Get(server.URL); err == nil {\n\t\tresponse.Body.Close()\n\t}\n}\n",
    );
    weft(&app, &app.out("second/"));
    let (_, trace) = weft_tests::app::run(&app.out("second/flags"), &[]);
    assert_eq!(
        trace.len(),
        3,
        "a query, and both ends of an HTTP request:\n{trace}"
    );
}

#[test]
fn another_set_of_packages_is_another_build() {
    let app = App::copy("small").plainly_built();
    weft(&app, &app.out("first/"));
    let out = app.out("one");
    app.weft(["go", "build", "-o"])
        .args([&out])
        .args(["./cmd/flags"])
        .env("WEFT_CACHE", app.out("weft"))
        .ok();
    let (_, trace) = weft_tests::app::run(&out, &[]);
    assert_eq!(trace.count("SELECT things"), 1);
}

#[test]
fn a_new_version_of_a_plugin_compiles_only_what_it_changes() {
    let app = App::copy("shapes").plainly_built();
    let plugin = probe(&app);
    let build = || {
        let built = app
            .weft(["--plugin-permission=probe=stdio", "--plugin"])
            .args([&plugin])
            .args(["go", "build", "-v", "-o"])
            .args([app.out("shapes")])
            .args(["./cmd/shapes"])
            .ok();
        compiled(&built.stderr)
    };
    assert!(build().contains("example.com/shapes"));
    // The same advice, and hooks that print something else.
    let [old, new] = ["append([]any{\"before\"", "append([]any{\"BEFORE\""].map(str::as_bytes);
    let mut component = std::fs::read(&plugin).unwrap();
    let found: Vec<usize> = (0..component.len() - old.len())
        .filter(|at| component[*at..].starts_with(old))
        .collect();
    for at in &found {
        component[*at..][..new.len()].copy_from_slice(new);
    }
    assert_eq!(found.len(), 1);
    std::fs::write(&plugin, component).unwrap();
    let compiled = build();
    assert!(!compiled.contains("example.com/shapes"), "{compiled:?}");
    assert_eq!(
        compiled
            .iter()
            .filter(|package| !package.contains("/_weft/"))
            .collect::<Vec<_>>(),
        ["example.com/shapes/cmd/shapes"],
    );
    assert!(
        compiled.iter().any(|package| package.contains("/probe")),
        "{compiled:?}"
    );
}
