//! What a person sees of a woven program is what the unwoven one shows: positions in compiler errors,
//! panics and coverage, names in stack traces. The toolchain is the oracle.
#![expect(clippy::unwrap_used, reason = "a test says so when it cannot go on")]

mod common;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

use common::library;
use weft_weave::hooks::HookPackages;
use weft_weave::model::{Advice, Matcher, MatcherTarget};
use weft_weave::plan::PackagePlan;
use weft_weave::weave::weave_file;

/// A plan that hooks every function of a text, passing and replacing all it can.
fn plan_all(text: &str) -> PackagePlan {
    let name = weft_weave::syntax::SourceFile::parse("x.go", text)
        .package_name()
        .unwrap()
        .to_owned();
    let syntax = common::single("example.com/app", &name, text);
    let any = |receiver: Option<&str>| Matcher {
        target: MatcherTarget::Function {
            receiver: receiver.map(str::to_owned),
            name: "*".to_owned(),
        },
        must_match: false,
    };
    let package = common::package(&syntax, &[any(None), any(Some("T")), any(Some("*T"))]);
    let mut imports = BTreeMap::new();
    let mut source = String::new();
    let mut advice = Vec::new();
    for n in 0..u32::try_from(package.join_points.len()).unwrap() {
        let hook =
            common::hook_everything(&package, n, &format!("before{n}"), &format!("after{n}"));
        source += &common::hook_source(&package, &hook, &mut imports);
        advice.push(Advice::Hook(hook));
    }
    let text = format!("package hooks\n\ntype Token struct{{}}\n\n{source}");
    let hooks = HookPackages::parse(&BTreeMap::from([("hooks.go".to_owned(), text)])).unwrap();
    common::resolve_one(&syntax, &package, &hooks, &advice)
        .unwrap()
        .plan
}

/// What `go` prints of the text, plain and woven, in the same module.
fn both(text: &str, arguments: &[&str]) -> (String, String) {
    let dir = tempfile::tempdir().unwrap();
    let root = dir.path();
    fs::write(root.join("go.mod"), "module example.com/app\n\ngo 1.24\n").unwrap();
    fs::write(root.join("x.go"), text).unwrap();
    let path = root.join("x.go").to_string_lossy().into_owned();
    let woven = weave_file(&plan_all(text).files[0], text, &path).unwrap();
    fs::create_dir(root.join("out")).unwrap();
    let first = library::first(&root.to_string_lossy(), "x.go");
    let out = |name: &str| root.join("out").join(name).to_string_lossy().into_owned();
    fs::write(out("x.go"), &woven.text).unwrap();
    fs::write(out("sockets.go"), &woven.sockets).unwrap();
    let replace = BTreeMap::from([(path, out("x.go")), (first, out("sockets.go"))]);
    let overlay = serde_json::to_string(&BTreeMap::from([("Replace", replace)])).unwrap();
    fs::write(root.join("overlay.json"), overlay).unwrap();
    let overlay = format!("-overlay={}", root.join("overlay.json").display());
    let plain = go(root, &[arguments, &["."]].concat());
    let woven = go(
        root,
        &[
            &arguments[..1],
            &[overlay.as_str()],
            &arguments[1..],
            &["."],
        ]
        .concat(),
    );
    (plain, woven)
}

fn go(root: &Path, arguments: &[&str]) -> String {
    let output = Command::new("go")
        .args(arguments)
        .current_dir(root)
        .env("GOTOOLCHAIN", "local")
        .output()
        .unwrap();
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

/// Columns count: each line has an error, after edits on the same line.
const ERRORS: &str = "package main; var _ int = \"a\" // c\n\ntype T struct{}\n\n\
    func (T) F(int, _ string) (int, error) { return undefined1, undefined2 }; func G(_ undefined3) int { x := 1; return undefined4 }\n\
    func H(_ int,\n\t_ undefined5) (_ int, _ error) { x := 1; return undefined7 }\n\
    func main() { var y int = \"b\" }\n";

fn assert_same_errors(text: &str) {
    let (plain, woven) = both(text, &["build", "-gcflags=-e"]);
    assert!(plain.contains("undefined7"), "{plain}");
    // The compiler reports in the order in which it gets to the bodies; positions must agree.
    let sorted = |text: &str| {
        let mut lines = text.lines().map(str::to_owned).collect::<Vec<_>>();
        lines.sort();
        lines
    };
    assert_eq!(sorted(&plain), sorted(&woven));
}

/// Naming results must not make a wrong `return` right.
#[test]
fn an_empty_return_is_left_to_the_compiler() {
    let text = "package main\n\nfunc f() (int, error) { return }\n\nfunc main() { f() }\n";
    let error = weave_file(&plan_all(text).files[0], text, "x.go").unwrap_err();
    assert_eq!(error.to_string(), "x.go:3: syntax error");
}

#[test]
fn compiler_errors_keep_line_and_column() {
    assert_same_errors(ERRORS);
}

#[test]
fn compiler_errors_keep_line_and_column_with_carriage_returns() {
    assert_same_errors(&ERRORS.replace('\n', "\r\n"));
}

#[test]
fn compiler_errors_keep_line_and_column_after_line_directives() {
    assert_same_errors(&ERRORS.replace("func H", "//line gen.y:70\nfunc H"));
    assert_same_errors(&ERRORS.replace("func H", "//line gen.y:70:9\nfunc H"));
    assert_same_errors(&ERRORS.replace("func H", "/*line gen.y:70:9*/func /*line :80:5*/H"));
    assert_same_errors(&ERRORS.replace("func (T) F(int", "func (T) F(/*line other.go:3*/int"));
}

#[test]
fn compiler_errors_keep_line_and_column_after_a_byte_order_mark() {
    assert_same_errors(&format!("\u{feff}{ERRORS}"));
}

#[test]
fn compiler_errors_keep_line_and_column_without_a_last_line_break() {
    assert_same_errors(ERRORS.trim_end());
}

/// Function literals keep their numbers, frames their lines, callers their depth.
#[test]
fn stack_traces_are_the_same() {
    let text = "package main\n\nimport (\n\t\"fmt\"\n\t\"runtime\"\n)\n\n\
        func where(skip int) string { pc, f, l, _ := runtime.Caller(skip); \
        return fmt.Sprint(runtime.FuncForPC(pc).Name(), f, l) }\n\
        //go:noinline\n\
        func f(n int) (err error) { defer func() { fmt.Println(where(1)) }(); return g(n) }\n\
        //go:noinline\n\
        func g(int) error { func() { fmt.Println(where(1), where(2), where(3)) }(); return nil }\n\
        func main() { _ = f(1); var m map[string]int; func() { m[\"a\"] = 1 }() }\n";
    let (plain, woven) = both(text, &["run"]);
    let frames = |text: &str| {
        let kept = text.lines().filter(|line| !line.starts_with("goroutine"));
        // Addresses and offsets into functions are the machine code's.
        kept.map(|line| {
            line.split(" +0x")
                .next()
                .unwrap()
                .split('(')
                .next()
                .unwrap()
                .to_owned()
        })
        .collect::<Vec<_>>()
    };
    assert!(plain.contains("main.main.func1"), "{plain}");
    assert_eq!(frames(&plain), frames(&woven));
}

/// Sockets are variables, which the functions that use them depend on: what a package initialises must not
/// change places for it.
#[test]
fn packages_are_initialised_in_the_same_order() {
    let text = "package main\n\nimport \"fmt\"\n\n\
        var a, b = say(\"a\", c), func() int { return say(\"b\") }()\n\
        var c = say(\"c\")\n\
        var d = fmt.Sprintln(\"d\", say(\"d\"))\n\
        var e, _ = fmt.Println(\"e\")\n\
        var f = T{}.say(\"f\")\n\
        var g, _ = fmt.Println(\"g\")\n\n\
        type T struct{}\n\n\
        func (T) say(name string) int { return say(name) }\n\n\
        func say(name string, _ ...int) int { fmt.Println(name); return 1 }\n\n\
        func init() { fmt.Println(\"init\", a, b, c, d, e, f, g) }\n\n\
        func main() {}\n";
    let (plain, woven) = both(text, &["run"]);
    assert!(plain.contains("\nd\ne\nf\ng\n"), "{plain}");
    assert_eq!(plain, woven);
}

/// As klauspost/compress has them: what is added spells them on one line.
#[test]
fn types_over_several_lines_are_the_same_types() {
    let text = "package main\n\nimport \"fmt\"\n\n\
        type T = struct {\n\tA, B int `json:\"a, b\"` // c\n\n\tC string \"x,\\\"y, \\\"\"\n}\n\n\
        func f() (interface {\n\tM() int\n\tN()\n}, struct {\n\tA, B int `json:\"a, b\"`\n\tC string \"x,\\\"y, \\\"\"\n}) {\n\treturn nil, T{A: 1}\n}\n\n\
        func main() { n, t := f(); fmt.Println(n, t == T{A: 1}) }\n";
    let (plain, woven) = both(text, &["run"]);
    assert_eq!(plain, "<nil> true\n");
    assert_eq!(plain, woven);
}

/// The compile step gets what `cmd/cover` made of a file.
#[test]
fn covered_text_is_woven() {
    let text = "package main\n\nfunc f(_ int) int { if true { return 1 }; return 2 }\n\nfunc main() { f(1) }\n";
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("x.go");
    fs::write(&path, text).unwrap();
    let covered = go(
        dir.path(),
        &[
            "tool",
            "cover",
            "-mode=atomic",
            "-var=Cover",
            &path.to_string_lossy(),
        ],
    );
    assert!(covered.starts_with("//line "), "{covered}");
    let woven = weave_file(&plan_all(text).files[0], &covered, "x.go").unwrap();
    let out = |name: &str| dir.path().join(name).to_string_lossy().into_owned();
    fs::write(out("woven.go"), &woven.text).unwrap();
    fs::write(out("sockets.go"), &woven.sockets).unwrap();
    fs::remove_file(path).unwrap();
    let run = ["run", &out("sockets.go"), &out("woven.go")];
    assert_eq!(go(dir.path(), &run), "");
}
