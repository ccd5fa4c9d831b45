//! Woven packages are compiled and run by the real toolchain.
#![expect(clippy::unwrap_used, reason = "a test says so when it cannot go on")]

mod common;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

use weft_weave::hooks::HookPackages;
use weft_weave::model::{Advice, Argument, Hook, JoinPointKind};
use weft_weave::plug::plug_file;
use weft_weave::syntax::{GuessedNames, PackageSyntax};
use weft_weave::weave::weave_file;

const RUNTIME: &str = "package hook\n\nfunc Recover(plugin, function string) {\n\tif r := recover(); r != nil {\n\t\tprintln(\"recovered in\", plugin, function)\n\t}\n}\n\nfunc Detach() { println(\"detached\") }\n";

const LIBRARY: &str = r#"// Package lib is odd on purpose.
package lib // import "example.com/app/lib"

import (
	"context"
	"errors"
	str "strings"
	"os"
)

type T struct{ n int; opt *options; deep struct{ name string } }
type options struct { name string; list []str.Reader }
type G[K comparable, V any] struct{ m map[K]V }
type secret int
type Pair[A, B any] struct { A A; B B }

func New() *T { return &T{n: 1, opt: &options{name: "opt"}} }
func Plain(a, b int) int { return a + b }
func Unnamed(int, string) (int, error) { return 3, errors.New("x") }
func Blank(_ context.Context, _, c string) (_ int, err error) { return 4, nil }
func Grouped(a, b int, s ...string) (x, y int, _, _ error) { x, y = a, b; return }
func (t *T) Method(ctx context.Context) secret { return secret(t.n) }
func (t T) Value(f func(int) (string, error), m map[string][]*str.Builder) chan<- int { return nil }
func (T) NoName() {}
func (*T) NoNamePointer(x [4]int, y struct{ A int }, z interface{ M() }) {}
func (g *G[K, V]) Get(k K) V { return g.m[k] }
func (g *G[K, _]) Half(k K) {}
func Gen[A any, B ~int](a A, b []B) Pair[A, B] { return Pair[A, B]{A: a} }
func Conc(p Pair[int, *T]) (q Pair[string, error]) { return }
func Bare() func(int) string { return func(int) string { return "bare" } }
func Panics(x int) int { var p *T; return p.n + x }
func Multi(
	a int, // first
	b struct {
		X int
		Y string
	},
) (
	r int,
	err error,
) {
	return a, nil
}
func Exits(code int) { defer func() { _ = recover() }(); os.Exit(code) }
func Where() (func(), int) { return func() {}, 2 }
"#;

const MAIN: &str = r#"package main

import (
	"context"
	"fmt"
	"runtime"
	"strings"

	"example.com/app/lib"
)

func main() {
	t := lib.New()
	fmt.Println(lib.Plain(1, 2))
	fmt.Println(lib.Unnamed(1, "a"))
	fmt.Println(lib.Blank(context.Background(), "b", "c"))
	fmt.Println(lib.Grouped(1, 2, "x", "y"))
	fmt.Println(t.Method(context.Background()))
	fmt.Println(t.Value(nil, nil))
	t.NoName()
	t.NoNamePointer([4]int{}, struct{ A int }{}, nil)
	g := &lib.G[string, int]{}
	fmt.Println(g.Get("a"))
	g.Half("a")
	fmt.Println(lib.Gen("a", []int{1}).A)
	fmt.Println(lib.Conc(lib.Pair[int, *lib.T]{}).A == "")
	fmt.Println(lib.Bare()(1))
	fmt.Println(lib.Multi(7, struct{ X int; Y string }{}))
	func() {
		defer func() {
			fmt.Println(recover())
			pc := make([]uintptr, 20)
			frames := runtime.CallersFrames(pc[:runtime.Callers(0, pc)])
			for {
				f, more := frames.Next()
				if strings.HasSuffix(f.Function, "lib.Panics") {
					fmt.Println(f.File[strings.LastIndex(f.File, "/")+1:], f.Line)
				}
				if !more {
					break
				}
			}
		}()
		lib.Panics(1)
	}()
	lib.Exits(3)
}
"#;

fn write(path: &Path, text: &str) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

fn go(root: &Path, toolchain: &str, arguments: &[&str]) -> (bool, String) {
    let output = Command::new("go")
        .args(arguments)
        .current_dir(root)
        .env("GOTOOLCHAIN", toolchain)
        .env("GOFLAGS", "-mod=mod")
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned()
        + &String::from_utf8_lossy(&output.stderr);
    (output.status.success(), text)
}

/// Hooks every function of [`LIBRARY`] with hooks that pass and replace all they can.
#[test]
fn woven_library_builds_and_runs() {
    let dir = tempfile::tempdir().unwrap();
    let root = dir.path();
    write(&root.join("go.mod"), "module example.com/app\n\ngo 1.24\n");
    write(&root.join("main.go"), MAIN);
    write(&root.join("lib/x.go"), LIBRARY);
    let (built, plain) = go(root, "local", &["run", "."]);
    assert!(!built);
    assert!(plain.ends_with("x.go 31\nexit status 3\n"), "{plain}");

    let syntax = PackageSyntax::parse(
        "example.com/app/lib",
        "lib",
        vec![("x.go".to_owned(), LIBRARY.to_owned())],
        &GuessedNames,
    );
    let mut matchers = vec![];
    for receiver in [None, Some("*T"), Some("T"), Some("*G")] {
        let mut matcher = common::function("*");
        matcher.target = weft_weave::model::MatcherTarget::Function {
            receiver: receiver.map(str::to_owned),
            name: "*".to_owned(),
        };
        matchers.push(matcher);
    }
    matchers.push(common::call("os.Exit"));
    let mut package = common::package(&syntax, &matchers);
    let os = common::single("os", "os", "package os\n\nfunc Exit(code int) {}\n");
    for point in &mut package.join_points {
        if let JoinPointKind::Call(call) = &mut point.kind {
            call.declaration = os.function("Exit");
        }
    }
    let mut imports = BTreeMap::new();
    let mut source = String::new();
    let mut advice = Vec::new();
    for (n, point) in package.join_points.iter().enumerate() {
        let n = u32::try_from(n).unwrap();
        if matches!(point.kind, JoinPointKind::Call(_)) {
            advice.push(Advice::Hook(Hook {
                join_point: n,
                before: Some("exits".to_owned()),
                arguments: vec![Argument::default()],
                ..Hook::default()
            }));
            continue;
        }
        let mut hook =
            common::hook_everything(&package, n, &format!("before{n}"), &format!("after{n}"));
        hook.order = 3;
        source += &common::hook_source(&package, &hook, &mut imports);
        advice.push(Advice::Hook(hook));
    }
    let mut text = String::from("package hooks\n\nimport (\n");
    for (path, alias) in &imports {
        text.extend(["\t", alias, " \"", path, "\"\n"]);
    }
    text += ")\n\ntype Token struct{}\n\nfunc exits(code int) { println(\"exits\", code) }\n\n";
    text += &source;
    let hooks =
        HookPackages::parse(&BTreeMap::from([("hooks.go".to_owned(), text.clone())])).unwrap();
    let resolved = common::resolve_one(&syntax, &package, &hooks, &advice).unwrap();
    let original = root.join("lib/x.go").to_string_lossy().into_owned();
    let woven = weave_file(&resolved.plan.files[0], LIBRARY, &original).unwrap();
    let plugs = plug_file("hooks", "example.com/app/_weft/sdk", &resolved.plugs);

    write(&root.join("out/x.go"), &woven.text);
    write(&root.join("out/sockets.go"), &woven.sockets);
    write(&root.join("out/hooks.go"), &text);
    write(&root.join("out/plugs.go"), &plugs);
    write(&root.join("out/hook.go"), RUNTIME);
    write(
        &root.join("out/link.go"),
        "package main\n\nimport _ \"example.com/app/_weft/hooks\"\n",
    );
    let out = |name: &str| root.join("out").join(name).to_string_lossy().into_owned();
    let at = |name: &str| root.join(name).to_string_lossy().into_owned();
    let replace = BTreeMap::from([
        (at("lib/x.go"), out("x.go")),
        (
            common::library::first(&at("lib"), "x.go"),
            out("sockets.go"),
        ),
        (at("_weft/hooks/hooks.go"), out("hooks.go")),
        (at("_weft/hooks/weft_plugs.go"), out("plugs.go")),
        (at("_weft/sdk/hook/hook.go"), out("hook.go")),
        (at("link.go"), out("link.go")),
    ]);
    write(
        &root.join("out/overlay.json"),
        &serde_json::to_string(&BTreeMap::from([("Replace", replace)])).unwrap(),
    );
    for toolchain in ["go1.24.10", "go1.25.4", "local", "go1.27.3"] {
        let overlay = format!("-overlay={}", out("overlay.json"));
        let (_, printed) = go(root, toolchain, &["run", &overlay, "."]);
        assert_eq!(
            printed,
            plain.replace("exit status", "exits 3\nexit status"),
            "{toolchain}\n{woven:#?}\n{plugs}"
        );
    }
    let formatted = Command::new("gofmt")
        .arg("-l")
        .arg(out("plugs.go"))
        .output()
        .unwrap();
    assert_eq!(String::from_utf8_lossy(&formatted.stdout), "", "{plugs}");
}
