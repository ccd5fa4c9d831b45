//! Why a plugin cannot be fetched.

use std::error::Error;
use std::path::PathBuf;

use crate::Source;

/// A text that names no source.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{text:?} names no source of plugins: {reason}")]
pub struct SourceSyntaxError {
    /// The text.
    pub text: String,
    /// What is wrong with it.
    pub reason: String,
}

/// Why a plugin cannot be fetched.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SourceError {
    /// Nothing can be fetched on this machine.
    #[error("failed to get ready to fetch: {reason}")]
    Start {
        /// Why.
        reason: String,
    },
    /// A file cannot be read.
    #[error("failed to read {}: {source}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// The system's reason.
        source: std::io::Error,
    },
    /// A folder does not hold one component.
    #[error("the folder {} holds {found}", path.display())]
    Folder {
        /// The folder.
        path: PathBuf,
        /// What it holds.
        found: String,
    },
    /// What is on another machine, where nothing may be fetched.
    #[error("{place} is on another machine, and fetching is off")]
    Offline {
        /// What was to be fetched.
        place: Source,
    },
    /// A server cannot be reached or answers with an error.
    #[error("failed to fetch {place}: {reason}")]
    Fetch {
        /// What was fetched, without what may be secret in it.
        place: Source,
        /// What the server or the system says.
        reason: String,
    },
    /// Something too large to be what is wanted.
    #[error("{place} is larger than the {limit} bytes that are allowed")]
    TooLarge {
        /// What was fetched.
        place: String,
        /// The limit.
        limit: usize,
    },
    /// An index is none.
    #[error("{place} is no index of plugins: {reason}")]
    NoIndex {
        /// The index.
        place: Source,
        /// What is wrong.
        reason: String,
    },
    /// A source does not have a plugin.
    #[error("{place} has no plugin {name}{}", it_has(.nearest))]
    NoPlugin {
        /// The source.
        place: Source,
        /// The plugin.
        name: String,
        /// Plugins that it has.
        nearest: Vec<String>,
    },
    /// A source has none of the versions that are wanted.
    #[error("{place} has no version of {name} that is wanted{}", it_has(.versions))]
    NoVersion {
        /// The source.
        place: Source,
        /// The plugin.
        name: String,
        /// The versions that it has.
        versions: Vec<String>,
    },
    /// A registry has something else under a name.
    #[error("{place} is no plugin: {reason}")]
    NoComponent {
        /// What was fetched.
        place: Source,
        /// What it is.
        reason: String,
    },
    /// What was published cannot be.
    #[error("failed to publish {place}: {reason}")]
    Push {
        /// The name that it should have had.
        place: Source,
        /// What the registry says.
        reason: String,
    },
}

fn it_has(names: &[String]) -> String {
    if names.is_empty() {
        return String::new();
    }
    format!(" (it has {})", names.join(", "))
}

/// An error and what it came from, on one line: a client's own message often says the least.
pub(crate) fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(error) = next {
        let said = error.to_string();
        if !text.contains(&said) {
            text.extend([": ", said.as_str()]);
        }
        next = error.source();
    }
    text
}
