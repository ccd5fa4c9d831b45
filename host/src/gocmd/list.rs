//! The packages of a build, as `go list -deps` sees them.

use std::collections::HashSet;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::{GoCommand, GoError, Subcommand, environment};

/// One package of `go list -json`.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct ListedPackage {
    /// Import path; for test variants followed by ` [p.test]`.
    pub import_path: String,
    /// Folder of its files.
    pub dir: PathBuf,
    /// Package name.
    pub name: String,
    /// Whether it is part of the standard library.
    pub standard: bool,
    /// Whether it is only a dependency of what was named.
    pub dep_only: bool,
    /// The package that this variant is compiled to test; empty otherwise.
    pub for_test: String,
    /// None in the standard library.
    pub module: Option<Module>,
    /// Go files without cgo and tests.
    pub go_files: Vec<String>,
    /// Go files that import "C".
    pub cgo_files: Vec<String>,
    /// Files left out by build constraints.
    pub ignored_go_files: Vec<String>,
    /// Tests in the package.
    pub test_go_files: Vec<String>,
    /// Tests outside the package.
    #[serde(rename = "XTestGoFiles")]
    pub x_test_go_files: Vec<String>,
    /// Import paths, resolved.
    pub imports: Vec<String>,
}

/// The module that holds a package.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct Module {
    /// Module path.
    pub path: String,
    /// Empty for main modules.
    pub version: String,
    /// Whether it is a main module.
    pub main: bool,
    /// Folder of the module; absent when vendored.
    pub dir: Option<PathBuf>,
    /// The language version that its `go` line states, such as `1.17`; empty where there is none.
    pub go_version: String,
    /// What replaces it.
    pub replace: Option<Box<Module>>,
}

impl Module {
    /// The folder that holds the module's sources: its replacement's where it is replaced.
    pub fn root(&self) -> Option<PathBuf> {
        self.replace
            .as_ref()
            .and_then(|replacement| replacement.dir.clone())
            .or_else(|| self.dir.clone())
    }
}

impl ListedPackage {
    /// Whether it is a variant compiled for a test, a test itself, or a generated test main.
    pub fn is_test_variant(&self) -> bool {
        !self.for_test.is_empty() || self.import_path.ends_with(".test")
    }

    /// Whether the build makes a program of it.
    pub fn is_main(&self) -> bool {
        self.name == "main"
    }

    /// Go files that the compiler gets, without tests.
    pub fn compiled_files(&self) -> impl Iterator<Item = &str> {
        self.go_files
            .iter()
            .chain(&self.cgo_files)
            .map(String::as_str)
    }

    /// Go files that build constraints leave out, and tests.
    pub fn uncompiled_files(&self) -> impl Iterator<Item = &str> {
        let tests = self.test_go_files.iter().chain(&self.x_test_go_files);
        self.ignored_go_files
            .iter()
            .chain(tests)
            .map(String::as_str)
    }

    /// The version of its module; empty for the standard library and main modules. A replacement's
    /// version counts where it has one: its sources are built.
    pub fn module_version(&self) -> &str {
        let Some(module) = &self.module else {
            return "";
        };
        let replacement = module
            .replace
            .as_ref()
            .map(|replacement| replacement.version.as_str());
        replacement
            .filter(|version| !version.is_empty())
            .unwrap_or(&module.version)
    }

    /// Whether the language version that the package is compiled as has type parameters: Go 1.18. A module
    /// without `go` line is compiled as Go 1.16 (<https://go.dev/ref/mod#go-mod-file-go>).
    pub fn allows_type_parameters(&self) -> bool {
        let Some(module) = &self.module else {
            return true;
        };
        let mut numbers = module.go_version.split(['.', 'r', 'b']);
        let mut number = || numbers.next()?.parse::<u32>().ok();
        (number(), number()) >= (Some(1), Some(18))
    }

    /// Whether the package belongs to a main module.
    pub fn in_main_module(&self) -> bool {
        self.module.as_ref().is_some_and(|module| module.main)
    }
}

const FIELDS: &str = "-json=ImportPath,Dir,Name,Standard,DepOnly,ForTest,Module,GoFiles,CgoFiles,\
                      IgnoredGoFiles,TestGoFiles,XTestGoFiles,Imports";

/// Lists the packages that a go command builds, dependencies first.
pub fn list(command: &GoCommand, directory: &Path) -> Result<Vec<ListedPackage>, GoError> {
    let flags = command.listing_flags();
    let mut arguments: Vec<&OsStr> =
        vec![OsStr::new("list"), OsStr::new("-deps"), OsStr::new(FIELDS)];
    // Profiles make variants of packages that differ in nothing weft looks at.
    arguments.extend([OsStr::new("-buildvcs=false"), OsStr::new("-pgo=off")]);
    if command.subcommand == Subcommand::Test {
        arguments.push(OsStr::new("-test"));
    }
    arguments.extend(flags.iter().map(AsRef::<OsStr>::as_ref));
    arguments.push(OsStr::new("--"));
    arguments.extend(command.packages.iter().map(AsRef::<OsStr>::as_ref));
    let output = environment::run(directory, arguments.into_iter())?;
    let packages: Vec<ListedPackage> = serde_json::Deserializer::from_slice(&output)
        .into_iter()
        .collect::<Result<_, _>>()
        .map_err(|error| GoError::Output {
            command: "go list -deps -json".into(),
            reason: error.to_string(),
        })?;
    match packages.iter().find(|package| is_misspelt(&package.dir)) {
        Some(package) => Err(GoError::Unspellable {
            path: package.dir.clone(),
        }),
        None => Ok(with_bases(packages)),
    }
}

/// Whether a folder has another name than the go command's JSON says: bytes that are no UTF-8 text are
/// replaced there.
fn is_misspelt(folder: &Path) -> bool {
    folder
        .to_string_lossy()
        .contains(char::REPLACEMENT_CHARACTER)
        && !folder.exists()
}

/// Adds the packages that are in the build as variants for tests only, such as a helper package that
/// imports the tested one.
fn with_bases(mut packages: Vec<ListedPackage>) -> Vec<ListedPackage> {
    let mut known: HashSet<String> = packages
        .iter()
        .map(|package| package.import_path.clone())
        .collect();
    let mut bases = Vec::new();
    for package in &packages {
        let Some((base, _)) = package.import_path.split_once(" [") else {
            continue;
        };
        let external_test =
            package.name.ends_with("_test") && base == format!("{}_test", package.for_test);
        if !external_test && known.insert(base.to_owned()) {
            bases.push(ListedPackage {
                import_path: base.to_owned(),
                for_test: String::new(),
                ..package.clone()
            });
        }
    }
    packages.extend(bases);
    packages
}

/// A main module of the build, as `go list -m` names it.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct ListedModule {
    /// Module path.
    pub path: String,
    /// Its folder; absent outside a module.
    #[serde(default)]
    pub dir: Option<PathBuf>,
}

/// Lists the main modules: one, or those of the workspace.
pub fn main_modules(command: &GoCommand, directory: &Path) -> Result<Vec<ListedModule>, GoError> {
    let modfile = command
        .value("modfile")
        .map(|file| format!("-modfile={file}"));
    let arguments = ["list", "-m", "-json=Path,Dir"].map(OsStr::new).into_iter();
    let output = environment::run(directory, arguments.chain(modfile.iter().map(OsStr::new)))?;
    serde_json::Deserializer::from_slice(&output)
        .into_iter()
        .collect::<Result<_, _>>()
        .map_err(|error| GoError::Output {
            command: "go list -m -json".into(),
            reason: error.to_string(),
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_package_that_only_a_test_needs_is_there_under_its_own_name() {
        let variant = |import_path: &str, name: &str| ListedPackage {
            import_path: import_path.into(),
            name: name.into(),
            for_test: "p".into(),
            ..ListedPackage::default()
        };
        let listed = vec![
            variant("helper [p.test]", "helper"),
            variant("p_test [p.test]", "p_test"),
        ];
        let paths: Vec<_> = with_bases(listed)
            .into_iter()
            .map(|package| package.import_path)
            .collect();
        assert_eq!(paths, ["helper [p.test]", "p_test [p.test]", "helper"]);
    }
}
