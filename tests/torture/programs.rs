//! Builds large programs plain and woven, some of them by a profile too, runs both, and compares what people
//! see of them: output, exit code, dependencies. Arguments name programs; without any, all are built.
#![allow(
    clippy::print_stdout,
    reason = "a run takes long, and says how far it is"
)]

use std::path::{Path, PathBuf};

use weft_tests::program::{PROGRAMS, Program};
use weft_tests::{App, Finished, Tool};

fn main() -> anyhow::Result<()> {
    let wanted: Vec<String> = std::env::args().skip(1).collect();
    let known = |name: &String| PROGRAMS.iter().any(|program| program.name == name);
    if let Some(unknown) = wanted.iter().find(|name| !known(name)) {
        let names = PROGRAMS.map(|program| program.name).join(", ");
        anyhow::bail!("no program {unknown:?}; there are {names}");
    }
    let mut differences = Vec::new();
    for program in PROGRAMS {
        if wanted.is_empty() || wanted.iter().any(|name| name == program.name) {
            let found = compare(&program)?;
            let count = found.len();
            println!("{}: {count} differences", program.module);
            differences.extend(
                found
                    .into_iter()
                    .map(|text| format!("{}: {text}", program.name)),
            );
        }
    }
    anyhow::ensure!(differences.is_empty(), "{}", differences.join("\n"));
    Ok(())
}

fn compare(program: &Program) -> anyhow::Result<Vec<String>> {
    let app = program.app()?;
    let mut differences = compare_builds(&app, program)?;
    if let Some(arguments) = program.profiled {
        let profile = profile(&app, program, arguments)?;
        let beside = app.directory().join(program.package).join("default.pgo");
        std::fs::copy(profile, beside)?;
        let found = compare_builds(&app, program)?;
        for output in outputs(&app, program) {
            let said = Tool::new("go").args(["version", "-m"]).args([output]).ok();
            anyhow::ensure!(said.stdout.contains("-pgo="), "{said}");
        }
        differences.extend(
            found
                .into_iter()
                .map(|text| format!("by a profile: {text}")),
        );
    }
    Ok(differences)
}

/// Where the plain program is built, and the woven one: in folders, so that both have one name.
fn outputs(app: &App, program: &Program) -> [PathBuf; 2] {
    ["plain", "woven"].map(|how| app.out(how).join(program.name))
}

/// Runs the plain program so that it writes a profile, and returns where that is.
fn profile(app: &App, program: &Program, arguments: &[&str]) -> anyhow::Result<PathBuf> {
    let [plain, _] = outputs(app, program);
    let profile = app.out("profile");
    let path = profile.to_string_lossy();
    let arguments = arguments.iter().map(|word| word.replace("PROFILE", &path));
    app.tool(plain, arguments)
        .env("XDG_CACHE_HOME", app.out("cache"))
        .env("XDG_CONFIG_HOME", app.out("config"))
        .ok();
    anyhow::ensure!(profile.exists(), "{} wrote no profile", program.name);
    Ok(profile)
}

/// Builds a program plain and woven, and compares.
fn compare_builds(app: &App, program: &Program) -> anyhow::Result<Vec<String>> {
    let before = app.tree();
    let [plain, woven] = outputs(app, program);
    let build = |tool: Tool, out| tool.args(["-o"]).args([out]).args([program.package]).run();
    let outcome = build(app.go(["build"]), &plain);
    anyhow::ensure!(
        outcome.status.success(),
        "{}: {}",
        program.name,
        outcome.stderr
    );
    let outcome = build(app.weft(["go", "build"]), &woven);
    if !outcome.status.success() {
        return Ok(vec![format!("does not build woven:\n{}", outcome.stderr)]);
    }
    let mut differences = Vec::new();
    if app.tree() != before {
        differences.push("the source tree has changed".to_owned());
    }
    let [a, b] = [&plain, &woven].map(|file| dependencies(file));
    if a != b {
        differences.push(format!("dependencies differ:\n{a}\n---\n{b}"));
    }
    for arguments in program.runs {
        let [a, b] = [&plain, &woven].map(|file| {
            Tool::new(file)
                .args(*arguments)
                .directory(app.directory())
                .env("OTEL_TRACES_EXPORTER", "none")
                .run()
        });
        if seen(&a, &plain) != seen(&b, &woven) {
            differences.push(format!("{arguments:?}:\n{a:#?}\n{b:#?}"));
        }
    }
    Ok(differences)
}

/// Module path, version and sum of each dependency that a binary names.
fn dependencies(file: &Path) -> String {
    let said = Tool::new("go").args(["version", "-m"]).args([file]).ok();
    let lines = said.stdout.lines().filter(|line| {
        let word = line.split_whitespace().next();
        matches!(word, Some("path" | "mod" | "dep" | "=>"))
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// What a person sees of a run, whatever the executable's path and the time.
fn seen(run: &Finished, file: &Path) -> String {
    let folder = file.parent().unwrap_or(file).to_string_lossy().into_owned();
    let text = run.seen().replace(&folder, "");
    let digits = |line: &str| line.replace(|c: char| c.is_ascii_digit(), "0");
    let lines = text.lines().map(|line| {
        // Lines of logs begin with their time, or hold it.
        let dated =
            line.as_bytes().get(4) == Some(&b'/') && line.starts_with(|c: char| c.is_ascii_digit());
        if dated || line.contains("\"ts\":") || line.contains("time=") {
            digits(line)
        } else {
            line.to_owned()
        }
    });
    lines.collect::<Vec<_>>().join("\n")
}
