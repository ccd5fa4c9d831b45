//! Why a function or package is woven, or which rule keeps it out.
//!
//! Invariant: decides nothing itself. What it says is what planning came to, and what the package declares.

mod subject;

use std::collections::BTreeMap;

use serde::Serialize;
use weft_weave::model::{Matcher, MatcherTarget};
use weft_weave::syntax::{Declared, nearest};

use crate::gocmd::ListedPackage;
use crate::plan::{Plan, PlanError, Planned, Stance, target_title};
use subject::Subject;

/// All that there is to say about one function or package.
#[derive(Debug, Serialize)]
pub struct Explanation {
    /// The package, or the package and the function, by their full names.
    pub subject: String,
    /// The module's version; Go's in the standard library; empty in main modules.
    #[serde(rename = "module_version")]
    pub version: String,
    /// How it stands.
    pub status: Status,
    /// Where the function is declared, as `file.go:12`.
    pub place: Option<String>,
    /// What is woven into it.
    pub hooks: Vec<Hook>,
    /// Where calls of the function, or of the package's functions, are woven, in other packages.
    pub calls: Vec<Hook>,
    /// What keeps it out, or what of it.
    pub reasons: Vec<Reason>,
    /// What may have been meant, or comes nearest and is woven.
    pub nearest: Vec<String>,
}

/// How a function or package stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// Hooks are placed in it, or at calls of it.
    Woven,
    /// It is there, and nothing is woven into it.
    NotWoven,
    /// It is not there.
    NotFound,
}

/// One hook.
#[derive(Debug, Serialize)]
pub struct Hook {
    /// Import path of the package that is woven.
    pub package: String,
    /// As `file.go:12`.
    pub place: String,
    /// The function, or the function called.
    pub target: String,
    /// Plugin name.
    pub plugin: String,
    /// What happens there.
    pub action: String,
}

/// What keeps something out.
#[derive(Debug, Serialize)]
pub struct Reason {
    /// The rule.
    pub rule: Rule,
    /// The plugin that it holds for; None where it holds for all.
    pub plugin: Option<String>,
    /// A sentence.
    pub text: String,
}

/// The rules by which something is not woven.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Rule {
    /// The package is not among those of the build.
    NotInBuild,
    /// Nothing is linked that hooks could be linked into.
    NoProgram,
    /// No plugin names the package.
    NoInterest,
    /// The plugin takes no part in this project.
    Disabled,
    /// A policy keeps the package from being woven.
    Policy,
    /// The plugin covers other versions.
    Version,
    /// Plugins name the package, and not this function.
    NoMatcher,
    /// There is no such function, or no use of one.
    Absent,
    /// The function cannot be woven.
    Unweavable,
    /// The plugin was asked, and wants nothing there.
    LeftOut,
    /// The package does not parse.
    Syntax,
}

/// Explains a word of the user's.
pub fn explain(
    word: &str,
    planned: &Planned,
    directory: &std::path::Path,
) -> Result<Explanation, PlanError> {
    match subject::find(word, planned, directory) {
        Subject::Unknown { nearest } => Ok(Explanation {
            nearest,
            ..Explanation::new(word.to_owned(), String::new()).because(Reason {
                rule: Rule::NotInBuild,
                plugin: None,
                text: "this build has no such package or function".to_owned(),
            })
        }),
        Subject::Package(package) => Ok(explain_package(package, planned)),
        Subject::Function(package, titles) => explain_function(package, &titles, planned),
    }
}

impl Explanation {
    fn new(subject: String, version: String) -> Self {
        Self {
            subject,
            version,
            status: Status::NotFound,
            place: None,
            hooks: Vec::new(),
            calls: Vec::new(),
            reasons: Vec::new(),
            nearest: Vec::new(),
        }
    }

    fn because(mut self, reason: Reason) -> Self {
        self.reasons.push(reason);
        self
    }
}

fn explain_package(package: &ListedPackage, planned: &Planned) -> Explanation {
    let plan = &planned.plan;
    let path = &package.import_path;
    let mut out = Explanation::new(path.clone(), planned.build.version(package));
    let functions = format!("{path}.");
    out.hooks = hooks(plan, |at, _| at == path);
    out.calls = hooks(plan, |_, target| {
        let function = target.strip_prefix(&functions);
        function.is_some_and(|name| !name.contains(['.', '/']))
    });
    out.status = if out.hooks.is_empty() && out.calls.is_empty() {
        Status::NotWoven
    } else {
        Status::Woven
    };
    if let Some(reason) = general(package, plan) {
        return out.because(reason);
    }
    for stance in stances(package, plan) {
        let mut missing: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        for matcher in &stance.matchers {
            let title = target_title(&matcher.target);
            let is_woven =
                |hook: &Hook| hook.plugin == stance.plugin && fits(matcher, &hook.target);
            if out.hooks.iter().any(is_woven) {
                continue;
            }
            match why_not(stance, &title, plan) {
                Some(reason) => out.reasons.push(reason),
                None => missing
                    .entry(absent(&matcher.target))
                    .or_default()
                    .push(title),
            }
        }
        for (absent, titles) in missing {
            out.reasons
                .push(stance.missing(absent, &titles.join(" or ")));
        }
        // The range of versions is one reason for all.
        out.reasons
            .dedup_by(|a, b| a.rule == Rule::Version && a.rule == b.rule && a.plugin == b.plugin);
    }
    if out.calls.is_empty() && stances(package, plan).next().is_none() {
        no_interest(path, planned, &mut out);
    }
    out
}

fn explain_function(
    package: &ListedPackage,
    titles: &[String],
    planned: &Planned,
) -> Result<Explanation, PlanError> {
    let plan = &planned.plan;
    let path = &package.import_path;
    let functions = planned.build.functions(package)?;
    let found: Option<&Declared> = titles
        .iter()
        .find_map(|title| functions.iter().find(|function| function.title == *title));
    let title = found.map_or(&titles[0], |function| &function.title);
    let full = format!("{path}.{title}");
    let mut out = Explanation::new(full.clone(), planned.build.version(package));
    out.place = found.map(|function| format!("{}:{}", function.file, function.line));
    out.hooks = hooks(plan, |at, target| at == path && target == title);
    out.calls = hooks(plan, |_, target| *target == full);
    out.status = match (out.hooks.is_empty() && out.calls.is_empty(), found) {
        (false, _) => Status::Woven,
        (true, Some(_)) => Status::NotWoven,
        (true, None) => Status::NotFound,
    };
    if out.status == Status::Woven {
        return Ok(out);
    }
    let Some(function) = found else {
        out.nearest = nearest(
            title,
            functions.iter().map(|function| function.title.clone()),
        );
        return Ok(out.because(Reason {
            rule: Rule::Absent,
            plugin: None,
            text: format!("{path} declares no {title}"),
        }));
    };
    if let Some(reason) = general(package, plan) {
        return Ok(out.because(reason));
    }
    for stance in stances(package, plan) {
        if stance.matchers.iter().any(|matcher| fits(matcher, title)) {
            out.reasons.push(match &function.unweavable {
                Some(reason) if stance.other_versions.is_none() => Reason {
                    rule: Rule::Unweavable,
                    plugin: Some(stance.plugin.clone()),
                    text: format!("{title} {reason}"),
                },
                _ => why_not(stance, title, plan)
                    .unwrap_or_else(|| stance.missing("declares no", title)),
            });
        }
    }
    if !out.reasons.is_empty() {
        return Ok(out);
    }
    let here = || {
        plan.packages
            .iter()
            .filter(|woven| woven.import_path == *path)
    };
    let targets = || {
        here()
            .flat_map(|woven| &woven.points)
            .map(|point| point.target.clone())
    };
    out.nearest = nearest(title, targets());
    if out.nearest.is_empty() {
        // What is woven there shows what the plugins look for.
        out.nearest = targets().take(5).collect();
    }
    let names: Vec<_> = stances(package, plan)
        .map(|stance| stance.plugin.as_str())
        .collect();
    if names.is_empty() {
        no_interest(path, planned, &mut out);
        return Ok(out);
    }
    let verb = if names.len() == 1 { "looks" } else { "look" };
    let text = format!(
        "{} {verb} into {path}, and not for {title}",
        names.join(", ")
    );
    Ok(out.because(Reason {
        rule: Rule::NoMatcher,
        plugin: None,
        text,
    }))
}

fn hooks(plan: &Plan, wanted: impl Fn(&String, &String) -> bool) -> Vec<Hook> {
    let mut hooks = Vec::new();
    for package in &plan.packages {
        for point in &package.points {
            if wanted(&package.import_path, &point.target) {
                hooks.push(Hook {
                    package: package.import_path.clone(),
                    place: format!("{}:{}", point.file, point.line),
                    target: point.target.clone(),
                    plugin: point.plugin.clone(),
                    action: point.action.clone(),
                });
            }
        }
    }
    hooks
}

fn stances<'a>(package: &ListedPackage, plan: &'a Plan) -> impl Iterator<Item = &'a Stance> {
    let path = package.import_path.clone();
    let stances = plan.stances.iter();
    stances.filter(move |stance| stance.import_path == path)
}

/// Whether a matcher names a target.
fn fits(matcher: &Matcher, title: &str) -> bool {
    match &matcher.target {
        MatcherTarget::Function { receiver, name } if name == "*" => {
            // Any function with this receiver.
            let any = weft_weave::model::title(receiver.as_deref(), "");
            title
                .strip_prefix(&any)
                .is_some_and(|name| !name.contains('.'))
        }
        target => target_title(target) == title,
    }
}

/// What a package does not do that has nothing for a matcher.
fn absent(target: &MatcherTarget) -> &'static str {
    match target {
        MatcherTarget::Function { .. } => "declares no",
        MatcherTarget::Directive { .. } => "has no",
        MatcherTarget::Call { .. } => "does not use",
    }
}

/// Why nothing of a package can be woven, whatever plugins want.
fn general(package: &ListedPackage, plan: &Plan) -> Option<Reason> {
    let reason = |rule, text: &str| {
        Some(Reason {
            rule,
            plugin: None,
            text: text.to_owned(),
        })
    };
    if plan.programs == 0 {
        return reason(
            Rule::NoProgram,
            "no program is built, and hooks are linked into programs: name a main package, or tests with --test",
        );
    }
    if plan.unparsed.contains(&package.import_path) {
        return reason(Rule::Syntax, "the package does not compile");
    }
    None
}

/// Why a plugin that names a package does not weave what one of its matchers names; None where the package
/// has no such thing.
fn why_not(stance: &Stance, title: &str, plan: &Plan) -> Option<Reason> {
    let refused = || {
        plan.skipped.iter().find(|skipped| {
            skipped.import_path == stance.import_path
                && skipped.plugin == stance.plugin
                && skipped.target.as_deref() == Some(title)
        })
    };
    let (rule, text) = if let Some(versions) = &stance.other_versions {
        (Rule::Version, format!("it covers versions {versions}"))
    } else if stance.asked.iter().any(|asked| asked == title) {
        let text = format!("it was asked about {title}, and wants nothing there");
        (Rule::LeftOut, text)
    } else {
        (Rule::Unweavable, refused()?.reason.clone())
    };
    Some(Reason {
        rule,
        plugin: Some(stance.plugin.clone()),
        text,
    })
}

impl Stance {
    /// The package does not have what a plugin looks for.
    fn missing(&self, absent: &str, titles: &str) -> Reason {
        Reason {
            rule: Rule::Absent,
            plugin: Some(self.plugin.clone()),
            text: format!("{} {absent} {titles}", self.import_path),
        }
    }
}

fn no_interest(path: &str, planned: &Planned, out: &mut Explanation) {
    let plugins = &planned.build.plugins;
    if let Some(text) = plugins.denies_package(path) {
        out.reasons.push(Reason {
            rule: Rule::Policy,
            plugin: None,
            text,
        });
        return;
    }
    let disabled = plugins.disabled_for(path);
    if !disabled.is_empty() {
        out.reasons
            .extend(disabled.into_iter().map(|plugin| Reason {
                rule: Rule::Disabled,
                plugin: Some(plugin.to_owned()),
                text: "weft.toml turns it off".to_owned(),
            }));
        return;
    }
    out.reasons.push(Reason {
        rule: Rule::NoInterest,
        plugin: None,
        text: format!("no plugin names {path}"),
    });
    // Of the same host and owner: anything else is spelled alike by chance.
    let owner = |path: &str| {
        path.split('/')
            .take(2)
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    let interests = planned.build.plugins.interests().map(|(_, path)| path);
    let paths = interests.filter(|interest| path.contains('.') && owner(interest) == owner(path));
    if out.nearest.is_empty() {
        out.nearest = nearest(path, paths.map(str::to_owned));
    }
}
