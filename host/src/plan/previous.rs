//! The last plan of a command, package by package: after an edit, only what was edited is planned again.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use weft_weave::model::Function;

use super::essence::{Essences, essence};
use super::inputs::Stamp;
use super::package::{Callees, Skipped, WovenPackage};
use super::{Build, Plan, Record};
use crate::cache::{Cache, CacheError, Kind};
use crate::gocmd::{GoEnvironment, ListedPackage};

/// What the last plan of a command came to.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Previous {
    environment: GoEnvironment,
    packages: Vec<ListedPackage>,
    replaced: BTreeMap<PathBuf, PathBuf>,
    essences: Essences,
    woven: Vec<WovenPackage>,
    skipped: Vec<Skipped>,
    callees: Vec<Callee>,
}

/// One of [`Callees`].
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Callee {
    import_path: String,
    name: String,
    declaration: Option<Function>,
}

/// What of a plan can be used again after an edit.
#[derive(Debug)]
pub struct Remains {
    /// The go command's settings.
    pub environment: GoEnvironment,
    /// The packages, listed anew where the go command was asked.
    pub packages: Vec<ListedPackage>,
    /// The user's overlay.
    pub replaced: BTreeMap<PathBuf, PathBuf>,
    /// What the plan is made from, with what was edited as it is now.
    pub stamps: Vec<Stamp>,
    /// What is known of packages.
    pub known: Known,
}

/// What need not be found out again about packages. Nothing, for a first plan.
#[derive(Debug, Default)]
pub struct Known {
    /// The packages that were edited; None where nothing is known of any.
    pub edited: Option<BTreeSet<String>>,
    /// Of what the packages were listed from.
    pub essences: Essences,
    /// Packages that are woven, by import path.
    pub woven: HashMap<String, WovenPackage>,
    /// What is not woven, by import path.
    pub skipped: HashMap<String, Vec<Skipped>>,
    /// Declarations of the functions that packages use of each other.
    pub callees: Callees,
}

impl Known {
    /// Adds what is known of a package to the plan. False where the package has to be planned.
    pub fn take(&mut self, import_path: &str, plan: &mut Plan) -> bool {
        let Some(edited) = &self.edited else {
            return false;
        };
        if edited.contains(import_path) {
            return false;
        }
        plan.packages.extend(self.woven.remove(import_path));
        plan.skipped
            .extend(self.skipped.remove(import_path).unwrap_or_default());
        true
    }
}

impl Previous {
    /// Keeps a plan for the next one with the same key; the record that it returns names it.
    pub fn store(
        cache: &Cache,
        key: &str,
        build: Build,
        plan: Plan,
        callees: Callees,
        essences: Essences,
        mut record: Record,
    ) -> Result<Record, CacheError> {
        let mut callees: Vec<_> = callees
            .into_iter()
            .map(|((import_path, name), declaration)| Callee {
                import_path,
                name,
                declaration,
            })
            .collect();
        callees.sort_by(|a, b| (&a.import_path, &a.name).cmp(&(&b.import_path, &b.name)));
        let previous = Self {
            environment: build.environment,
            packages: build.packages,
            replaced: build.replaced,
            essences,
            woven: plan.packages,
            skipped: plan.skipped,
            callees,
        };
        // A path that is no UTF-8 text cannot be kept: the next build plans all again.
        if let Ok(content) = serde_json::to_vec(&previous) {
            record.previous = blake3::hash(&content).to_hex().to_string();
            cache.write(Kind::Previous, key, &content)?;
        }
        Ok(record)
    }

    /// What remains of the plan of a record where some of its inputs have changed. None where the go
    /// command has to be asked again.
    pub fn after(
        cache: &Cache,
        key: &str,
        record: &Record,
        changed: Vec<Stamp>,
    ) -> Result<Option<Remains>, CacheError> {
        let Some(content) = cache.read(Kind::Previous, key)? else {
            return Ok(None);
        };
        // Another build of the same command may have written it.
        if blake3::hash(&content).to_hex().as_str() != record.previous {
            return Ok(None);
        }
        let Ok(previous) = serde_json::from_slice::<Self>(&content) else {
            return Ok(None);
        };
        let Some(edited) = previous.edited(changed.iter().map(|stamp| stamp.path.as_path())) else {
            return Ok(None);
        };
        Ok(Some(previous.remains(record.inputs_with(changed), edited)))
    }

    /// The packages of the files that have changed. None where more than those may be another.
    fn edited<'a>(&self, changed: impl Iterator<Item = &'a Path>) -> Option<BTreeSet<String>> {
        let mut edited = BTreeSet::new();
        for path in changed {
            if essence(path)? != *self.essences.get(path)? {
                return None;
            }
            if path.is_dir() {
                continue;
            }
            let (folder, name) = (path.parent()?, path.file_name()?.to_str()?);
            let mut is_source = false;
            for package in self.packages.iter().filter(|package| package.dir == folder) {
                if package.compiled_files().any(|file| file == name) {
                    is_source = true;
                    edited.insert(package.import_path.clone());
                }
                is_source |= package.uncompiled_files().any(|file| file == name);
            }
            // A file that stands for another one in an overlay, say.
            if !is_source {
                return None;
            }
        }
        let declares_callees = |path: &String| {
            let mut callees = self.callees.iter();
            callees.any(|callee| callee.import_path == *path)
        };
        (!edited.iter().any(declares_callees)).then_some(edited)
    }

    fn remains(self, stamps: Vec<Stamp>, edited: BTreeSet<String>) -> Remains {
        let mut known = Known {
            edited: Some(edited),
            essences: self.essences,
            ..Known::default()
        };
        for package in self.woven {
            known.woven.insert(package.import_path.clone(), package);
        }
        for skipped in self.skipped {
            let of_package = known.skipped.entry(skipped.import_path.clone());
            of_package.or_default().push(skipped);
        }
        for callee in self.callees {
            let key = (callee.import_path, callee.name);
            known.callees.insert(key, callee.declaration);
        }
        Remains {
            environment: self.environment,
            packages: self.packages,
            replaced: self.replaced,
            stamps,
            known,
        }
    }
}
