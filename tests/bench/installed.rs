//! What plugins of a project add to planning: many that are installed, of which a few match.

use std::fmt::Write as _;

use weft_tests::App;
use weft_tests::artifact::{component, renamed};

use crate::figure::{Times, at_most, milliseconds};

/// How many plugins the project has.
const PLUGINS: usize = 50;

/// How many of them weave its package.
const MATCHING: usize = 8;

fn module() -> App {
    App::of(&[
        ("go.mod", "module example.com/victim\n\ngo 1.24.0\n"),
        ("victim.go", &package(0)),
        (
            "cmd/main.go",
            "package main\n\nimport \"example.com/victim\"\n\nfunc main() { victim.Target() }\n",
        ),
    ])
}

/// The package that plugins weave, as an edit leaves it.
fn package(edit: usize) -> String {
    format!("package victim\n\nvar Edit = {edit}\n\nfunc Target() {{}}\n")
}

/// Plans after an edit, with the plugins and without them, in turn.
pub fn installed(rounds: usize) -> anyhow::Result<()> {
    println!("plugins: {PLUGINS} of a project, of which {MATCHING} weave what was edited");
    let [with, without] = [module(), module()];
    let plugin = component("weft_plugin_hostile");
    let elsewhere = renamed(&plugin, "example.com/victim", "example.com/nobody");
    for n in 0..PLUGINS {
        let base = if n < MATCHING { &plugin } else { &elsewhere };
        let mut name = String::new();
        // Writing to a string does not fail. As long as the plugin's own name, which it takes the place of.
        let _ = write!(name, "plug{n:03}");
        let file = format!("{name}.wasm");
        let path = with.directory().join(&file);
        std::fs::write(path, renamed(base, "hostile", &name))?;
        with.weft(["-q", "plugin", "add", &file, "--yes"])
            .env("WEFT_CACHE", with.out("weft"))
            .ok();
    }
    let real = with.go(["env", "GOROOT"]).ok().stdout.trim().to_owned();
    let plan = |app: &App| {
        let text = format!("[ \"$1\" = build ] || exec '{real}/bin/go' \"$@\"");
        let path = app.script("bin", "go", &text);
        app.weft(["-q", "go", "build", "./cmd"])
            .env("PATH", &path)
            .env("WEFT_CACHE", app.out("weft"))
            .ok();
    };
    let mut times = [(); 2].map(|()| Times::default());
    for round in 0..=rounds {
        for (app, times) in [&with, &without].into_iter().zip(&mut times) {
            app.write("victim.go", &package(round));
            if round == 0 {
                // Compiles the plugins and asks them.
                plan(app);
            } else {
                times.take(|| plan(app))?;
            }
        }
    }
    let [with, without] = times;
    with.show("with the plugins")?;
    without.show("without")?;
    let (with, without) = (with.min()?, without.min()?);
    for (name, with, without) in [
        ("plan-50-plugins-ms", with.wall, without.wall),
        ("plan-50-plugins-cpu-ms", with.cpu, without.cpu),
    ] {
        at_most(name, milliseconds(with) - milliseconds(without), 60.0);
    }
    Ok(())
}
