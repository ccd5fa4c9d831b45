//! The one place where errors become what a person sees: what happened, where, why, and what to do.
//!
//! Codes are stable; docs/errors.md has a page for each.

mod codes;

use std::error::Error;
use std::fmt;
use std::path::Path;

use miette::{
    Diagnostic, GraphicalReportHandler, GraphicalTheme, LabeledSpan, NamedSource, SourceCode,
};
use textwrap::WordSeparator;
use weft_weave::weave::WeaveError;

use crate::plan::PlanError;
use crate::report;
use crate::toolexec::StepError;

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
        // Both may hold words of a plugin's.
        let help = (!help.is_empty()).then(|| report::harmless(help));
        Self {
            message: report::harmless(&message.to_string()),
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
            // Paths, URLs and permissions stay in one piece: people copy them.
            .with_word_separator(WordSeparator::AsciiSpace)
            .with_break_words(false)
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
