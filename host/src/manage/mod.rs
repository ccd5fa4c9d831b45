//! `weft plugin`: finds, shows, adds, updates and removes a project's plugins.
//!
//! Invariant: nothing is written before it was shown and agreed to, and nothing is shown that was not
//! checked as a build would check it.

mod add;
mod candidate;
mod error;
mod list;
mod publish;
mod remove;
mod search;
mod sign;
mod update;
mod vendor;
mod verify;

use std::cell::OnceCell;
use std::fs::File;
use std::path::{Path, PathBuf};

use semver::{Version, VersionReq};
use weft_plugin_host::Engine;
use weft_plugin_source::{Fetched, Fetcher, Source, Wanted};

pub use add::{Addition, add};
pub use candidate::{Candidate, Change, abilities};
pub use error::ManageError;
pub use list::{Listed, Origin, info, list};
pub use publish::{Publication, Published, publish};
pub use remove::remove;
pub use search::{Newer, SearchHit, outdated, search};
pub use update::update;
pub use vendor::vendor;
pub use verify::{Verified, verify};

use crate::build::Options;
use crate::cache::Cache;
use crate::failure::Failure;
use crate::plugins::{self, LoadError, PluginChoice};
use crate::project::{Lock, LockedPlugin, Project, ProjectError};

/// What every command works with.
pub struct Workshop {
    cache: Cache,
    choice: PluginChoice,
    directory: PathBuf,
    engine: Engine,
    fetcher: OnceCell<Fetcher>,
}

impl Workshop {
    /// Opens what commands in the current directory need.
    pub fn open(options: &Options) -> Result<Self, Failure> {
        let directory = std::env::current_dir().map_err(|error| Failure::no_directory(&error))?;
        let cache = Cache::open()?;
        let engine = plugins::engine(&cache)?;
        Ok(Self {
            choice: options.plugin_choice(&directory)?,
            cache,
            directory,
            engine,
            fetcher: OnceCell::new(),
        })
    }

    fn project(&self) -> &Project {
        &self.choice.project
    }

    /// Keeps other commands from changing the project until the lock is dropped, and reads the project as
    /// it is then.
    fn begin(&mut self) -> Result<File, Failure> {
        let root = self.project().root()?;
        let name = blake3::hash(root.as_os_str().as_encoded_bytes()).to_hex();
        let lock = self.cache.lock_alone(&format!("project-{name}"))?;
        self.choice.project = Project::read(&self.directory)?;
        Ok(lock)
    }

    /// Fetches for the project; relative paths start from its folder.
    fn fetcher(&self) -> &Fetcher {
        self.fetcher
            .get_or_init(|| Fetcher::new(self.base(), self.choice.offline))
    }

    /// The folder that relative paths of sources start from.
    fn base(&self) -> &Path {
        self.project().root.as_deref().unwrap_or(&self.directory)
    }

    /// Fetches a plugin, which `hint` names in errors and in an index: the newest version that is accepted.
    fn fetch(
        &self,
        hint: &str,
        source: &Source,
        accepts: &dyn Fn(&Version) -> bool,
    ) -> Result<Fetched, LoadError> {
        let wanted = Wanted {
            name: hint,
            accepts,
        };
        let fetched = self.fetcher().fetch(source, wanted);
        fetched.map_err(|source| LoadError::Source {
            plugin: hint.to_owned(),
            source,
        })
    }

    /// The lock without entries for plugins that `weft.toml` does not name, as a command that was stopped
    /// may leave them.
    fn tidy_lock(&self) -> Lock {
        let mut lock = self.project().lock.clone();
        let plugins = &self.project().settings.plugins;
        lock.retain(|name| {
            plugins
                .get(name)
                .is_some_and(|plugin| plugin.source.is_some())
        });
        lock
    }

    /// The plugins of `weft.toml` that come from somewhere, each with the versions that may be taken.
    fn sourced(&self) -> impl Iterator<Item = (&String, &Source, Option<&VersionReq>)> {
        let plugins = self.project().settings.plugins.iter();
        plugins.filter_map(|(name, plugin)| {
            Some((name, plugin.source.as_ref()?, plugin.version.as_ref()))
        })
    }

    /// The lock's entry for a plugin.
    fn entry(&self, name: &str) -> Result<&LockedPlugin, ProjectError> {
        self.project().locked(name)
    }
}
