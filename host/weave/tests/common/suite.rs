//! Go packages' own tests, run plain and woven.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Tests that may fail with a hook around every function.
const EXPECTED: &str = include_str!("../torture/expected.txt");

/// Outcomes of tests, by package and name; a package without a name stands for itself.
pub type Outcomes = BTreeMap<String, String>;

/// What failing tests say, by the same names.
type Said = BTreeMap<String, String>;

/// What came of tests, plain and woven.
pub struct Compared {
    /// Tests that pass plain and not woven, with both outcomes.
    pub lost: Vec<String>,
    /// What those say.
    pub said: String,
    /// How many pass plain.
    pub passed: usize,
}

/// Packages that the go command tests in a folder.
pub struct Suite<'a> {
    pub folder: &'a Path,
    /// A go command with arguments.
    pub go: &'a dyn Fn(&[&str]) -> Command,
    /// How long one package may take, as `-timeout` has it.
    pub timeout: &'a str,
    /// What replaces files of the packages.
    pub overlay: PathBuf,
}

impl Suite<'_> {
    /// Writes the texts that replace files, or are files more, for [`Suite::compare`]. Returns how many sockets are in them.
    pub fn replace(&self, texts: &[(String, String)]) -> usize {
        let mut replace = BTreeMap::new();
        let folder = self.overlay.parent().unwrap();
        fs::create_dir_all(folder).unwrap();
        for (n, (path, text)) in texts.iter().enumerate() {
            let out = folder.join(format!("{n}.go"));
            fs::write(&out, text).unwrap();
            replace.insert(path, out);
        }
        let text = serde_json::to_string(&BTreeMap::from([("Replace", replace)])).unwrap();
        fs::write(&self.overlay, text).unwrap();
        let sockets = |(_, text): &(String, String)| text.matches("\nvar weft_").count();
        texts.iter().map(sockets).sum()
    }

    /// Runs the packages' tests plain and woven. What is lost once and not again does not depend on hooks.
    pub fn compare(&self, packages: &[String]) -> Compared {
        let (plain, _) = self.outcomes(packages, false);
        let (woven, _) = self.outcomes(packages, true);
        let mut lost = lost(&plain, &woven);
        let passed = plain.values().filter(|outcome| *outcome == "pass").count();
        let mut said = Said::new();
        if !lost.is_empty() {
            let package = |name: &String| name.split(' ').next().unwrap_or_default().to_owned();
            let again = lost.keys().map(package).collect::<BTreeSet<_>>();
            let again = again.into_iter().collect::<Vec<_>>();
            let (plain, _) = self.outcomes(&again, false);
            let (woven, now) = self.outcomes(&again, true);
            let twice = self::lost(&plain, &woven);
            lost.retain(|name, _| twice.contains_key(name));
            said = now;
        }
        let about = |name: &String| lost.keys().any(|lost| lost.starts_with(name.as_str()));
        let said = said.into_iter().filter(|(name, _)| about(name));
        let said = said.map(|(name, said)| {
            let said = said.chars().take(3000).collect::<String>();
            format!("--- {name}\n{said}\n")
        });
        let lines = lost
            .iter()
            .map(|(name, outcomes)| format!("{name}: {outcomes}"));
        Compared {
            lost: lines.collect(),
            said: said.collect(),
            passed,
        }
    }

    fn outcomes(&self, packages: &[String], woven: bool) -> (Outcomes, Said) {
        let timeout = format!("-timeout={}", self.timeout);
        let overlay = format!("-overlay={}", self.overlay.display());
        let mut arguments = vec!["test", "-json", "-short", "-vet=off", "-count=1", &timeout];
        arguments.extend(woven.then_some(overlay.as_str()));
        arguments.extend(packages.iter().map(String::as_str));
        let mut go = (self.go)(&arguments);
        let output = go.current_dir(self.folder).output().unwrap();
        let (outcomes, said) = read(&String::from_utf8_lossy(&output.stdout));
        assert!(
            !outcomes.is_empty(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
        (outcomes, said)
    }
}

/// Outcomes, and what failing tests say.
fn read(events: &str) -> (Outcomes, Said) {
    let mut outcomes = BTreeMap::new();
    let mut said = BTreeMap::<String, String>::new();
    let mut failed = Said::new();
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
                if action.ends_with("fail") {
                    failed.insert(name.clone(), said.remove(&name).unwrap_or_default());
                }
                // A name that holds an address is another one in each run.
                if !name.contains("0x") {
                    outcomes.insert(name, action.to_owned());
                }
            }
            _ => {}
        }
    }
    (outcomes, failed)
}

/// Tests that pass plain and not woven, but for those that may.
fn lost(plain: &Outcomes, woven: &Outcomes) -> BTreeMap<String, String> {
    let expected = EXPECTED
        .lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| line.split(" # ").next())
        .collect::<BTreeSet<_>>();
    let mut lost = BTreeMap::new();
    for (name, outcome) in plain {
        // A package fails with any of its tests, and a test with any below it.
        let is_test = name.contains(' ');
        let passed = matches!(outcome.as_str(), "pass" | "skip");
        let found = woven.get(name);
        let allowed = expected
            .iter()
            .any(|test| name == test || name.starts_with(&format!("{test}/")));
        if (is_test || found.is_none()) && passed && found != Some(outcome) && !allowed {
            let found = found.map_or("nothing", String::as_str);
            lost.insert(name.clone(), format!("{outcome}, woven {found}"));
        }
    }
    lost
}
