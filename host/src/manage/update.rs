//! Takes newer versions of a project's plugins.

use semver::Version;
use weft_plugin_host::model::Descriptor;
use weft_plugin_source::Source;

use super::add::keep;
use super::{Candidate, Change, ManageError, Workshop};
use crate::cache::Kind;
use crate::failure::Failure;
use crate::plugins::{LoadError, component};
use crate::project::{Editor, LockedPlugin};

/// Updates the plugins named, or all: for each that changes, `agree` sees how. All are written at once.
/// Returns the changes.
pub fn update(
    workshop: &mut Workshop,
    names: &[String],
    to: Option<&Version>,
    mut agree: impl FnMut(&Candidate, Option<&Change>) -> Result<(), Failure>,
) -> Result<Vec<(String, Version)>, Failure> {
    let _guard = workshop.begin()?;
    for name in names {
        workshop.known(name)?;
    }
    let mut lock = workshop.tidy_lock();
    let mut updated = Vec::new();
    for (name, source, range) in workshop.sourced() {
        if !names.is_empty() && !names.contains(name) {
            continue;
        }
        let accepts = |version: &Version| match (to, range) {
            (Some(to), _) => version == to,
            (None, Some(range)) => range.matches(version),
            (None, None) => version.pre.is_empty(),
        };
        let fetched = workshop.fetch(name, source, &accepts)?;
        let candidate = workshop.look_at(name, source.clone(), fetched)?;
        if candidate.descriptor.name != *name {
            return Err(ManageError::Renamed {
                name: name.clone(),
                found: candidate.descriptor.name,
            }
            .into());
        }
        // An entry for another source says nothing about this one.
        let before = lock.get(name).filter(|before| before.source == *source);
        let entry = candidate.locked();
        if before == Some(&entry) {
            continue;
        }
        let change = match before {
            Some(before) => {
                check(before, &candidate, to.is_some())?;
                let old = described(workshop, before)?;
                old.map(|old| candidate.change_from(before, &old))
            }
            None => None,
        };
        agree(&candidate, change.as_ref())?;
        keep(workshop, &candidate)?;
        updated.push((name.clone(), candidate.version.clone()));
        lock.put(entry);
    }
    if lock != workshop.project().lock {
        let editor = Editor::open(workshop.project())?;
        editor.write_lock(&lock)?;
        workshop.drop_vendored(&editor, &lock)?;
    }
    Ok(updated)
}

/// What must not change unnoticed.
fn check(before: &LockedPlugin, candidate: &Candidate, asked_for: bool) -> Result<(), ManageError> {
    let name = || before.name.clone();
    if before.signer.is_some() && before.signer.as_deref() != candidate.signer.name() {
        return Err(ManageError::SignerChanged {
            name: name(),
            before: before.signer.clone().unwrap_or_default(),
            after: candidate.signer.to_string(),
        });
    }
    let found = &candidate.version;
    if *found < before.version && !asked_for {
        return Err(ManageError::Downgrade {
            name: name(),
            locked: before.version.clone(),
            found: found.clone(),
        });
    }
    // A file of one's own is worked on; what was published is not.
    let is_file = matches!(candidate.fetched.location, Source::File(_));
    if *found == before.version && candidate.digest() != before.digest && !is_file {
        return Err(ManageError::Republished {
            name: name(),
            version: found.clone(),
        });
    }
    Ok(())
}

/// What the locked version says of itself; None where it cannot be had any more.
fn described(workshop: &Workshop, locked: &LockedPlugin) -> Result<Option<Descriptor>, Failure> {
    let project = workshop.project();
    let name = format!("{}.wasm", locked.digest);
    let kept = workshop.cache.read(Kind::Components, &name)?;
    let kept = kept.filter(|kept| locked.check_bytes(kept, "").is_ok());
    let offline = workshop.choice.offline;
    let found = kept.or_else(|| component(&workshop.cache, project, locked, offline).ok());
    let Some(component) = found else {
        return Ok(None);
    };
    let plugin = workshop.engine.load(&locked.name, component);
    let settings = project.settings_of(&locked.name);
    let descriptor = plugin.descriptor(&settings).map_err(LoadError::from)?;
    Ok(Some(descriptor))
}
