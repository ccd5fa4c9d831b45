//! What differs between what is woven and what was expected.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::manifest::{Manifest, Weft, WovenBy, WovenPackage};
use crate::plugins::embedded_digest;
use crate::project::Lock;

/// One thing that differs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// What it is about, such as `plugin redis`.
    pub about: String,
    /// What was expected; None where it was not.
    pub expected: Option<String>,
    /// What is there; None where it is not.
    pub found: Option<String>,
}

/// All that differs, in the order of the manifest. Nothing where the programs are woven alike.
pub fn differences(expected: &Manifest, found: &Manifest) -> Vec<Difference> {
    let mut out = Vec::new();
    let weft = |manifest: &Manifest| {
        let weft = &manifest.weft;
        BTreeMap::from([(
            "weft".to_owned(),
            format!("{}, build {}", weft.version, weft.build),
        )])
    };
    compare(&weft(expected), &weft(found), &mut out);
    let program =
        |manifest: &Manifest| BTreeMap::from([("program".to_owned(), manifest.program.clone())]);
    compare(&program(expected), &program(found), &mut out);
    compare(
        &plugins(&expected.plugins),
        &plugins(&found.plugins),
        &mut out,
    );
    compare(
        &packages(&expected.packages),
        &packages(&found.packages),
        &mut out,
    );
    compare(
        &functions(&expected.packages),
        &functions(&found.packages),
        &mut out,
    );
    out
}

/// What of a program's plugins is neither what a lock names nor what this weft brings along. That the lock names
/// more is no difference: a plugin that finds nothing to weave is not linked.
pub fn differences_from_lock(lock: &Lock, found: &Manifest) -> Vec<Difference> {
    let mut out = Vec::new();
    let mut expected = BTreeMap::new();
    let mut there = BTreeMap::new();
    let mut has_embedded = false;
    for plugin in &found.plugins {
        let name = format!("plugin {}", plugin.name);
        if let Some(locked) = lock.get(&plugin.name) {
            let is = format!("{}, digest {}", locked.version, locked.digest);
            expected.insert(name.clone(), is);
        } else if let Some(digest) = embedded_digest(&plugin.name) {
            has_embedded = true;
            let is = format!("{}, digest {digest}", plugin.version);
            expected.insert(name.clone(), is);
        }
        there.insert(
            name,
            format!("{}, digest {}", plugin.version, plugin.digest),
        );
    }
    // What another weft brings along is not known here.
    let this = Weft::this();
    if has_embedded && found.weft != this {
        let build = |weft: &Weft| {
            BTreeMap::from([(
                "weft".to_owned(),
                format!("{}, build {}", weft.version, weft.build),
            )])
        };
        compare(&build(&this), &build(&found.weft), &mut out);
    }
    compare(&expected, &there, &mut out);
    out
}

/// Plugins, each with what identifies it.
fn plugins(plugins: &[WovenBy]) -> BTreeMap<String, String> {
    let entry = |plugin: &WovenBy| {
        let WovenBy {
            name,
            version,
            license,
            digest,
        } = plugin;
        let is = format!("{version}, {license}, digest {digest}");
        (format!("plugin {name}"), is)
    };
    plugins.iter().map(entry).collect()
}

fn packages(packages: &[WovenPackage]) -> BTreeMap<String, String> {
    let entry = |package: &WovenPackage| {
        let space = if package.version.is_empty() { "" } else { ", " };
        let is = format!("{}{space}plan {}", package.version, package.plan);
        (format!("package {}", package.import_path), is)
    };
    packages.iter().map(entry).collect()
}

fn functions(packages: &[WovenPackage]) -> BTreeMap<String, String> {
    let mut out: BTreeMap<String, String> = BTreeMap::new();
    for package in packages {
        for function in &package.functions {
            let name = format!("hooks of {} in {}", function.target, package.import_path);
            let is = format!("{}: {}", function.plugin, function.action);
            out.entry(name)
                .and_modify(|known| *known = format!("{known}; {is}"))
                .or_insert(is);
        }
    }
    out
}

fn compare(
    expected: &BTreeMap<String, String>,
    found: &BTreeMap<String, String>,
    out: &mut Vec<Difference>,
) {
    let mut names: Vec<_> = expected.keys().chain(found.keys()).collect();
    names.sort_unstable();
    names.dedup();
    for name in names {
        let (expected, found) = (expected.get(name), found.get(name));
        if expected != found {
            out.push(Difference {
                about: name.clone(),
                expected: expected.cloned(),
                found: found.cloned(),
            });
        }
    }
}
