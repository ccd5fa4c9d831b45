//! What weft tells people, on standard error beside the go command's own output, and what they ask for,
//! on standard output.

mod author;
mod doctor;
mod explain;
mod plan;
mod plugin;
mod verify;

use std::io::{self, IsTerminal, Write};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};
use serde::Serialize;

use crate::failure::Failure;
use crate::shell::{Shell, Variables};
pub use author::{built, checked, compared, created};
pub use doctor::checks;
pub use explain::explanation;
pub use plan::{Places, PlanStyle, plan, plan_as_diff};
pub use plugin::{
    agree, candidate, change, changed, code, hits, outdated, plugin, plugins, plugins_verified,
    published,
};
pub use verify::{VerifyStyle, verified};

/// What a build comes to.
#[derive(Debug, Clone, Copy)]
pub struct Summary {
    /// Woven packages.
    pub packages: usize,
    /// Hooks placed in them.
    pub hooks: usize,
    /// Time that planning took.
    pub planning: Duration,
}

/// A line that shows that weft is at work, on a terminal only.
#[derive(Debug)]
pub struct Progress(Option<ProgressBar>);

impl Progress {
    /// Starts the line, unless told to be quiet or where nobody would see it move.
    pub fn start(quiet: bool) -> Self {
        if quiet || !io::stderr().is_terminal() {
            return Self(None);
        }
        let bar = ProgressBar::new_spinner().with_message("planning");
        if let Ok(style) = ProgressStyle::with_template("weft: {msg} {spinner} {elapsed}") {
            bar.set_style(style);
        }
        bar.enable_steady_tick(Duration::from_millis(100));
        Self(Some(bar))
    }

    /// Removes the line.
    pub fn finish(self) {
        if let Some(bar) = self.0 {
            bar.finish_and_clear();
        }
    }
}

/// Writes text to standard error as it is. A closed standard error is nobody's to hear about.
pub fn raw(text: &str) {
    drop(io::stderr().write_all(text.as_bytes()));
}

/// The line after a build.
pub fn summary(quiet: bool, summary: &Summary) {
    if quiet {
        return;
    }
    let Summary {
        packages,
        hooks,
        planning,
    } = summary;
    let seconds = planning.as_secs_f64();
    raw(&if *packages == 0 {
        format!("weft: nothing to weave, planned in {seconds:.2} s\n")
    } else {
        format!(
            "weft: {packages} {} woven, {hooks} {} placed, planned in {seconds:.2} s\n",
            plural(*packages, "package"),
            plural(*hooks, "hook")
        )
    });
}

/// Lines about what a plugin names and what is not woven: telemetry that somebody may miss.
pub fn skipped(quiet: bool, skipped: &[String]) {
    if !quiet {
        for line in skipped {
            raw(&format!("weft: {line}\n"));
        }
    }
}

fn plural(count: usize, noun: &str) -> String {
    if count == 1 {
        noun.to_owned()
    } else {
        format!("{noun}s")
    }
}

/// Prints what becomes of a shell's variables.
pub fn variables(variables: &Variables, shell: Option<Shell>, unset: bool) -> Result<(), Failure> {
    let Some(shell) = shell else {
        let mut set = serde_json::Map::new();
        for (name, value) in &variables.set {
            let value = value.to_str().ok_or_else(|| Failure::no_text(name))?;
            set.insert((*name).to_owned(), value.into());
        }
        let json = serde_json::json!({ "version": 1, "set": set, "unset": variables.unset });
        return output(pretty(&json).as_bytes());
    };
    let mut arguments = String::from("env");
    if unset {
        arguments.push_str(" --unset");
    }
    output(&shell.commands(variables, &arguments))
}

/// Writes to standard output.
fn output(text: &[u8]) -> Result<(), Failure> {
    match io::stdout().write_all(text) {
        // `weft plan | head` is no failure.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        other => other.map_err(|error| Failure::no_output(&error)),
    }
}

/// JSON for scripts that a person can read too.
fn pretty(value: &impl Serialize) -> String {
    let mut json = serde_json::to_string_pretty(value).expect("text and numbers are valid JSON");
    json.push('\n');
    json
}

/// Text of others without what a terminal would obey, or show in another order than it is.
pub fn harmless(text: &str) -> String {
    let shown = |c: char| match c {
        '\n' | '\t' => c,
        c if c.is_control() => char::REPLACEMENT_CHARACTER,
        '\u{200b}'..='\u{200f}'
        | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{2069}'
        | '\u{feff}' => char::REPLACEMENT_CHARACTER,
        c => c,
    };
    text.chars().map(shown).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_of_others_cannot_act_on_a_terminal() {
        assert_eq!(
            harmless("a\u{1b}[2Jb\u{202e}c\n"),
            "a\u{fffd}[2Jb\u{fffd}c\n"
        );
    }
}
