//! Why a plugin is not added, updated or removed.

use std::path::PathBuf;

use semver::Version;

/// Why a plugin is not added, updated or removed.
#[derive(Debug, thiserror::Error)]
pub enum ManageError {
    /// The project has no such plugin.
    #[error("this project has no plugin {name}{}", coming_near(.nearest))]
    Unknown {
        /// The name.
        name: String,
        /// Names that come near.
        nearest: Vec<String>,
    },
    /// The project has the plugin.
    #[error("this project has the plugin {name} already")]
    Present {
        /// The name.
        name: String,
    },
    /// No index is known, or none has the plugin.
    #[error("no index of this project has a plugin {name}")]
    NotIndexed {
        /// The name.
        name: String,
    },
    /// A key for a signer is none.
    #[error("{text:?} is no signer")]
    Signer {
        /// What was given.
        text: String,
    },
    /// What is signed by somebody else than what it is to replace.
    #[error("the plugin {name} was signed by {before}, and this version is signed by {after}")]
    SignerChanged {
        /// The plugin.
        name: String,
        /// Who signed the locked version.
        before: String,
        /// Who signed the other one.
        after: String,
    },
    /// An older version than the locked one.
    #[error(
        "the source of the plugin {name} has {found}, which is older than {locked} of weft.lock"
    )]
    Downgrade {
        /// The plugin.
        name: String,
        /// The locked version.
        locked: Version,
        /// The version found.
        found: Version,
    },
    /// Other bytes under the version of the locked ones.
    #[error(
        "the source of the plugin {name} has another content for version {version} than before"
    )]
    Republished {
        /// The plugin.
        name: String,
        /// The version.
        version: Version,
    },
    /// The source now has a plugin of another name.
    #[error("the source of the plugin {name} has the plugin {found} now")]
    Renamed {
        /// The plugin.
        name: String,
        /// The name found.
        found: String,
    },
    /// The component is not the one that an index names.
    #[error(
        "the plugin {name} is not the one that the index names: its digest is {found}, not {expected}"
    )]
    NotAsIndexed {
        /// The plugin.
        name: String,
        /// The digest in the index.
        expected: String,
        /// The digest of the component.
        found: String,
    },
    /// A tag that says another version than the plugin.
    #[error("the tag {tag} is not the plugin's version, {version}")]
    Tag {
        /// The tag.
        tag: String,
        /// The plugin's version.
        version: String,
    },
    /// A secret key cannot be used.
    #[error("failed to sign with the key {}: {reason}", path.display())]
    Key {
        /// Its file.
        path: PathBuf,
        /// Why.
        reason: String,
    },
    /// Nobody is there who knows the password of a secret key.
    #[error("the key {} has a password, and it cannot be asked for: {reason}", path.display())]
    Password {
        /// Its file.
        path: PathBuf,
        /// Why.
        reason: String,
    },
    /// A signature cannot be put beside its file.
    #[error("failed to write {}: {source}", path.display())]
    Signature {
        /// Where it should be.
        path: PathBuf,
        /// The system's reason.
        source: std::io::Error,
    },
    /// Nobody is there to agree.
    #[error("nothing was changed: there is no terminal to ask at")]
    NobodyToAsk,
    /// The user does not agree.
    #[error("nothing was changed")]
    Refused,
}

impl ManageError {
    /// Stable code, and what the user can do about it.
    pub fn advice(&self) -> (&'static str, &'static str) {
        match self {
            Self::Unknown { .. } => ("W0730", "`weft plugin list` names them"),
            Self::Present { .. } => (
                "W0731",
                "`weft plugin update NAME` looks for another version",
            ),
            Self::NotIndexed { .. } => (
                "W0732",
                "name the source instead, as https://…, oci://HOST/NAME or a path; or add an index to weft.toml: \
                 indexes = [\"https://…/index.json\"]",
            ),
            Self::Signer { .. } => (
                "W0733",
                "write --signer NAME=KEY, with the second line of the signer's .pub file as the key",
            ),
            Self::SignerChanged { .. } => (
                "W0734",
                "ask its author whether that is meant; if it is, `weft plugin remove` it, and add it anew",
            ),
            Self::Downgrade { .. } => (
                "W0735",
                "somebody may have put an old version there, with mistakes that were mended since. If you want it, \
                 say --to VERSION",
            ),
            Self::Republished { .. } => (
                "W0736",
                "a version does not change: ask its author. If it is meant, `weft plugin remove` it, and add it anew",
            ),
            Self::Renamed { .. } => ("W0737", "`weft plugin remove` it, and add the other one"),
            Self::NotAsIndexed { .. } => (
                "W0738",
                "do not use it: tell those who keep the index that the file is another one",
            ),
            Self::Tag { .. } => (
                "W0740",
                "leave the tag out, or give the plugin the version: tags are how versions are found",
            ),
            Self::Key { .. } => (
                "W0741",
                "give --key the file of a secret key, as `minisign -G` writes it",
            ),
            Self::Password { .. } => (
                "W0742",
                "put the password into the variable WEFT_SIGNING_PASSWORD",
            ),
            Self::Signature { .. } => (
                "W0743",
                "the signature lies beside the file: make its folder writable",
            ),
            Self::NobodyToAsk => (
                "W0739",
                "read what is above, and say --yes if you agree with all of it",
            ),
            Self::Refused => ("W0739", ""),
        }
    }
}

fn coming_near(names: &[String]) -> String {
    match names {
        [] => String::new(),
        names => format!("; nearest: {}", names.join(", ")),
    }
}
