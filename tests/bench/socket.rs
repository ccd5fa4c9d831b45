//! A call of a woven function whose sockets are empty, beside the same function as it was.

use anyhow::Context as _;
use weft_tests::App;
use weft_weave::plan::{
    FilePlan, FunctionPlan, HookKind, HookPlan, ImportPlan, PassedArgument, Socket,
};
use weft_weave::syntax::SourceFile;
use weft_weave::weave::{Woven, weave_file};

use crate::figure::at_most;

const SOURCE: &str = r#"package target

import "context"

//go:noinline
func Plain(ctx context.Context, n int) (int, error) { return n + 1, ctx.Err() }

//go:noinline
func Woven(ctx context.Context, n int) (int, error) { return n + 1, ctx.Err() }
"#;

const BENCHMARK: &str = r#"package target

import (
	"context"
	"testing"
)

func BenchmarkPlain(b *testing.B) {
	ctx := context.Background()
	b.ReportAllocs()
	for n := range b.N {
		Plain(ctx, n)
	}
}

func BenchmarkWoven(b *testing.B) {
	ctx := context.Background()
	b.ReportAllocs()
	for n := range b.N {
		Woven(ctx, n)
	}
}
"#;

/// Calls both functions in turn, `rounds` times each.
pub fn call(rounds: usize) -> anyhow::Result<()> {
    println!("a call: a function with a before and an after socket, both empty");
    let woven = woven()?;
    let app = App::of(&[
        ("go.mod", "module example.com/target\n\ngo 1.24.0\n"),
        ("target.go", &woven.text),
        ("weft.target.go", &woven.sockets),
        ("target_test.go", BENCHMARK),
    ]);
    let binary = app.out("target.test");
    app.go(["test", "-c", "-o"]).args([&binary]).ok();
    let mut nanoseconds = [Vec::new(), Vec::new()];
    for _ in 0..rounds {
        for (name, times) in ["Plain", "Woven"].into_iter().zip(&mut nanoseconds) {
            let pattern = format!("-test.bench=^Benchmark{name}$");
            let run = weft_tests::Tool::new(&binary)
                .args(["-test.run=^$", "-test.benchtime=20ms", &pattern])
                .ok();
            times.push(measured(&run.stdout).with_context(|| run.stdout.clone())?);
        }
    }
    let [plain, woven] = nanoseconds.map(|mut times| {
        times.sort_by(f64::total_cmp);
        (times[0], times[times.len() / 2], times[times.len() - 1])
    });
    for (what, (min, median, max)) in [("plain call", plain), ("woven call", woven)] {
        println!(
            "{what:<32} min {min:>9.2} ns   median {median:>9.2} ns   max {max:>9.2} ns   n {rounds}"
        );
    }
    at_most("empty-socket-ns", woven.1 - plain.1, 2.0);
    Ok(())
}

/// The source with one function woven by the weaver itself.
fn woven() -> anyhow::Result<Woven> {
    let source = SourceFile::parse("target.go", SOURCE);
    let signature = source
        .function(None, "Woven")
        .context("the source has the function")?
        .signature();
    let argument = |index| PassedArgument {
        index,
        accessor: None,
    };
    let socket = |name: &str, go_type: &str| Socket {
        variable: format!("weft_{ID}_{name}"),
        go_type: go_type.to_owned(),
    };
    let plan = FilePlan {
        file: "target.go".to_owned(),
        functions: vec![FunctionPlan {
            receiver: None,
            name: "Woven".to_owned(),
            signature,
            hooks: vec![HookPlan {
                id: ID.to_owned(),
                kind: HookKind::Around,
                arguments: vec![argument(0), argument(1)],
                replaces: vec![0],
                results: vec![0, 1],
                replaces_results: Vec::new(),
            }],
        }],
        sockets: vec![
            socket(
                "b",
                "func(context.Context, int) (interface{}, context.Context)",
            ),
            socket("a", "func(interface{}, int, error)"),
        ],
        socket_imports: vec![ImportPlan {
            alias: "context".to_owned(),
            path: "context".to_owned(),
        }],
        ..FilePlan::default()
    };
    Ok(weave_file(&plan, SOURCE, "target.go")?)
}

const ID: &str = "0123456789ab";

/// Nanoseconds an operation, from a line of `go test -bench`.
fn measured(output: &str) -> Option<f64> {
    let words: Vec<&str> = output
        .lines()
        .find(|line| line.starts_with("Benchmark"))?
        .split_whitespace()
        .collect();
    let unit = words.iter().position(|word| *word == "ns/op")?;
    let allocations = words.iter().position(|word| *word == "allocs/op")?;
    (words[allocations - 1] == "0").then(|| words[unit - 1].parse().ok())?
}
