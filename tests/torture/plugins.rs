//! Runs libraries' own tests, woven with the built-in plugins, and compares. Arguments are words of the paths
//! of modules; without any, all modules of the list are taken.
#![allow(
    clippy::print_stdout,
    reason = "a run takes long, and says how far it is"
)]

use weft_tests::Suite;

fn main() -> anyhow::Result<()> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let wanted = |suite: &Suite| words.is_empty() || words.iter().any(|w| suite.module.contains(w));
    let mut lost = 0;
    let mut tried = 0;
    for suite in Suite::ALL.into_iter().filter(wanted) {
        let compared = suite.compare()?;
        for test in &compared.lost {
            println!("{test}");
        }
        println!(
            "{}: {} tests that pass plain, {} differences; {}",
            suite.module,
            compared.passed,
            compared.lost.len(),
            compared.woven
        );
        lost += compared.lost.len();
        tried += 1;
    }
    anyhow::ensure!(tried > 0, "no module of the list has one of {words:?}");
    anyhow::ensure!(lost == 0, "{lost} tests pass plain and not woven");
    Ok(())
}
