//! What a project says of plugins: `weft.toml`, `weft.lock`, and the policy of the machine.
//!
//! Invariant: builds only read here. What `weft plugin` writes is written whole or not at all, and in an
//! order in which each moment is the old state or the new one.

mod edit;
mod error;
mod find;
mod lock;
mod policy;
mod settings;
mod signature;

use std::path::{Path, PathBuf};

use weft_plugin_host::Settings;

pub use edit::Editor;
pub use error::ProjectError;
pub use lock::{Lock, LockedPlugin, permissions};
pub use policy::{Judged, Policy};
pub use settings::{PluginSettings, ProjectSettings};
pub use signature::{Signer, is_public_key};

/// The files of a project, beside its `go.mod` or `go.work`.
pub const SETTINGS: &str = "weft.toml";
/// See [`SETTINGS`].
pub const LOCK: &str = "weft.lock";

/// A project's plugins, as its files say.
#[derive(Debug, Clone, Default)]
pub struct Project {
    /// The folder of the files; None where there is no module.
    pub root: Option<PathBuf>,
    /// `weft.toml`; empty where there is none.
    pub settings: ProjectSettings,
    /// `weft.lock`; empty where there is none.
    pub lock: Lock,
    /// What must hold, of the project and of the machine.
    pub policy: Policy,
    /// Digest of all that was read, for the keys of plans.
    digest: Option<blake3::Hash>,
}

impl Project {
    /// Reads the project that a directory belongs to.
    ///
    /// # Errors
    ///
    /// A file cannot be read, or does not say what it should.
    pub fn read(directory: &Path) -> Result<Self, ProjectError> {
        let root = find::root(directory);
        let mut hasher = blake3::Hasher::new();
        let mut read = |path: &Path| -> Result<Option<String>, ProjectError> {
            let text = read_file(path)?;
            hasher.update(path.as_os_str().as_encoded_bytes());
            hasher.update(text.as_deref().unwrap_or("\0").as_bytes());
            Ok(text)
        };
        let mut project = Self::default();
        for path in policy::of_machine() {
            if let Some(text) = read(&path)? {
                project.policy.add(policy::parse(&path, &text)?);
            }
        }
        if let Some(root) = &root {
            let path = root.join(SETTINGS);
            if let Some(text) = read(&path)? {
                project.settings = ProjectSettings::parse(&path, &text)?;
                project.policy.add(project.settings.rules(&path)?);
            }
            let path = root.join(LOCK);
            if let Some(text) = read(&path)? {
                project.lock = Lock::parse(&path, &text)?;
            }
        }
        project.digest = Some(hasher.finalize());
        project.root = root;
        Ok(project)
    }

    /// The folder of the files.
    ///
    /// # Errors
    ///
    /// There is no module that they would be beside of.
    pub fn root(&self) -> Result<&Path, ProjectError> {
        self.root.as_deref().ok_or(ProjectError::NoModule)
    }

    /// Names all that the project's files say.
    pub fn digest(&self) -> String {
        self.digest
            .map(|digest| digest.to_hex().to_string())
            .unwrap_or_default()
    }

    /// What a plugin is told of the project's wishes.
    pub fn settings_of(&self, plugin: &str) -> Settings {
        let settings = self.settings.plugins.get(plugin);
        settings.map(PluginSettings::told).unwrap_or_default()
    }

    /// Whether a plugin takes part.
    pub fn is_enabled(&self, plugin: &str) -> bool {
        let settings = self.settings.plugins.get(plugin);
        settings.is_none_or(|settings| settings.enabled)
    }

    /// The lock's entry for a plugin that `weft.toml` names with a source.
    ///
    /// # Errors
    ///
    /// There is none, or it is for another source or version.
    pub fn locked(&self, name: &str) -> Result<&LockedPlugin, ProjectError> {
        let wanted = self.settings.plugins.get(name);
        let stale = |reason: String| ProjectError::Stale {
            plugin: name.to_owned(),
            reason,
        };
        let Some(locked) = self.lock.get(name) else {
            return Err(stale("it has no entry for it".to_owned()));
        };
        let Some((wanted, source)) = wanted.and_then(|w| Some((w, w.source.as_ref()?))) else {
            return Err(stale(format!("{SETTINGS} names no source for it")));
        };
        if locked.source != *source {
            return Err(stale(format!(
                "it is for {}, and {SETTINGS} says {source}",
                locked.source
            )));
        }
        if let Some(range) = wanted
            .version
            .as_ref()
            .filter(|range| !range.matches(&locked.version))
        {
            return Err(stale(format!(
                "it has version {}, and {SETTINGS} wants {range}",
                locked.version
            )));
        }
        Ok(locked)
    }

    /// Where plugins' files are kept in the repository, if they are.
    pub fn vendor_folder(&self) -> Option<PathBuf> {
        Some(self.root.as_ref()?.join(self.settings.vendor.as_ref()?))
    }

    /// Who of the pinned signers has signed a component.
    ///
    /// # Errors
    ///
    /// The signature is of a pinned signer's key, and for other bytes; or is none.
    pub fn signer(
        &self,
        plugin: &str,
        component: &[u8],
        signature: Option<&str>,
    ) -> Result<Signer, ProjectError> {
        let pinned = self.settings.signers.iter().chain(self.policy.signers());
        signature::signer(plugin, component, signature, pinned)
    }
}

/// A file's text; None where there is no file.
fn read_file(path: &Path) -> Result<Option<String>, ProjectError> {
    match std::fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(source) => Err(ProjectError::Read {
            path: path.to_owned(),
            source,
        }),
    }
}
