//! Compares what a plugin weaves into its libraries with what it wove when somebody last looked.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use serde::Serialize;
use similar::TextDiff;

use super::project::write_if_changed;
use super::trial::{Subject, Trial};
use super::{AuthorError, Built};
use crate::cache::Cache;
use crate::failure::Failure;
use crate::plan::Plan;
use crate::report;

/// Folder of the snapshots, in the plugin's.
const FOLDER: &str = "snapshots";

/// How one version compares.
#[derive(Debug, Serialize)]
pub struct Compared {
    /// Module and version, as `module@version`; of a program also its folder.
    pub version: String,
    /// The file that it is compared with.
    pub file: PathBuf,
    /// What came of it.
    pub outcome: Outcome,
}

/// What a comparison comes to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// It is the same.
    Same,
    /// The file was written.
    Blessed,
    /// There is no file.
    Missing,
    /// It differs; a unified diff.
    Differs(String),
    /// A program does something else when it is woven; a unified diff.
    Breaks(String),
    /// There is no program to run yet.
    Unused,
}

impl Outcome {
    /// Whether it is as it should be.
    pub fn is_good(&self) -> bool {
        matches!(self, Self::Same | Self::Blessed | Self::Unused)
    }
}

/// Weaves the lowest and the newest version of each library that a plugin is for, and compares that with
/// its snapshots, or writes them.
pub fn compare(
    cache: &Cache,
    directory: &Path,
    built: &Built,
    subjects: &[Subject],
    bless: bool,
) -> Result<Vec<Compared>, Failure> {
    let mut compared = Vec::new();
    for subject in subjects {
        for trial in subject.trials(&built.descriptor)? {
            let planned = trial.plan(cache, built)?;
            let text = text(&trial, &planned.plan)?;
            let file = file(&trial, subjects.len() > 1);
            compared.push(Compared {
                outcome: outcome(&directory.join(&file), &text, bless)?,
                version: trial.title(),
                file,
            });
        }
    }
    Ok(compared)
}

/// Compares a text with that of a file, or writes it.
pub(super) fn outcome(path: &Path, text: &str, bless: bool) -> Result<Outcome, AuthorError> {
    let before = match std::fs::read_to_string(path) {
        Ok(before) => Some(before),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
        Err(source) => {
            return Err(AuthorError::File {
                action: "read",
                path: path.to_owned(),
                source,
            });
        }
    };
    if before.as_deref() == Some(text) {
        return Ok(Outcome::Same);
    }
    if bless {
        write_if_changed(path, text.as_bytes())?;
        return Ok(Outcome::Blessed);
    }
    Ok(before.map_or(Outcome::Missing, |before| {
        let diff = TextDiff::from_lines(&before, text);
        let mut unified = diff.unified_diff();
        let unified = unified.context_radius(2).header("before", "now");
        Outcome::Differs(unified.to_string())
    }))
}

/// What is woven: each place, then the woven source.
fn text(trial: &Trial, plan: &Plan) -> Result<String, Failure> {
    let mut text = format!("{}\n\n", trial.title());
    // Writing to a string does not fail.
    for package in &plan.packages {
        for point in &package.points {
            let (path, file, line) = (&package.import_path, &point.file, point.line);
            let _ = writeln!(
                text,
                "{path}/{file}:{line}: {}: {}",
                point.target, point.action
            );
        }
    }
    for skipped in &plan.skipped {
        let _ = writeln!(text, "{skipped}");
    }
    text.push('\n');
    text.push_str(&report::plan_as_diff(plan, report::Places::Named)?);
    Ok(text)
}

/// The snapshot's file; with the module's name where there are several.
fn file(trial: &Trial, several: bool) -> PathBuf {
    let module = trial.module.replace('/', "_");
    let name = match (several, module.is_empty()) {
        (true, false) => format!("{module}@{}.txt", trial.version),
        _ => format!("{}.txt", trial.version),
    };
    Path::new(FOLDER).join(name)
}
