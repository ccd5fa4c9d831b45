//! A compile step of a package that is not woven, beside the compiler alone.

use weft_tests::{App, Tool};

use crate::figure::{Times, at_most, milliseconds};

/// Steps that are timed together: one alone is too short for the clock of the processors.
const STEPS: u32 = 50;

/// Starts the compiler, which says its version, by itself and through weft.
pub fn step(rounds: usize) -> anyhow::Result<()> {
    println!("step: {STEPS} times the compiler alone, and through a compile step without a marker");
    let app = App::shared("small");
    let compiler = app.go(["tool", "-n", "compile"]).ok().stdout;
    let compiler = compiler.trim();
    let step = app.compile_step("./cmd/flags", &app.out("weft"));
    let [mut alone, mut through] = [(); 2].map(|()| Times::default());
    for _ in 0..rounds {
        alone.take(|| {
            for _ in 0..STEPS {
                Tool::new(compiler).args(["-V=full"]).ok();
            }
        })?;
        through.take(|| {
            for _ in 0..STEPS {
                Tool::new(&step[0])
                    .args(&step[1..])
                    .args([compiler, "-V=full"])
                    .env("GOGC", "400")
                    .env("WEFT_GOGC", "400")
                    .ok();
            }
        })?;
    }
    alone.show("compiler alone")?;
    through.show("compile step without a marker")?;
    let (alone, through) = (alone.min()?, through.min()?);
    let added = |through, alone| (milliseconds(through) - milliseconds(alone)) / f64::from(STEPS);
    at_most("step-added-ms", added(through.wall, alone.wall), 1.0);
    at_most("step-added-cpu-ms", added(through.cpu, alone.cpu), 1.0);
    Ok(())
}
