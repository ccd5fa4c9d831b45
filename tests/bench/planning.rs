//! Planning by itself, of a module with many packages: a `go` that builds nothing.

use std::fmt::Write as _;

use anyhow::Context as _;
use weft_tests::App;

use crate::figure::{Times, at_most, milliseconds};

/// With those of the standard library, about 1500 in the build.
const PACKAGES: usize = 1300;

/// How many packages each of them imports.
const IMPORTS: usize = 4;

/// A package of middling size: what uses functions that plugins ask about, and much that does not.
fn package(number: usize) -> String {
    let mut text = format!(
        "package p{number}\n\nimport (\n\t\"context\"\n\t\"fmt\"\n\t\"log/slog\"\n\t\"net/http\"\n\t\"os\"\n\t\"time\"\n"
    );
    let imported = (1..=IMPORTS).filter_map(|distance| number.checked_sub(distance));
    let imported: Vec<usize> = imported.collect();
    // Writing to a string does not fail.
    for other in &imported {
        let _ = writeln!(text, "\t\"example.com/many/p{other}\"");
    }
    text.push_str(")\n\n");
    for function in 0..20 {
        let _ = writeln!(
            text,
            "// F{function} does a little of everything.\nfunc F{function}(ctx context.Context, r *http.Request, names map[string]int) (string, error) {{\n\tstart := time.Now()\n\tfor name, count := range names {{\n\t\tif count > {function} && r != nil {{\n\t\t\tslog.InfoContext(ctx, \"counted\", \"name\", name, \"took\", time.Since(start))\n\t\t}}\n\t}}\n\treturn fmt.Sprintf(\"%d of %s\", len(names), os.Getenv(\"NAME\")), ctx.Err()\n}}\n"
        );
    }
    for other in imported {
        let _ = writeln!(text, "var _ = p{other}.F0\n");
    }
    // Some of what is really woven, here and there.
    match number % 50 {
        0 => text.push_str("func Stop() { os.Exit(1) }\n"),
        1 => text.push_str("func Later(f func()) { time.AfterFunc(time.Second, f) }\n"),
        _ => {}
    }
    text
}

fn module() -> App {
    let app = App::of(&[("go.mod", "module example.com/many\n\ngo 1.24.0\n")]);
    for number in 0..PACKAGES {
        app.write(&format!("p{number}/p.go"), &package(number));
    }
    let last = PACKAGES - 1;
    app.write(
        "main.go",
        &format!(
            "package main\n\nimport \"example.com/many/p{last}\"\n\nfunc main() {{ _ = p{last}.F0 }}\n"
        ),
    );
    app
}

/// Plans for the first time, with nothing changed, and with one file of a woven package changed.
pub fn planning(rounds: usize) -> anyhow::Result<()> {
    println!("planning: {PACKAGES} packages of a module, and those of the standard library");
    let app = module();
    let real = app.go(["env", "GOROOT"]).ok().stdout.trim().to_owned();
    let peak = app.out("peak");
    let path = app.script(
        "bin",
        "go",
        &format!(
            "[ \"$1\" = build ] || exec '{real}/bin/go' \"$@\"\nexec grep VmHWM /proc/$PPID/status >'{}'",
            peak.display()
        ),
    );
    let plan = || {
        app.weft(["-q", "go", "build", "."])
            .env("PATH", &path)
            .env("WEFT_CACHE", app.out("weft"))
            .ok();
    };
    let memory = || -> anyhow::Result<f64> {
        let line = std::fs::read_to_string(&peak)?;
        let kilobytes = line.split_whitespace().nth(1);
        let kilobytes: f64 = kilobytes.with_context(|| line.clone())?.parse()?;
        Ok(kilobytes / 1000.0)
    };
    let [mut first, mut unchanged, mut edited] = [(); 3].map(|()| Times::default());
    first.take(plan)?;
    let mut most = memory()?;
    for round in 0..rounds {
        unchanged.take(plan)?;
        most = most.max(memory()?);
        app.write("p0/p.go", &format!("{}\nvar _ = {round}\n", package(0)));
        edited.take(plan)?;
        most = most.max(memory()?);
    }
    first.show("first plan")?;
    unchanged.show("nothing changed")?;
    edited.show("one file changed")?;
    for (name, times, target) in [
        ("plan-unchanged", unchanged, 10.0),
        ("plan-edited", edited, 150.0),
    ] {
        let least = times.min()?;
        at_most(&format!("{name}-ms"), milliseconds(least.wall), target);
        at_most(&format!("{name}-cpu-ms"), milliseconds(least.cpu), target);
    }
    at_most("plan-memory-mb", most, 200.0);
    Ok(())
}
