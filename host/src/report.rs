//! What weft tells people, on standard error beside the go command's own output, and the plan, on
//! standard output.

use std::fmt::Write as _;
use std::io::{self, IsTerminal, Write};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};
use serde::Serialize;
use similar::TextDiff;
use weft_weave::weave::weave_file;

use crate::failure::Failure;
use crate::plan::{Plan, Planned, WovenPackage};
use crate::shell::{Shell, Variables};

/// How `weft plan` prints.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PlanStyle {
    /// For people.
    Text,
    /// For scripts.
    Json,
    /// The woven source as a unified diff.
    Diff,
}

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

/// Prints a plan.
pub fn plan(planned: &Planned, style: PlanStyle) -> Result<(), Failure> {
    let text = match style {
        PlanStyle::Text => text(&planned.plan),
        PlanStyle::Json => pretty(&json(&planned.plan)),
        PlanStyle::Diff => diff(&planned.plan)?,
    };
    output(text.as_bytes())
}

fn text(plan: &Plan) -> String {
    let mut text = String::new();
    for package in &plan.packages {
        text.push_str(&package.import_path);
        if !package.version.is_empty() {
            text.push(' ');
            text.push_str(&package.version);
        }
        text.push('\n');
        let rows: Vec<_> = package
            .points
            .iter()
            .map(|point| {
                (
                    format!("{}:{}", point.file, point.line),
                    &point.target,
                    &point.plugin,
                    &point.action,
                )
            })
            .collect();
        let width = |cell: fn(&(String, &String, &String, &String)) -> usize| {
            rows.iter().map(cell).max().unwrap_or(0)
        };
        let (places, targets) = (width(|row| row.0.len()), width(|row| row.1.len()));
        for (place, target, plugin, action) in &rows {
            // Writing to a string does not fail.
            let _ = writeln!(
                text,
                "  {place:places$}  {target:targets$}  {plugin}: {action}"
            );
        }
    }
    for skipped in &plan.skipped {
        let _ = writeln!(text, "{skipped}");
    }
    for package in &plan.unparsed {
        let _ = writeln!(text, "{package}: not woven: it does not parse");
    }
    let hooks: usize = plan
        .packages
        .iter()
        .map(|package| package.points.len())
        .sum();
    let count = plan.packages.len();
    let plugins: Vec<_> = plan
        .plugins
        .iter()
        .map(|(name, version)| format!("{name} {version}"))
        .collect();
    let _ = writeln!(
        text,
        "{count} {}, {hooks} {}; plugins: {}",
        plural(count, "package"),
        plural(hooks, "hook"),
        plugins.join(", ")
    );
    text
}

#[derive(Serialize)]
struct JsonPlan<'a> {
    version: u32,
    plugins: Vec<JsonPlugin<'a>>,
    packages: Vec<JsonPackage<'a>>,
    skipped: Vec<JsonSkipped<'a>>,
}

#[derive(Serialize)]
struct JsonPlugin<'a> {
    name: &'a str,
    version: &'a str,
}

#[derive(Serialize)]
struct JsonPackage<'a> {
    import_path: &'a str,
    version: &'a str,
    hash: String,
    hooks: Vec<JsonHook<'a>>,
}

#[derive(Serialize)]
struct JsonHook<'a> {
    file: &'a str,
    line: u32,
    target: &'a str,
    plugin: &'a str,
    action: &'a str,
}

#[derive(Serialize)]
struct JsonSkipped<'a> {
    import_path: &'a str,
    version: &'a str,
    plugin: &'a str,
    reason: &'a str,
}

fn json(plan: &Plan) -> JsonPlan<'_> {
    JsonPlan {
        version: 1,
        plugins: plan
            .plugins
            .iter()
            .map(|(name, version)| JsonPlugin { name, version })
            .collect(),
        packages: plan
            .packages
            .iter()
            .map(|woven| JsonPackage {
                import_path: &woven.import_path,
                version: &woven.version,
                hash: woven.plan.hash(),
                hooks: json_hooks(woven),
            })
            .collect(),
        skipped: plan
            .skipped
            .iter()
            .map(|skipped| JsonSkipped {
                import_path: &skipped.import_path,
                version: &skipped.version,
                plugin: &skipped.plugin,
                reason: &skipped.reason,
            })
            .collect(),
    }
}

fn json_hooks(package: &WovenPackage) -> Vec<JsonHook<'_>> {
    package
        .points
        .iter()
        .map(|point| JsonHook {
            file: &point.file,
            line: point.line,
            target: &point.target,
            plugin: &point.plugin,
            action: &point.action,
        })
        .collect()
}

fn diff(plan: &Plan) -> Result<String, Failure> {
    let mut text = String::new();
    for package in &plan.packages {
        for file in &package.plan.files {
            let actual = package.replaced.get(&file.file).cloned();
            let path = actual.unwrap_or_else(|| package.directory.join(&file.file));
            let original = std::fs::read_to_string(&path)
                .map_err(|error| Failure::unreadable(&path, &error))?;
            let woven = weave_file(file, &original, &path.to_string_lossy())
                .map_err(|error| Failure::unwoven(&path, error))?;
            let name = format!("{}/{}", package.import_path, file.file);
            let diff = TextDiff::from_lines(&original, &woven);
            let mut unified = diff.unified_diff();
            unified
                .context_radius(1)
                .header(&format!("a/{name}"), &format!("b/{name}"));
            let _ = write!(text, "{unified}");
        }
    }
    Ok(text)
}
