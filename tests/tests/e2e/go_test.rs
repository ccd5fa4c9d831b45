//! `go test`: the same results, and the spans of what was tested.

use weft_tests::{App, Finished, Sink, Trace};

fn test(app: &App, arguments: &[&str]) -> (Finished, Trace) {
    let sink = Sink::start().unwrap();
    let finished = app
        .weft(["go", "test", "-count=1"])
        .args(arguments)
        .exporting(&sink, "tests")
        .run();
    (finished, sink.trace())
}

/// Lines of `go test` without times.
fn results(finished: &Finished) -> Vec<String> {
    finished
        .stdout
        .lines()
        .map(|line| line.split('\t').take(2).collect::<Vec<_>>().join("\t"))
        .map(|line| line.split(" (").next().unwrap_or_default().to_owned())
        .collect()
}

#[test]
fn tests_with_and_without_testmain_external_tests_and_tests_of_main() {
    let small = App::shared("small");
    let (woven, trace) = test(&small, &["./..."]);
    let plain = small.go(["test", "-count=1", "./..."]).ok();
    assert!(woven.status.success(), "{woven}");
    assert_eq!(results(&woven), results(&plain));
    for (name, count) in [
        ("SELECT plain_test", 1),
        ("SELECT with_main", 1),
        ("SELECT external_test", 2),
        ("SELECT main_test", 1),
    ] {
        assert_eq!(trace.count(name), count, "{name}\n{trace}");
    }
}

#[test]
fn verbose_output_selection_and_json() {
    let small = App::shared("small");
    for arguments in [
        &["-v", "./plain", "./external"][..],
        &["-v", "-run", "TestInMain", "./cmd/flags"],
        &[
            "-v",
            "-run",
            "^$",
            "-bench",
            ".",
            "-benchtime",
            "3x",
            "./external",
        ],
        &["-list", ".", "./..."],
    ] {
        let (woven, _) = test(&small, arguments);
        let plain = small.go(["test", "-count=1"]).args(arguments).ok();
        assert!(woven.status.success(), "{woven}");
        assert_eq!(results(&woven), results(&plain), "{arguments:?}");
    }
    let (json, _) = test(&small, &["-json", "./plain"]);
    assert!(
        json.stdout
            .lines()
            .all(|line| serde_json::from_str::<serde_json::Value>(line).is_ok()),
        "{json}"
    );
}

/// The linker asks for a program's `main`, and a test is another program.
#[test]
fn a_main_package_without_a_main_function() {
    let app = App::of(&[
        ("go.mod", "module example.com/tools\n\ngo 1.24\n"),
        (
            "tools.go",
            "package main\n\nimport \"net/http\"\n\nvar Get = http.Get\n",
        ),
        (
            "tools_test.go",
            "package main\n\nimport \"testing\"\n\nfunc TestNothing(*testing.T) {}\n",
        ),
    ]);
    let (woven, _) = test(&app, &["./..."]);
    assert!(woven.status.success(), "{woven}");
    let [plain, woven] = [app.go(["build"]), app.weft(["go", "build"])].map(|tool| tool.fails());
    assert_eq!(woven.stderr, plain.stderr);
    app.weft(["go", "vet"]).ok();
}

#[test]
fn a_failing_test_fails() {
    let small = App::copy("small");
    small.replace("plain/plain_test.go", "got != 42", "got != 43");
    let (woven, trace) = test(&small, &["./plain"]);
    assert_eq!(woven.status.code(), Some(1), "{woven}");
    assert!(
        woven.stdout.contains("plain_test.go:7: 42 <nil>"),
        "{woven}"
    );
    assert_eq!(trace.count("SELECT plain_test"), 1);
}

#[test]
fn vet_still_finds_what_it_finds() {
    let small = App::copy("small");
    small.write("plain/vet_test.go", "package plain\n\nimport \"testing\"\n\nfunc TestVet(t *testing.T) { t.Logf(\"%d\", \"text\") }\n");
    let plain = small.go(["test", "-count=1", "./plain"]).fails();
    assert!(plain.stderr.contains("vet_test.go:5:"), "{plain}");
    let (woven, _) = test(&small, &["./plain"]);
    assert_eq!(woven.status.code(), plain.status.code(), "{woven}");
    woven.assert_stderr(&["vet_test.go:5:"]);
    let (off, _) = test(&small, &["-vet=off", "./plain"]);
    assert!(off.status.success(), "{off}");
}

#[test]
fn the_race_detector_and_coverage() {
    let small = App::shared("small");
    let (race, trace) = test(&small, &["-race", "./plain", "./external"]);
    assert!(race.status.success(), "{race}");
    assert_eq!(trace.count("SELECT plain_test"), 1);

    let profiles = ["plain", "woven"].map(|name| small.out(name));
    let arguments = [
        "-covermode=count",
        "-coverpkg=./...",
        "./plain",
        "./external",
    ];
    small
        .go(["test", "-count=1", "-coverprofile"])
        .args([&profiles[0]])
        .args(arguments)
        .ok();
    let flag = format!("-coverprofile={}", profiles[1].display());
    let mut all = vec![flag.as_str()];
    all.extend(arguments);
    let (woven, _) = test(&small, &all);
    assert!(woven.status.success(), "{woven}");
    // Tests of different packages run side by side, and each adds its part when it ends.
    let [plain, woven] = profiles.map(|path| {
        let profile = std::fs::read_to_string(path).unwrap();
        let mut lines: Vec<_> = profile.lines().map(str::to_owned).collect();
        lines.sort();
        lines
    });
    assert!(plain.len() > 5);
    assert_eq!(woven, plain);
}

#[test]
fn a_covered_program_counts_its_own_lines() {
    let small = App::shared("small");
    let [plain, woven] = ["plain", "woven"].map(|how| {
        let out = small.out(how);
        let data = small.out(&format!("{how}.data"));
        std::fs::create_dir_all(&data).unwrap();
        let build = ["build", "-cover", "-o"];
        let tool = if how == "plain" {
            small.go(build)
        } else {
            small.weft(["go"]).args(build)
        };
        tool.args([&out]).args(["./cmd/flags"]).ok();
        weft_tests::Tool::new(&out)
            .env("GOCOVERDIR", &data)
            .env("OTEL_TRACES_EXPORTER", "none")
            .ok();
        small
            .go(["tool", "covdata", "textfmt", "-o", "/dev/stdout", "-i"])
            .args([&data])
            .ok()
            .stdout
    });
    assert!(
        plain.contains("example.com/small/cmd/flags/main.go:"),
        "{plain}"
    );
    assert_eq!(woven, plain);
}

#[test]
fn compiling_a_test_binary() {
    let small = App::shared("small");
    let out = small.out("plain.test");
    small
        .weft(["go", "test", "-c", "-o"])
        .args([&out])
        .args(["./plain"])
        .ok();
    let (_, trace) = weft_tests::app::run(&out, &["-test.run=TestAnswer"]);
    assert_eq!(trace.count("SELECT plain_test"), 1);
}

#[test]
fn the_shops_tests_pass_on_every_go_version() {
    for version in weft_tests::go::versions() {
        let shop = App::shared("shop").toolchain(&version);
        let (finished, trace) = test(&shop, &["./..."]);
        assert!(finished.status.success(), "{finished}");
        assert!(trace.count("GET /products/{id}") >= 3, "{version} {trace}");
    }
}

/// As go.uber.org/goleak looks for them.
#[test]
fn tests_that_look_for_goroutines_left_behind_find_none_of_ours() {
    let app = App::of(&[
        ("go.mod", "module example.com/leaks\n\ngo 1.24\n"),
        ("leaks.go", "package leaks\n"),
        (
            "leaks_test.go",
            r#"package leaks

import (
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"testing"
)

func TestLeaks(t *testing.T) {
	server := httptest.NewServer(http.NotFoundHandler())
	response, err := server.Client().Get(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	response.Body.Close()
	server.Close()
	stacks := make([]byte, 1<<20)
	stacks = stacks[:runtime.Stack(stacks, true)]
	if strings.Contains(string(stacks), "_weft") {
		t.Errorf("%s", stacks)
	}
}
"#,
        ),
    ]);
    let (finished, trace) = test(&app, &["./..."]);
    assert!(finished.status.success(), "{finished}");
    assert_eq!(trace.len(), 2, "{trace}");
}

/// `just torture-plugins` has more of them.
#[test]
fn libraries_pass_their_own_tests_woven_with_the_plugins() {
    for suite in &weft_tests::Suite::ALL[..2] {
        let compared = suite.compare().unwrap();
        assert!(compared.lost.is_empty(), "{}", compared.lost.join("\n"));
    }
}
