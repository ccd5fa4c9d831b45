//! Compares weft with plain go, in interleaved runs: builds, binaries, and a call through a socket that
//! nothing is plugged into.
//!
//! `WEFT_BENCH_ROUNDS` is how often the short builds are repeated (15); cold builds take their time and
//! run an eighth as often. Arguments choose among `unchanged`, `planning`, `plugins`, `step`, `cold`, `size` and
//! `call`; without any, all run. `programs`, with or without names, builds large programs instead, which takes its time: each
//! cold build is run once, the others `WEFT_BENCH_ROUNDS` times (5).
#![allow(
    clippy::print_stdout,
    reason = "the figures are what a benchmark is for"
)]

mod builds;
mod figure;
mod installed;
mod planning;
mod programs;
mod socket;
mod step;

fn main() -> anyhow::Result<()> {
    let rounds = |usual: usize| match std::env::var("WEFT_BENCH_ROUNDS") {
        Ok(rounds) => rounds.parse().map_err(anyhow::Error::from),
        Err(_) => Ok(usual),
    };
    let wanted: Vec<String> = std::env::args().skip(1).collect();
    if let Some((first, names)) = wanted.split_first()
        && first == "programs"
    {
        return programs::programs(names, rounds(5)?);
    }
    let rounds = rounds(15)?;
    for (name, run) in PARTS {
        if wanted.is_empty() || wanted.iter().any(|wanted| wanted == name) {
            run(rounds)?;
        }
    }
    Ok(())
}

/// A benchmark; it gets the number of rounds.
type Part = fn(usize) -> anyhow::Result<()>;

const PARTS: [(&str, Part); 7] = [
    ("unchanged", builds::unchanged),
    ("planning", planning::planning),
    ("plugins", installed::installed),
    ("step", step::step),
    ("cold", |rounds| builds::cold(rounds.div_ceil(8))),
    ("size", |_| builds::size()),
    ("call", socket::call),
];
