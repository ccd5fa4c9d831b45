//! What can be wrong with a project's files, and with plugins beside them.

use std::io;
use std::ops::Range;
use std::path::{Path, PathBuf};

/// Why a project's plugins cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ProjectError {
    /// A file cannot be read.
    #[error("failed to read {}: {source}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// The system's reason.
        source: io::Error,
    },
    /// A file cannot be written.
    #[error("failed to write {}: {source}", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// The system's reason.
        source: io::Error,
    },
    /// A file says what it cannot say.
    #[error("{}:{line}: {reason}", path.display())]
    Syntax {
        /// The file.
        path: PathBuf,
        /// 1-based line.
        line: u32,
        /// What is wrong.
        reason: String,
    },
    /// A lock of another version.
    #[error("{} has the format {format}, which this weft does not know", path.display())]
    Format {
        /// The file.
        path: PathBuf,
        /// Its format.
        format: u32,
    },
    /// A key is none.
    #[error("{}: the signer {name:?} has no public key of minisign", path.display())]
    Key {
        /// The file.
        path: PathBuf,
        /// The signer.
        name: String,
    },
    /// A vendor folder outside the project.
    #[error("{}: the vendor folder {folder:?} is not below that of the file", path.display())]
    VendorFolder {
        /// The file.
        path: PathBuf,
        /// The folder.
        folder: String,
    },
    /// A policy that says nothing that could hold.
    #[error("{}: policy: {reason}", path.display())]
    PolicySection {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// Commands that change a project need one.
    #[error("there is no go.mod or go.work here or above")]
    NoModule,
    /// A plugin without source that is none of weft's own.
    #[error(
        "weft.toml names the plugin {plugin}, which weft does not bring along, without a source"
    )]
    NoSource {
        /// The plugin.
        plugin: String,
    },
    /// A plugin of weft's own with a source.
    #[error("weft.toml names a source for {plugin}, which weft brings along")]
    BuiltIn {
        /// The plugin.
        plugin: String,
    },
    /// The lock does not fit the settings.
    #[error("weft.lock does not fit for the plugin {plugin}: {reason}")]
    Stale {
        /// The plugin.
        plugin: String,
        /// Why.
        reason: String,
    },
    /// A component is not the locked one.
    #[error(
        "the plugin {plugin} in {place} is not the one that weft.lock names: its digest is {found}, not {locked}"
    )]
    Digest {
        /// The plugin.
        plugin: String,
        /// Where the component was.
        place: String,
        /// The digest in the lock.
        locked: String,
        /// The digest of the component.
        found: String,
    },
    /// The lock says of a component what is not so.
    #[error(
        "weft.lock says of the plugin {plugin} what is not so: {what} {locked}, and it is {found}"
    )]
    Edited {
        /// The plugin.
        plugin: String,
        /// Which field.
        what: String,
        /// What the lock says.
        locked: String,
        /// What is so.
        found: String,
    },
    /// A signature does not hold.
    #[error("the signature of the plugin {plugin} does not hold: {reason}")]
    Signature {
        /// The plugin.
        plugin: String,
        /// Why.
        reason: String,
    },
    /// A policy forbids a plugin.
    #[error("the policy of {} refuses the plugin {plugin}: {reason}", path.display())]
    Policy {
        /// The plugin.
        plugin: String,
        /// The policy's file.
        path: PathBuf,
        /// The rule.
        reason: String,
    },
}

impl ProjectError {
    /// Stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Read { .. } => "W0701",
            Self::Write { .. } => "W0702",
            Self::Syntax { .. }
            | Self::Format { .. }
            | Self::Key { .. }
            | Self::VendorFolder { .. }
            | Self::PolicySection { .. } => "W0703",
            Self::NoModule => "W0704",
            Self::NoSource { .. } | Self::BuiltIn { .. } => "W0705",
            Self::Stale { .. } => "W0710",
            Self::Digest { .. } => "W0711",
            Self::Edited { .. } => "W0712",
            Self::Signature { .. } => "W0713",
            Self::Policy { .. } => "W0714",
        }
    }

    /// What the user can do about it.
    pub fn help(&self) -> &'static str {
        match self {
            Self::Read { .. } => "make it readable",
            Self::Write { .. } => "make its folder writable, or run the command where it is",
            Self::Syntax { .. } => "docs/plugins.md lists what the file may say",
            Self::Format { .. } => "use the version of weft that wrote it, or a newer one",
            Self::Key { .. } => "give the second line of the signer's .pub file",
            Self::VendorFolder { .. } => {
                "name a folder of the repository, such as \"weft-plugins\""
            }
            Self::PolicySection { .. } => "docs/plugins.md lists what a policy may say",
            Self::NoModule => "change to a module, or run `go mod init`",
            Self::NoSource { .. } => {
                "run `weft plugin add SOURCE`, or take the plugin's section out of weft.toml; to try the plugin out, \
                 name its file: weft --plugin FILE"
            }
            Self::BuiltIn { .. } => "take the source out, or have the plugin's author rename it",
            Self::Stale { .. } => {
                "run `weft plugin update NAME`, look at what it shows, and commit weft.lock"
            }
            Self::Digest { .. } => {
                "if you expect another content, run `weft plugin update NAME` and look at what it shows; if not, \
                 somebody has put another file there: do not use it"
            }
            Self::Edited { .. } => {
                "weft.lock is not to be edited: restore it, or run `weft plugin update NAME` and look at what it shows"
            }
            Self::Signature { .. } => {
                "do not use the plugin: ask its author, by another way than the one that it came, for the file and its key"
            }
            Self::Policy { .. } => "take another plugin, or ask those who set the policy",
        }
    }

    /// Where in a file it is, if it is somewhere.
    pub fn place(&self) -> Option<(&Path, u32)> {
        match self {
            Self::Syntax { path, line, .. } => Some((path, *line)),
            _ => None,
        }
    }
}

/// A mistake in a TOML file, as the reader of values tells it.
pub(super) fn syntax(path: &Path, text: &str, error: &toml::de::Error) -> ProjectError {
    mistake(path, text, error.span(), error.message())
}

/// A mistake in a file, at a range of its text.
pub(super) fn mistake(
    path: &Path,
    text: &str,
    span: Option<Range<usize>>,
    reason: &str,
) -> ProjectError {
    let before = text
        .get(..span.unwrap_or_default().start)
        .unwrap_or_default();
    ProjectError::Syntax {
        path: path.to_owned(),
        line: u32::try_from(before.matches('\n').count() + 1).unwrap_or(u32::MAX),
        reason: reason.to_owned(),
    }
}
