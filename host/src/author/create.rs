//! Makes the sources of a new plugin.

use std::path::PathBuf;

use weft_plugin_host::descriptor;
use weft_weave::model::{JoinPointKind, Matcher, MatcherTarget, Parameter};
use weft_weave::syntax::{GuessedNames, PackageSyntax, nearest};

use super::library::Library;
use super::project::{PluginProject, write_if_changed};
use super::template::Words;
use super::trial::Trial;
use super::{AuthorError, Language, sdk};
use crate::failure::Failure;
use crate::gocmd::ListedPackage;
use crate::plan;

/// What the user wants.
#[derive(Debug, Clone)]
pub struct Wish {
    /// The plugin's name, and that of its folder.
    pub name: String,
    /// The package that it is for.
    pub import_path: String,
    /// What it is to be written in.
    pub language: Language,
    /// The function to hook, as people name it; any that looks like an operation where it is None.
    pub function: Option<String>,
}

/// A new plugin.
#[derive(Debug)]
pub struct Created {
    /// Its folder.
    pub directory: PathBuf,
    /// What it hooks.
    pub function: String,
    /// The version that it was made for.
    pub version: String,
}

/// The function that a new plugin hooks.
pub(super) struct Target {
    pub title: String,
    pub receiver: Option<String>,
    pub name: String,
    /// The parameter with the context.
    pub context: Option<Place>,
    /// The last result, where it is an error.
    pub error: Option<Place>,
}

/// A parameter or result.
pub(super) struct Place {
    /// As the contract counts.
    pub index: usize,
    /// As the Rust SDK takes it: its name, or its position where it has none.
    pub word: String,
}

/// Makes the sources of a plugin, in a folder of its name below the current one. They are for the newest
/// version of the library, and hook one function of the package.
pub fn create(wish: &Wish) -> Result<Created, Failure> {
    descriptor::check_name(&wish.name).map_err(|reason| AuthorError::Name { reason })?;
    let directory = PathBuf::from(&wish.name);
    if std::fs::symlink_metadata(&directory).is_ok() {
        return Err(AuthorError::Exists { path: directory }.into());
    }
    let library = Library::of(&wish.import_path)?;
    let version = newest(&library);
    let trial = Trial::new(&library, &version, &[&wish.import_path])?;
    let package = trial
        .packages
        .iter()
        .find(|package| package.import_path == wish.import_path)
        .ok_or_else(|| AuthorError::Library {
            import_path: wish.import_path.clone(),
            reason: format!("{} {version} has no such package", library.module),
        })?;
    let target = choose(package, &trial.version, wish.function.as_deref())?;
    let words = Words::new(wish, &library, package, &version, &target);
    for (path, text) in words.files(wish.language) {
        write_if_changed(&directory.join(path), text.as_bytes())?;
    }
    sdk::put(&PluginProject::open(&directory)?)?;
    Ok(Created {
        directory,
        function: target.title,
        version: trial.version,
    })
}

fn newest(library: &Library) -> String {
    let any = weft_plugin_host::version::Range::parse("").expect("the empty range is one");
    library.ends(&[any]).pop().unwrap_or_default()
}

/// The function to hook: the one that was named, or the one that looks most like an operation.
fn choose(package: &ListedPackage, version: &str, wanted: Option<&str>) -> Result<Target, Failure> {
    let files = plan::read(package, &std::collections::BTreeMap::new())?;
    let syntax = PackageSyntax::parse(&package.import_path, &package.name, files, &GuessedNames);
    let declared = syntax.declared_functions();
    let hookable = declared
        .iter()
        .filter(|function| function.unweavable.is_none());
    let titles = hookable.map(|function| &*function.title);
    let mut targets: Vec<Target> = titles
        .filter_map(|title| target(&syntax, title))
        .filter(|target| match wanted {
            Some(wanted) => target.title == wanted,
            None => target.name.starts_with(char::is_uppercase),
        })
        .collect();
    // The first of the best: methods with a context and an error are what libraries do for people.
    targets.sort_by_key(|target| {
        let lacks = [
            target.context.is_none(),
            target.error.is_none(),
            target.receiver.is_none(),
        ];
        (lacks, !target.title.starts_with("(*"))
    });
    targets.into_iter().next().ok_or_else(|| {
        let wanted = wanted.unwrap_or_default();
        AuthorError::Function {
            import_path: package.import_path.clone(),
            version: version.to_owned(),
            wanted: wanted.to_owned(),
            nearest: coming_near(wanted, declared.iter().map(|function| &*function.title)),
        }
        .into()
    })
}

/// Functions whose name, without receiver, comes near; none where none was wanted.
fn coming_near<'a>(wanted: &str, titles: impl Iterator<Item = &'a str> + Clone) -> Vec<String> {
    let name = |title: &str| title.rsplit('.').next().unwrap_or_default().to_owned();
    if wanted.is_empty() {
        return Vec::new();
    }
    let names = nearest(&name(wanted), titles.clone().map(name));
    let near = titles.filter(|title| names.contains(&name(title)));
    near.take(5).map(str::to_owned).collect()
}

fn target(syntax: &PackageSyntax, title: &str) -> Option<Target> {
    let (receiver, name) = match title.rsplit_once('.') {
        None => (None, title),
        Some((receiver, name)) => {
            let receiver = receiver.trim_start_matches('(').trim_end_matches(')');
            (Some(receiver.to_owned()), name)
        }
    };
    let matcher = Matcher {
        target: MatcherTarget::Function {
            receiver: receiver.clone(),
            name: name.to_owned(),
        },
        must_match: false,
    };
    let found = syntax.join_points(&[matcher]).ok()?;
    let [point] = found.join_points.as_slice() else {
        return None;
    };
    let JoinPointKind::Function(declaration) = &point.kind else {
        return None;
    };
    let place = |position: usize, shift: usize, parameter: &Parameter| Place {
        index: position + shift,
        word: match parameter.name.as_str() {
            "" => position.to_string(),
            name => name.to_owned(),
        },
    };
    let shift = usize::from(receiver.is_some());
    let mut parameters = declaration.parameters.iter().enumerate();
    let context = parameters.find(|(_, parameter)| parameter.go_type == "context.Context");
    let last = declaration.results.iter().enumerate().next_back();
    let error = last.filter(|(_, result)| result.go_type == "error");
    Some(Target {
        title: title.to_owned(),
        receiver,
        name: name.to_owned(),
        context: context.map(|(position, parameter)| place(position, shift, parameter)),
        error: error.map(|(position, result)| place(position, 0, result)),
    })
}
