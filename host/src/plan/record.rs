//! The outcome of planning one command line, kept so that an unchanged tree needs neither `go list`
//! nor WebAssembly.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use weft_step::OWN_GOGC;

use super::inputs::Stamp;
use crate::cache::{Cache, CacheError, Kind};
use crate::embedded;
use crate::gocmd::NESTING;
use crate::plugins::PluginChoice;

/// Raised when the record's meaning changes.
const FORMAT: u32 = 3;

/// What planning came to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Record {
    format: u32,
    /// Everything that the plan was made from.
    inputs: Vec<Stamp>,
    /// What planning has written and the build reads.
    written: Vec<Stamp>,
    /// The digest of [`Previous`](super::previous::Previous); empty where none is kept.
    pub previous: String,
    /// Flags added to the go command.
    pub flags: Vec<String>,
    /// Go files named beside the user's.
    pub files: Vec<PathBuf>,
    /// For `go test`: flags for a plain `go vet` beside it. None when the user turned it off.
    pub vet: Option<Vec<String>>,
    /// Woven packages.
    pub packages: usize,
    /// Hooks placed in them.
    pub hooks: usize,
    /// What a plugin names and what is not woven, a sentence each.
    pub skipped: Vec<String>,
}

impl Record {
    /// A record of a command that nothing is woven into.
    pub fn new(inputs: Vec<Stamp>) -> Self {
        Self {
            format: FORMAT,
            inputs,
            written: Vec::new(),
            previous: String::new(),
            flags: Vec::new(),
            files: Vec::new(),
            vet: None,
            packages: 0,
            hooks: 0,
            skipped: Vec::new(),
        }
    }

    /// Adds files that planning wrote: a build that finds one gone or changed plans again.
    pub fn add_written(&mut self, paths: impl IntoIterator<Item = PathBuf>) {
        self.written
            .extend(paths.into_iter().map(|path| Stamp::of(&path)));
    }

    /// What the plan was made from, with newer stamps for some of it.
    pub fn inputs_with(&self, changed: Vec<Stamp>) -> Vec<Stamp> {
        let mut inputs = self.inputs.clone();
        for stamp in changed {
            let place = inputs.iter_mut().find(|old| old.path == stamp.path);
            *place.expect("what has changed is an input") = stamp;
        }
        inputs
    }

    /// The record of a command, with new stamps for what has changed since.
    pub fn load(cache: &Cache, key: &str) -> Result<Option<(Self, Vec<Stamp>)>, CacheError> {
        let Some(content) = cache.read(Kind::Builds, key)? else {
            return Ok(None);
        };
        // A record of another version, or damaged: plan again. So where a build's files are gone.
        let Ok(record) = serde_json::from_slice::<Self>(&content) else {
            return Ok(None);
        };
        if record.format != FORMAT || !record.written.iter().all(Stamp::is_current) {
            return Ok(None);
        }
        let now = record.inputs.iter().map(|input| (input, input.renewed()));
        let changed = now.filter(|(then, now)| *then != now).map(|(_, now)| now);
        let changed = changed.collect();
        Ok(Some((record, changed)))
    }

    /// The files that planning has written for a stored record; none for one that cannot be read.
    pub fn named(content: &[u8]) -> Vec<PathBuf> {
        let record = serde_json::from_slice::<Self>(content);
        let written = record.map(|record| record.written).unwrap_or_default();
        written.into_iter().map(|stamp| stamp.path).collect()
    }

    /// Keeps the record for the next build with the same key.
    pub fn store(&self, cache: &Cache, key: &str) -> Result<(), CacheError> {
        match serde_json::to_vec(self) {
            Ok(content) => cache.write(Kind::Builds, key, &content),
            // A plugin's path, for one, that is no UTF-8 text: the next build plans again.
            Err(_) => Ok(()),
        }
    }
}

/// Names a command line in its surroundings: everything that decides about a plan but for files.
pub fn key(words: &[OsString], directory: &Path, choice: &PluginChoice) -> String {
    let mut hasher = blake3::Hasher::new();
    let mut add = |part: &OsStr| {
        let bytes = part.as_encoded_bytes();
        hasher.update(&(bytes.len() as u64).to_le_bytes());
        hasher.update(bytes);
    };
    add(OsStr::new(embedded::BUILD_ID));
    add(directory.as_os_str());
    for word in words {
        add(word);
    }
    add(OsStr::new("plugins"));
    add(OsStr::new(&choice.project.digest()));
    add(OsStr::new(choice.locked.unwrap_or_default()));
    for plugin in &choice.files {
        add(plugin.as_os_str());
    }
    for permission in &choice.permissions {
        add(OsStr::new(permission));
    }
    let mut variables: Vec<_> = std::env::vars_os()
        .filter(|(name, _)| decides(name))
        .collect();
    variables.sort();
    for (name, value) in variables {
        add(&name);
        add(&value);
    }
    format!("{}.json", hasher.finalize().to_hex())
}

/// Whether an environment variable may change what the go command does.
///
/// Source: `go help environment`.
fn decides(name: &OsStr) -> bool {
    let Some(name) = name.to_str() else {
        return false;
    };
    if name == NESTING || name == OWN_GOGC {
        return false;
    }
    name.starts_with("GO")
        || name.starts_with("CGO_")
        || name.starts_with("WEFT_")
        || matches!(
            name,
            "AR" | "CC" | "CXX" | "FC" | "HOME" | "PATH" | "PKG_CONFIG" | "PWD" | "XDG_CONFIG_HOME"
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_do_not_run_together() {
        let words = |words: &[&str]| words.iter().map(OsString::from).collect::<Vec<_>>();
        let directory = Path::new("/app");
        let none = PluginChoice::default();
        let one = key(&words(&["build", "ab", "c"]), directory, &none);
        assert_ne!(one, key(&words(&["build", "a", "bc"]), directory, &none));
        assert_ne!(
            one,
            key(&words(&["build", "ab", "c"]), Path::new("/b"), &none)
        );
        assert_eq!(one, key(&words(&["build", "ab", "c"]), directory, &none));
    }
}
