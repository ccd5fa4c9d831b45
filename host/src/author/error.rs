//! Why a plugin is not made, built or checked.

use std::path::PathBuf;

/// Why a plugin is not made, built or checked.
#[derive(Debug, thiserror::Error)]
pub enum AuthorError {
    /// A folder that holds no plugin's sources.
    #[error("{} holds no plugin: there is neither a Cargo.toml nor a plugin.c", directory.display())]
    NoProject {
        /// The folder.
        directory: PathBuf,
    },
    /// A name that no plugin can have.
    #[error("{reason}")]
    Name {
        /// What is wrong.
        reason: String,
    },
    /// What is there already is not overwritten.
    #[error("{} is there already", path.display())]
    Exists {
        /// The file.
        path: PathBuf,
    },
    /// A file cannot be read or written.
    #[error("failed to {action} {}: {source}", path.display())]
    File {
        /// `read` or `write`.
        action: &'static str,
        /// The file.
        path: PathBuf,
        /// The system's reason.
        source: std::io::Error,
    },
    /// A tool that is not installed.
    #[error("there is no {tool}: {reason}")]
    Tool {
        /// What it is.
        tool: &'static str,
        /// What came of looking for it.
        reason: String,
        /// How to get it.
        install: &'static str,
    },
    /// The compiler has said why.
    #[error("{compiler} failed, see above")]
    Compile {
        /// Its name.
        compiler: &'static str,
    },
    /// What was compiled is no plugin.
    #[error("what was built of {} is no plugin: {reason}", directory.display())]
    Module {
        /// The project's folder.
        directory: PathBuf,
        /// Why.
        reason: String,
    },
    /// The go command does not find a library.
    #[error("the go command finds no {import_path}: {reason}")]
    Library {
        /// The package.
        import_path: String,
        /// The go command's own words.
        reason: String,
    },
    /// A library has no function that could be hooked, or not the one that was named.
    #[error("{import_path} {version} has no function {wanted} that can be hooked{}", coming_near(.nearest))]
    Function {
        /// The package.
        import_path: String,
        /// Its version.
        version: String,
        /// The function; empty where any would do.
        wanted: String,
        /// Names that come near.
        nearest: Vec<String>,
    },
    /// There is nothing to try the plugin on.
    #[error("there is no package to try the plugin {plugin} on: {reason}")]
    Nothing {
        /// The plugin.
        plugin: String,
        /// Why.
        reason: String,
    },
}

impl AuthorError {
    /// Stable code, and what the user can do about it.
    pub fn advice(&self) -> (&'static str, &str) {
        match self {
            Self::NoProject { .. } => (
                "W0750",
                "name the folder of a plugin's sources, or make one: weft plugin new NAME --for IMPORT_PATH",
            ),
            Self::Name { .. } => ("W0751", "choose another name"),
            Self::Exists { .. } => (
                "W0752",
                "choose another name, or move what is there away: nothing is overwritten",
            ),
            Self::File { .. } => (
                "W0753",
                "check the path, its permissions and the disk's free space",
            ),
            Self::Tool { install, .. } => ("W0754", install),
            Self::Compile { .. } => ("W0755", "mend what the compiler names"),
            Self::Module { .. } => (
                "W0756",
                "a plugin exports what wit/plugin.wit says: in Rust with weft_plugin::export!, in C with WEFT_PLUGIN",
            ),
            Self::Library { .. } => (
                "W0757",
                "check the import path, and that the go command can fetch modules (GOPROXY, GOPRIVATE)",
            ),
            Self::Function { .. } => (
                "W0758",
                "name one as people write it: --function 'F', --function 'T.M' or --function '(*T).M'",
            ),
            Self::Nothing { .. } => (
                "W0759",
                "the interests name no package of a module or of the standard library, or no version of it",
            ),
        }
    }
}

fn coming_near(names: &[String]) -> String {
    match names {
        [] => String::new(),
        names => format!("; nearest: {}", names.join(", ")),
    }
}
