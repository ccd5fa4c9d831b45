//! The go command: what the user typed, what it means for a build, and how to ask `go` about it.
//!
//! Invariant: this room knows cmd/go and nothing of plans or weaving; of plugins only how import path
//! patterns match.

mod argv;
mod environment;
mod flags;
mod gcflags;
mod goflags;
mod guard;
mod list;
mod shim;

pub use argv::{GoCommand, LAUNCHER, Subcommand};
pub use environment::{
    GoEnvironment, NESTING, ask, command, goflags_without_variable, local_version, program,
    relax_gogc,
};
pub use gcflags::{PackageFlags, PackageIdentity, Pattern, folder_pattern};
pub use goflags::quote;
pub use guard::{GUARD, guard_flag, without_guard};
pub use list::{ListedPackage, Module, list, main_modules};
pub use shim::{SHIM_FOLDER, first_on_path, located, without_shims};

use std::path::PathBuf;

/// Why the go command could not be understood or asked.
#[derive(Debug, thiserror::Error)]
pub enum GoError {
    /// `go` cannot be started.
    #[error("failed to start `{program}`: {source}")]
    Start {
        /// As looked up on PATH.
        program: String,
        /// The system's reason.
        source: std::io::Error,
    },
    /// `go env` or `go list` ended with an error; its own message was shown to the user as it came.
    #[error("`{command}` failed")]
    Failed {
        /// The command as typed.
        command: String,
        /// What it wrote to standard error.
        stderr: String,
        /// Its exit code.
        code: i32,
    },
    /// `go` printed something that is not what this version of weft expects.
    #[error("failed to read the output of `{command}`: {reason}")]
    Output {
        /// The command as typed.
        command: String,
        /// What was wrong.
        reason: String,
    },
    /// A flag without the value it needs.
    #[error("flag needs an argument: -{flag}")]
    MissingValue {
        /// Flag name without dash.
        flag: String,
    },
    /// The user's own `-toolexec`.
    #[error("the build already has a -toolexec: {value}")]
    UserToolexec {
        /// Its value.
        value: String,
        /// `GOFLAGS` or the command line.
        origin: &'static str,
    },
    /// weft called by weft.
    #[error("weft is already weaving this build: -toolexec={value}")]
    Nested {
        /// The -toolexec found.
        value: String,
        /// `GOFLAGS` or the command line.
        origin: &'static str,
    },
    /// `go` is weft.
    #[error("`{program}` on PATH runs weft again and again")]
    Recursion {
        /// The program's name.
        program: String,
    },
    /// A folder of the build has a name that the go command cannot tell.
    #[error("the name of {} is no UTF-8 text", path.display())]
    Unspellable {
        /// The folder, as the go command spells it.
        path: PathBuf,
    },
    /// A compiler weft cannot weave for.
    #[error("cannot weave for -compiler={value}")]
    Compiler {
        /// The compiler asked for.
        value: String,
    },
    /// The user's overlay file cannot be used.
    #[error("failed to read the overlay {}: {reason}", path.display())]
    Overlay {
        /// The file given with -overlay.
        path: PathBuf,
        /// What was wrong.
        reason: String,
    },
    /// A Go version outside the supported range.
    #[error("weft does not know {version}")]
    Version {
        /// As `go env GOVERSION` prints it.
        version: String,
    },
}
