//! What `go env` says about the build.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::process::Command;

use serde::{Deserialize, Serialize};
use weft_step::{GOGC, OWN_GOGC};

use super::{GoError, guard, shim};

/// The go command's settings that weft reads.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub struct GoEnvironment {
    /// Such as `go1.26.8`: the toolchain selected for this module.
    pub goversion: String,
    /// Target operating system.
    pub goos: String,
    /// Target architecture.
    pub goarch: String,
    /// The standard library's folder.
    pub goroot: PathBuf,
    /// The module cache.
    pub gomodcache: PathBuf,
    /// Flags added to every go command.
    pub goflags: String,
    /// The main module's go.mod; empty or the null device outside a module.
    pub gomod: PathBuf,
    /// The go.work file; empty or `off` without one.
    pub gowork: PathBuf,
    /// The file of persistent settings that `go env -w` writes.
    pub goenv: PathBuf,
    /// The build cache.
    pub gocache: PathBuf,
    /// The folder for temporary files; empty for the system's.
    pub gotmpdir: PathBuf,
}

/// The `go` that runs: `go` on PATH, but for weft's own shim.
pub fn program() -> OsString {
    shim::go_behind().unwrap_or_else(|| "go".into())
}

/// The variable that counts how often weft has started go inside of itself.
pub const NESTING: &str = "WEFT_NESTING";

/// More than any build that starts weft in a test that starts weft.
const DEEPEST_NESTING: u32 = 5;

/// A go command to be run. Fails where `go` is a script that runs weft again, which would never end.
pub fn command() -> Result<Command, GoError> {
    let nesting = std::env::var(NESTING).ok();
    let nesting: u32 = nesting.and_then(|text| text.parse().ok()).unwrap_or(0);
    if nesting >= DEEPEST_NESTING {
        return Err(GoError::Recursion {
            program: program().to_string_lossy().into_owned(),
        });
    }
    let mut command = Command::new(program());
    command.env(NESTING, (nesting + 1).to_string());
    guard::lift_guard(&mut command);
    Ok(command)
}

/// Lets a go command that starts nothing but tools collect garbage less often, unless the user has said
/// how often: it lives for a moment, and a fifth of its time goes there. See [`weft_step::restore_gogc`].
pub fn relax_gogc(command: &mut Command) {
    if std::env::var_os(GOGC).is_none() {
        command.env(GOGC, "400").env(OWN_GOGC, "400");
    }
}

impl GoEnvironment {
    /// Asks `go env` in a directory.
    pub fn read(directory: &Path) -> Result<Self, GoError> {
        let names = [
            "GOVERSION",
            "GOOS",
            "GOARCH",
            "GOROOT",
            "GOMODCACHE",
            "GOFLAGS",
            "GOMOD",
            "GOWORK",
            "GOENV",
            "GOCACHE",
            "GOTMPDIR",
        ];
        let arguments = ["env", "-json"].into_iter().chain(names).map(OsStr::new);
        let output = run(directory, arguments)?;
        serde_json::from_slice(&output).map_err(|error| GoError::Output {
            command: "go env -json".into(),
            reason: error.to_string(),
        })
    }

    /// The release as (major, minor), such as (1, 26). Development versions count as what they become.
    pub fn release(&self) -> Option<(u32, u32)> {
        let version = self
            .goversion
            .split([' ', '-'])
            .find_map(|word| word.strip_prefix("go1."))?;
        let minor: String = version.chars().take_while(char::is_ascii_digit).collect();
        Some((1, minor.parse().ok()?))
    }

    /// Fails unless this Go release is one that weft was tried with.
    pub fn check_release(&self) -> Result<(), GoError> {
        match self.release() {
            Some((1, 24..=27)) => Ok(()),
            _ => Err(GoError::Version {
                version: self.goversion.clone(),
            }),
        }
    }
}

/// The flags that every go command has where the variable GOFLAGS is not set, by `go env -w`.
pub fn goflags_without_variable() -> Result<String, GoError> {
    let mut command = command()?;
    command.args(["env", "GOFLAGS"]).env_remove("GOFLAGS");
    let output = output(command)?;
    Ok(String::from_utf8_lossy(&output).trim().to_owned())
}

/// The version of the `go` that is installed, which may select another one.
pub fn local_version() -> Result<String, GoError> {
    let mut command = command()?;
    command
        .args(["env", "GOVERSION"])
        .env("GOTOOLCHAIN", "local");
    let output = output(command)?;
    Ok(String::from_utf8_lossy(&output).trim().to_owned())
}

/// Runs `go` with these arguments and returns its standard output.
pub(super) fn run<'a>(
    directory: &Path,
    arguments: impl Iterator<Item = &'a OsStr>,
) -> Result<Vec<u8>, GoError> {
    let mut command = command()?;
    command.args(arguments).current_dir(directory);
    output(command)
}

/// Runs `go` in a directory with some variables set, and returns its standard output.
pub fn ask(
    directory: &Path,
    arguments: &[&str],
    variables: &[(&str, &str)],
) -> Result<Vec<u8>, GoError> {
    let mut command = command()?;
    command
        .args(arguments)
        .envs(variables.iter().copied())
        // As a shell does: the go command prefers it to the directory's real path.
        .env("PWD", directory)
        .current_dir(directory);
    output(command)
}

fn output(mut command: Command) -> Result<Vec<u8>, GoError> {
    relax_gogc(&mut command);
    let output = command.output().map_err(|source| GoError::Start {
        program: program().to_string_lossy().into_owned(),
        source,
    })?;
    if output.status.success() {
        return Ok(output.stdout);
    }
    let words: Vec<_> = command.get_args().map(OsStr::to_string_lossy).collect();
    Err(GoError::Failed {
        command: format!("go {}", words.join(" ")),
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        code: output.status.code().unwrap_or(1),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with_version(version: &str) -> GoEnvironment {
        let json = serde_json::json!({
            "GOVERSION": version, "GOOS": "linux", "GOARCH": "amd64", "GOROOT": "", "GOMODCACHE": "",
            "GOFLAGS": "", "GOMOD": "", "GOWORK": "", "GOENV": "", "GOCACHE": "", "GOTMPDIR": "",
        });
        serde_json::from_value(json).unwrap()
    }

    #[test]
    fn releases_are_read_from_every_form() {
        assert_eq!(with_version("go1.26.8").release(), Some((1, 26)));
        assert_eq!(with_version("go1.25rc1").release(), Some((1, 25)));
        assert_eq!(
            with_version("devel go1.27-abc123 Mon").release(),
            Some((1, 27))
        );
        assert_eq!(
            with_version("go1.24.10 X:boringcrypto").release(),
            Some((1, 24))
        );
        assert_eq!(with_version("tip").release(), None);
    }

    #[test]
    fn unknown_releases_are_refused() {
        assert!(with_version("go1.27.3").check_release().is_ok());
        for version in ["go1.23.4", "go1.28.0", "go2.0", "devel +abc"] {
            assert!(with_version(version).check_release().is_err(), "{version}");
        }
    }
}
