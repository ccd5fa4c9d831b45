//! Why a plan cannot be made.

use std::path::PathBuf;

use weft_weave::advice::AdviceError;
use weft_weave::syntax::MatchError;

use crate::cache::CacheError;
use crate::gocmd::GoError;
use crate::plugins::LoadError;

/// Why a plan cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum PlanError {
    /// The go command.
    #[error(transparent)]
    Go(#[from] GoError),
    /// The cache directory.
    #[error(transparent)]
    Cache(#[from] CacheError),
    /// A plugin cannot be loaded or does not answer.
    #[error(transparent)]
    Plugin(#[from] LoadError),
    /// `go run example.com/cmd@v1.2.3`: there is no module that could hold the hooks.
    #[error("cannot weave a program named as module@version")]
    VersionedProgram,
    /// A program outside any module.
    #[error("cannot weave {program}: it belongs to no module")]
    NoModule {
        /// Import path.
        program: String,
    },
    /// A program whose folder cmd/go does not let an overlay add to.
    #[error("cannot weave {program}: its sources are in {}", directory.display())]
    ReadOnlyProgram {
        /// Import path.
        program: String,
        /// Its folder.
        directory: PathBuf,
    },
    /// A source file cannot be read.
    #[error("failed to read {}: {source}", path.display())]
    Source {
        /// The file.
        path: PathBuf,
        /// The system's reason.
        source: std::io::Error,
    },
    /// A matcher that must match does not.
    #[error("plugin {plugin}: {import_path} {version}: {source}")]
    Match {
        /// Plugin name.
        plugin: String,
        /// Import path.
        import_path: String,
        /// Module version, or Go version for the standard library.
        version: String,
        /// What was looked for.
        source: MatchError,
    },
    /// Advice that cannot be followed. Never empty.
    #[error("{}", errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
    Advice {
        /// Folder of the package.
        directory: PathBuf,
        /// All that is wrong.
        errors: Vec<AdviceError>,
    },
    /// weft does not know where it is.
    #[error("failed to find weft's own program file: {0}")]
    Executable(std::io::Error),
    /// A path that cannot stand in a -toolexec flag.
    #[error("cannot hand the path {} to the go command", path.display())]
    Unquotable {
        /// The path.
        path: PathBuf,
    },
}

impl PlanError {
    /// Whether a program is asked for that is in no main module, so that nothing can be woven into it.
    pub fn is_about_a_program_of_others(&self) -> bool {
        matches!(
            self,
            Self::VersionedProgram | Self::NoModule { .. } | Self::ReadOnlyProgram { .. }
        )
    }
}
