//! A plugin's Go hook packages, read from their sources.

use std::collections::BTreeMap;

/// All hook packages of a plugin, by folder (empty for the top folder).
#[derive(Debug)]
pub struct HookPackages {
    /// The packages.
    pub folders: BTreeMap<String, HookPackage>,
}

/// One folder of hook files.
#[derive(Debug)]
pub struct HookPackage {
    /// Package name.
    pub name: String,
    /// Base names of the files.
    pub files: Vec<String>,
    /// Import paths of all files.
    pub imports: Vec<String>,
}

/// Why hook files are not usable.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum HookFileError {
    /// A file does not parse.
    #[error("hook file {file}:{line} has a syntax error")]
    Syntax {
        /// Path below the plugin's hook folder.
        file: String,
        /// 1-based line.
        line: u32,
    },
    /// Two packages in one folder.
    #[error("hook folder {folder:?} holds the packages {first} and {second}")]
    TwoPackages {
        /// The folder.
        folder: String,
        /// One package name.
        first: String,
        /// Another.
        second: String,
    },
}

impl HookPackages {
    /// Reads the hook files of a plugin, given by slash-separated path below its hook folder. Files that
    /// do not end in `.go` are passed over.
    pub fn parse(files: &BTreeMap<String, String>) -> Result<Self, HookFileError> {
        unimplemented!("{files:?}")
    }
}

/// Rewrites the import paths that are `from_prefix` or below it to `to_prefix`. Splices: no other byte
/// changes.
pub fn rewrite_imports(text: &str, from_prefix: &str, to_prefix: &str) -> String {
    unimplemented!("{text}{from_prefix}{to_prefix}")
}
