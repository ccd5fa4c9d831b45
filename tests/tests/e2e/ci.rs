//! The examples of docs/ci.md do what they say, as far as that can be seen without the services that run
//! them; and builds share caches.

use std::collections::BTreeSet;
use std::path::Path;
use std::thread;

use weft_tests::{App, Tool, command};

/// The example that begins with a comment that says `name`.
fn example(name: &str) -> String {
    let page = std::fs::read_to_string(command::repository().join("docs/ci.md")).unwrap();
    let blocks = page.split("```").skip(1).step_by(2);
    let texts = blocks.filter_map(|block| block.split_once('\n').map(|(_, text)| text));
    let mut found = texts.filter(|text| text.starts_with(&format!("# {name}\n")));
    let example = found.next().unwrap_or_else(|| panic!("no example {name}"));
    assert_eq!(found.next(), None, "two examples {name}");
    example.to_owned()
}

/// Runs a script of an example where `weft` is a command, as in the image.
pub fn run(app: &App, directory: &Path, script: &str) -> Tool {
    let weft = command::weft_binary();
    let path = app.script("bin", "weft", &format!("exec '{}' \"$@\"", weft.display()));
    Tool::new("sh")
        .args(["-euc", script])
        .directory(directory)
        .env("PATH", path)
        .env("GOCACHE", app.go_cache())
        .env("GOFLAGS", "-buildvcs=false")
        .env("GOTOOLCHAIN", "local")
        .env("WEFT_CACHE", app.out("weft-cache"))
        .env("OTEL_TRACES_EXPORTER", "none")
}

/// The items below a key of a YAML file, as `- item` lines have them.
fn items(yaml: &str, key: &str) -> Vec<String> {
    let mut lines = yaml
        .lines()
        .skip_while(|line| line.trim() != format!("{key}:"));
    let indent = |line: &str| line.len() - line.trim_start().len();
    let outer = indent(lines.next().unwrap_or_else(|| panic!("no {key} in {yaml}")));
    lines
        .take_while(|line| indent(line) > outer)
        .map(|line| line.trim().strip_prefix("- ").unwrap().to_owned())
        .collect()
}

/// The scripts of the steps of a workflow.
pub fn steps(workflow: &str) -> Vec<String> {
    let mut scripts = Vec::new();
    let mut lines = workflow.lines().peekable();
    while let Some(line) = lines.next() {
        let Some(script) = line.trim().strip_prefix("run: ") else {
            continue;
        };
        if script != "|" {
            scripts.push(script.to_owned());
            continue;
        }
        let indent = |line: &str| line.len() - line.trim_start().len();
        let mut block = String::new();
        while let Some(more) = lines.next_if(|more| indent(more) > indent(line)) {
            block.push_str(more.trim());
            block.push('\n');
        }
        scripts.push(block);
    }
    scripts
}

/// Makes the file that the examples compare with.
fn expect_what_is_woven(app: &App) {
    let script =
        "weft go build -trimpath -o out/ ./cmd/... && weft verify --json out/shop > woven.json";
    run(app, app.directory(), script).ok();
}

#[test]
fn the_workflow_of_github_runs() {
    let app = App::copy("shop");
    expect_what_is_woven(&app);
    let workflow = example(".github/workflows/build.yml");
    let steps = steps(&workflow);
    assert_eq!(steps.len(), 5, "{steps:?}");
    for step in &steps {
        let tool = run(&app, app.directory(), step);
        tool.env("HOME", app.out(""))
            .env("GITHUB_WORKSPACE", app.directory())
            .ok();
    }
    assert!(app.directory().join("out/shop.cdx.json").is_file());
}

#[test]
fn the_pipeline_of_gitlab_runs_and_notices_what_is_woven_anew() {
    let app = App::copy("shop");
    expect_what_is_woven(&app);
    let script = items(&example(".gitlab-ci.yml"), "script").join("\n");
    run(&app, app.directory(), &script).ok();
    app.replace(
        "cmd/shop/main.go",
        "import (",
        "import (\n\t_ \"net/rpc\"\n\t_ \"os/signal\"",
    );
    app.replace(
        "cmd/shop/main.go",
        "func main() {",
        "func main() {\n\ttime.AfterFunc(0, func() {})",
    );
    app.replace("cmd/shop/main.go", "\t\"log\"\n", "\t\"log\"\n\t\"time\"\n");
    let finished = run(&app, app.directory(), &script).fails();
    assert!(
        finished
            .stdout
            .contains("hooks of time.AfterFunc in example.com/shop/cmd/shop"),
        "{finished}"
    );
}

#[test]
fn the_dockerfile_builds_a_program() {
    let app = App::copy("shop");
    let file = example("shop");
    // Lines that go on are one instruction.
    let file = file.replace("\\\n", " ");
    let mut stages = BTreeSet::new();
    let mut ran = false;
    for line in file.lines() {
        let words: Vec<_> = line.split_whitespace().collect();
        match words.as_slice() {
            ["FROM", _, "AS", stage] => drop(stages.insert(*stage)),
            ["RUN", rest @ ..] => {
                let command: Vec<_> = rest
                    .iter()
                    .filter(|word| !word.starts_with("--mount="))
                    .copied()
                    .collect();
                let out = app.out("image");
                let command = command
                    .join(" ")
                    .replace("/out/", &format!("{}/", out.display()));
                run(&app, app.directory(), &command)
                    .env("CGO_ENABLED", "0")
                    .ok();
                ran = true;
            }
            ["COPY", from, source, _] if from.starts_with("--from=") => {
                assert!(stages.contains(&from["--from=".len()..]), "{line}");
                let copied = app.out("image").join(source.trim_start_matches("/out/"));
                assert!(copied.is_file(), "{line}");
            }
            _ => {}
        }
    }
    assert!(ran && stages.len() == 1);
}

#[test]
fn the_image_is_made_of_what_is_in_the_repository() {
    let file = example("golang-weft");
    let cargo = std::fs::read_to_string(command::repository().join("Cargo.toml")).unwrap();
    let rust = cargo
        .lines()
        .find_map(|line| line.strip_prefix("rust-version = "))
        .unwrap();
    assert!(
        file.contains(&format!("FROM rust:{}-", rust.trim_matches('"'))),
        "{file}"
    );
    assert!(file.contains("./dev build") && command::repository().join("dev").is_file());
    assert!(file.contains("/weft/target/release/weft"), "{file}");
}

#[test]
fn a_makefile_weaves_by_its_variable() {
    let app = App::copy("small");
    app.write("Makefile", &example("Makefile"));
    run(
        &app,
        app.directory(),
        "make build GO=\"weft go\" && weft verify out/flags",
    )
    .ok();
    let plain = run(&app, app.directory(), "make build && weft verify out/flags").fails();
    plain.assert_stderr(&["W0603"]);
    run(
        &app,
        app.directory(),
        "eval \"$(weft env --shell sh)\"; make build && weft verify out/flags",
    )
    .ok();
}

/// Packages that a build compiled, as `-v` prints them.
fn compiled(stderr: &str) -> Vec<&str> {
    stderr.lines().filter(|line| !line.contains(' ')).collect()
}

#[test]
fn what_one_machine_has_compiled_another_gets_from_a_remote_cache() {
    let program = App::shared("cacheprog");
    let cacheprog = program.plain(".");
    let app = App::copy("small");
    let build = |machine: &str| {
        let out = app.out(machine);
        let finished = app
            .weft(["go", "build", "-v", "-trimpath", "-o"])
            .args([out.join("flags")])
            .args(["./cmd/flags"])
            .env(
                "GOCACHEPROG",
                format!("{} {}", cacheprog.display(), app.out("remote").display()),
            )
            .env("GOCACHE", out.join("go-build"))
            .env("WEFT_CACHE", out.join("weft"))
            .ok();
        (
            compiled(&finished.stderr).len(),
            std::fs::read(out.join("flags")).unwrap(),
        )
    };
    let (first, one) = build("one");
    let (second, other) = build("other");
    assert!(first > 50, "{first} packages were compiled");
    assert_eq!(second, 0);
    assert!(one == other, "the binaries differ");
}

#[test]
fn builds_at_once_share_an_empty_cache() {
    let app = App::copy("small");
    let cache = app.out("weft-cache");
    let build = |number: usize| {
        let out = app.out(&format!("at-once{number}"));
        let tool = app.weft(["go", "build", "-trimpath", "-o"]).args([&out]);
        tool.args(["./cmd/flags"]).env("WEFT_CACHE", &cache).ok();
        std::fs::read(out).unwrap()
    };
    let binaries = thread::scope(|scope| {
        let threads: Vec<_> = (0..4)
            .map(|number| scope.spawn(move || build(number)))
            .collect();
        threads
            .into_iter()
            .map(|thread| thread.join().unwrap())
            .collect::<Vec<_>>()
    });
    assert!(binaries.windows(2).all(|pair| pair[0] == pair[1]));
}
