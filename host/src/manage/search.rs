//! What vendors' indexes and sources have.

use semver::Version;
use serde::Serialize;
use weft_plugin_source::Source;

use super::Workshop;
use crate::failure::Failure;
use crate::plugins::LoadError;

/// A plugin of an index.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SearchHit {
    /// Its name.
    pub name: String,
    /// Its newest version.
    pub version: Version,
    /// One sentence for a person.
    pub description: String,
    /// The index.
    pub index: Source,
}

/// A plugin with a version that is newer than the locked one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Newer {
    /// The plugin.
    pub name: String,
    /// The locked version.
    pub locked: Version,
    /// The newest one that `weft.toml` lets in, where it is newer.
    pub wanted: Option<Version>,
    /// The newest one that there is.
    pub newest: Version,
}

/// The plugins of the project's indexes whose names or descriptions hold all of the words.
pub fn search(workshop: &Workshop, words: &[String]) -> Result<Vec<SearchHit>, Failure> {
    let mut hits = Vec::new();
    for place in &workshop.project().settings.indexes {
        let name = place.without_secrets().to_string();
        let index = workshop.fetcher().index(place);
        let index = index.map_err(|source| LoadError::Source {
            plugin: name.clone(),
            source,
        })?;
        for plugin in index.plugins {
            let text = format!("{} {}", plugin.name, plugin.description).to_lowercase();
            let versions = plugin.versions.iter().filter(|version| !version.withdrawn);
            let newest = versions.map(|version| &version.version).max();
            if let Some(version) = newest
                && words.iter().all(|word| text.contains(&word.to_lowercase()))
            {
                hits.push(SearchHit {
                    version: version.clone(),
                    name: plugin.name,
                    description: plugin.description,
                    index: place.without_secrets(),
                });
            }
        }
    }
    Ok(hits)
}

/// The project's plugins of which there is a newer version.
pub fn outdated(workshop: &Workshop) -> Result<Vec<Newer>, Failure> {
    let mut newer = Vec::new();
    for (name, source, range) in workshop.sourced() {
        let locked = &workshop.entry(name)?.version;
        let versions = workshop.fetcher().versions(source, name);
        let versions = versions.map_err(|source| LoadError::Source {
            plugin: name.clone(),
            source,
        })?;
        let mut later = versions
            .into_iter()
            .filter(|version| version > locked && version.pre.is_empty());
        if let Some(newest) = later.next() {
            let fits = |version: &Version| range.is_none_or(|range| range.matches(version));
            newer.push(Newer {
                name: name.clone(),
                locked: locked.clone(),
                wanted: std::iter::once(newest.clone()).chain(later).find(fits),
                newest,
            });
        }
    }
    Ok(newer)
}
