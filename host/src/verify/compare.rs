//! What differs between what is woven and what was expected.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::manifest::{Manifest, WovenBy, WovenPackage};

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

/// Plugins, each with what identifies it: what a lock file of plugins has too.
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
