//! The command line.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};
use semver::{Version, VersionReq};

use crate::author::Language;
use crate::shell::Shell;

/// Builds Go programs with OpenTelemetry woven in.
///
/// Put `weft` before the go command you use today: `weft go build ./...`. Sources, go.mod and go.sum
/// stay as they are.
#[derive(Debug, Parser)]
#[command(name = "weft", version, max_term_width = 100)]
pub struct Cli {
    /// Say nothing but errors.
    #[arg(short, long)]
    pub quiet: bool,

    /// A plugin to use besides the built-in ones: a WebAssembly component. May be given several times.
    ///
    /// The variable `WEFT_PLUGINS` names more, separated as in PATH.
    #[arg(long = "plugin", value_name = "FILE")]
    pub plugins: Vec<PathBuf>,

    /// A permission that a plugin of yours may have, as `--plugin-permission NAME=PERMISSION`. May be
    /// given several times.
    ///
    /// The variable `WEFT_PLUGIN_PERMISSIONS` holds more, separated by commas. docs/security.md lists
    /// the permissions.
    #[arg(long = "plugin-permission", value_name = "NAME=PERMISSION")]
    pub permissions: Vec<String>,

    /// Use only plugins that weft.lock names, besides the built-in ones.
    ///
    /// So it is where `WEFT_LOCKED` or `CI` is `true`; `WEFT_LOCKED=0` turns it off there.
    #[arg(long)]
    pub locked: bool,

    /// Fetch nothing; so it is where `WEFT_OFFLINE` is `true`.
    #[arg(long)]
    pub offline: bool,

    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What weft can do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Run a go command; `build`, `run`, `test` and `install` weave.
    ///
    /// Everything after `go` is the go command as you type it today. Other go commands pass through
    /// untouched. The exit code is the go command's own, or 2 when weft itself fails.
    #[command(
        disable_help_flag = true,
        override_usage = "weft go <build|run|test|install|...> [ARGUMENTS]"
    )]
    Go {
        /// The go command and its arguments.
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<OsString>,
    },
    /// Show what would be woven, and why.
    Plan(PlanArguments),
    /// Say whether a function or package is woven, by which plugin, or which rule keeps it out.
    ///
    /// The exit code is 1 where the build has no such function or package.
    Explain(ExplainArguments),
    /// Read from a binary what was woven into it, and check that.
    ///
    /// The exit code is 1 where nothing is woven, where what the binary says of that is damaged, and where
    /// it differs from what `--against` names; it is 2 where the binary cannot be read.
    Verify(VerifyArguments),
    /// Find, show, add, update and remove plugins of this project; write plugins.
    ///
    /// They stand in weft.toml and weft.lock beside go.mod or go.work: commit both.
    #[command(subcommand)]
    Plugin(PluginCommand),
    /// Check what builds and woven programs rely on, and say what to do.
    ///
    /// Go's version, folders and their space, GOFLAGS, plugins, and whether somebody listens where
    /// telemetry goes. The exit code is 1 where something would stop a build.
    Doctor {
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
    /// Print what makes the plain `go` command weave in a shell, for builds that something else starts.
    ///
    /// `eval "$(weft env)"`, then `make`, or `go build ./...`. Each `go` command of that shell plans anew,
    /// so nothing has to be repeated when sources change. A go command that is started past weft, by its
    /// full path, fails.
    Env(EnvArguments),
    /// Run a go command as the shim does.
    #[command(hide = true, disable_help_flag = true)]
    Shim {
        /// The go command and its arguments.
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<OsString>,
    },
    /// Remove everything that weft keeps in its cache directory.
    Clean,
    /// Print a completion script for a shell.
    Completions {
        /// The shell.
        shell: clap_complete::Shell,
    },
}

/// What `weft plugin` can do for those who write plugins.
#[derive(Debug, Subcommand)]
pub enum AuthorCommand {
    /// Make the sources of a new plugin, which hook one function of a package.
    ///
    /// The go command looks up the package's newest version. What is made builds and can be tested as it
    /// is: `weft plugin build NAME`, `weft plugin test NAME --bless`.
    New {
        /// The plugin's name, and that of its folder.
        name: String,
        /// Import path of the package that it is for.
        #[arg(long = "for", value_name = "IMPORT_PATH")]
        import_path: String,
        /// What the part that says where hooks go is written in; hooks are Go.
        #[arg(long, default_value = "rust")]
        lang: Language,
        /// The function to hook: `F`, `T.M` or `(*T).M`. By default one with a context and an error.
        #[arg(long)]
        function: Option<String>,
    },
    /// Build a plugin: one file `NAME.wasm`, checked as a build checks it.
    ///
    /// Rust is compiled by cargo (CARGO, RUSTC), C by zig (ZIG, `zig` on PATH, or Python's ziglang).
    Build {
        /// The folder of its sources.
        #[arg(value_name = "DIR", default_value = ".")]
        directory: PathBuf,
    },
    /// Look for what is wrong with a plugin, on the libraries that it is for.
    ///
    /// Interests that match nothing in the lowest or the newest version of their range, versions between
    /// two ranges, hook functions that nothing calls, and permissions that are not needed. The go command
    /// fetches the versions. The exit code is 1 where something is found.
    Check {
        /// A component, or the folder of a plugin's sources, which are built first.
        #[arg(value_name = "FILE|DIR", default_value = ".")]
        subject: PathBuf,
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
    /// Compare what a plugin weaves into its libraries with the files in its folder `snapshots`, and run the
    /// programs in its folder `live`.
    ///
    /// Of each library, the lowest and the newest version of the range are woven; the go command fetches
    /// them. Programs are run plain and woven: they must do the same, and make the spans of their spans.txt.
    /// The exit code is 1 where something differs.
    Test {
        /// The folder of its sources, which are built first.
        #[arg(value_name = "DIR", default_value = ".")]
        directory: PathBuf,
        /// Write the snapshots, and each spans.txt.
        #[arg(long)]
        bless: bool,
        /// How long a program may take each time.
        #[arg(long, value_name = "SECONDS", default_value_t = 60)]
        timeout: u64,
    },
}

/// What `weft plugin` can do.
#[derive(Debug, Subcommand)]
pub enum PluginCommand {
    /// Write plugins.
    #[command(flatten)]
    Author(AuthorCommand),
    /// Add a plugin, after showing what it may do.
    Add {
        /// A path, `https://…`, `oci://HOST/NAME:TAG`, or the name of a plugin of an index in weft.toml.
        #[arg(value_name = "SOURCE|NAME")]
        subject: String,
        /// Versions that may be taken, such as `1.2` for 1.2 and later 1.x.
        #[arg(long, value_name = "RANGE")]
        version: Option<VersionReq>,
        /// Pin a signer's public key of minisign: the plugin must be signed with it from now on.
        #[arg(long, value_name = "NAME=KEY")]
        signer: Option<String>,
        /// Agree with all that is shown.
        #[arg(short, long)]
        yes: bool,
    },
    /// Remove a plugin.
    Remove {
        /// Its name.
        name: String,
    },
    /// List the plugins that builds here use.
    List {
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
    /// Show what a plugin weaves, what its Go code does, and who has signed it.
    Info {
        /// The plugin's name, or a source as for `add`.
        #[arg(value_name = "NAME|SOURCE")]
        subject: String,
        /// Print its Go hooks.
        #[arg(long, conflicts_with = "json")]
        code: bool,
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
    /// Take newer versions, after showing what changes in what a plugin weaves and may do.
    Update {
        /// The plugins; all where none is named.
        names: Vec<String>,
        /// Take this version, which may be an older one.
        #[arg(long, value_name = "VERSION", requires = "names")]
        to: Option<Version>,
        /// Agree with all that is shown.
        #[arg(short, long)]
        yes: bool,
    },
    /// Check digests, signatures, hook code and policy of all plugins.
    ///
    /// The exit code is 1 where one of them does not hold.
    Verify {
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
    /// List plugins of which there is a newer version.
    Outdated {
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
    /// Search the indexes that weft.toml names.
    Search {
        /// Words of the name or the description.
        words: Vec<String>,
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
    /// Publish a component in a registry, under its version.
    ///
    /// The signature beside it, as `minisign -Sm FILE` writes it, goes with it; `--key` makes it first.
    /// `docker login` says who you are.
    Publish {
        /// The component.
        file: PathBuf,
        /// As `oci://HOST/NAME`.
        to: String,
        /// Sign it with a secret key of minisign. A password is asked for on the terminal, or taken from the
        /// variable `WEFT_SIGNING_PASSWORD`.
        #[arg(long, value_name = "FILE")]
        key: Option<PathBuf>,
    },
    /// Keep the plugins' files in a folder of the repository, and have builds look only there.
    Vendor {
        /// The folder, below that of weft.toml.
        #[arg(default_value = "weft-plugins")]
        folder: String,
    },
}

/// Arguments of `weft explain`.
#[derive(Debug, Args)]
pub struct ExplainArguments {
    /// Print JSON.
    #[arg(long)]
    pub json: bool,

    /// Explain `go test` instead of `go build`.
    #[arg(long)]
    pub test: bool,

    /// A function, such as `net/http.(*Transport).RoundTrip`, or a package: its import path, the end of
    /// that, or its folder.
    #[arg(value_name = "FUNC|PACKAGE")]
    pub subject: String,

    /// The build that is meant: flags of `go build` and packages, by default all below the current
    /// directory.
    #[arg(last = true, value_name = "PACKAGES")]
    pub arguments: Vec<OsString>,
}

/// Arguments of `weft verify`.
#[derive(Debug, Args)]
pub struct VerifyArguments {
    /// Print JSON: what was woven, and the modules and settings that the go command notes.
    #[arg(long, conflicts_with = "sbom")]
    pub json: bool,

    /// Print a bill of materials, CycloneDX 1.6 as JSON: Go's modules, weft, and plugins.
    #[arg(long)]
    pub sbom: bool,

    /// Compare with what `--json` printed of a binary before.
    #[arg(long, value_name = "FILE", conflicts_with = "sbom")]
    pub against: Option<PathBuf>,

    /// Compare with a weft.lock: every plugin in the binary must be one that it names, or one that this weft
    /// brings along.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["sbom", "against"])]
    pub lock: Option<PathBuf>,

    /// An executable or library that was built by weft, for any system.
    pub binary: PathBuf,
}

/// Arguments of `weft env`.
#[derive(Debug, Args)]
pub struct EnvArguments {
    /// Print what makes `go` the plain go command again.
    #[arg(long)]
    pub unset: bool,

    /// The shell that is to run the commands; by default the one that the variable SHELL names.
    #[arg(long, conflicts_with = "json")]
    pub shell: Option<Shell>,

    /// Print JSON: variables to set, with their values, and variables to remove.
    #[arg(long)]
    pub json: bool,
}

/// Arguments of `weft plan`.
#[derive(Debug, Args)]
pub struct PlanArguments {
    /// Print JSON.
    #[arg(long, conflicts_with = "diff")]
    pub json: bool,

    /// Print the woven source as a unified diff.
    #[arg(long)]
    pub diff: bool,

    /// Plan for `go test` instead of `go build`.
    #[arg(long)]
    pub test: bool,

    /// Packages, after any flags of `go build` that select them, such as `-tags`.
    #[arg(
        trailing_var_arg = true,
        allow_hyphen_values = true,
        value_name = "PACKAGES"
    )]
    pub arguments: Vec<OsString>,
}

impl PlanArguments {
    /// Moves this command's own flags that follow a package out of the words for the go command.
    pub fn normalize(mut self) -> Self {
        self.arguments.retain(|word| match word.to_str() {
            Some("--json") => {
                self.json = true;
                false
            }
            Some("--diff") => {
                self.diff = true;
                false
            }
            _ => true,
        });
        self
    }
}
