//! A plugin's Go hook packages, read from their sources.

use std::collections::{BTreeMap, HashMap, HashSet};

use crate::model::HookType;
use crate::syntax::{GuessedNames, Import, Names, SourceFile, TypeScope, line};

/// All hook packages of a plugin, by folder (empty for the top folder).
#[derive(Debug, Default)]
pub struct HookPackages {
    /// The packages.
    pub folders: BTreeMap<String, HookPackage>,
}

/// One folder of hook files.
#[derive(Debug)]
pub struct HookPackage {
    /// Package name.
    pub name: String,
    /// The files, by path below the plugin's hook folder.
    pub files: Vec<SourceFile>,
    functions: BTreeMap<String, HookFunction>,
    declared: HashSet<String>,
}

/// A function of a hook package that advice may name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HookFunction {
    /// Function name.
    pub name: String,
    /// Path of its file below the plugin's hook folder.
    pub file: String,
    /// 1-based line.
    pub line: u32,
    /// Parameters as spelled; `...T` for a variadic one.
    pub parameters: Vec<String>,
    /// Results as spelled.
    pub results: Vec<String>,
    /// Type of the first parameter for a file of the same package; None when there is none, or when it
    /// is of a kind that a token cannot be.
    pub token: Option<HookType>,
    /// It has type parameters, so no plug can call it.
    pub generic: bool,
}

impl HookFunction {
    /// True when the last parameter is variadic.
    pub fn is_variadic(&self) -> bool {
        self.parameters
            .last()
            .is_some_and(|last| last.starts_with("..."))
    }

    /// The declaration as spelled, types only.
    pub fn signature(&self) -> String {
        let results = match self.results.as_slice() {
            [] => String::new(),
            [one] => format!(" {one}"),
            more => format!(" ({})", more.join(", ")),
        };
        format!(
            "func {}({}){results}",
            self.name,
            self.parameters.join(", ")
        )
    }
}

/// Why hook files are not usable.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HookFileError {
    /// A file does not parse.
    #[error("hook file {file}:{line} has a syntax error")]
    Syntax {
        /// Path below the plugin's hook folder.
        file: String,
        /// 1-based line.
        line: u32,
    },
    /// Two packages in one folder.
    #[error("hook folder {folder:?} holds the packages {first} and {second}")]
    TwoPackages {
        /// The folder.
        folder: String,
        /// One package name.
        first: String,
        /// Another.
        second: String,
    },
}

impl HookPackages {
    /// Reads the hook files of a plugin, given by slash-separated path below its hook folder. Files that
    /// do not end in `.go`, and tests, are passed over.
    pub fn parse(files: &BTreeMap<String, String>) -> Result<Self, HookFileError> {
        let mut folders = BTreeMap::<String, HookPackage>::new();
        for (path, text) in files {
            let is_go = path
                .strip_suffix(".go")
                .is_some_and(|stem| !stem.ends_with("_test"));
            if !is_go {
                continue;
            }
            let file = SourceFile::parse(path, text);
            let name = match (file.package_name(), file.errors().first()) {
                (Some(name), None) => name.to_owned(),
                (_, error) => {
                    return Err(HookFileError::Syntax {
                        file: path.clone(),
                        line: file.line_of(error.map_or(0, |error| error.start)),
                    });
                }
            };
            let folder = path
                .rsplit_once('/')
                .map_or("", |(folder, _)| folder)
                .to_owned();
            let package = folders
                .entry(folder.clone())
                .or_insert_with(|| HookPackage {
                    name: name.clone(),
                    files: Vec::new(),
                    functions: BTreeMap::new(),
                    declared: HashSet::new(),
                });
            if package.name != name {
                return Err(HookFileError::TwoPackages {
                    folder,
                    first: package.name.clone(),
                    second: name,
                });
            }
            package.declared.extend(file.declared_names().into_keys());
            package.files.push(file);
        }
        for package in folders.values_mut() {
            package.functions = read_functions(package);
        }
        Ok(Self { folders })
    }

    /// A hook function by folder and name.
    pub fn function(&self, folder: &str, name: &str) -> Option<&HookFunction> {
        self.folders.get(folder)?.function(name)
    }
}

impl HookPackage {
    /// A package-level function.
    pub fn function(&self, name: &str) -> Option<&HookFunction> {
        self.functions.get(name)
    }

    /// All package-level functions, by name.
    pub fn functions(&self) -> impl Iterator<Item = &HookFunction> {
        self.functions.values()
    }

    /// Imports of all files.
    pub fn imports(&self) -> Vec<Import> {
        self.files.iter().flat_map(SourceFile::imports).collect()
    }
}

fn read_functions(package: &HookPackage) -> BTreeMap<String, HookFunction> {
    let mut out = BTreeMap::new();
    for file in &package.files {
        let imports = file
            .imports()
            .iter()
            .filter_map(|import| Some((import.local_name(&GuessedNames)?, import.path.clone())))
            .collect::<HashMap<_, _>>();
        let scope = TypeScope {
            file,
            imports: &imports,
            type_parameters: &[],
            names: package,
        };
        for function in file.functions() {
            if function.receiver().is_some() {
                continue;
            }
            let parameters = function.parameters();
            let token = parameters
                .first()
                .filter(|first| !first.variadic)
                .and_then(|first| scope.hook_type(first.go_type, false));
            let function = HookFunction {
                name: function.name().to_owned(),
                file: file.name.clone(),
                line: line(function.node),
                parameters: parameters.iter().map(|p| p.spelled(file)).collect(),
                results: function.results().iter().map(|p| p.spelled(file)).collect(),
                token,
                generic: !function.type_parameters().is_empty(),
            };
            out.insert(function.name.clone(), function);
        }
    }
    out
}

/// Plugs are in the same package as the hook functions: every type of it can be spelled as it is.
impl Names for HookPackage {
    fn is_declared(&self, name: &str) -> bool {
        self.declared.contains(name)
    }

    fn own_type(&self, _name: &str) -> Option<String> {
        Some(String::new())
    }
}

/// Rewrites import paths that are one of the first `prefixes`, or below it, to the second of the pair. What
/// was rewritten is not rewritten again. Splices: no other byte changes.
pub fn rewrite_imports(text: &str, prefixes: &[(&str, &str)]) -> String {
    if !prefixes.iter().any(|(from, _)| text.contains(from)) {
        return text.to_owned();
    }
    let file = SourceFile::parse("", text);
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for import in file.imports() {
        let mut rewritten = prefixes
            .iter()
            .filter_map(|(from, to)| replace_prefix(&import.path, from, to));
        let Some(path) = rewritten.next() else {
            continue;
        };
        // The literal's quotes stay, whichever they are.
        out.push_str(&text[at..=import.literal.start]);
        out.push_str(&path);
        at = import.literal.end - 1;
    }
    out.push_str(&text[at..]);
    out
}

/// `path` with `to` in place of `from`, where it is `from` or below it.
pub(crate) fn replace_prefix(path: &str, from: &str, to: &str) -> Option<String> {
    let rest = path.strip_prefix(from)?;
    (rest.is_empty() || rest.starts_with('/')).then(|| format!("{to}{rest}"))
}
