//! A plugin's sources.

use std::path::{Path, PathBuf};

use super::AuthorError;

/// What a plugin is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Language {
    /// Rust, with the SDK crate.
    Rust,
    /// C, with one header.
    C,
    /// JavaScript, with one module.
    #[value(name = "js")]
    JavaScript,
}

/// A folder with a plugin's sources.
#[derive(Debug)]
pub struct PluginProject {
    /// The folder.
    pub directory: PathBuf,
    /// What it is written in.
    pub language: Language,
}

impl PluginProject {
    /// Looks what a folder holds.
    pub fn open(directory: &Path) -> Result<Self, AuthorError> {
        let has = |name: &str| directory.join(name).is_file();
        let language = if has("Cargo.toml") {
            Language::Rust
        } else if has("plugin.c") {
            Language::C
        } else if has("plugin.js") {
            Language::JavaScript
        } else {
            return Err(AuthorError::NoProject {
                directory: directory.to_owned(),
            });
        };
        Ok(Self {
            directory: directory.to_owned(),
            language,
        })
    }

    /// Whether a file of the project has a word.
    pub fn mentions(&self, file: &str, word: &str) -> bool {
        std::fs::read_to_string(self.directory.join(file)).is_ok_and(|text| text.contains(word))
    }
}

/// Writes a file, with its folders, unless it is as it should be: compilers look at times.
pub fn write_if_changed(path: &Path, content: &[u8]) -> Result<(), AuthorError> {
    if std::fs::read(path).is_ok_and(|current| current == content) {
        return Ok(());
    }
    let failed = |source| AuthorError::File {
        action: "write",
        path: path.to_owned(),
        source,
    };
    let folder = path.parent().unwrap_or(Path::new(""));
    std::fs::create_dir_all(folder).map_err(failed)?;
    std::fs::write(path, content).map_err(failed)
}
