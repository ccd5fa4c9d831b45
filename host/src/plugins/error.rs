//! Why plugins cannot be used.

use std::path::PathBuf;

use weft_plugin_host::PluginError;
use weft_plugin_source::SourceError;
use weft_weave::hooks::HookFileError;

use crate::cache::CacheError;
use crate::project::ProjectError;

/// Why plugins cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// A plugin file cannot be read.
    #[error("failed to read the plugin {}: {source}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// The system's reason.
        source: std::io::Error,
    },
    /// Two plugins with one name.
    #[error("two plugins are named {name}")]
    SameName {
        /// The name.
        name: String,
    },
    /// A plugin does not run, does not answer, or asks for what it may not have.
    #[error(transparent)]
    Plugin(#[from] PluginError),
    /// A plugin fails over a package.
    #[error("{source} (asked about {import_path})")]
    Advise {
        /// The package.
        import_path: String,
        /// What the plugin did.
        source: PluginError,
    },
    /// A plugin of the user's asks for what nobody granted.
    #[error("plugin {plugin} asks for permissions that are not granted: {}", permissions.join(", "))]
    Permissions {
        /// Plugin name.
        plugin: String,
        /// What it asks for.
        permissions: Vec<String>,
    },
    /// A plugin's hook files do not parse.
    #[error("plugin {plugin}: {source}")]
    HookFiles {
        /// Plugin name.
        plugin: String,
        /// What is wrong.
        source: HookFileError,
    },
    /// The project's files, or a plugin that is not as they say.
    #[error(transparent)]
    Project(#[from] ProjectError),
    /// A plugin cannot be fetched.
    #[error("plugin {plugin}: {source}")]
    Source {
        /// Plugin name.
        plugin: String,
        /// Why.
        source: SourceError,
    },
    /// A plugin that weft.lock does not name, where only those may be used that it does.
    #[error("the plugin {} is not in weft.lock, and {reason}", path.display())]
    Unlocked {
        /// The plugin's file.
        path: PathBuf,
        /// Why only locked plugins are used.
        reason: &'static str,
    },
    /// The cache directory.
    #[error(transparent)]
    Cache(#[from] CacheError),
}

impl LoadError {
    /// Stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Read { .. } => "W0240",
            Self::SameName { .. } => "W0241",
            Self::Permissions { .. } => "W0242",
            Self::HookFiles { .. } => "W0243",
            Self::Plugin(error) | Self::Advise { source: error, .. } => error.code(),
            Self::Project(error) => error.code(),
            Self::Source {
                source: SourceError::Offline { .. },
                ..
            } => "W0721",
            Self::Source { .. } => "W0720",
            Self::Unlocked { .. } => "W0722",
            Self::Cache(_) => "W0501",
        }
    }

    /// What the user can do about it.
    pub fn help(&self) -> Option<String> {
        let help = match self {
            Self::Read { .. } => {
                "name a readable WebAssembly component with --plugin or WEFT_PLUGINS"
            }
            Self::SameName { .. } => "leave one of them out, or have its author rename it",
            Self::Permissions {
                plugin,
                permissions,
            } => {
                let flags: Vec<_> = permissions
                    .iter()
                    .map(|permission| format!("--plugin-permission {plugin}={permission}"))
                    .collect();
                return Some(format!(
                    "if you trust the plugin with that, grant it: {}",
                    flags.join(" ")
                ));
            }
            Self::HookFiles { .. } => "the plugin's author has to mend its hook files",
            Self::Plugin(error) | Self::Advise { source: error, .. } => return error.help(),
            Self::Project(error) => error.help(),
            Self::Source { source, .. } => source_help(source),
            Self::Unlocked { .. } => {
                "add it to the project with `weft plugin add`, or set WEFT_LOCKED=0 where the build may use any file"
            }
            Self::Cache(_) => "set WEFT_CACHE to a directory that you can write to",
        };
        Some(help.to_owned())
    }
}

/// What the user can do where a plugin cannot be fetched.
pub fn source_help(error: &SourceError) -> &'static str {
    match error {
        SourceError::Read { .. } => "name a file or folder that you can read",
        SourceError::Offline { .. } => {
            "leave --offline out once, or keep plugins' files in the repository with `weft plugin vendor`"
        }
        SourceError::Folder { .. } => "name the component, or build it with `weft plugin build`",
        SourceError::Fetch { .. } => {
            "check the name and the network; log in with `docker login` where a registry wants that; \
             HTTPS_PROXY and SSL_CERT_FILE are looked at"
        }
        SourceError::TooLarge { .. } | SourceError::NoComponent { .. } => {
            "is this the right place? A plugin is one WebAssembly component"
        }
        SourceError::NoIndex { .. } => "docs/plugins.md says what an index is",
        SourceError::NoPlugin { .. } | SourceError::NoVersion { .. } => {
            "`weft plugin search` lists what indexes have"
        }
        SourceError::Push { .. } => {
            "log in with `docker login`, and check that you may write there"
        }
        _ => "check that this machine can open connections",
    }
}
