//! The plan, for people and for scripts.

use std::fmt::Write as _;

use serde::Serialize;
use similar::TextDiff;
use weft_weave::weave::weave_file;

use super::{output, plural, pretty};
use crate::failure::Failure;
use crate::plan::{Plan, Planned, WovenPackage};

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

/// Prints a plan.
pub fn plan(planned: &Planned, style: PlanStyle) -> Result<(), Failure> {
    let text = match style {
        PlanStyle::Text => text(&planned.plan),
        PlanStyle::Json => pretty(&json(&planned.plan)),
        PlanStyle::Diff => plan_as_diff(&planned.plan, Places::Paths)?,
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
        let _ = writeln!(text, "{package}: not woven: it does not compile");
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

/// How the positions in woven source name its files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Places {
    /// As they are on this machine, and as the compiler gets them.
    Paths,
    /// By package, the same on each machine.
    Named,
}

/// The woven source as a unified diff.
pub fn plan_as_diff(plan: &Plan, places: Places) -> Result<String, Failure> {
    let mut text = String::new();
    for package in &plan.packages {
        for file in &package.plan.files {
            let actual = package.replaced.get(&file.file).cloned();
            let path = actual.unwrap_or_else(|| package.directory.join(&file.file));
            let original = std::fs::read_to_string(&path)
                .map_err(|error| Failure::unreadable(&path, &error))?;
            let name = format!("{}/{}", package.import_path, file.file);
            let place = match places {
                Places::Paths => path.to_string_lossy().into_owned(),
                Places::Named => name.clone(),
            };
            let woven = weave_file(file, &original, &place)
                .map_err(|error| Failure::unwoven(&path, error))?;
            let diff = TextDiff::from_lines(&original, &woven.text);
            let mut unified = diff.unified_diff();
            unified
                .context_radius(1)
                .header(&format!("a/{name}"), &format!("b/{name}"));
            let _ = write!(text, "{unified}");
            let diff = TextDiff::from_lines("", &woven.sockets);
            let mut unified = diff.unified_diff();
            let name = format!("b/{}/weft.{}", package.import_path, file.file);
            let _ = write!(text, "{}", unified.header("/dev/null", &name));
        }
    }
    Ok(text)
}
