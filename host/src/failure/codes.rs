//! Which code each error has, and what the user can do about it.

use weft_plugin_source::SourceSyntaxError;
use weft_weave::weave::WeaveError;

use super::{CHECK_FAILED, EXIT_CODE, Failure};
use crate::author::AuthorError;
use crate::cache::CacheError;
use crate::gocmd::GoError;
use crate::manage::ManageError;
use crate::plan::PlanError;
use crate::plugins::LoadError;
use crate::project::ProjectError;
use crate::toolexec::StepError;
use crate::verify::VerifyError;

impl From<GoError> for Failure {
    fn from(error: GoError) -> Self {
        let (code, help) = match &error {
            GoError::Start { .. } => ("W0103", "install Go 1.24 or newer, or put its `go` on PATH"),
            GoError::Failed { .. } => ("W0104", ""),
            GoError::Output { .. } => ("W0105", "run `go version`: weft supports Go 1.24 to 1.27"),
            GoError::MissingValue { .. } => {
                ("W0106", "give the flag a value, as in `go help build`")
            }
            GoError::UserToolexec { origin, .. } => {
                let help = format!(
                    "weft weaves through -toolexec itself and cannot share it: take it out of {origin}, or build without weft"
                );
                return Self::new("W0107", error, &help);
            }
            GoError::Nested { origin, .. } => {
                let help = format!(
                    "say `weft` once: take -toolexec out of {origin}, or type `go` instead of `weft go`"
                );
                return Self::new("W0108", error, &help);
            }
            GoError::Compiler { .. } => (
                "W0109",
                "weft weaves for the gc compiler only: leave -compiler out",
            ),
            GoError::Overlay { .. } => ("W0110", "give -overlay a JSON file as in `go help build`"),
            GoError::Unspellable { .. } => (
                "W0116",
                "the go command lists packages in JSON, which cannot hold such names: rename the folder",
            ),
            GoError::Recursion { .. } => (
                "W0112",
                "put the folder of the Go distribution's own `go` first on PATH, before the script that calls weft",
            ),
            GoError::Version { .. } => (
                "W0111",
                "weft supports Go 1.24 to 1.27: select one with GOTOOLCHAIN or go.mod's toolchain line, or update weft",
            ),
        };
        Self::new(code, error, help)
    }
}

impl From<CacheError> for Failure {
    fn from(error: CacheError) -> Self {
        Self::new(
            "W0501",
            error,
            "set WEFT_CACHE to a directory that you can write to",
        )
    }
}

impl From<PlanError> for Failure {
    fn from(error: PlanError) -> Self {
        match error {
            PlanError::Go(error) => error.into(),
            PlanError::Cache(error) => error.into(),
            PlanError::Plugin(error) => error.into(),
            PlanError::VersionedProgram => Self::new(
                "W0301",
                error,
                "hooks are linked into a program of the main module: clone the program's repository and weave it there",
            ),
            PlanError::NoModule { .. } => Self::new(
                "W0303",
                error,
                "hooks are linked through the main module: run `go mod init` where the program is",
            ),
            PlanError::ReadOnlyProgram { .. } => Self::new(
                "W0304",
                error,
                "programs of the standard library and of the module cache cannot be woven: clone the program's repository and weave it there",
            ),
            PlanError::Source { .. } => Self::new("W0302", error, "make the file readable"),
            PlanError::Match { ref source, .. } => {
                let candidates = (!source.candidates.is_empty())
                    .then(|| format!("nearest: {}", source.candidates.join(", ")));
                let help: Vec<_> = source
                    .help
                    .iter()
                    .chain(&candidates)
                    .map(String::as_str)
                    .collect();
                let help = help.join("\n");
                Self::new("W0305", error, &help)
            }
            PlanError::Advice {
                ref directory,
                ref errors,
            } => {
                let help: Vec<_> = errors
                    .iter()
                    .filter_map(|error| error.help.clone())
                    .collect();
                let first = errors
                    .first()
                    .map(|error| error.place.clone())
                    .unwrap_or_default();
                let directory = directory.clone();
                let failure = Self::new("W0306", &error, &help.join("\n"));
                // Places read `file.go:12: `.
                let mut parts = first.split(':');
                match (
                    parts.next(),
                    parts.next().and_then(|line| line.parse().ok()),
                ) {
                    (Some(file), Some(line)) => {
                        failure.with_line(&directory.join(file), line, "here")
                    }
                    _ => failure,
                }
            }
            PlanError::Executable(_) => Self::new("W0308", error, "start weft by its full path"),
            PlanError::Unquotable { .. } => Self::new(
                "W0309",
                error,
                "move weft or WEFT_CACHE to a path without quotes and with UTF-8 names",
            ),
        }
    }
}

impl From<StepError> for Failure {
    fn from(error: StepError) -> Self {
        let (code, help) = match &error {
            StepError::Usage => ("W0401", "use `weft go build`"),
            StepError::Start { .. } => ("W0402", "check that the Go installation is complete"),
            StepError::Plan { .. } => (
                "W0403",
                "run the build again through `weft go`; `weft clean` empties the cache",
            ),
            StepError::FileMissing { .. } => (
                "W0404",
                "a source file changed during the build: build again",
            ),
            StepError::File { .. } => (
                "W0405",
                "check the disk's free space and the file's permissions",
            ),
            StepError::Weave { path, source } => {
                let (path, line) = (path.clone(), weave_line(source));
                let failure = Self::new(
                    "W0406",
                    &error,
                    "if the file did not change during the build, this is a defect of weft: please report it",
                );
                return match line {
                    Some(line) => failure.with_line(&path, line, "here"),
                    None => failure,
                };
            }
        };
        Self::new(code, error, help)
    }
}

/// The line of the source file that a weaving error is about.
fn weave_line(error: &WeaveError) -> Option<u32> {
    match error {
        WeaveError::Syntax { line, .. } => Some(*line),
        _ => None,
    }
}

impl From<VerifyError> for Failure {
    fn from(error: VerifyError) -> Self {
        let (code, exit_code, help) = match &error {
            VerifyError::Read { .. } => ("W0601", EXIT_CODE, "name a file that you can read"),
            VerifyError::NotGo { .. } => (
                "W0602",
                EXIT_CODE,
                "name an executable or a shared library that `weft go build` made; take universal binaries of \
                 macOS apart with lipo first",
            ),
            VerifyError::NotWoven { .. } => (
                "W0603",
                CHECK_FAILED,
                "build it with `weft go build`; `weft plan` says what there is to weave",
            ),
            VerifyError::Unreliable { .. } => (
                "W0604",
                CHECK_FAILED,
                "do not use this binary as it is: it was changed after the go command linked it. Build it anew",
            ),
            VerifyError::Format { .. } => (
                "W0605",
                EXIT_CODE,
                "verify it with the version of weft that built it",
            ),
            VerifyError::Expected { .. } => (
                "W0606",
                EXIT_CODE,
                "name a file that `weft verify --json` of this version has printed",
            ),
        };
        Self {
            exit_code,
            ..Self::new(code, error, help)
        }
    }
}

impl From<ProjectError> for Failure {
    fn from(error: ProjectError) -> Self {
        let (code, help) = (error.code(), error.help());
        let place = error.place().map(|(path, line)| (path.to_owned(), line));
        let failure = Self::new(code, error, help);
        match place {
            Some((path, line)) => failure.with_line(&path, line, "here"),
            None => failure,
        }
    }
}

impl From<ManageError> for Failure {
    fn from(error: ManageError) -> Self {
        let (code, help) = error.advice();
        let exit_code = match error {
            ManageError::Refused => CHECK_FAILED,
            _ => EXIT_CODE,
        };
        Self {
            exit_code,
            ..Self::new(code, error, help)
        }
    }
}

impl From<AuthorError> for Failure {
    fn from(error: AuthorError) -> Self {
        let (code, help) = error.advice();
        Self::new(code, &error, help)
    }
}

impl From<SourceSyntaxError> for Failure {
    fn from(error: SourceSyntaxError) -> Self {
        Self::new(
            "W0723",
            error,
            "a source is a path, https://…, oci://HOST/NAME:TAG, or the name of a plugin of an index",
        )
    }
}

impl From<LoadError> for Failure {
    fn from(error: LoadError) -> Self {
        if let LoadError::Project(error) = error {
            return error.into();
        }
        let (code, help) = (error.code(), error.help());
        Self::new(code, error, &help.unwrap_or_default())
    }
}
