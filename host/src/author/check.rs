//! Looks for what is wrong with a plugin, on the libraries that it is for.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::Path;

use serde::Serialize;
use weft_plugin_host::audit;
use weft_plugin_host::version::Range;
use weft_weave::hooks::HookPackages;
use weft_weave::model::{Descriptor, Interest};
use weft_weave::plug::{PlugHome, PlugKind};
use weft_weave::syntax::{GuessedNames, PackageSyntax};

use super::Built;
use super::build;
use super::trial::{Subject, Trial, libraries};
use crate::cache::Cache;
use crate::failure::Failure;
use crate::plan::{self, target_title};

/// Something that is wrong with a plugin.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Finding {
    /// An interest in a package that a version does not have.
    NoPackage {
        /// The interest's import path.
        import_path: String,
        /// Module and version.
        version: String,
    },
    /// A function that a version does not have.
    NoFunction {
        /// The package.
        import_path: String,
        /// Module and version.
        version: String,
        /// The function.
        function: String,
        /// Whether builds with that version fail.
        fails: bool,
    },
    /// A range that no version of the module is in.
    NoVersion {
        /// The interest's import path.
        import_path: String,
        /// The range.
        range: String,
    },
    /// Versions between those of two interests in one package.
    Gap {
        /// The package.
        import_path: String,
        /// The versions.
        versions: Vec<String>,
    },
    /// A hook function that nothing calls.
    DeadHook {
        /// The hook file.
        file: String,
        /// Its line.
        line: u32,
        /// The function.
        function: String,
    },
    /// A permission that the hooks do not need.
    Permission {
        /// Its name.
        permission: String,
    },
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoPackage {
                import_path,
                version,
            } => write!(f, "{version} has no package {import_path}"),
            Self::NoFunction {
                import_path,
                version,
                function,
                fails,
            } => {
                let fails = if *fails { ": builds with it fail" } else { "" };
                write!(f, "{import_path} of {version} has no {function}{fails}")
            }
            Self::NoVersion { import_path, range } => {
                write!(f, "no version of {import_path} is in the range {range:?}")
            }
            Self::Gap {
                import_path,
                versions,
            } => write!(
                f,
                "{import_path}: versions between two ranges are in neither: {}",
                versions.join(", ")
            ),
            Self::DeadHook {
                file,
                line,
                function,
            } => write!(
                f,
                "{file}:{line}: nothing calls {function} in the versions that were tried"
            ),
            Self::Permission { permission } => {
                write!(f, "the permission {permission} is asked for and not needed")
            }
        }
    }
}

/// What a check has looked at, and found.
#[derive(Debug, Serialize)]
pub struct Checked {
    /// The plugin.
    pub plugin: String,
    /// Modules and versions, as `module@version`.
    pub tried: Vec<String>,
    /// What is wrong.
    pub findings: Vec<Finding>,
}

/// Checks the plugin of a file, or of a folder, which is built first.
pub fn check(cache: &Cache, subject: &Path, quiet: bool) -> Result<Checked, Failure> {
    let built = build::open(cache, subject, quiet)?;
    let descriptor = &built.descriptor;
    let mut findings = BTreeSet::new();
    findings.extend(needless_permissions(descriptor));
    let mut tried = Vec::new();
    let mut called = BTreeSet::new();
    let mut all_planned = true;
    let mut optional = Optional::default();
    for subject in libraries(descriptor)? {
        findings.extend(versions(&subject, descriptor));
        for trial in subject.trials(descriptor)? {
            let title = trial.title();
            let found = matches(&subject, &trial, descriptor, &title, &mut optional)?;
            // Planning would stop at the first function that must be there.
            let stops = found
                .iter()
                .any(|finding| matches!(finding, Finding::NoFunction { fails: true, .. }));
            findings.extend(found);
            if stops {
                all_planned = false;
            } else {
                called.extend(calls(&trial, cache, &built)?);
            }
            tried.push(title);
        }
    }
    findings.extend(optional.in_no_version());
    // What a version that cannot be planned would call is not known.
    if all_planned {
        findings.extend(dead_hooks(descriptor, &called));
    }
    Ok(Checked {
        plugin: descriptor.name.clone(),
        tried,
        findings: findings.into_iter().collect(),
    })
}

/// Permissions without which the audit finds nothing either.
fn needless_permissions(descriptor: &Descriptor) -> Vec<Finding> {
    let needless = |permission: &&String| {
        let mut without = descriptor.clone();
        without.permissions.retain(|other| other != *permission);
        audit::audit(&without).is_ok()
    };
    let needless = descriptor.permissions.iter().filter(needless);
    needless
        .map(|permission| Finding::Permission {
            permission: permission.clone(),
        })
        .collect()
}

/// Ranges without versions, and versions between ranges.
fn versions(subject: &Subject, descriptor: &Descriptor) -> Vec<Finding> {
    let library = &subject.library;
    if library.module.is_empty() {
        return Vec::new();
    }
    let mut findings = Vec::new();
    let mut packages: BTreeMap<&str, Vec<&Range>> = BTreeMap::new();
    for (index, range) in &subject.interests {
        let Interest {
            import_path,
            versions,
            ..
        } = &descriptor.interests[*index];
        packages.entry(import_path).or_default().push(range);
        if !library
            .versions
            .iter()
            .any(|version| range.contains(version))
        {
            findings.push(Finding::NoVersion {
                import_path: import_path.clone(),
                range: versions.clone(),
            });
        }
    }
    for (import_path, ranges) in packages {
        let is_covered = |version: &String| ranges.iter().any(|range| range.contains(version));
        let covered = |from: &[String]| from.iter().position(is_covered);
        let (Some(first), Some(last)) = (
            covered(&library.versions),
            library.versions.iter().rposition(is_covered),
        ) else {
            continue;
        };
        let between = library.versions[first..last].iter();
        let missed: Vec<_> = between.filter(|v| !is_covered(v)).cloned().collect();
        if !missed.is_empty() {
            findings.push(Finding::Gap {
                import_path: import_path.to_owned(),
                versions: missed,
            });
        }
    }
    findings
}

/// What came of matchers that need not match: they are for what only some versions have. Each is known by
/// its interest and its place there.
#[derive(Debug, Default)]
struct Optional {
    matched: BTreeSet<(usize, usize)>,
    missing: Vec<((usize, usize), Finding)>,
}

impl Optional {
    /// Findings of matchers that no version has met.
    fn in_no_version(self) -> impl Iterator<Item = Finding> {
        let Self { matched, missing } = self;
        let missing = missing.into_iter();
        missing
            .filter(move |(matcher, _)| !matched.contains(matcher))
            .map(|(_, finding)| finding)
    }
}

/// Packages and functions that a version does not have. Those of an interest in several packages need to
/// be in one of them.
fn matches(
    subject: &Subject,
    trial: &Trial,
    descriptor: &Descriptor,
    title: &str,
    optional: &mut Optional,
) -> Result<Vec<Finding>, Failure> {
    let mut findings = Vec::new();
    let met = subject
        .interests
        .iter()
        .filter(|(_, range)| trial.module.is_empty() || range.contains(&trial.version));
    for (index, _) in met {
        let interest = &descriptor.interests[*index];
        let mut packages = Vec::new();
        for package in trial.named(&interest.import_path) {
            let files = plan::read(package, &BTreeMap::new())?;
            let (path, name) = (&package.import_path, &package.name);
            packages.push(PackageSyntax::parse(path, name, files, &GuessedNames));
        }
        if packages.is_empty() {
            findings.push(Finding::NoPackage {
                import_path: interest.import_path.clone(),
                version: title.to_owned(),
            });
            continue;
        }
        for (place, matcher) in interest.matchers.iter().enumerate() {
            let mut lenient = matcher.clone();
            lenient.must_match = false;
            let has = |package: &PackageSyntax| {
                let matched = package.join_points(std::slice::from_ref(&lenient));
                matched.is_ok_and(|matched| !matched.join_points.is_empty())
            };
            let missing = if matcher.must_match {
                packages.iter().any(|package| !has(package))
            } else {
                !packages.iter().any(has)
            };
            let finding = || Finding::NoFunction {
                import_path: interest.import_path.clone(),
                version: title.to_owned(),
                function: target_title(&matcher.target),
                fails: matcher.must_match,
            };
            match (missing, matcher.must_match) {
                (false, _) => drop(optional.matched.insert((*index, place))),
                (true, false) => optional.missing.push(((*index, place), finding())),
                (true, true) => findings.push(finding()),
            }
        }
    }
    Ok(findings)
}

/// The hook functions that advice names, by folder and name.
fn calls(
    trial: &Trial,
    cache: &Cache,
    built: &Built,
) -> Result<BTreeSet<(String, String)>, Failure> {
    let planned = trial.plan(cache, built)?;
    let mut called = BTreeSet::new();
    for plug in planned.plan.packages.iter().flat_map(|woven| &woven.plugs) {
        let (PlugHome::Folder { folder, .. }, PlugKind::Hook { before, after }) =
            (&plug.home, &plug.kind)
        else {
            continue;
        };
        let before = before.iter().map(|call| &call.function);
        let names = before.chain(after.iter().map(|call| &call.function));
        called.extend(names.map(|name| (folder.clone(), name.clone())));
    }
    Ok(called)
}

/// Hook functions that neither advice nor other hook code names.
fn dead_hooks(descriptor: &Descriptor, called: &BTreeSet<(String, String)>) -> Vec<Finding> {
    let packages = HookPackages::parse(&descriptor.hook_files).unwrap_or_default();
    let mut dead = Vec::new();
    for (folder, package) in &packages.folders {
        for function in package.functions() {
            let name = &function.name;
            let is_called = called.contains(&(folder.clone(), name.clone()));
            // Its declaration is one place where its name stands.
            let places = packages.folders.values().flat_map(|package| &package.files);
            let places: usize = places.map(|file| file.count_identifier(name)).sum();
            if !is_called && places < 2 && name != "init" && name != "_" {
                dead.push(Finding::DeadHook {
                    file: function.file.clone(),
                    line: function.line,
                    function: name.clone(),
                });
            }
        }
    }
    dead
}
