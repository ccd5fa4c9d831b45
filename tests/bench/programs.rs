//! Builds of large programs that nobody here wrote, plain, woven, and with what else a user could choose.

use std::path::{Path, PathBuf};

use weft_tests::program::{PROGRAMS, Program};
use weft_tests::{App, Tool, go, weft_binary};

use crate::figure::{Times, at_most, megabytes, milliseconds, ratios};

/// Those that are built when none is named.
const USUAL: [&str; 3] = ["hugo", "caddy", "prometheus"];

/// Of this repository: what peers can build that large programs are too much for.
const SHOP: Program = Program {
    name: "shop",
    module: "",
    package: "./cmd/shop",
    main: None,
    touched: "cmd/shop/main.go",
    profiled: None,
    runs: &[],
};

/// A way to build a program.
struct Builder {
    name: &'static str,
    /// What is started.
    executable: PathBuf,
    arguments: &'static [&'static str],
    /// Where it builds: peers edit the tree.
    app: App,
}

impl Builder {
    fn build(&self, program: &Program, caches: &Path) {
        self.tool(program, caches).ok();
    }

    /// Whether it can build the program at all: a peer may need what cannot be had, or break the program.
    fn can(&self, program: &Program) -> bool {
        let finished = self.tool(program, &self.app.out("tried")).run();
        if !finished.status.success() {
            let said = finished.stderr.lines().rev().take(20).collect::<Vec<_>>();
            println!("{} is left out, it failed with:", self.name);
            said.iter().rev().for_each(|line| println!("  {line}"));
        }
        finished.status.success()
    }

    fn tool(&self, program: &Program, caches: &Path) -> Tool {
        self.app
            .tool(&self.executable, self.arguments)
            .args(["build", "-o"])
            .args([self.app.out("built").join(self.name)])
            .args([program.package])
            .env("GOCACHE", caches.join("go-build"))
            .env("WEFT_CACHE", caches.join("weft"))
    }

    /// Changes a file in a way that the compiler and the linker have to look at.
    fn touch(&self, program: &Program, round: usize) -> anyhow::Result<()> {
        let path = self.app.directory().join(program.touched);
        let text = std::fs::read_to_string(&path)?;
        // What is from the module cache may not be written to.
        std::fs::remove_file(&path)?;
        let added = format!("func weftBench{round}() int {{ return {round} }}");
        std::fs::write(&path, format!("{text}\n{added}\n"))?;
        Ok(())
    }

    fn is_peer(&self) -> bool {
        PEERS.iter().any(|(name, ..)| *name == self.name)
    }

    fn size(&self) -> anyhow::Result<u64> {
        Ok(std::fs::metadata(self.app.out("built").join(self.name))?.len())
    }
}

const PLAIN: &str = "go build";
const WEFT: &str = "weft go build";

/// Peers by the program that is looked for on PATH.
const PEERS: [(&str, &str, &[&str]); 3] = [
    ("orchestrion go build", "orchestrion", &["go"]),
    ("otelc go build", "otelc", &["go"]),
    ("otel go build", "otel", &["go"]),
];

fn builders(program: &Program) -> anyhow::Result<Vec<Builder>> {
    let mut all = vec![
        (PLAIN, PathBuf::from("go"), &[][..]),
        (WEFT, weft_binary(), &["-q", "go"][..]),
    ];
    let path = std::env::var_os("PATH").unwrap_or_default();
    for (name, file, arguments) in PEERS {
        let found = std::env::split_paths(&path)
            .map(|folder| folder.join(file))
            .find(|file| file.is_file());
        all.extend(found.map(|file| (name, file, arguments)));
    }
    let builder = |(name, executable, arguments)| {
        Ok(Builder {
            name,
            executable,
            arguments,
            app: match program.module {
                "" => App::copy(program.name).cold(),
                _ => program.app()?,
            },
        })
    };
    all.into_iter().map(builder).collect()
}

/// Measures the programs whose names are given, or the usual ones.
pub fn programs(names: &[String], rounds: usize) -> anyhow::Result<()> {
    for program in [SHOP].into_iter().chain(PROGRAMS) {
        let usual = names.is_empty() && USUAL.contains(&program.name);
        if usual || names.iter().any(|name| name == program.name) {
            measure(&program, rounds)?;
        }
    }
    Ok(())
}

fn measure(program: &Program, rounds: usize) -> anyhow::Result<()> {
    println!("{}: {}", program.name, program.module);
    let mut builders = builders(program)?;
    // What has to be fetched is fetched now.
    builders[0].app.go(["mod", "download"]).ok();
    builders.retain(|builder| !builder.is_peer() || builder.can(program));
    let plain = &builders[0];
    let caches = |builder: &Builder| builder.app.out("caches");
    let mut cold = times(&builders);
    for (builder, times) in builders.iter().zip(&mut cold) {
        times.take(|| builder.build(program, &caches(builder)))?;
    }
    report(program, "cold", &builders, &cold, 1.10)?;

    // Each on a copy of what the plain build has left.
    let mut warm = times(&builders);
    for (builder, times) in builders.iter().zip(&mut warm).skip(1) {
        let after_plain = builder.app.out("after-plain");
        go::link_tree(
            &caches(plain).join("go-build"),
            &after_plain.join("go-build"),
        )?;
        times.take(|| builder.build(program, &after_plain))?;
        std::fs::remove_dir_all(after_plain)?;
    }
    for (builder, times) in builders.iter().zip(&warm).skip(1) {
        times.show(&format!("after go build: {}", builder.name))?;
        let (wall, cpu) = ratios(times, &cold[0])?;
        let name = builder.name.replace(' ', "-");
        println!(
            "figure: {}-after-plain {name} wall {wall:.3} cpu {cpu:.3} of cold plain",
            program.name
        );
    }

    let mut unchanged = times(&builders);
    let mut touched = times(&builders);
    for round in 0..rounds {
        for (builder, times) in builders.iter().zip(&mut unchanged) {
            times.take(|| builder.build(program, &caches(builder)))?;
        }
        for (builder, times) in builders.iter().zip(&mut touched) {
            builder.touch(program, round)?;
            times.take(|| builder.build(program, &caches(builder)))?;
        }
    }
    report(program, "unchanged", &builders, &unchanged, 1.10)?;
    let extra = milliseconds(unchanged[1].min()?.wall) - milliseconds(unchanged[0].min()?.wall);
    at_most(&format!("{}-unchanged-extra-ms", program.name), extra, 50.0);
    report(program, "touched", &builders, &touched, 1.10)?;
    for builder in &builders {
        println!("{:<32} {:.1} MB", builder.name, megabytes(builder.size()?));
    }
    at_most(
        &format!("{}-size", program.name),
        megabytes(builders[1].size()?) / megabytes(plain.size()?),
        1.05,
    );
    Ok(())
}

fn times(builders: &[Builder]) -> Vec<Times> {
    builders.iter().map(|_| Times::default()).collect()
}

/// Prints what each builder took, and its ratio to the plain one, which comes first.
fn report(
    program: &Program,
    what: &str,
    builders: &[Builder],
    times: &[Times],
    target: f64,
) -> anyhow::Result<()> {
    for (builder, taken) in builders.iter().zip(times) {
        taken.show(&format!("{what}: {}", builder.name))?;
    }
    for (builder, taken) in builders.iter().zip(times).skip(1) {
        let (wall, cpu) = ratios(taken, &times[0])?;
        let name = format!("{}-{what}", program.name);
        if builder.name == WEFT {
            at_most(&name, wall, target);
            at_most(&format!("{name}-cpu"), cpu, target);
        } else {
            let peer = builder.name.replace(' ', "-");
            println!("figure: {name} {peer} wall {wall:.3} cpu {cpu:.3}");
        }
    }
    Ok(())
}
