//! Looks at all that a build and a woven program rely on, and says what to do about what is wrong.
//!
//! Invariant: a check asks the room that a build would ask, and each runs whatever the others find.

mod exporter;
mod folder;

use std::path::Path;

use serde::Serialize;

use crate::build::Options;
use crate::cache::Cache;
use crate::failure::Failure;
use crate::gocmd::{self, GoCommand, GoEnvironment, GoError};
use crate::overlay;
use crate::plugins::PluginSet;

/// What one check found.
#[derive(Debug, Serialize)]
pub struct Check {
    /// What was looked at.
    pub name: &'static str,
    /// How it is.
    pub status: Status,
    /// What was found.
    pub finding: String,
    /// The code of the error that a build would end with.
    pub code: Option<&'static str>,
    /// What to do.
    pub help: Option<String>,
}

/// How something is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// As it should be.
    Ok,
    /// Builds work; something else may not.
    Warning,
    /// A build would stop.
    Error,
}

impl Check {
    fn ok(name: &'static str, finding: impl Into<String>) -> Self {
        Self {
            name,
            status: Status::Ok,
            finding: finding.into(),
            code: None,
            help: None,
        }
    }

    fn warning(name: &'static str, finding: impl Into<String>, help: &str) -> Self {
        Self {
            status: Status::Warning,
            help: Some(help.to_owned()),
            ..Self::ok(name, finding)
        }
    }

    fn error(name: &'static str, failure: impl Into<Failure>) -> Self {
        let failure = failure.into();
        Self {
            status: Status::Error,
            code: Some(failure.code()),
            help: failure.help_text().map(str::to_owned),
            ..Self::ok(name, failure.to_string())
        }
    }
}

/// Checks everything, for builds in the current directory.
pub fn examine(options: &Options) -> Vec<Check> {
    let mut checks = Vec::new();
    match GoEnvironment::read(Path::new(".")) {
        Ok(environment) => {
            checks.push(go(&environment));
            checks.push(module(&environment));
            checks.push(flags(&environment));
            checks.push(folder::usable(
                "build cache",
                &environment.gocache,
                "GOCACHE",
            ));
            let temporary = match &environment.gotmpdir {
                path if path.as_os_str().is_empty() => std::env::temp_dir(),
                path => path.clone(),
            };
            checks.push(folder::usable("temporary files", &temporary, "GOTMPDIR"));
        }
        Err(error) => checks.push(Check::error("go", told_by_go(error))),
    }
    checks.extend(shell());
    match Cache::open() {
        Ok(cache) => {
            checks.push(folder::private("weft's cache", cache.path(), "WEFT_CACHE"));
            checks.push(plugins(options, &cache));
        }
        Err(error) => checks.push(Check::error("weft's cache", error)),
    }
    checks.extend(exporter::reachable());
    checks
}

/// An error of the go command, with its own message in it: nothing else is shown of it here.
fn told_by_go(error: GoError) -> Failure {
    match error {
        GoError::Failed { stderr, .. } => Failure::of_go(stderr.trim()),
        other => other.into(),
    }
}

/// The Go version of this directory, and that of the `go` on PATH, which may select another one.
fn go(environment: &GoEnvironment) -> Check {
    if let Err(error) = environment.check_release() {
        return Check::error("go", error);
    }
    let version = &environment.goversion;
    let program = gocmd::located().unwrap_or_default();
    let program = program.display();
    match gocmd::local_version() {
        Ok(local) if local != *version => Check::ok(
            "go",
            format!("{version}, which {program}, {local}, selects here"),
        ),
        _ => Check::ok("go", format!("{version}, {program}")),
    }
}

fn module(environment: &GoEnvironment) -> Check {
    // `go env` prints the null device where there is no module.
    if environment.gomod.extension().is_some() {
        return Check::ok("module", environment.gomod.display().to_string());
    }
    if environment.gowork.extension().is_some() {
        return Check::ok("module", environment.gowork.display().to_string());
    }
    Check::warning(
        "module",
        "no go.mod in this directory or above it",
        "programs are woven as part of a module: change to one, or run `go mod init`",
    )
}

/// What GOFLAGS says that weft cannot share, or has to read.
fn flags(environment: &GoEnvironment) -> Check {
    let checked = || -> Result<(), GoError> {
        let Some(command) = GoCommand::parse(&["build".into()])? else {
            return Ok(());
        };
        let command = command.with_goflags(&environment.goflags)?;
        if let Some(file) = command.value("overlay").filter(|file| !file.is_empty()) {
            let directory = std::env::current_dir().unwrap_or_default();
            overlay::read_user_overlay(Path::new(file), &directory)?;
        }
        Ok(())
    };
    match checked() {
        Ok(()) if environment.goflags.trim().is_empty() => Check::ok("GOFLAGS", "empty"),
        Ok(()) => Check::ok("GOFLAGS", environment.goflags.trim()),
        Err(error) => Check::error("GOFLAGS", error),
    }
}

/// In a shell of `weft env`, whether `go` is still the one that weaves.
fn shell() -> Option<Check> {
    let folder = std::env::var_os(gocmd::SHIM_FOLDER).filter(|folder| !folder.is_empty())?;
    let folder = Path::new(&folder);
    let first = gocmd::first_on_path();
    Some(if first.as_deref().and_then(Path::parent) == Some(folder) {
        Check::ok("shell", "set up by `weft env`: `go` weaves")
    } else {
        Check::error("shell", Failure::past_weft())
    })
}

fn plugins(options: &Options, cache: &Cache) -> Check {
    let choice = match options.plugin_choice(&std::env::current_dir().unwrap_or_default()) {
        Ok(choice) => choice,
        Err(error) => return Check::error("plugins", error),
    };
    match PluginSet::load(cache, &choice) {
        Ok(plugins) => {
            let names: Vec<_> = plugins
                .names()
                .iter()
                .map(|(name, version)| format!("{name} {version}"))
                .collect();
            Check::ok("plugins", names.join(", "))
        }
        Err(error) => Check::error("plugins", error),
    }
}
