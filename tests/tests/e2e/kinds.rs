//! Programs of every kind, built in every way, are what they are without weft: they end alike, print the
//! same, and panic with the same frames.
//!
//! `WEFT_MATRIX=all`, as `just test-matrix` has it, takes all ways on all versions of Go; else a few are taken,
//! and one on the newest version.

use std::path::Path;

use weft_tests::{App, Finished, Tool, go};

/// A way to build.
struct Way {
    flags: &'static [&'static str],
    variables: &'static [(&'static str, &'static str)],
    /// Taken in a short run.
    usual: bool,
}

impl Way {
    fn is_plain(&self) -> bool {
        self.flags.is_empty() && self.variables.is_empty()
    }
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
    let data = out.with_extension("data");
    if data.exists() {
        std::fs::remove_dir_all(data).unwrap();
    }
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
    let mut versions = go::versions();
    if !all {
        let newest = versions.pop().unwrap();
        versions = vec![newest, "local".to_owned()];
    }
    for version in versions {
        let app = App::copy("kinds").toolchain(&version);
        let taken = |way: &&Way| all || way.usual && (version == "local" || way.is_plain());
        for way in WAYS.iter().filter(taken) {
            for (path, text) in ODD {
                // The go command itself fails to count lines of a file with a byte order mark.
                let covers = way.flags.contains(&"-cover");
                let text = if covers {
                    text.trim_start_matches('\u{feff}')
                } else {
                    text
                };
                app.write(path, text);
            }
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

/// A plugin and its program share packages, which must be the same in both.
#[test]
fn a_plugin_fits_the_program_that_is_built_like_it() {
    let app = App::of(&[
        ("go.mod", "module example.com/open\n\ngo 1.24.0\n"),
        (
            "plug/plug.go",
            "package main\n\nimport (\n\t\"database/sql\"\n\t\"log\"\n\t\"os\"\n)\n\n\
             func Run() {\n\t_, err := sql.Open(\"none\", \"\")\n\tlog.SetFlags(0)\n\tlog.Print(err)\n\tos.Exit(7)\n}\n",
        ),
        (
            "main.go",
            "package main\n\nimport (\n\t\"log\"\n\t\"os\"\n\t\"plugin\"\n)\n\n\
             func main() {\n\topened, err := plugin.Open(os.Args[1])\n\tif err != nil {\n\t\tlog.Fatal(err)\n\t}\n\
             \trun, err := opened.Lookup(\"Run\")\n\tif err != nil {\n\t\tlog.Fatal(err)\n\t}\n\trun.(func())()\n}\n",
        ),
    ]);
    let [plain, woven] = ["plain", "woven"].map(|how| {
        let build = |flags: &[&str], name: &str, package: &str| {
            let out = app.out(how).join(name);
            let tool = if how == "plain" {
                app.go(["build"])
            } else {
                app.weft(["go", "build"])
            };
            tool.args(flags)
                .args(["-o"])
                .args([&out])
                .args([package])
                .ok();
            out
        };
        let program = build(&[], "program", ".");
        let plugin = build(&["-buildmode=plugin"], "plug.so", "./plug");
        run(&app, &program, plugin.to_str().unwrap())
    });
    assert_eq!(plain.status.code(), Some(7), "{plain}");
    assert_eq!(woven.seen(), plain.seen());
}

#[test]
fn a_shared_library_is_called_from_c() {
    let app = App::of(&[
        ("go.mod", "module example.com/shared\n\ngo 1.24.0\n"),
        (
            "shared.go",
            "package main\n\nimport \"C\"\n\nimport \"os\"\n\n\
             //export Leave\nfunc Leave(n C.int) { os.Exit(int(n) + 1) }\n\nfunc main() {}\n",
        ),
        (
            "c/main.c",
            "void Leave(int);\nint main() { Leave(41); return 1; }\n",
        ),
    ]);
    for how in ["plain", "woven"] {
        let library = app.out(how).join("libshared.so");
        let build = ["build", "-buildmode=c-shared", "-o"];
        let tool = match how {
            "plain" => app.go(build),
            _ => app.weft(["go"]).args(build),
        };
        tool.args([&library]).ok();
        let program = app.out(how).join("program");
        Tool::new("cc")
            .args(["-o".as_ref(), program.as_os_str()])
            .args([&app.directory().join("c/main.c"), &library])
            .ok();
        let finished = Tool::new(&program)
            .env("LD_LIBRARY_PATH", app.out(how))
            .env("OTEL_TRACES_EXPORTER", "none")
            .run();
        assert_eq!(finished.status.code(), Some(42), "{how}: {finished}");
    }
}
