//! `weft.toml`.

use std::collections::BTreeMap;
use std::path::Path;

use semver::VersionReq;
use serde::Deserialize;
use weft_plugin_host::Settings;
use weft_plugin_source::Source;

use super::policy::{PolicySection, Rules};
use super::{ProjectError, error};

/// What `weft.toml` says.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct ProjectSettings {
    /// Plugins, by name.
    pub plugins: BTreeMap<String, PluginSettings>,
    /// What must hold.
    pub policy: PolicySection,
    /// Public keys of minisign, by a name of the project's own.
    pub signers: BTreeMap<String, String>,
    /// Vendors' indexes, in which `weft plugin add NAME` and `weft plugin search` look.
    pub indexes: Vec<Source>,
    /// Folder of the repository that holds the plugins' files, if one does.
    pub vendor: Option<String>,
}

/// What `weft.toml` says of one plugin.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct PluginSettings {
    /// Where it comes from; None for one that weft brings along.
    pub source: Option<Source>,
    /// Which versions may be taken, where the source has several.
    pub version: Option<VersionReq>,
    /// False where it takes no part.
    pub enabled: bool,
    /// What it is told.
    pub settings: toml::Table,
}

impl Default for PluginSettings {
    fn default() -> Self {
        Self {
            source: None,
            version: None,
            enabled: true,
            settings: toml::Table::new(),
        }
    }
}

impl PluginSettings {
    /// The settings as plugins get them: name and JSON value.
    pub(super) fn told(&self) -> Settings {
        let told = self.settings.iter().map(|(name, value)| {
            let value = serde_json::to_string(value).expect("TOML's values are valid JSON");
            (name.clone(), value)
        });
        told.collect()
    }
}

impl ProjectSettings {
    /// Reads the file's text.
    pub(super) fn parse(path: &Path, text: &str) -> Result<Self, ProjectError> {
        let settings: Self =
            toml::from_str(text).map_err(|source| error::syntax(path, text, &source))?;
        for (name, key) in &settings.signers {
            if !super::is_public_key(key) {
                return Err(ProjectError::Key {
                    path: path.to_owned(),
                    name: name.clone(),
                });
            }
        }
        if let Some(folder) = &settings.vendor
            && !is_inside(folder)
        {
            return Err(ProjectError::VendorFolder {
                path: path.to_owned(),
                folder: folder.clone(),
            });
        }
        Ok(settings)
    }

    /// The policy, with the keys of those that it names.
    pub(super) fn rules(&self, path: &Path) -> Result<Rules, ProjectError> {
        Rules::of(path, &self.policy, &self.signers)
    }
}

/// Whether a path stays below the folder that it starts from.
fn is_inside(path: &str) -> bool {
    use std::path::Component;
    let mut parts = Path::new(path).components().peekable();
    parts.peek().is_some() && parts.all(|part| matches!(part, Component::Normal(_)))
}
