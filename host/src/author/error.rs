//! Why a plugin is not made, built or checked.

use std::path::PathBuf;

/// Why a plugin is not made, built or checked.
#[derive(Debug, thiserror::Error)]
pub enum AuthorError {
    /// A folder that holds no plugin's sources.
    #[error("{} holds no plugin: there is no Cargo.toml, no plugin.c and no plugin.js", directory.display())]
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
    /// A folder for live programs, or for one of them, without one.
    #[error("{} holds no program: that is a package main beside a go.mod", directory.display())]
    LiveModule {
        /// The folder.
        directory: PathBuf,
    },
    /// A live program that does not compile as it is.
    #[error("the program {program} does not build with {with}: {reason}")]
    LiveBuild {
        /// Its folder.
        program: String,
        /// Modules and versions.
        with: String,
        /// The go command's own words.
        reason: String,
    },
    /// A live program that does not compile when it is woven.
    #[error(
        "the program {program} builds with {with}, and not when the plugin is woven in: {reason}"
    )]
    LiveWeave {
        /// Its folder.
        program: String,
        /// Modules and versions.
        with: String,
        /// What the build has said.
        reason: String,
    },
    /// Something else that a live program needs asks for a newer version of the library.
    #[error(
        "the program {program} cannot have {module} {wanted}: what else its go.mod requires needs {selected}"
    )]
    LiveVersion {
        /// Its folder.
        program: String,
        /// The library's module.
        module: String,
        /// The version that was to be tried.
        wanted: String,
        /// The version that the go command selects.
        selected: String,
    },
    /// A live program with expected spans that has nothing of what the plugin is for.
    #[error("the program {program} imports no package that the plugin is for")]
    LiveUnused {
        /// Its folder.
        program: String,
    },
    /// A live program cannot be run.
    #[error("failed to run the program {program}: {source}")]
    LiveRun {
        /// Its folder.
        program: String,
        /// The system's reason.
        source: std::io::Error,
    },
    /// A live program that does not end.
    #[error("the program {program}, {}, has not ended after {seconds} s", if *.woven { "woven" } else { "plain" })]
    LiveTime {
        /// Its folder.
        program: String,
        /// How long it had.
        seconds: u64,
        /// Whether it was woven.
        woven: bool,
    },
    /// What a woven program has sent is not what it should be.
    #[error("failed to receive spans: {reason}")]
    LiveReceive {
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
                "the interests name no package of a module or of the standard library, or no version of it: \
                 write a program that the plugin can be woven into, in live/",
            ),
            Self::LiveModule { .. } => (
                "W0760",
                "write one in package main, and run `go mod init` there",
            ),
            Self::LiveBuild { .. } => (
                "W0761",
                "the program must build with the lowest and the newest version of the range: mend it, or narrow \
                 the range",
            ),
            Self::LiveWeave { .. } => (
                "W0762",
                "mend the hook or the advice that is named: a user's build would fail as well",
            ),
            Self::LiveVersion { .. } => (
                "W0763",
                "lower what else the program's go.mod requires, or narrow the plugin's range",
            ),
            Self::LiveUnused { .. } => (
                "W0764",
                "have it use the library; or remove its spans.txt if it is not written yet",
            ),
            Self::LiveRun { .. } => (
                "W0765",
                "check that programs may be run in the folder for temporary files (TMPDIR), and its free space",
            ),
            Self::LiveTime { .. } => (
                "W0766",
                "a live program ends by itself: close what it has opened, or give it longer with --timeout; where only \
                 the woven one does not end, a hook keeps it",
            ),
            Self::LiveReceive { .. } => (
                "W0767",
                "loopback addresses must be usable; if they are, this is a mistake of weft's: please report it",
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
