//! A program that uses a library, for the plugin to be tried on: in a folder of its own that is removed.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::fmt::Write as _;
use std::path::Path;

use serde::Deserialize;
use tempfile::TempDir;
use weft_plugin_host::pattern;
use weft_plugin_host::version::Range;
use weft_weave::model::Descriptor;

use super::library::{Library, go, words};
use super::{AuthorError, Built};
use crate::cache::Cache;
use crate::embedded;
use crate::failure::Failure;
use crate::gocmd::{self, GoCommand, GoError, ListedPackage};
use crate::plan::{self, PlanError, Planned};
use crate::plugins::PluginChoice;
use crate::project::{PluginSettings, Project};

/// A program that imports the packages of one version of a library.
#[derive(Debug)]
pub struct Trial {
    /// The library's module; empty for the standard library.
    pub module: String,
    /// Its version; the Go version for the standard library.
    pub version: String,
    folder: TempDir,
    /// All packages of the program.
    pub packages: Vec<ListedPackage>,
}

/// A module in a temporary folder.
pub fn scratch(requirement: &str) -> Result<TempDir, AuthorError> {
    let failed = |source| AuthorError::File {
        action: "write",
        path: std::env::temp_dir(),
        source,
    };
    let folder = TempDir::with_prefix("weft-trial-").map_err(failed)?;
    let text = format!("module weft.test/trial\n\ngo 1.24\n{requirement}");
    std::fs::write(folder.path().join("go.mod"), text).map_err(failed)?;
    Ok(folder)
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Named {
    import_path: String,
    #[serde(default)]
    name: String,
}

impl Trial {
    /// Makes a program that imports those packages that `patterns` name: of a module in one version, or
    /// of the standard library. Packages that nothing outside their module can import come with those
    /// that use them.
    pub fn new(library: &Library, version: &str, patterns: &[&str]) -> Result<Self, Failure> {
        let module = &library.module;
        let folder = if module.is_empty() {
            scratch("")?
        } else {
            scratch(&format!("\nrequire {module} {version}\n"))?
        };
        let failed = |error: GoError| AuthorError::Library {
            import_path: if module.is_empty() {
                patterns.join(", ")
            } else {
                format!("{module}@{version}")
            },
            reason: words(&error),
        };
        let imports = imports(folder.path(), module, patterns).map_err(failed)?;
        let mut program = String::from("package main\n\nimport (\n");
        for path in &imports {
            // Writing to a string does not fail.
            let _ = writeln!(program, "\t_ \"{path}\"");
        }
        program.push_str(")\n\nfunc main() {}\n");
        let file = folder.path().join("main.go");
        std::fs::write(&file, program).map_err(|source| AuthorError::File {
            action: "write",
            path: file,
            source,
        })?;
        if !module.is_empty() {
            // Notes what the library needs, in the versions that it asks for.
            go(folder.path(), &["mod", "tidy", "-e"]).map_err(failed)?;
        }
        let command = command();
        let packages = gocmd::list(&command, folder.path()).map_err(failed)?;
        let version = if module.is_empty() {
            gocmd::GoEnvironment::read(folder.path())?.goversion
        } else {
            version.to_owned()
        };
        Ok(Self {
            module: module.clone(),
            version,
            folder,
            packages,
        })
    }

    /// Module and version, as `module@version`; the Go version for the standard library.
    pub fn title(&self) -> String {
        if self.module.is_empty() {
            return self.version.clone();
        }
        format!("{}@{}", self.module, self.version)
    }

    /// The packages that a pattern names, of the library or the standard library.
    pub fn named<'a>(&'a self, pattern: &'a str) -> impl Iterator<Item = &'a ListedPackage> {
        self.packages.iter().filter(move |package| {
            let of_library = match &package.module {
                Some(module) => module.path == self.module,
                None => pattern::is_standard(pattern) && self.module.is_empty(),
            };
            of_library && pattern::matches(pattern, &package.import_path)
        })
    }

    /// What the plugin, and no other, weaves into the program.
    pub fn plan(&self, cache: &Cache, built: &Built) -> Result<Planned, Failure> {
        let choice = only(built);
        match plan::make(&command(), self.folder.path(), cache, &choice) {
            Err(PlanError::Go(error)) => Err(AuthorError::Library {
                import_path: format!("{}@{}", self.module, self.version),
                reason: words(&error),
            }
            .into()),
            other => Ok(other?),
        }
    }
}

fn command() -> GoCommand {
    let words = ["build", "."].map(OsString::from);
    GoCommand::parse(&words)
        .ok()
        .flatten()
        .expect("`go build .` is a build")
}

/// The packages that the program imports.
fn imports(folder: &Path, module: &str, patterns: &[&str]) -> Result<BTreeSet<String>, GoError> {
    if module.is_empty() {
        return Ok(patterns.iter().map(|&path| path.to_owned()).collect());
    }
    go(folder, &["mod", "download", module])?;
    let all = format!("{module}/...");
    let listed = go(folder, &["list", "-e", "-json=ImportPath,Name", &all])?;
    let listed: Vec<Named> = serde_json::Deserializer::from_slice(&listed)
        .into_iter()
        .collect::<Result<_, _>>()
        .map_err(|error| GoError::Output {
            command: "go list -json".to_owned(),
            reason: error.to_string(),
        })?;
    let importable = |named: &&Named| {
        let internal = named.import_path.split('/').any(|part| part == "internal");
        !internal && !named.name.is_empty() && named.name != "main"
    };
    let importable = listed.iter().filter(importable);
    let is_plain = |pattern: &str| !pattern.contains("...") && !pattern.contains("internal");
    if patterns.iter().all(|pattern| is_plain(pattern)) {
        let wanted = importable.filter(|named| patterns.contains(&&*named.import_path));
        return Ok(wanted.map(|named| named.import_path.clone()).collect());
    }
    Ok(importable.map(|named| named.import_path.clone()).collect())
}

/// The plugin alone, with all that it asks for.
fn only(built: &Built) -> PluginChoice {
    let Descriptor {
        name, permissions, ..
    } = &built.descriptor;
    let mut project = Project::default();
    for packed in embedded::PLUGINS {
        let disabled = PluginSettings {
            enabled: false,
            ..PluginSettings::default()
        };
        project
            .settings
            .plugins
            .insert(packed.name.to_owned(), disabled);
    }
    PluginChoice {
        files: vec![built.file.clone()],
        permissions: permissions
            .iter()
            .map(|permission| format!("{name}={permission}"))
            .collect(),
        project,
        locked: None,
        offline: false,
    }
}

/// The libraries that a plugin is for, each with the patterns of its packages and their version ranges.
/// Interests in packages of main modules and in those of any module are left out.
pub fn libraries(descriptor: &Descriptor) -> Result<Vec<Subject>, AuthorError> {
    let mut subjects: Vec<Subject> = Vec::new();
    for (index, interest) in descriptor.interests.iter().enumerate() {
        if is_anybodys(&interest.import_path) {
            continue;
        }
        let prefix = pattern::literal_prefix(&interest.import_path);
        let range = Range::parse(&interest.versions).expect("ranges of checked descriptors parse");
        let library = Library::of(prefix)?;
        match subjects.iter_mut().find(|s| s.library == library) {
            Some(subject) => subject.interests.push((index, range)),
            None => subjects.push(Subject {
                library,
                interests: vec![(index, range)],
            }),
        }
    }
    Ok(subjects)
}

/// Whether an interest is in packages of any program.
pub fn is_anybodys(import_path: &str) -> bool {
    ["", "main", "own"].contains(&pattern::literal_prefix(import_path))
}

/// See [`libraries`].
#[derive(Debug)]
pub struct Subject {
    /// The library.
    pub library: Library,
    /// Indices of the interests in it, each with its range.
    pub interests: Vec<(usize, Range)>,
}

impl Subject {
    /// The lowest and the newest version that the interests cover; none in the standard library.
    pub fn ends(&self) -> Vec<String> {
        let ranges = self.interests.iter().map(|(_, range)| range.clone());
        self.library.ends(&ranges.collect::<Vec<_>>())
    }

    /// Trials of the lowest and the newest version that the interests cover.
    pub fn trials(&self, descriptor: &Descriptor) -> Result<Vec<Trial>, Failure> {
        let patterns = |version: Option<&str>| {
            let met = self
                .interests
                .iter()
                .filter(|(_, range)| version.is_none_or(|version| range.contains(version)));
            met.map(|(index, _)| &*descriptor.interests[*index].import_path)
                .collect::<Vec<_>>()
        };
        if self.library.module.is_empty() {
            return Ok(vec![Trial::new(&self.library, "", &patterns(None))?]);
        }
        self.ends()
            .iter()
            .map(|version| Trial::new(&self.library, version, &patterns(Some(version))))
            .collect()
    }
}
