//! Adds a plugin to a project.

use std::path::{Path, PathBuf};

use semver::{Version, VersionReq};
use weft_plugin_source::Source;

use super::{Candidate, ManageError, Workshop};
use crate::cache::Kind;
use crate::failure::Failure;
use crate::plugins::{LoadError, is_embedded, vendored_name};
use crate::project::{Editor, is_public_key};

/// What the user wants to add.
#[derive(Debug, Clone)]
pub struct Addition {
    /// A source, or the name of a plugin of an index.
    pub subject: String,
    /// Which versions may be taken.
    pub version: Option<VersionReq>,
    /// A signer to pin, as `NAME=KEY`.
    pub signer: Option<String>,
}

/// Adds a plugin, if `agree` says so after it has seen it. Returns what was added.
pub fn add(
    workshop: &mut Workshop,
    addition: &Addition,
    agree: impl FnOnce(&Candidate) -> Result<(), Failure>,
) -> Result<Candidate, Failure> {
    let _lock = workshop.begin()?;
    let pinned = addition.signer.as_deref().map(pin).transpose()?;
    if let Some((name, key)) = &pinned {
        let signers = &mut workshop.choice.project.settings.signers;
        signers.insert(name.clone(), key.clone());
    }
    let source = find(workshop, &addition.subject)?;
    let accepts = |version: &Version| match &addition.version {
        Some(wanted) => wanted.matches(version),
        None => version.pre.is_empty(),
    };
    let fetched = workshop.fetch(&addition.subject, &source, &accepts)?;
    let candidate = workshop.look_at(&addition.subject, source, fetched)?;
    let name = candidate.descriptor.name.clone();
    let project = workshop.project();
    let has = |name: &str| {
        let plugin = project.settings.plugins.get(name);
        plugin.is_some_and(|plugin| plugin.source.is_some())
    };
    if is_embedded(&name) || has(&name) {
        return Err(ManageError::Present { name }.into());
    }
    agree(&candidate)?;
    keep(workshop, &candidate)?;
    let mut lock = workshop.tidy_lock();
    lock.put(candidate.locked());
    let pinned = pinned
        .as_ref()
        .map(|(name, key)| (name.as_str(), key.as_str()));
    Editor::open(project)?.add(
        &lock,
        &name,
        &candidate.source,
        addition.version.as_ref(),
        pinned,
    )?;
    Ok(candidate)
}

/// Keeps a component where builds look for it.
pub(super) fn keep(workshop: &Workshop, candidate: &Candidate) -> Result<(), Failure> {
    let component = &candidate.fetched.component;
    if let Some(folder) = &workshop.project().settings.vendor {
        let name = vendored_name(&candidate.locked());
        Editor::open(workshop.project())?.write_vendored(folder, &name, component)?;
    }
    // Of a file, too: when it changes, `update` shows how.
    let name = format!("{}.wasm", candidate.digest());
    workshop.cache.write(Kind::Components, &name, component)?;
    Ok(())
}

/// The source that a word of the user's means: a bare name is looked up in the project's indexes.
pub(super) fn find(workshop: &Workshop, subject: &str) -> Result<Source, Failure> {
    let is_name = subject
        .bytes()
        .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
    let project = workshop.project();
    if is_name && !workshop.directory.join(subject).exists() {
        for index in &project.settings.indexes {
            let listed = workshop.fetcher().index(index);
            let listed = listed.map_err(|source| LoadError::Source {
                plugin: subject.to_owned(),
                source,
            })?;
            if listed.plugins.iter().any(|plugin| plugin.name == subject) {
                return Ok(Source::Index(Box::new(index.clone())));
            }
        }
        let name = subject.to_owned();
        return Err(ManageError::NotIndexed { name }.into());
    }
    let source: Source = subject.parse()?;
    Ok(match (source, &project.root) {
        (Source::File(path), Some(root)) => {
            Source::File(from_root(root, &workshop.directory.join(path)))
        }
        (source, _) => source,
    })
}

/// A path as `weft.toml` has it: relative to its folder where it is below that.
fn from_root(root: &Path, path: &Path) -> PathBuf {
    let real = |path: &Path| std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let (root, path) = (real(root), real(path));
    path.strip_prefix(&root).map(Path::to_owned).unwrap_or(path)
}

/// A signer and its key.
fn pin(text: &str) -> Result<(String, String), ManageError> {
    let parts = text.split_once('=');
    let parts = parts.filter(|(name, key)| !name.is_empty() && is_public_key(key));
    parts
        .map(|(name, key)| (name.to_owned(), key.to_owned()))
        .ok_or_else(|| ManageError::Signer {
            text: text.to_owned(),
        })
}
