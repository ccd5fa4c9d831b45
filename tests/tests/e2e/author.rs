//! `weft plugin new`, `build`, `test` and `check`: the way of those who write plugins.

use std::path::Path;

use weft_tests::command::repository;
use weft_tests::{App, Finished, ModuleProxy, Tool, weft_binary};

/// An app that uses a library of which there are several versions, in a folder for plugins.
pub struct Desk {
    pub app: App,
    proxy: ModuleProxy,
}

const LIBRARY: &str = "package ledger

import \"context\"

type Client struct{ address string }

func (c *Client) Post(ctx context.Context, entry string) (id string, err error) {
	return entry, ctx.Err()
}

func Version() string { return \"VERSION\" }
";

impl Desk {
    fn new() -> Self {
        let versions = ["v1.0.0", "v1.1.0", "v1.2.0", "v1.3.0"].map(|version| {
            let text = LIBRARY.replace("VERSION", version);
            // What there was before is not what there is.
            let text = match version {
                "v1.0.0" => text.replace("Post", "Enter"),
                "v1.3.0" => text.replace("entry string", "entry string, at ...int64"),
                _ => text,
            };
            (version, text)
        });
        Self::of(&versions)
    }

    /// A library of these versions, each of one file.
    pub fn of(versions: &[(&str, String)]) -> Self {
        let proxy = ModuleProxy::new();
        for (version, text) in versions {
            proxy.put("example.com/ledger", version, &[("ledger.go", text)]);
        }
        let app = App::of(&[
            (
                "go.mod",
                "module example.com/app\n\ngo 1.24.0\n\nrequire example.com/ledger v1.3.0\n",
            ),
            (
                "main.go",
                "package main\n\nimport \"example.com/ledger\"\n\nfunc main() { println(ledger.Version()) }\n",
            ),
        ]);
        Self { app, proxy }
    }

    pub fn environment(&self, tool: Tool) -> Tool {
        tool.env("GOPROXY", self.proxy.url())
            .env("GOSUMDB", "off")
            .env("GOMODCACHE", self.app.out("modules"))
            .env("GOFLAGS", "-buildvcs=false -modcacherw")
    }

    pub fn plugin(&self, words: &[&str]) -> Tool {
        self.environment(self.app.weft(["plugin"]).args(words))
    }

    pub fn read(&self, path: &str) -> String {
        let path = self.app.directory().join(path);
        std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    }

    /// What `weft plan` says of the app with the plugin.
    fn plan(&self, file: &str) -> String {
        self.environment(self.app.go(["mod", "download", "example.com/ledger"]))
            .ok();
        self.environment(self.app.go(["mod", "tidy"])).ok();
        let plan = self.app.weft(["--plugin", file, "plan", "."]);
        self.environment(plan).ok().stdout
    }
}

/// Has cargo take the versions that this repository is built with: they are on this machine.
pub fn lock(app: &App, plugin: &str) {
    let lock = app.directory().join(plugin).join("Cargo.lock");
    std::fs::copy(repository().join("plugins/Cargo.lock"), lock).unwrap();
}

/// `weft plugin` with a compiler for WebAssembly, and with what that has made of the SDK's dependencies already.
pub fn with_cargo(app: &App, words: &[&str]) -> Tool {
    let toolchain = repository().join("scripts/wasm-toolchain");
    let weft = weft_binary();
    let words = [&[weft.to_str().unwrap(), "plugin"], words].concat();
    let tool = app.tool(toolchain, words);
    let tool = tool.env("CARGO_TARGET_DIR", repository().join("plugins/target"));
    match std::env::var_os("CARGO_HOME") {
        Some(home) => tool.env("CARGO_HOME", home),
        None => tool,
    }
}

#[track_caller]
pub fn assert_prints(finished: &Finished, code: i32, words: &[&str]) {
    assert_eq!(finished.status.code(), Some(code), "{finished}");
    for word in words {
        assert!(finished.stdout.contains(word), "no {word:?} in {finished}");
    }
}

#[test]
fn a_new_plugin_in_c_is_built_tested_checked_and_used_as_it_is() {
    let desk = Desk::new();
    let new = ["new", "books", "--for", "example.com/ledger", "--lang", "c"];
    desk.plugin(&new)
        .ok()
        .assert_stderr(&["(*Client).Post", "v1.3.0"]);
    let before = desk.app.tree();
    desk.plugin(&new).fails().assert_stderr(&["W0752", "books"]);
    assert_eq!(desk.app.tree(), before);

    let built = desk.plugin(&["build", "books"]).ok();
    built.assert_stderr(&["books.wasm", "books 0.1.0", "audited"]);
    let test = desk.plugin(&["test", "books"]).run();
    assert_prints(&test, 1, &["missing", "v1.3.0", "--bless"]);
    desk.plugin(&["test", "books", "--bless"]).ok();
    // What it writes for a live program does nothing yet.
    assert_prints(
        &desk.plugin(&["test", "books"]).run(),
        0,
        &["ok       example.com/ledger@v1.3.0\n", "note     live"],
    );
    let snapshot = desk.read("books/snapshots/v1.3.0.txt");
    for word in [
        "example.com/ledger/ledger.go:7: (*Client).Post: before beforePost, after afterPost",
        "//line example.com/ledger/ledger.go:1:1",
    ] {
        assert!(snapshot.contains(word), "{snapshot}");
    }
    assert_prints(
        &desk.plugin(&["check", "books"]).run(),
        0,
        &["books: 0 findings, tried on example.com/ledger@v1.3.0"],
    );
    let plan = desk.plan("books/books.wasm");
    assert!(plan.contains("books: before beforePost"), "{plan}");
    // The Go side is ordinary Go for editors and `go test`, which vets it too.
    let hooks = desk.app.directory().join("books/go");
    let test = || {
        desk.environment(desk.app.go(["test", "./..."]))
            .directory(&hooks)
    };
    test().ok();
    desk.app
        .replace("books/go/hooks.go", "\t\tspan.SetError(err.Error())\n", "");
    let failed = test().run();
    assert_prints(&failed, 1, &["--- FAIL: TestSpan"]);
}

#[test]
fn a_plugin_that_changes_differs_from_its_snapshots_and_a_check_finds_its_faults() {
    let desk = Desk::new();
    desk.plugin(&["new", "books", "--for", "example.com/ledger", "--lang", "c"])
        .ok();
    desk.app.replace("books/plugin.c", ">=1.3, <2", ">=1.2, <2");
    desk.plugin(&["test", "books", "--bless"]).ok();
    desk.read("books/snapshots/v1.2.0.txt");

    // A test shows what has changed in what is woven.
    desk.app.replace(
        "books/plugin.c",
        "\t\tweft_pass_result(hook, 1); // the error\n",
        "",
    );
    desk.app.replace(
        "books/go/hooks.go",
        ", err error) {",
        ") {\n\tvar err error",
    );
    let test = desk.plugin(&["test", "books"]).run();
    assert_prints(&test, 1, &["differs  example.com/ledger@v1.2.0", "-", "+"]);
    assert!(test.stdout.contains("v1.3.0"), "{test}");

    // A check finds what is wrong, in words and for scripts.
    desk.app.replace(
        "books/plugin.c",
        "weft_match_function(interest,",
        "weft_add_permission(d, \"import:net\");\n\
         \tweft_interest *old = weft_add_interest(d, \"example.com/ledger\", \"=1.0.0\");\n\
         \tweft_match_function(old, \"*Client\", \"Post\", false);\n\
         \tweft_add_interest(d, \"example.com/ledger/none\", \">=1.0\");\n\
         \tweft_add_interest(d, \"example.com/ledger\", \">=7.0\");\n\
         \tweft_match_function(interest,",
    );
    let hooks = desk.read("books/go/hooks.go");
    desk.app.write(
        "books/go/hooks.go",
        &format!("{hooks}\nfunc forgotten() {{}}\n"),
    );
    let check = desk.plugin(&["check", "books"]).run();
    assert_prints(
        &check,
        1,
        &[
            "example.com/ledger of example.com/ledger@v1.0.0 has no (*Client).Post",
            "example.com/ledger@v1.0.0 has no package example.com/ledger/none",
            "no version of example.com/ledger is in the range \">=7.0\"",
            "versions between two ranges are in neither: v1.1.0",
            "nothing calls forgotten",
            "the permission import:net is asked for and not needed",
        ],
    );
    assert!(
        !check.stdout.contains("nothing calls beforePost"),
        "{check}"
    );
    let json = desk.plugin(&["check", "books/books.wasm", "--json"]).run();
    assert_prints(&json, 1, &["\"kind\": \"dead-hook\"", "\"version\": 1"]);
}

#[test]
fn a_new_plugin_in_rust_is_built_and_tested_as_it_is() {
    let desk = Desk::new();
    let new = ["new", "books", "--for", "example.com/ledger"];
    desk.plugin(&[&new[..], &["--function", "Pots"]].concat())
        .fails()
        .assert_stderr(&["W0758", "nearest"]);
    desk.plugin(&[&new[..], &["--function", "(*Client).Post"]].concat())
        .ok();
    lock(&desk.app, "books");
    let run = |words: &[&str]| desk.environment(with_cargo(&desk.app, words));
    run(&["test", "books", "--bless"]).ok();
    assert_prints(&run(&["test", "books"]).run(), 0, &["ok", "v1.3.0"]);
    let plan = desk.plan("books/books.wasm");
    assert!(plan.contains("books: before beforePost"), "{plan}");
}

#[test]
fn a_new_plugin_in_javascript_is_built_tested_and_used_as_it_is() {
    let desk = Desk::new();
    let new = [
        "new",
        "books",
        "--for",
        "example.com/ledger",
        "--lang",
        "js",
    ];
    desk.plugin(&new).ok();
    desk.plugin(&["build", "books"]).fails().assert_stderr(&[
        "W0754",
        "componentize-js",
        "npm install",
    ]);
    let books = desk.app.directory().join("books");
    desk.app
        .tool("npm", ["install", "--no-audit", "--no-fund"])
        .directory(&books)
        .ok();
    desk.plugin(&["test", "books", "--bless"]).ok();
    let snapshot = desk.read("books/snapshots/v1.3.0.txt");
    assert!(
        snapshot.contains("(*Client).Post: before beforePost, after afterPost"),
        "{snapshot}"
    );
    let plan = desk.plan("books/books.wasm");
    assert!(plan.contains("books: before beforePost"), "{plan}");

    // What the author has wrong is said with its place.
    let text = desk.read("books/plugin.js");
    desk.app.write(
        "books/plugin.js",
        &text.replace("p.functions", "p.functions ="),
    );
    desk.plugin(&["build", "books"])
        .fails()
        .assert_stderr(&["W0755", "plugin.js:", "SyntaxError"]);
    desk.app.write(
        "books/plugin.js",
        &text.replace(".results([\"err\"])", ".results([\"error\"])"),
    );
    desk.plugin(&["test", "books"])
        .fails()
        .assert_stderr(&["(*Client).Post: no result `error`; it has: id, err"]);
}

/// The guide's code in another language than Rust does what the example does.
fn assert_the_guide(language: &str, file: &str, prepare: impl FnOnce(&Path)) {
    let desk = Desk::new();
    desk.proxy.put(
        "example.com/ledger",
        "v1.4.0",
        &[(
            "ledger.go",
            &read("plugins/examples/ledger/library/ledger.go"),
        )],
    );
    desk.app.replace("go.mod", "v1.3.0", "v1.4.0");
    desk.app
        .replace("main.go", "ledger.Version()", "ledger.New(\"\")");
    let new = [
        "new",
        "ledger",
        "--for",
        "example.com/ledger",
        "--lang",
        language,
    ];
    desk.plugin(&new).ok();
    let page = read("docs/write-a-plugin.md");
    let (_, block) = page
        .split_once(&format!("```{language}\n"))
        .expect("the guide has it");
    let (code, _) = block.split_once("```").expect("a block ends");
    desk.app.write(&format!("ledger/{file}"), code);
    let hooks = read("plugins/examples/ledger/go/hooks.go");
    desk.app.write("ledger/go/hooks.go", &hooks);
    prepare(&desk.app.directory().join("ledger"));
    desk.plugin(&["build", "ledger"]).ok();
    let plan = desk.plan("ledger/ledger.wasm");
    assert!(
        plan.contains("(*Client).Post  ledger: before beforePost, after afterPost"),
        "{plan}"
    );
    desk.environment(
        desk.app
            .weft(["--plugin", "ledger/ledger.wasm", "go", "build", "."]),
    )
    .ok();
}

fn read(path: &str) -> String {
    std::fs::read_to_string(repository().join(path)).unwrap()
}

#[test]
fn the_guide_to_plugins_in_c() {
    assert_the_guide("c", "plugin.c", |_| {});
}

#[test]
fn the_guide_to_plugins_in_javascript() {
    assert_the_guide("js", "plugin.js", |ledger| {
        Tool::new("npm")
            .args(["install", "--no-audit", "--no-fund"])
            .directory(ledger)
            .ok();
    });
}

#[test]
fn what_is_missing_or_wrong_is_named() {
    let desk = Desk::new();
    let new = |name: &str, import_path: &str| {
        desk.plugin(&["new", name, "--for", import_path, "--lang", "c"])
    };
    new("Books", "example.com/ledger")
        .fails()
        .assert_stderr(&["W0751", "lower-case"]);
    new("books", "example.com/nothing")
        .fails()
        .assert_stderr(&["W0757", "example.com/nothing"]);
    assert!(!desk.app.directory().join("books").exists());
    desk.plugin(&["build", "."])
        .fails()
        .assert_stderr(&["W0750", "weft plugin new"]);

    new("books", "example.com/ledger").ok();
    let nowhere = desk.app.out("nowhere");
    std::fs::create_dir(&nowhere).unwrap();
    desk.plugin(&["build", "books"])
        .env("ZIG", nowhere.join("zig"))
        .env("PATH", &nowhere)
        .fails()
        .assert_stderr(&["W0754", "pip install ziglang"]);
    let text = desk.read("books/plugin.c");
    desk.app.write(
        "books/plugin.c",
        &text.replace("void advise", "void advice"),
    );
    desk.plugin(&["build", "books"])
        .fails()
        .assert_stderr(&["W0755", "advise"]);
    desk.app.write("books/plugin.c", "int none;\n");
    desk.plugin(&["build", "books"])
        .fails()
        .assert_stderr(&["W0756", "describe"]);
    assert!(!exists(&desk, "books/books.wasm"));

    // Hook code that a build would refuse is refused here.
    desk.app.write("books/plugin.c", &text);
    let hooks = desk.read("books/go/hooks.go");
    desk.app.write(
        "books/go/hooks.go",
        &hooks.replace("\t\"context\"\n", "\t\"context\"\n\t_ \"os/exec\"\n"),
    );
    desk.plugin(&["build", "books"])
        .fails()
        .assert_stderr(&["os/exec"]);
    assert!(!exists(&desk, "books/books.wasm"));

    let toolless = App::of(&[("Cargo.toml", "[package]\nname = \"x\"\n")]);
    toolless
        .weft(["plugin", "build"])
        .env("RUSTC", nowhere.join("rustc"))
        .fails()
        .assert_stderr(&["W0754", "rustup"]);
}

fn exists(desk: &Desk, path: &str) -> bool {
    desk.app.directory().join(Path::new(path)).exists()
}
