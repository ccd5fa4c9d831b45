//! One plugin of a build.

use std::sync::OnceLock;

use weft_plugin_host::{Plugin, Settings};
use weft_weave::hooks::HookPackages;
use weft_weave::model::{Advice, Descriptor, Package};

use super::LoadError;
use crate::cache::{Cache, Kind};
use crate::embedded;

/// One plugin of a build.
#[derive(Debug)]
pub struct LoadedPlugin {
    pub(super) plugin: Plugin,
    pub(super) descriptor: Descriptor,
    settings: Settings,
    /// Read when they are first asked for: most plugins of most builds have nothing to do.
    hooks: OnceLock<HookPackages>,
}

impl LoadedPlugin {
    /// Asks a plugin what it is, with the project's settings for it.
    pub(super) fn new(plugin: Plugin, settings: Settings) -> Result<Self, LoadError> {
        Ok(Self {
            descriptor: plugin.descriptor(&settings)?,
            plugin,
            settings,
            hooks: OnceLock::new(),
        })
    }

    /// The plugin's name.
    pub fn name(&self) -> &str {
        &self.descriptor.name
    }

    /// Its hook packages.
    pub fn hooks(&self) -> Result<&HookPackages, LoadError> {
        if let Some(hooks) = self.hooks.get() {
            return Ok(hooks);
        }
        let read = HookPackages::parse(&self.descriptor.hook_files).map_err(|source| {
            LoadError::HookFiles {
                plugin: self.descriptor.name.clone(),
                source,
            }
        })?;
        Ok(self.hooks.get_or_init(|| read))
    }

    /// What a plugin wants woven into a package; asked once for the same package and plugin.
    pub fn advise(&self, package: &Package, cache: &Cache) -> Result<Vec<Advice>, LoadError> {
        let question = serde_json::to_vec(package).expect("a package is valid JSON");
        let mut hasher = blake3::Hasher::new();
        hasher.update(embedded::BUILD_ID.as_bytes());
        hasher.update(self.plugin.digest().as_bytes());
        for (name, value) in &self.settings {
            for text in [name, value] {
                hasher.update(&(text.len() as u64).to_le_bytes());
                hasher.update(text.as_bytes());
            }
        }
        hasher.update(&question);
        let name = format!("{}.json", hasher.finalize().to_hex());
        if let Some(answer) = cache.read(Kind::Advice, &name)?
            && let Ok(advice) = serde_json::from_slice(&answer)
        {
            return Ok(advice);
        }
        let advice = self
            .plugin
            .advise(package, &self.settings)
            .map_err(|source| LoadError::Advise {
                import_path: package.import_path.clone(),
                source,
            })?;
        let answer = serde_json::to_vec(&advice).expect("advice is valid JSON");
        cache.keep(Kind::Advice, &name, &answer)?;
        Ok(advice)
    }
}
