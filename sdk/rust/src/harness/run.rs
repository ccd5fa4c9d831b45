//! The way of the host, without sandbox.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::Path;

use weft_plugin_host::interest::{self, Candidate};
use weft_plugin_host::pattern::is_standard;
use weft_plugin_host::{Problem, audit, descriptor};
use weft_weave::advice::{self, PluginAdvice};
use weft_weave::hooks::HookPackages;
use weft_weave::model::{self, JoinPoint, JoinPointKind, Matcher};
use weft_weave::syntax::{GuessedNames, PackageSyntax, SourceFile};
use weft_weave::weave::weave_file;

use super::{Failure, Sources, Woven};
use crate::bindings::weft::plugin::types;
use crate::guest::{self, Exported};

weft_plugin_host::lifting_0_1!(types);

/// As the host's default.
const HOOK_BYTES: usize = 1 << 20;

/// What a plugin says of itself, checked and audited as the host does, and that it carries every Go file
/// of its folder `go/`.
///
/// # Errors
///
/// All that is wrong with it.
pub fn describe<P: Exported>(
    plugin: &P,
    settings: &[(String, String)],
) -> Result<model::Descriptor, Failure> {
    let described = guest::describe(plugin, settings.to_vec()).map_err(declined)?;
    let described = lift_descriptor(described)
        .map_err(|path| Failure::new(format_args!("hook file {path:?} is given twice")))?;
    descriptor::check(&described, HOOK_BYTES)
        .map_err(|wrong| Failure::new(Problem::Descriptor(wrong)))?;
    audit::audit(&described).map_err(|findings| Failure::new(Problem::Audit(findings)))?;
    carries_its_folder(P::CARGO.folder, &described)?;
    Ok(described)
}

fn carries_its_folder(folder: &str, described: &model::Descriptor) -> Result<(), Failure> {
    let folder = Path::new(folder).join("go");
    let files = match go_files(&folder, "") {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        other => {
            other.map_err(|error| Failure::new(format_args!("{}: {error}", folder.display())))?
        }
    };
    match files
        .keys()
        .find(|path| !described.hook_files.contains_key(*path))
    {
        Some(path) => Err(Failure::new(format_args!(
            "go/{path} is not carried: add it with d.hooks(hooks![…])"
        ))),
        None => Ok(()),
    }
}

/// Whether a file is one that the compiler gets.
fn path_is_source(name: &str) -> bool {
    let stem = name.strip_suffix(".go");
    stem.is_some_and(|stem| !stem.ends_with("_test"))
}

/// Go files below a folder but tests, by slash-separated path.
pub(super) fn go_files(folder: &Path, prefix: &str) -> io::Result<BTreeMap<String, String>> {
    let mut files = BTreeMap::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let path = format!("{prefix}{name}");
        if entry.file_type()?.is_dir() {
            files.extend(go_files(&entry.path(), &format!("{path}/"))?);
        } else if path_is_source(&name) {
            files.insert(path, fs::read_to_string(entry.path())?);
        }
    }
    Ok(files)
}

pub(super) fn weave<P: Exported>(plugin: &P, sources: &Sources) -> Result<Woven, Failure> {
    let described = describe(plugin, &sources.settings)?;
    let hooks = HookPackages::parse(&described.hook_files).map_err(Failure::new)?;
    let files: Vec<(String, String)> = sources.files.clone().into_iter().collect();
    let name = package_name(&files)?;
    let matchers = matchers(&described, sources, name == "main")?;
    let syntax = PackageSyntax::parse(&sources.import_path, &name, files, &GuessedNames);
    let matched = syntax.join_points(&matchers).map_err(|error| {
        let candidates = error.candidates.join(", ");
        Failure::new(format_args!("{error}; candidates: {candidates}"))
    })?;
    let mut join_points = matched.join_points;
    if join_points.is_empty() {
        let refused = matched.refused.into_iter().map(|refused| refused.text);
        let refused = refused.collect::<Vec<_>>().join("; ");
        let colon = if refused.is_empty() { "" } else { ": " };
        return Err(Failure::new(format_args!(
            "nothing in {} is matched{colon}{refused}",
            sources.import_path
        )));
    }
    declare_callees(sources, &mut join_points)?;
    let package = package(sources, name, join_points);
    let advised = guest::advise(plugin, lower_package(&package), sources.settings.clone())
        .map_err(declined)?;
    let advice: Vec<model::Advice> = advised.into_iter().map(lift_advice).collect();
    let advised = PluginAdvice {
        plugin: &described.name,
        hooks: &hooks,
        advice: &advice,
        package: &package,
    };
    let resolved = advice::resolve(&syntax, &[advised]).map_err(|errors| {
        Failure::new(
            errors
                .iter()
                .map(ToString::to_string)
                .collect::<Vec<_>>()
                .join("\n"),
        )
    })?;
    if resolved.plan.is_empty() {
        return Err(Failure::new(format_args!(
            "nothing is woven into {}",
            sources.import_path
        )));
    }
    let mut woven = BTreeMap::new();
    for plan in &resolved.plan.files {
        let text = sources
            .files
            .get(&plan.file)
            .map(String::as_str)
            .unwrap_or_default();
        let file = weave_file(plan, text, &plan.file).map_err(Failure::new)?;
        woven.insert(plan.file.clone(), file.text);
        woven.insert(format!("weft.{}", plan.file), file.sockets);
    }
    Ok(Woven {
        advice,
        points: resolved.points,
        files: woven,
        originals: sources.files.clone(),
    })
}

/// What the plugin's interests want of the package.
fn matchers(
    described: &model::Descriptor,
    sources: &Sources,
    is_main: bool,
) -> Result<Vec<Matcher>, Failure> {
    let standard = is_standard(&sources.import_path);
    let candidate = Candidate {
        import_path: &sources.import_path,
        is_main,
        is_own: !standard && sources.version.is_none(),
        standard,
        module_version: sources.version.as_deref(),
    };
    let mut met = false;
    let mut matchers = Vec::new();
    for interest in &described.interests {
        if interest::matches(interest, candidate).map_err(Failure::new)? {
            met = true;
            matchers.extend(interest.matchers.iter().cloned());
        }
    }
    if !met {
        let version = sources.version.as_deref().unwrap_or("without version");
        return Err(Failure::new(format_args!(
            "no interest of the plugin names {} {version}",
            sources.import_path
        )));
    }
    Ok(matchers)
}

fn package_name(files: &[(String, String)]) -> Result<String, Failure> {
    files
        .iter()
        .find_map(|(name, text)| {
            SourceFile::parse(name, text)
                .package_name()
                .map(str::to_owned)
        })
        .ok_or_else(|| Failure::new("no Go file with a package clause was given"))
}

fn package(sources: &Sources, name: String, join_points: Vec<JoinPoint>) -> model::Package {
    let (goos, goarch) = sources.platform.clone();
    model::Package {
        import_path: sources.import_path.clone(),
        name,
        module_path: sources
            .version
            .as_ref()
            .map_or_else(String::new, |_| sources.import_path.clone()),
        module_version: sources.version.clone().unwrap_or_default(),
        go_version: sources.go_version.clone(),
        goos,
        goarch,
        tags: Vec::new(),
        join_points,
    }
}

/// Adds the declarations of the functions that are called, from those given.
fn declare_callees(sources: &Sources, points: &mut [JoinPoint]) -> Result<(), Failure> {
    for point in points {
        let JoinPointKind::Call(call) = &mut point.kind else {
            continue;
        };
        let declared = sources
            .callees
            .iter()
            .filter(|(import_path, _)| *import_path == call.import_path);
        call.declaration = declared.into_iter().find_map(|(import_path, text)| {
            let files = vec![("callee.go".to_owned(), text.clone())];
            let name = package_name(&files).ok()?;
            PackageSyntax::parse(import_path, &name, files, &GuessedNames).function(&call.name)
        });
        if call.declaration.is_none() {
            return Err(Failure::new(format_args!(
                "declare {}.{} with .callee(…)",
                call.import_path, call.name
            )));
        }
    }
    Ok(())
}

fn declined(error: types::PluginError) -> Failure {
    let types::PluginError { message, help } = error;
    match help {
        Some(help) => Failure::new(format_args!("{message}\nhelp: {help}")),
        None => Failure::new(message),
    }
}
