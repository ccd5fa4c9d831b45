//! Compares weft with plain go, in interleaved runs: builds, binaries, and a call through a socket that
//! nothing is plugged into.
//!
//! `WEFT_BENCH_ROUNDS` is how often the short builds are repeated (15); cold builds take their time and
//! run an eighth as often. Arguments choose among `unchanged`, `cold`, `size` and `call`; without any,
//! all run.
#![allow(
    clippy::print_stdout,
    reason = "the figures are what a benchmark is for"
)]

mod builds;
mod figure;
mod socket;

fn main() -> anyhow::Result<()> {
    let rounds = match std::env::var("WEFT_BENCH_ROUNDS") {
        Ok(rounds) => rounds.parse()?,
        Err(_) => 15,
    };
    let wanted: Vec<String> = std::env::args().skip(1).collect();
    for (name, run) in PARTS {
        if wanted.is_empty() || wanted.iter().any(|wanted| wanted == name) {
            run(rounds)?;
        }
    }
    Ok(())
}

/// A benchmark; it gets the number of rounds.
type Part = fn(usize) -> anyhow::Result<()>;

const PARTS: [(&str, Part); 4] = [
    ("unchanged", builds::unchanged),
    ("cold", |rounds| builds::cold(rounds.div_ceil(8))),
    ("size", |_| builds::size()),
    ("call", socket::call),
];
