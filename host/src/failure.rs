//! The one place where errors become what a person sees: what happened, where, why, and what to do.
//!
//! Codes are stable; docs/errors.md has a page for each.

use std::error::Error;
use std::fmt;
use std::path::Path;

use miette::{
    Diagnostic, GraphicalReportHandler, GraphicalTheme, LabeledSpan, NamedSource, SourceCode,
};
use weft_weave::weave::WeaveError;

use crate::cache::CacheError;
use crate::gocmd::GoError;
use crate::plan::PlanError;
use crate::plugins::LoadError;
use crate::report;
use crate::toolexec::StepError;
use crate::verify::VerifyError;

/// The exit code of weft's own failures; the go command's are 1 for failed builds.
const EXIT_CODE: i32 = 2;

/// The exit code of a check that does not hold.
const CHECK_FAILED: i32 = 1;

/// A failure, ready to be shown.
#[derive(Debug)]
pub struct Failure {
    message: String,
    code: &'static str,
    exit_code: i32,
    help: Option<String>,
    excerpt: Option<Excerpt>,
}

/// The line of a file that a failure is about.
#[derive(Debug)]
struct Excerpt {
    source: NamedSource<String>,
    label: LabeledSpan,
}

impl Failure {
    fn new(code: &'static str, message: impl fmt::Display, help: &str) -> Self {
        let help = (!help.is_empty()).then(|| help.to_owned());
        Self {
            message: message.to_string(),
            code,
            exit_code: EXIT_CODE,
            help,
            excerpt: None,
        }
    }

    /// The directory weft was started in cannot be found.
    pub fn no_directory(error: &std::io::Error) -> Self {
        Self::new(
            "W0101",
            format!("failed to find the current directory: {error}"),
            "change to a directory that exists",
        )
    }

    /// Standard output cannot be written to.
    pub fn no_output(error: &std::io::Error) -> Self {
        Self::new(
            "W0102",
            format!("failed to write to standard output: {error}"),
            "",
        )
    }

    /// A path that the go command or a shell cannot be told.
    pub fn unquotable(path: &Path) -> Self {
        PlanError::Unquotable {
            path: path.to_owned(),
        }
        .into()
    }

    /// weft does not know where it is.
    pub fn no_executable(error: std::io::Error) -> Self {
        PlanError::Executable(error).into()
    }

    /// A go command that was started past the shim of a shell that `weft env` has set up.
    pub fn past_weft() -> Self {
        Self::new(
            "W0113",
            "this go command was started past weft: nothing would be woven",
            "this shell is set up by `weft env`. Start `go` by its name, with the first folder of that PATH \
             still first; or run the command that `weft env --unset` prints, and build without weft",
        )
    }

    /// A variable that JSON cannot hold.
    pub fn no_text(name: &str) -> Self {
        Self::new(
            "W0114",
            format!("the value of {name} is no UTF-8 text, which JSON would need"),
            "leave --json out, or take what is no UTF-8 out of the variable",
        )
    }

    /// A source file cannot be read.
    pub fn unreadable(path: &Path, error: &std::io::Error) -> Self {
        Self::new(
            "W0302",
            format!("failed to read {}: {error}", path.display()),
            "make the file readable",
        )
    }

    /// Packages that weft cannot parse, but the compiler can.
    pub fn unparsed(packages: &[String]) -> Self {
        Self::new(
            "W0307",
            format!(
                "nothing is woven into {}: weft cannot parse it",
                packages.join(", ")
            ),
            "the compiler can, so weft is too old for this source: please report it",
        )
    }

    /// A file cannot be woven.
    pub fn unwoven(path: &Path, error: WeaveError) -> Self {
        StepError::Weave {
            path: path.to_owned(),
            source: error,
        }
        .into()
    }

    /// The go command failed, with these words.
    pub fn of_go(stderr: &str) -> Self {
        Self::new(
            "W0104",
            stderr,
            "this is the go command's own message: it fails without weft too",
        )
    }

    /// A folder that the go command writes to cannot be written to.
    pub fn unwritable(folder: &Path, error: &std::io::Error, variable: &str) -> Self {
        Self::new(
            "W0115",
            format!("failed to write to {}: {error}", folder.display()),
            &format!("make it writable, or set {variable} to a folder that is"),
        )
    }

    /// Stable code.
    pub fn code(&self) -> &'static str {
        self.code
    }

    /// What to do about it.
    pub fn help_text(&self) -> Option<&str> {
        self.help.as_deref()
    }

    /// Points at a line of a file, if it can be read.
    fn with_line(mut self, path: &Path, line: u32, label: &str) -> Self {
        if let Ok(text) = std::fs::read_to_string(path) {
            let before = text
                .split_inclusive('\n')
                .take(line.saturating_sub(1) as usize)
                .map(str::len)
                .sum::<usize>();
            let length = text[before..].lines().next().map_or(0, str::len);
            self.excerpt = Some(Excerpt {
                source: NamedSource::new(path.to_string_lossy(), text),
                label: LabeledSpan::new(Some(label.to_owned()), before, length),
            });
        }
        self
    }

    /// Shows the failure on standard error and returns the exit code.
    pub fn show(&self) -> i32 {
        let plain = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty())
            || !std::io::IsTerminal::is_terminal(&std::io::stderr());
        let theme = if plain {
            GraphicalTheme::unicode_nocolor()
        } else {
            GraphicalTheme::unicode()
        };
        let mut text = String::new();
        let handler = GraphicalReportHandler::new_themed(theme)
            .with_width(100)
            .with_links(false);
        if handler.render_report(&mut text, self).is_err() {
            text = format!("{self}\n");
        }
        report::raw(&format!("weft: {}\n", text.trim()));
        self.exit_code
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.message)
    }
}

impl Error for Failure {}

impl Diagnostic for Failure {
    fn code<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        Some(Box::new(self.code))
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.help
            .as_ref()
            .map(|help| Box::new(help) as Box<dyn fmt::Display>)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        self.excerpt
            .as_ref()
            .map(|excerpt| &excerpt.source as &dyn SourceCode)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let excerpt = self.excerpt.as_ref()?;
        Some(Box::new(std::iter::once(excerpt.label.clone())))
    }
}

impl From<GoError> for Failure {
    fn from(error: GoError) -> Self {
        let (code, help) = match &error {
            GoError::Start { .. } => ("W0103", "install Go 1.24 or newer, or put its `go` on PATH"),
            GoError::Failed { .. } => ("W0104", ""),
            GoError::Output { .. } => (
                "W0105",
                "run `go version`: weft supports Go 1.24, 1.25 and 1.26",
            ),
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
            GoError::Recursion { .. } => (
                "W0112",
                "put the folder of the Go distribution's own `go` first on PATH, before the script that calls weft",
            ),
            GoError::Version { .. } => (
                "W0111",
                "weft supports Go 1.24, 1.25 and 1.26: select one with GOTOOLCHAIN or go.mod's toolchain line, or update weft",
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

impl From<LoadError> for Failure {
    fn from(error: LoadError) -> Self {
        let (code, help) = (error.code(), error.help());
        Self::new(code, error, &help.unwrap_or_default())
    }
}
