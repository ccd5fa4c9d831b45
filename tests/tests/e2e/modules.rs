//! Wherever the go command finds packages, weft finds them too.

use weft_tests::{App, Trace, app};

fn http_spans(trace: &Trace) -> usize {
    trace
        .iter()
        .filter(|span| span.attributes.contains_key("http.request.method"))
        .count()
}

#[test]
fn a_vendor_directory_is_enough() {
    let copy = App::copy("redis");
    copy.go(["mod", "vendor"]).ok();
    let out = copy.out("vendored");
    copy.weft(["go", "build", "-o"])
        .args([&out])
        .env("GOMODCACHE", copy.out("no-modules"))
        .env("GOPROXY", "off")
        .ok();
    let (_, trace) = app::run(&out, &[]);
    assert_eq!(trace.count("SET"), 1, "{trace}");
}

#[test]
fn no_network_is_needed() {
    let shop = App::shared("shop");
    let before = shop.tree();
    let out = shop.out("offline/");
    shop.weft(["go", "build", "-o"])
        .args([&out])
        .args(["./cmd/..."])
        .env("GOPROXY", "off")
        .env("GOSUMDB", "off")
        .ok();
    assert!(out.join("shop").is_file() && out.join("stock").is_file());
    assert!(before == shop.tree());
}

#[test]
fn a_workspace_with_two_modules() {
    let workspace = App::copy("workspace");
    for (name, arguments) in [("top", &["./app"][..]), ("inside", &["-C", "app", "."])] {
        let out = workspace.out(name);
        let (flags, package) = arguments.split_at(arguments.len() - 1);
        workspace
            .weft(["go", "build"])
            .args(flags)
            .args(["-o".as_ref(), out.as_os_str()])
            .args(package)
            .ok();
        let (finished, trace) = app::run(&out, &[]);
        assert_eq!(finished.stdout, "404 <nil>\n");
        assert_eq!(http_spans(&trace), 2, "{trace}");
    }
}

#[test]
fn a_workspace_is_tested_as_a_whole() {
    let workspace = App::copy("workspace");
    let sink = weft_tests::Sink::start().unwrap();
    workspace
        .weft(["go", "test", "-count=1", "./app/...", "./lib/..."])
        .exporting(&sink, "workspace")
        .ok();
    assert_eq!(http_spans(&sink.trace()), 2);
}

#[test]
fn several_main_packages_are_each_woven() {
    let small = App::shared("small");
    let out = small.out("several/");
    small
        .weft(["go", "build", "-o"])
        .args([&out])
        .args(["./..."])
        .ok();
    for (name, arguments) in [("exits", &["return"][..]), ("flags", &[]), ("callers", &[])] {
        let (_, trace) = app::run(&out.join(name), arguments);
        assert!(!trace.is_empty(), "{name}");
    }
}

#[test]
fn a_directory_below_the_module() {
    let small = App::copy("small");
    let out = small.out("below");
    let below = small.directory().join("cmd/flags");
    small
        .weft(["go", "build", "-o"])
        .args([&out])
        .directory(&below)
        .ok();
    let (_, trace) = app::run(&out, &[]);
    assert_eq!(trace.len(), 1);
}

#[test]
fn files_on_the_command_line() {
    let small = App::shared("small");
    let out = small.out("files");
    small
        .weft(["go", "build", "-o"])
        .args([&out])
        .args(["cmd/flags/main.go"])
        .ok();
    let (_, trace) = app::run(&out, &[]);
    assert_eq!(trace.len(), 1);
}

#[test]
fn versions_of_dependencies_are_those_of_a_plain_build() {
    let redis = App::shared("redis");
    let [plain, woven] = [redis.plain("."), redis.woven(".")].map(|executable| {
        let listed = redis.go(["version", "-m"]).args([executable]).ok().stdout;
        let lines = listed
            .lines()
            .skip(1)
            .filter(|line| !line.starts_with("\tbuild\t"));
        lines.map(str::to_owned).collect::<Vec<_>>()
    });
    assert!(
        plain
            .iter()
            .any(|line| line.contains("github.com/redis/go-redis/v9")),
        "{plain:?}"
    );
    assert_eq!(woven, plain);
}

/// The virtual packages are part of the main module, whose `go` line limits the language.
#[test]
fn a_module_written_for_an_old_go() {
    let app = App::of(&[
        ("go.mod", "module example.com/old\n\ngo 1.12\n"),
        (
            "main.go",
            "package main\n\nimport (\n\t\"net/http\"\n\t\"net/http/httptest\"\n)\n\nfunc main() {\n\tserver := httptest.NewServer(http.NotFoundHandler())\n\tdefer server.Close()\n\tif response, err := http.Get(server.URL); err == nil {\n\t\tresponse.Body.Close()\n\t}\n}\n",
        ),
    ]);
    let (_, trace) = app::run(&app.woven("."), &[]);
    assert_eq!(http_spans(&trace), 2, "{trace}");
}

/// Where the go command may change go.mod it writes down what the program needs, and nothing of what only the
/// virtual packages import.
#[test]
fn go_mod_becomes_what_a_plain_build_makes_of_it() {
    let changed = |build: &dyn Fn(&App)| {
        let app = App::of(&[
            (
                "go.mod",
                "module example.com/app\n\ngo 1.24\n\nrequire example.com/lib v0.0.0\n\n\
                 replace example.com/lib => ./lib\n",
            ),
            (
                "main.go",
                "package main\n\nimport \"example.com/lib\"\n\nfunc main() { lib.Say() }\n",
            ),
            (
                "lib/go.mod",
                "module example.com/lib\n\ngo 1.24\n\nrequire github.com/sirupsen/logrus v1.10.2\n",
            ),
            (
                "lib/lib.go",
                "package lib\n\nimport \"github.com/sirupsen/logrus\"\n\nfunc Say() { logrus.Info(\"here\") }\n",
            ),
        ]);
        build(&app);
        ["go.mod", "go.sum"].map(|file| {
            std::fs::read_to_string(app.directory().join(file)).expect("the go command wrote it")
        })
    };
    let plain = changed(&|app| {
        app.go(["build", "-mod=mod"]).ok();
    });
    assert!(plain[0].contains("logrus v1.10.2 // indirect"), "{plain:?}");
    let woven = changed(&|app| {
        let said = app.weft(["go", "build", "-mod=mod"]).ok();
        assert!(said.stderr.contains("packages woven"), "{said}");
        app.weft(["go", "build", "-mod", "mod"]).ok(); // by the plan of the first
    });
    assert_eq!(woven, plain);
    let by_goflags = changed(&|app| {
        app.weft(["go", "build"]).env("GOFLAGS", "-mod=mod").ok();
    });
    assert_eq!(by_goflags, plain);
}

/// Methods may have type parameters from Go 1.27 on, and tracebacks of such modules show profiler labels: those
/// of the program.
#[test]
fn a_module_written_for_the_newest_go() {
    let newest = weft_tests::go::versions()
        .pop()
        .expect("there are versions");
    let app = App::of(&[
        ("go.mod", "module example.com/newest\n\ngo 1.27\n"),
        (
            "main.go",
            r#"package main

import (
	"fmt"
	"runtime"
	"strings"
)

type Box struct{ n int }

//weft:span
func (b *Box) Map[T any](f func(int) T) T { return f(b.n) }

func main() {
	fmt.Println((&Box{3}).Map(func(n int) string {
		stack := make([]byte, 1<<10)
		header, _, _ := strings.Cut(string(stack[:runtime.Stack(stack, false)]), "\n")
		return header
	}))
}
"#,
        ),
    ])
    .toolchain(&newest);
    let (finished, trace) = app::run(&app.woven("."), &[]);
    assert_eq!(finished.stdout, "goroutine 1 [running]:\n");
    assert_eq!(trace.count("main.(*Box).Map"), 1, "{trace}");
}
