//! Tests a plugin: what it weaves, and what programs do that it is woven into.

use std::path::Path;
use std::time::Duration;

use super::snapshot::{self, Compared, Outcome};
use super::trial::libraries;
use super::{AuthorError, build, live};
use crate::cache::Cache;
use crate::failure::Failure;

/// How a plugin is tested.
#[derive(Debug, Clone, Copy)]
pub struct TestOptions {
    /// Write what is expected.
    pub bless: bool,
    /// How long a program may take.
    pub longest: Duration,
    /// Say nothing but errors.
    pub quiet: bool,
}

/// Builds the plugin of a folder, and compares what it weaves with its snapshots and the spans of its live
/// programs with those that are expected, or writes both.
pub fn test(
    cache: &Cache,
    directory: &Path,
    options: TestOptions,
) -> Result<Vec<Compared>, Failure> {
    let built = build::build(cache, directory, options.quiet)?;
    let subjects = libraries(&built.descriptor)?;
    let mut compared = snapshot::compare(cache, directory, &built, &subjects, options.bless)?;
    compared.extend(live::compare(directory, &built, &subjects, options)?);
    if compared.iter().all(|one| one.outcome == Outcome::Unused) {
        return Err(AuthorError::Nothing {
            plugin: built.descriptor.name,
            reason: "no interest names a version that there is, and there is no live program"
                .to_owned(),
        }
        .into());
    }
    Ok(compared)
}
