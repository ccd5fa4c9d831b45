//! Times and how they are printed.

use std::time::{Duration, Instant};

use anyhow::Context as _;
use nix::sys::resource::{UsageWho, getrusage};
use nix::sys::time::TimeVal;

/// How long something took.
#[derive(Debug, Clone, Copy)]
pub struct Time {
    /// On the clock.
    pub wall: Duration,
    /// Of the processors, by all processes that it started: what other work on the machine disturbs
    /// least.
    pub cpu: Duration,
}

/// Times of one thing, in the order they were taken.
#[derive(Default)]
pub struct Times(Vec<Time>);

impl Times {
    /// Runs something and keeps its time.
    pub fn take(&mut self, run: impl FnOnce()) -> anyhow::Result<()> {
        let (start, before) = (Instant::now(), children()?);
        run();
        self.0.push(Time {
            wall: start.elapsed(),
            cpu: children()?.saturating_sub(before),
        });
        Ok(())
    }

    /// The shortest times: those that other work on the machine disturbed least.
    pub fn min(&self) -> anyhow::Result<Time> {
        let least = |of: fn(&Time) -> Duration| self.0.iter().map(of).min();
        Ok(Time {
            wall: least(|time| time.wall).context("nothing was timed")?,
            cpu: least(|time| time.cpu).context("nothing was timed")?,
        })
    }

    /// Two lines for a person.
    pub fn show(&self, what: &str) -> anyhow::Result<()> {
        let walls = self.0.iter().map(|time| time.wall);
        let cpus = self.0.iter().map(|time| time.cpu);
        let parts = [("wall", walls.collect::<Vec<_>>()), ("cpu", cpus.collect())];
        for (n, (part, mut sorted)) in parts.into_iter().enumerate() {
            sorted.sort();
            let (first, last) = (sorted.first(), sorted.last());
            let (Some(first), Some(last)) = (first, last) else {
                anyhow::bail!("nothing was timed");
            };
            println!(
                "{:<32} {part:<4} min {:>9.1} ms   median {:>9.1} ms   max {:>9.1} ms   n {}",
                if n == 0 { what } else { "" },
                milliseconds(*first),
                milliseconds(sorted[sorted.len() / 2]),
                milliseconds(*last),
                sorted.len(),
            );
        }
        Ok(())
    }
}

/// Time of the processors used by processes that have ended, this one's and theirs.
fn children() -> anyhow::Result<Duration> {
    let usage = getrusage(UsageWho::RUSAGE_CHILDREN)?;
    let duration = |time: TimeVal| -> anyhow::Result<Duration> {
        let seconds = u64::try_from(time.tv_sec())?;
        let micros = u64::try_from(time.tv_usec())?;
        Ok(Duration::from_secs(seconds) + Duration::from_micros(micros))
    };
    Ok(duration(usage.user_time())? + duration(usage.system_time())?)
}

/// How many times as long one thing took as another: on the clock, and of the processors.
pub fn ratios(one: &Times, other: &Times) -> anyhow::Result<(f64, f64)> {
    let (one, other) = (one.min()?, other.min()?);
    Ok((
        one.wall.as_secs_f64() / other.wall.as_secs_f64(),
        one.cpu.as_secs_f64() / other.cpu.as_secs_f64(),
    ))
}

/// Milliseconds with their fraction.
pub fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

/// Megabytes with their fraction.
#[expect(clippy::cast_precision_loss, reason = "sizes are far below 2^53")]
pub fn megabytes(bytes: u64) -> f64 {
    bytes as f64 / 1e6
}

/// Prints a figure with an upper bound as its target.
pub fn at_most(name: &str, value: f64, target: f64) {
    println!("figure: {name} {value:.3} target <= {target}");
}
