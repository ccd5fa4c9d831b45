//! The standard library's own tests, with a hook around every one of its functions that can be woven:
//! each hook passes on all that it is given, so what passes plain must pass woven.
//!
//! `WEFT_TORTURE` names the packages to weave and test, such as `encoding/... net/http`, or is `all`, as
//! `just torture` has it; without it, a few are taken. `tests/torture/expected.txt` lists tests that may fail, with the reason.
#![expect(clippy::unwrap_used, reason = "a test says so when it cannot go on")]

mod common;

use std::fs;

use common::library;
use common::plugged::weave;
use common::suite::Suite;

const SHORT: &str =
    "bufio container/... encoding/csv encoding/json path/filepath sort strconv text/...";

/// Below all others: what runs where Go code may not call Go code, or may not allocate, and what a hook
/// itself is made of. `internal` holds what the runtime is built of.
const NOT_WOVEN: [&str; 4] = ["runtime", "internal", "sync/atomic", "unsafe"];

#[test]
fn the_standard_library_passes_its_own_tests_with_hooks_everywhere() {
    let wanted = std::env::var("WEFT_TORTURE").unwrap_or_else(|_| SHORT.to_owned());
    let wanted = if wanted == "all" { "std" } else { &wanted };
    let listed = library::list(wanted);
    let may_be_woven = |path: &str| {
        let below = |root: &str| path == root || path.starts_with(&format!("{root}/"));
        !NOT_WOVEN.into_iter().any(below) && !path.starts_with("vendor/")
    };
    let dir = tempfile::tempdir().unwrap();
    let mut texts = Vec::new();
    let mut packages = Vec::new();
    for listed in listed.iter().filter(|l| may_be_woven(&l.import_path)) {
        texts.extend(weave(listed, &library::Vendored).unwrap());
        packages.push(listed.import_path.clone());
    }
    let suite = Suite {
        folder: dir.path(),
        go: &library::go,
        timeout: "20m",
        overlay: dir.path().join("woven/overlay.json"),
    };
    // The module says of which Go version programs behave.
    let go_mod = format!("module torture\n\ngo {}\n", library::language());
    fs::write(dir.path().join("go.mod"), go_mod).unwrap();
    let sockets = suite.replace(&texts);
    assert!(sockets > 0, "nothing is woven");
    let compared = suite.compare(&packages);
    eprintln!(
        "{}{} packages, {sockets} sockets, {} tests that pass plain",
        compared.said,
        packages.len(),
        compared.passed
    );
    assert!(compared.lost.is_empty(), "{}", compared.lost.join("\n"));
}
