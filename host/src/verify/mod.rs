//! Reads from a binary what was woven into it, and compares that with what was expected.
//!
//! Invariant: foreign bytes are only read; nothing of a binary is run, and nothing in it can make weft
//! panic.

mod build_info;
mod compare;
mod sbom;

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::manifest::{self, FrameError, Manifest};
pub use build_info::{BuildInfo, Module};
pub use compare::{Difference, differences, differences_from_lock};
pub use sbom::sbom;

/// Why a binary is not verified.
#[derive(Debug, thiserror::Error)]
pub enum VerifyError {
    /// The file cannot be read.
    #[error("failed to read {}: {source}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// The system's reason.
        source: std::io::Error,
    },
    /// No executable or library that Go has linked.
    #[error("{} is no binary that Go has linked: {reason}", path.display())]
    NotGo {
        /// The file.
        path: PathBuf,
        /// What was missed.
        reason: String,
    },
    /// Nothing is woven.
    #[error("nothing is woven into {}", path.display())]
    NotWoven {
        /// The file.
        path: PathBuf,
    },
    /// The manifest cannot be relied on.
    #[error("the manifest in {} cannot be relied on: {reason}", path.display())]
    Unreliable {
        /// The file.
        path: PathBuf,
        /// Why.
        reason: String,
    },
    /// The manifest is of another weft's format.
    #[error("the manifest in {} cannot be read: {source}", path.display())]
    Format {
        /// The file.
        path: PathBuf,
        /// Which format.
        source: FrameError,
    },
    /// What is expected cannot be read.
    #[error("failed to read what is expected from {}: {reason}", path.display())]
    Expected {
        /// The file.
        path: PathBuf,
        /// What was wrong.
        reason: String,
    },
}

/// What a binary says of itself. As JSON, what `weft verify --json` prints and `--against` takes.
#[derive(Debug, Serialize)]
pub struct Verified {
    /// Of the form.
    pub version: u32,
    /// What was woven.
    pub woven: Manifest,
    /// What the go command notes.
    pub go: BuildInfo,
}

/// The part of an earlier [`Verified`] that counts.
#[derive(Debug, Deserialize)]
struct Expected {
    woven: Manifest,
}

/// Reads a binary.
pub fn read(path: &Path) -> Result<Verified, VerifyError> {
    let data = std::fs::read(path).map_err(|source| VerifyError::Read {
        path: path.to_owned(),
        source,
    })?;
    verify(path, &data)
}

/// Reads what is expected: the JSON of a binary that was verified before.
pub fn expected(path: &Path) -> Result<Manifest, VerifyError> {
    let failed = |reason: String| VerifyError::Expected {
        path: path.to_owned(),
        reason,
    };
    let content = std::fs::read(path).map_err(|error| failed(error.to_string()))?;
    let expected: Expected =
        serde_json::from_slice(&content).map_err(|error| failed(error.to_string()))?;
    if expected.woven.format == manifest::FORMAT {
        Ok(expected.woven)
    } else {
        Err(failed(format!("it is of format {}", expected.woven.format)))
    }
}

fn verify(path: &Path, data: &[u8]) -> Result<Verified, VerifyError> {
    let path = path.to_owned();
    let not_go = |reason: String| VerifyError::NotGo {
        path: path.clone(),
        reason,
    };
    let binary = object::File::parse(data).map_err(|error| not_go(error.to_string()))?;
    let go = build_info::read(&binary)
        .ok_or_else(|| not_go("it has no note of the go command's".to_owned()))?;
    let mut found = manifest::find(data);
    if found.is_empty() {
        return Err(VerifyError::NotWoven { path });
    }
    let unreliable = |reason: String| VerifyError::Unreliable {
        path: path.clone(),
        reason,
    };
    // A program may hold another one, in a file that it embeds.
    let own = |found: &Result<Manifest, FrameError>| {
        found
            .as_ref()
            .is_ok_and(|manifest| manifest.program == go.path)
    };
    if found.iter().any(own) {
        found.retain(own);
        found.dedup();
    }
    if found.len() > 1 {
        return Err(unreliable("there are several".to_owned()));
    }
    let woven = match found.swap_remove(0) {
        Ok(manifest) => manifest,
        Err(FrameError::Damaged) => return Err(unreliable(FrameError::Damaged.to_string())),
        Err(source) => return Err(VerifyError::Format { path, source }),
    };
    if woven.program != go.path {
        let reason = format!("it is that of {}, and this is {}", woven.program, go.path);
        return Err(unreliable(reason));
    }
    for package in &woven.packages {
        if let Some(module) = go.module_of(&package.import_path)
            && !package.version.is_empty()
            && !versions_of(module).contains(&package.version.as_str())
        {
            return Err(unreliable(format!(
                "it is of {} {}, and the binary has {}",
                package.import_path,
                package.version,
                module.built().version
            )));
        }
    }
    Ok(Verified {
        version: 1,
        woven,
        go,
    })
}

/// The versions by which a plan may name a module: that of a replacement, where it has one.
fn versions_of(module: &Module) -> [&str; 2] {
    [&module.version, &module.built().version]
}

impl BuildInfo {
    /// The module that a package comes from, by the longest path; None for the standard library and the
    /// main module.
    fn module_of(&self, import_path: &str) -> Option<&Module> {
        let holds = |module: &&Module| {
            let rest = import_path.strip_prefix(module.path.as_str());
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        let modules = self.modules.iter().filter(holds);
        modules.max_by_key(|module| module.path.len())
    }
}
