//! Where the components of a project's plugins are on this machine.

use weft_plugin_source::{Fetcher, Source, Wanted};

use super::LoadError;
use crate::cache::{Cache, Kind};
use crate::project::{LockedPlugin, Project, ProjectError};

/// The component that a project's lock names: from the project's vendor folder where it has one, from the
/// file that it is locked to, or from the cache, fetched where it is not there. Its bytes are those locked.
pub fn component(
    cache: &Cache,
    project: &Project,
    locked: &LockedPlugin,
    offline: bool,
) -> Result<Vec<u8>, LoadError> {
    if let Some(folder) = project.vendor_folder() {
        let path = folder.join(vendored_name(locked));
        let component = std::fs::read(&path).map_err(|source| {
            LoadError::Project(ProjectError::Read {
                path: path.clone(),
                source,
            })
        })?;
        locked.check_bytes(&component, &path.display().to_string())?;
        return Ok(component);
    }
    let is_file = matches!(locked.location, Source::File(_));
    let name = format!("{}.wasm", locked.digest);
    // A file of the cache that somebody has changed is as if it were not there.
    if !is_file
        && let Some(component) = cache.read(Kind::Components, &name)?
        && locked.check_bytes(&component, "").is_ok()
    {
        return Ok(component);
    }
    let wanted = Wanted {
        name: &locked.name,
        accepts: &|version| *version == locked.version,
    };
    let base = project.root.as_deref().unwrap_or(".".as_ref());
    let fetched = Fetcher::new(base, offline).fetch(&locked.location, wanted);
    let fetched = fetched.map_err(|source| LoadError::Source {
        plugin: locked.name.clone(),
        source,
    })?;
    let place = locked.location.without_secrets().to_string();
    locked.check_bytes(&fetched.component, &place)?;
    if !is_file {
        cache.write(Kind::Components, &name, &fetched.component)?;
    }
    Ok(fetched.component)
}

/// The name that a plugin has in a vendor folder: each content another one, so that a file is never replaced
/// before the lock names the new one.
pub fn vendored_name(locked: &LockedPlugin) -> String {
    let LockedPlugin {
        name,
        version,
        digest,
        ..
    } = locked;
    let digest = digest.get(..8).unwrap_or(digest);
    format!("{name}-{version}-{digest}.wasm")
}
