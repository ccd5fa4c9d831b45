//! Which plugins a build uses besides those that weft brings along.

use std::path::{Path, PathBuf};

use weft_plugin_source::Source;
use weft_weave::model::Descriptor;

use super::{LoadError, store};
use crate::project::Project;

/// Which plugins a build uses besides those that weft brings along, and what they may do.
#[derive(Debug, Clone, Default)]
pub struct PluginChoice {
    /// Components that the user names for this build.
    pub files: Vec<PathBuf>,
    /// Permissions of those beyond the default, as `name=permission`.
    pub permissions: Vec<String>,
    /// The project's plugins, settings and policy.
    pub project: Project,
    /// Why only plugins that `weft.lock` names are used; None where others may be.
    pub locked: Option<&'static str>,
    /// Nothing may be fetched.
    pub offline: bool,
}

impl PluginChoice {
    /// The files on this machine, outside weft's cache, that plugins are read from.
    pub fn files_read(&self, directory: &Path) -> Vec<PathBuf> {
        let mut files: Vec<_> = self.files.iter().map(|file| directory.join(file)).collect();
        let Some(root) = &self.project.root else {
            return files;
        };
        let vendor = self.project.vendor_folder();
        for locked in self.project.lock.plugins() {
            match (&vendor, &locked.location) {
                (Some(vendor), _) => files.push(vendor.join(store::vendored_name(locked))),
                (None, Source::File(path)) => files.push(root.join(path)),
                (None, _) => {}
            }
        }
        files
    }

    /// Fails when a plugin that the user names asks for a permission that was not granted to it.
    pub(super) fn check(&self, descriptor: &Descriptor) -> Result<(), LoadError> {
        let name = &descriptor.name;
        let granted =
            |permission: &String| self.permissions.contains(&format!("{name}={permission}"));
        let missing: Vec<_> = descriptor
            .permissions
            .iter()
            .filter(|permission| !granted(permission))
            .collect();
        if missing.is_empty() {
            return Ok(());
        }
        Err(LoadError::Permissions {
            plugin: name.clone(),
            permissions: missing.into_iter().cloned().collect(),
        })
    }
}
