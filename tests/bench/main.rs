//! Compares weft with plain go, in interleaved runs: builds, binaries, and a call through a socket that
//! nothing is plugged into.
//!
//! `WEFT_BENCH_ROUNDS` is how often the short builds are repeated (15); cold builds take their time and
//! run an eighth as often.
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
    builds::unchanged(rounds)?;
    let warm = builds::after_a_plain_build(rounds.div_ceil(4))?;
    builds::cold(rounds.div_ceil(8), warm)?;
    builds::size()?;
    socket::call(rounds)
}
