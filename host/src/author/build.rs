//! Builds a plugin's sources to one file.

use std::path::{Path, PathBuf};

use weft_plugin_host::{Engine, Settings};
use weft_weave::model::Descriptor;

use super::project::{PluginProject, write_if_changed};
use super::{AuthorError, component, sdk, toolchain};
use crate::cache::Cache;
use crate::failure::Failure;
use crate::plugins::{self, LoadError};

/// A plugin that was built and checked.
#[derive(Debug)]
pub struct Built {
    /// The component.
    pub file: PathBuf,
    /// What it says of itself.
    pub descriptor: Descriptor,
    /// Its size in bytes.
    pub size: usize,
}

/// Builds the plugin of a folder: compiles it, makes a component of it, and loads that as a build would.
/// Writes `NAME.wasm` into the folder once all of that has succeeded.
pub fn build(cache: &Cache, directory: &Path, quiet: bool) -> Result<Built, Failure> {
    let project = PluginProject::open(directory)?;
    sdk::put(&project)?;
    let module = toolchain::compile(&project, quiet)?;
    let component = component::of(module).map_err(|reason| AuthorError::Module {
        directory: directory.to_owned(),
        reason,
    })?;
    let engine = plugins::engine(cache)?;
    let descriptor = describe(&engine, &directory.to_string_lossy(), &component)?;
    let file = directory.join(format!("{}.wasm", descriptor.name));
    write_if_changed(&file, &component)?;
    Ok(Built {
        file,
        descriptor,
        size: component.len(),
    })
}

/// The plugin of a file; or that of a folder, which is built first.
pub(super) fn open(cache: &Cache, subject: &Path, quiet: bool) -> Result<Built, Failure> {
    if subject.is_dir() {
        return build(cache, subject, quiet);
    }
    let component = std::fs::read(subject).map_err(|source| LoadError::Read {
        path: subject.to_owned(),
        source,
    })?;
    let engine = plugins::engine(cache)?;
    Ok(Built {
        descriptor: describe(&engine, &subject.to_string_lossy(), &component)?,
        file: subject.to_owned(),
        size: component.len(),
    })
}

/// Runs a component in the sandbox, checks what it says of itself, and audits its hook code.
fn describe(engine: &Engine, hint: &str, component: &[u8]) -> Result<Descriptor, Failure> {
    let plugin = engine.load(hint, component.to_vec());
    let descriptor = plugin.descriptor(&Settings::new());
    Ok(descriptor.map_err(LoadError::from)?)
}
