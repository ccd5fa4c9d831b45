//! The most imported modules' own tests, with a hook around every one of their functions that can be
//! woven: each hook passes on all that it is given, so what passes plain must pass woven.
//!
//! `WEFT_TORTURE` names modules by words of their paths, such as `zap gorilla/`, or is `all`, as
//! `just torture-modules` has it; without it, a few small ones are taken. `tests/torture/modules.txt` lists them, with their
//! versions; `tests/torture/expected.txt` lists tests that may fail, with the reason.
#![expect(clippy::unwrap_used, reason = "a test says so when it cannot go on")]
#![expect(
    clippy::print_stderr,
    reason = "a run takes long, and says how far it is"
)]

mod common;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

use common::library::{self, Listed};
use common::plugged::weave;
use common::suite::Suite;
use weft_weave::syntax::PackageNames;

const MODULES: &str = include_str!("torture/modules.txt");

/// What is taken where nothing is chosen.
const SHORT: &str = "google/uuid pkg/errors spf13/pflag";

/// A line of the list.
struct Module<'a> {
    path: &'a str,
    version: &'a str,
    /// Patterns of the packages that are tested; all are woven.
    tested: Vec<&'a str>,
}

fn modules(wanted: &str) -> Vec<Module<'static>> {
    let lines = MODULES.lines().filter(|line| !line.starts_with('#'));
    let modules = lines.map(|line| {
        let mut words = line.split_whitespace();
        let (path, version) = words.next().unwrap().split_once('@').unwrap();
        let tested = words.collect::<Vec<_>>();
        Module {
            path,
            version,
            tested: if tested.is_empty() {
                vec!["./..."]
            } else {
                tested
            },
        }
    });
    let modules = modules
        .filter(|module| {
            wanted == "all" || wanted.split_whitespace().any(|w| module.path.contains(w))
        })
        .collect::<Vec<_>>();
    assert!(!modules.is_empty(), "no module of the list is {wanted:?}");
    modules
}

/// A go command that may write down what the copied module lacks.
fn go(arguments: &[&str]) -> Command {
    let mut command = library::go(arguments);
    command.env("GOFLAGS", "-mod=mod").env("GOWORK", "off");
    command
}

/// A go command whose tests reach nobody: in a network of its own, where the system allows that.
fn go_alone(arguments: &[&str]) -> Command {
    const ALONE: [&str; 6] = [
        "--user",
        "--map-root-user",
        "--net",
        "sh",
        "-c",
        "ip link set lo up && exec \"$@\"",
    ];
    let alone = |program: &str| {
        let mut command = Command::new("unshare");
        command.args(ALONE).args(["sh", program]);
        command
    };
    let possible = alone("true").output();
    if !possible.is_ok_and(|output| output.status.success()) {
        return go(arguments);
    }
    let plain = go(arguments);
    let mut command = alone("go");
    command.args(arguments);
    for (name, value) in plain.get_envs() {
        command.env(name, value.unwrap());
    }
    command
}

/// Copies a module to where its files can be written.
fn copy(from: &Path, to: &Path) {
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            fs::create_dir(&target).unwrap();
            copy(&entry.path(), &target);
        } else {
            fs::write(target, fs::read(entry.path()).unwrap()).unwrap();
        }
    }
}

/// Fetches a module and copies it.
fn fetch(module: &Module<'_>, to: &Path) {
    let named = format!("{}@{}", module.path, module.version);
    let mut command = library::go(&["mod", "download", "-json", &named]);
    fs::create_dir_all(to).unwrap();
    let output = command.current_dir(to).output().unwrap();
    let said: BTreeMap<String, serde_json::Value> = serde_json::from_slice(&output.stdout).unwrap();
    let file = |name: &str| {
        let file = said.get(name).and_then(serde_json::Value::as_str);
        file.unwrap_or_else(|| panic!("{named}: {said:?}"))
    };
    copy(Path::new(file("Dir")), to);
    if !to.join("go.mod").exists() {
        fs::write(to.join("go.mod"), fs::read(file("GoMod")).unwrap()).unwrap();
    }
}

/// Packages of a module, and the names of all packages that those and their tests import. It has the go
/// command fetch what they need.
fn packages(folder: &Path, patterns: &[&str]) -> (Vec<Listed>, Names) {
    let listed = library::list_with(go(&[]).current_dir(folder), patterns);
    let mut command = go(&[
        "list",
        "-e",
        "-deps",
        "-test",
        "-f",
        "{{.ImportPath}} {{.Name}}",
    ]);
    let output = command.args(patterns).current_dir(folder).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let names = text.lines().filter_map(|line| {
        let (path, name) = line.split_once(' ')?;
        Some((path.to_owned(), name.to_owned()))
    });
    (listed, Names(names.collect()))
}

/// What `go list` says of names.
struct Names(BTreeMap<String, String>);

impl PackageNames for Names {
    fn package_name(&self, import_path: &str) -> Option<String> {
        self.0.get(import_path).cloned()
    }
}

/// What is wrong with a woven module.
fn differences(module: &Module<'_>) -> Vec<String> {
    let dir = tempfile::tempdir().unwrap();
    // Some tests know where they are.
    let folder = dir.path().join(module.path);
    fetch(module, &folder);
    let (listed, names) = packages(&folder, &["./..."]);
    let (tested, _) = packages(&folder, &module.tested);
    let mut differences = Vec::new();
    let mut texts = Vec::new();
    for listed in &listed {
        match weave(listed, &names) {
            Ok(woven) => texts.extend(woven),
            Err(error) => differences.push(format!("{}: {error}", listed.import_path)),
        }
    }
    let suite = Suite {
        folder: &folder,
        go: &go_alone,
        timeout: "5m",
        overlay: dir.path().join("woven/overlay.json"),
    };
    let sockets = suite.replace(&texts);
    assert!(sockets > 0, "{}: nothing is woven", module.path);
    let tested = tested.into_iter().map(|listed| listed.import_path);
    let tested = tested.collect::<Vec<_>>();
    let compared = suite.compare(&tested);
    assert!(compared.passed > 0, "{}: no test passes plain", module.path);
    differences.extend(compared.lost);
    eprintln!(
        "{}{}@{}: {} packages, {sockets} sockets, {} tests that pass plain, {} differences",
        compared.said,
        module.path,
        module.version,
        listed.len(),
        compared.passed,
        differences.len()
    );
    differences
}

#[test]
fn modules_pass_their_own_tests_with_hooks_everywhere() {
    let wanted = std::env::var("WEFT_TORTURE").unwrap_or_else(|_| SHORT.to_owned());
    let found = modules(&wanted)
        .iter()
        .flat_map(differences)
        .collect::<Vec<_>>();
    assert!(found.is_empty(), "{}", found.join("\n"));
}
