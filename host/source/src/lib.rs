//! Where plugins come from: files, web servers, OCI registries, and vendors' indexes of them.
//!
//! Invariant: the only room that speaks with the network, and only when asked to fetch or to push; what
//! it brings is bytes that nobody has looked at.

mod error;
mod file;
mod https;
mod index;
mod oci;
mod source;

use std::cell::{OnceCell, RefCell};
use std::path::{Path, PathBuf};

use semver::Version;

pub use error::{SourceError, SourceSyntaxError};
pub use index::{Index, IndexedPlugin, IndexedVersion};
pub use oci::Push;
pub use source::Source;

/// The largest component that is fetched, in bytes.
const MOST_BYTES: usize = 64 << 20;

/// The largest index or signature, in bytes.
const MOST_TEXT: usize = 4 << 20;

/// A plugin as it came from its source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fetched {
    /// The component's bytes.
    pub component: Vec<u8>,
    /// The minisign signature that lies beside it.
    pub signature: Option<String>,
    /// What names these bytes and no others, as far as the source can: a registry's digest, a URL.
    pub location: Source,
    /// The BLAKE3 digest that an index names, in hex.
    pub expected_digest: Option<String>,
}

/// What of a source is wanted.
#[derive(Clone, Copy)]
pub struct Wanted<'a> {
    /// The plugin's name, which an index is asked for.
    pub name: &'a str,
    /// Whether a version may be taken, where the source has several.
    pub accepts: &'a dyn Fn(&Version) -> bool,
}

/// Fetches plugins.
pub struct Fetcher {
    base: PathBuf,
    offline: bool,
    network: OnceCell<Network>,
    /// What was read already, so that all that is done with an index is done with the same one.
    indexes: RefCell<Vec<(Source, Index)>>,
}

/// What it takes to speak with other machines. Files need none of it, and it takes milliseconds to make.
struct Network {
    runtime: tokio::runtime::Runtime,
    web: reqwest::Client,
}

impl std::fmt::Debug for Fetcher {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Fetcher")
            .field("base", &self.base)
            .finish_non_exhaustive()
    }
}

impl Fetcher {
    /// Fetches for a project in a folder, which relative paths start from; `offline`, from files only.
    pub fn new(base: &Path, offline: bool) -> Self {
        Self {
            base: base.to_owned(),
            offline,
            network: OnceCell::new(),
            indexes: RefCell::default(),
        }
    }

    fn network(&self) -> Result<&Network, SourceError> {
        if let Some(network) = self.network.get() {
            return Ok(network);
        }
        // Another crate of this program may have done it.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let start = |reason: String| SourceError::Start { reason };
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|error| start(error.to_string()))?;
        let web = https::client().map_err(|error| start(error::chain(&error)))?;
        Ok(self.network.get_or_init(|| Network { runtime, web }))
    }

    /// Fetches a plugin: of several versions, the newest that is accepted.
    ///
    /// # Errors
    ///
    /// The source does not have it, cannot be reached, or answers what is no plugin.
    pub fn fetch(&self, source: &Source, wanted: Wanted<'_>) -> Result<Fetched, SourceError> {
        self.check_reach(source)?;
        match source {
            Source::File(path) => file::fetch(&self.base, path),
            Source::Https(url) => {
                let Network { runtime, web } = self.network()?;
                runtime.block_on(https::fetch(web, url))
            }
            Source::Oci(reference) => {
                let runtime = &self.network()?.runtime;
                runtime.block_on(oci::fetch(reference, wanted))
            }
            Source::Index(index) => {
                let index = self.index(index)?;
                let (version, source) = index.newest(wanted)?;
                let fetched = self.fetch(&source, wanted)?;
                Ok(Fetched {
                    expected_digest: Some(version.digest.clone()),
                    ..fetched
                })
            }
        }
    }

    /// The versions of a plugin that a source says it has, newest first; empty where it does not say.
    ///
    /// # Errors
    ///
    /// The source cannot be reached, or does not answer as it should.
    pub fn versions(&self, source: &Source, name: &str) -> Result<Vec<Version>, SourceError> {
        self.check_reach(source)?;
        let mut versions = match source {
            Source::File(_) | Source::Https(_) => Vec::new(),
            Source::Oci(reference) => {
                let runtime = &self.network()?.runtime;
                runtime.block_on(oci::versions(reference))?
            }
            Source::Index(index) => self.index(index)?.versions_of(name),
        };
        versions.sort_by(|a, b| b.cmp(a));
        Ok(versions)
    }

    /// A vendor's index, which is read once.
    ///
    /// # Errors
    ///
    /// It cannot be read, or is no index.
    pub fn index(&self, source: &Source) -> Result<Index, SourceError> {
        let known = self.indexes.borrow();
        if let Some((_, index)) = known.iter().find(|(place, _)| place == source) {
            return Ok(index.clone());
        }
        drop(known);
        self.check_reach(source)?;
        let bytes = match source {
            Source::File(path) => file::read(&self.base.join(path), MOST_TEXT)?,
            Source::Https(url) => {
                let Network { runtime, web } = self.network()?;
                runtime.block_on(https::get(web, url, MOST_TEXT))?
            }
            Source::Oci(_) | Source::Index(_) => {
                return Err(SourceError::NoIndex {
                    place: source.clone(),
                    reason: "an index is a file or an https:// URL".to_owned(),
                });
            }
        };
        let index = Index::parse(source, &bytes)?;
        let mut known = self.indexes.borrow_mut();
        known.push((source.clone(), index.clone()));
        Ok(index)
    }

    /// Publishes a component in a registry, and returns the location of what was published.
    ///
    /// # Errors
    ///
    /// The registry cannot be reached or refuses.
    pub fn push(&self, push: &Push<'_>) -> Result<Source, SourceError> {
        self.check_reach(push.reference)?;
        self.network()?.runtime.block_on(oci::push(push))
    }

    /// Fails where a source is on another machine and only files may be read.
    fn check_reach(&self, source: &Source) -> Result<(), SourceError> {
        if self.offline && !source.is_local() {
            return Err(SourceError::Offline {
                place: source.without_secrets(),
            });
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_index_is_read_once() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("index.json");
        std::fs::write(&file, r#"{"format": 1, "plugins": []}"#).unwrap();
        let fetcher = Fetcher::new(folder.path(), true);
        let place = Source::File("index.json".into());
        let index = fetcher.index(&place).unwrap();
        std::fs::remove_file(&file).unwrap();
        assert_eq!(fetcher.index(&place).unwrap(), index);
        assert!(fetcher.index(&Source::File("other.json".into())).is_err());
    }
}
