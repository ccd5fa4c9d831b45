//! Times and how they are printed.

use std::time::{Duration, Instant};

use anyhow::Context as _;

/// Times of one thing, in the order they were taken.
#[derive(Default)]
pub struct Times(Vec<Duration>);

impl Times {
    /// Runs something and keeps its time.
    pub fn take(&mut self, run: impl FnOnce()) {
        let start = Instant::now();
        run();
        self.0.push(start.elapsed());
    }

    /// The shortest time: the one that other work on the machine disturbed least.
    pub fn min(&self) -> anyhow::Result<Duration> {
        self.0.iter().min().copied().context("nothing was timed")
    }

    /// One line for a person.
    pub fn show(&self, what: &str) -> anyhow::Result<()> {
        let mut sorted = self.0.clone();
        sorted.sort();
        println!(
            "{what:<32} min {:>9.1} ms   median {:>9.1} ms   max {:>9.1} ms   n {}",
            milliseconds(self.min()?),
            milliseconds(sorted[sorted.len() / 2]),
            milliseconds(sorted[sorted.len() - 1]),
            sorted.len(),
        );
        Ok(())
    }
}

/// Milliseconds with their fraction.
pub fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

/// Prints a figure with an upper bound as its target.
pub fn at_most(name: &str, value: f64, target: f64) {
    println!("figure: {name} {value:.3} target <= {target}");
}
