//! The standard library's own tests, with a hook around every one of its functions that can be woven:
//! each hook passes on all that it is given, so what passes plain must pass woven.
//!
//! `WEFT_TORTURE` names the packages to weave and test, such as `encoding/... net/http`, or is `all`, as
//! `just torture` has it; without it, a few are taken. `tests/torture/expected.txt` lists tests that may fail, with the reason.
#![expect(clippy::unwrap_used, reason = "a test says so when it cannot go on")]
#![expect(
    clippy::print_stderr,
    reason = "a run takes long, and says what failed"
)]

mod common;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use common::library;
use common::plugged::weave;

const SHORT: &str =
    "bufio container/... encoding/csv encoding/json path/filepath sort strconv text/...";

/// Below all others: what runs where Go code may not call Go code, or may not allocate, and what a hook
/// itself is made of. `internal` holds what the runtime is built of.
const NOT_WOVEN: [&str; 4] = ["runtime", "internal", "sync/atomic", "unsafe"];

/// Outcomes of tests, by package and name; a package without a name stands for itself.
fn outcomes(folder: &Path, overlay: Option<&str>, packages: &[String]) -> BTreeMap<String, String> {
    let mut arguments = vec![
        "test",
        "-json",
        "-short",
        "-vet=off",
        "-count=1",
        "-timeout=20m",
    ];
    arguments.extend(overlay);
    arguments.extend(packages.iter().map(String::as_str));
    let output = library::go(&arguments)
        .current_dir(folder)
        .output()
        .unwrap();
    let events = String::from_utf8_lossy(&output.stdout);
    let mut out = BTreeMap::new();
    let mut said = BTreeMap::<String, String>::new();
    for line in events.lines() {
        let Ok(event) = serde_json::from_str::<serde_json::Value>(line) else {
            continue;
        };
        let field = |name: &str| event[name].as_str().unwrap_or_default().to_owned();
        let (package, test) = (field("Package"), field("Test"));
        let package = if package.is_empty() {
            field("ImportPath")
        } else {
            package
        };
        let name = format!("{package} {test}").trim().to_owned();
        match event["Action"].as_str() {
            Some("output" | "build-output") => {
                said.entry(name).or_default().push_str(&field("Output"));
            }
            Some(action @ ("pass" | "fail" | "skip" | "build-fail")) => {
                if action.ends_with("fail") && overlay.is_some() {
                    let said = said.get(&name).map_or("", String::as_str);
                    let said = said.chars().take(3000).collect::<String>();
                    eprintln!("--- {name}\n{said}");
                }
                // A name that holds an address is another one in each run.
                if !name.contains("0x") {
                    out.insert(name, action.to_owned());
                }
            }
            _ => {}
        }
    }
    assert!(
        !out.is_empty(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    out
}

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
    let mut replace = BTreeMap::new();
    let mut packages = Vec::new();
    let mut functions = 0;
    for listed in listed.iter().filter(|l| may_be_woven(&l.import_path)) {
        for (path, woven) in weave(listed).unwrap() {
            let out = dir.path().join(format!("{}.go", replace.len()));
            functions += woven.matches("\nvar weft_").count();
            fs::write(&out, woven).unwrap();
            replace.insert(path, out);
        }
        packages.push(listed.import_path.clone());
    }
    assert!(functions > 0, "nothing is woven");
    let overlay = dir.path().join("overlay.json");
    let text = serde_json::to_string(&BTreeMap::from([("Replace", replace)])).unwrap();
    fs::write(&overlay, text).unwrap();
    fs::write(dir.path().join("go.mod"), "module torture\n\ngo 1.24\n").unwrap();
    let overlay = format!("-overlay={}", overlay.display());
    let plain = outcomes(dir.path(), None, &packages);
    let woven = outcomes(dir.path(), Some(&overlay), &packages);
    let expected = include_str!("torture/expected.txt")
        .lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| line.split(" # ").next())
        .collect::<BTreeSet<_>>();
    let lost = plain
        .iter()
        .filter(|(name, outcome)| {
            // A package fails with any of its tests, and a test with any below it.
            let is_test = name.contains(' ');
            let passed = matches!(outcome.as_str(), "pass" | "skip");
            let allowed = expected
                .iter()
                .any(|test| name == test || name.starts_with(&format!("{test}/")));
            (is_test || !woven.contains_key(*name))
                && passed
                && woven.get(*name).is_none_or(|woven| woven != *outcome)
                && !allowed
        })
        .map(|(name, outcome)| {
            let woven = woven.get(name).map_or("nothing", String::as_str);
            format!("{name}: {outcome}, woven {woven}")
        })
        .collect::<Vec<_>>();
    eprintln!(
        "{} packages, {functions} sockets, {} tests",
        packages.len(),
        plain.len()
    );
    assert!(lost.is_empty(), "{}", lost.join("\n"));
}
