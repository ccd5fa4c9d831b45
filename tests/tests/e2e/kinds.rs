//! Programs of every kind, built in every way, are what they are without weft: they end alike, print the
//! same, and panic with the same frames.
//!
//! `WEFT_MATRIX=all`, as `just test-matrix` has it, takes all ways on all versions of Go; else a few are taken.

use std::path::Path;

use weft_tests::{App, Finished, Tool, go};

/// A way to build.
struct Way {
    flags: &'static [&'static str],
    variables: &'static [(&'static str, &'static str)],
    /// Taken in a short run.
    usual: bool,
}

const fn way(flags: &'static [&'static str]) -> Way {
    Way {
        flags,
        variables: &[],
        usual: false,
    }
}

const fn usual(flags: &'static [&'static str]) -> Way {
    Way {
        flags,
        variables: &[],
        usual: true,
    }
}

const fn with(variables: &'static [(&'static str, &'static str)]) -> Way {
    Way {
        flags: &[],
        variables,
        usual: false,
    }
}

const WAYS: [Way; 16] = [
    usual(&[]),
    usual(&["-trimpath", "-ldflags=-s -w"]),
    usual(&["-gcflags=-N -l"]),
    Way {
        usual: true,
        ..with(&[("CGO_ENABLED", "0")])
    },
    way(&["-buildmode=pie"]),
    way(&["-ldflags=-linkmode=external"]),
    way(&["-race"]),
    way(&["-cover"]),
    way(&["-cover", "-covermode=atomic", "-coverpkg=./..."]),
    way(&["-gcflags=all=-N -l"]),
    way(&["-gcflags=-l=4", "-gcflags=example.com/kinds/c=-N"]),
    way(&["-pgo=off", "-mod=mod"]),
    way(&["-tags=netgo,osusergo"]),
    with(&[("GOFLAGS", "-trimpath -buildvcs=false '-gcflags=-l -N'")]),
    with(&[("GOAMD64", "v3")]),
    with(&[("GO111MODULE", "on"), ("GODEBUG", "gotypesalias=1")]),
];

/// What the program can be told to do.
const RUNS: [&str; 7] = [
    "",
    "assembly",
    "c",
    "embedded",
    "generated",
    "generic",
    "goroutine",
];

/// Files that no formatter would leave as they are.
const ODD: [(&str, &str); 2] = [
    (
        "assembly/carriage_returns.go",
        "package assembly\r\n\r\nimport system \"os\"\r\n\r\nfunc init() {\r\n\tif len(system.Args) > 9 { system.Exit(1) }\r\n}\r\n",
    ),
    (
        "mark.go",
        "\u{feff}package main; import ( . \"os\" ); func init() { if len(Args) > 9 { Exit(1) } }",
    ),
];

fn build(app: &App, how: &str, way: &Way) -> std::path::PathBuf {
    // In folders of their own, so that both have one name.
    let out = app.out(how).join("kinds");
    let tool = match how {
        "plain" => app.go(["build"]),
        _ => app.weft(["go", "build"]),
    };
    let tool = tool.args(way.flags).args(["-o"]).args([&out]);
    let add = |tool: Tool, (name, value): &(&str, &str)| tool.env(name, value);
    way.variables.iter().fold(tool, add).ok();
    out
}

fn run(app: &App, executable: &Path, how: &str) -> Finished {
    let data = executable.with_extension("data");
    std::fs::create_dir_all(&data).unwrap();
    Tool::new(executable)
        .args([how])
        .directory(app.directory())
        .env("GOCOVERDIR", data)
        .env("OTEL_TRACES_EXPORTER", "none")
        .run()
}

/// What a binary says of itself, but for what it was built with.
fn described(app: &App, executable: &Path) -> Vec<String> {
    let said = app.go(["version", "-m"]).args([executable]).ok().stdout;
    let lines = said
        .lines()
        .skip(1)
        .filter(|line| !line.contains("\t-gcflags="));
    lines.map(str::to_owned).collect()
}

fn assert_same(app: &App, way: &Way, version: &str) {
    let place = format!("{version} {:?} {:?}", way.flags, way.variables);
    let built = ["plain", "woven"].map(|how| build(app, how, way));
    let binary = std::fs::read(&built[1]).unwrap();
    assert!(
        binary.windows(7).any(|bytes| bytes == b"/_weft/"),
        "{place}"
    );
    let [plain, woven] = built.each_ref().map(|file| described(app, file));
    assert_eq!(woven, plain, "{place}");
    for how in RUNS {
        let [plain, woven] = built.each_ref().map(|file| run(app, file, how));
        assert_eq!(woven.seen(), plain.seen(), "{place}: {how:?}\n{woven}");
    }
    if way.flags.contains(&"-cover") {
        let [plain, woven] = built.map(|file| {
            let data = file.with_extension("data");
            let text = ["tool", "covdata", "textfmt", "-o", "/dev/stdout", "-i"];
            app.go(text).args([data]).ok().stdout
        });
        assert!(plain.contains("embedded/leave.go:"), "{plain}");
        assert_eq!(woven, plain, "{place}");
    }
}

#[test]
fn programs_are_the_same_however_they_are_built() {
    let all = std::env::var_os("WEFT_MATRIX").is_some();
    let versions = if all {
        go::versions()
    } else {
        vec!["local".to_owned()]
    };
    for version in versions {
        let app = App::copy("kinds").toolchain(&version);
        for (path, text) in ODD {
            app.write(path, text);
        }
        for way in WAYS.iter().filter(|way| all || way.usual) {
            assert_same(&app, way, &version);
        }
        if all {
            let profile = app.directory().join("default.pgo");
            let plain = build(&app, "plain", &WAYS[0]);
            Tool::new(plain).args(["profile"]).args([&profile]).ok();
            assert!(std::fs::metadata(profile).unwrap().len() > 500);
            assert_same(&app, &WAYS[0], &version);
        }
    }
}
