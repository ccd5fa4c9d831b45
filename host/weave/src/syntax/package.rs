//! A package: its files, the names it declares, its functions as plugins see them.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Mutex, OnceLock, PoisonError};

use super::types::{Names, TypeScope, is_importable, is_predeclared};
use super::{
    Declaration, Import, PackageNames, ParameterNode, SourceFile, guess_package_name, node,
};
use crate::model::{Function, HookType, Parameter};

/// A package's files and what they declare. Files are parsed when something in them is asked for.
#[derive(Debug)]
pub struct PackageSyntax {
    /// Import path.
    pub import_path: String,
    /// Package name.
    pub name: String,
    /// The package's language version has type parameters, as Go has had them since 1.18.
    pub type_parameters_allowed: bool,
    files: Vec<File>,
    /// Names of the packages that the files may import.
    package_names: HashMap<String, String>,
    /// Import paths that mean another package here than they say, as in `vendor/` of the standard
    /// library.
    import_map: HashMap<String, String>,
    /// What was found out about package-level names: the index of the file, and whether it is a type.
    declared: Mutex<HashMap<String, Option<(usize, bool)>>>,
}

#[derive(Debug)]
struct File {
    name: String,
    text: String,
    parsed: OnceLock<ParsedFile>,
}

#[derive(Debug)]
pub(crate) struct ParsedFile {
    pub source: SourceFile,
    pub imports: Vec<Import>,
    /// Import paths by local name.
    pub local: HashMap<String, String>,
    /// Package-level names that the file declares; true for types.
    declared: HashMap<String, bool>,
}

impl PackageSyntax {
    /// Takes the files of a package, given as base name and text: those that the go command selected,
    /// cgo files as they are in the source folder.
    pub fn parse(
        import_path: &str,
        package_name: &str,
        files: Vec<(String, String)>,
        names: &dyn PackageNames,
    ) -> Self {
        let paths = files
            .iter()
            .flat_map(|(_, text)| quoted_before_declarations(text))
            .collect::<BTreeSet<_>>();
        let mut package_names = HashMap::new();
        let mut import_map = HashMap::new();
        for path in paths {
            let meant = names.import_path(path);
            let name = names
                .package_name(meant.as_deref().unwrap_or(path))
                .unwrap_or_else(|| guess_package_name(path));
            package_names.insert(path.to_owned(), name);
            if let Some(meant) = meant {
                import_map.insert(path.to_owned(), meant);
            }
        }
        Self {
            import_path: import_path.to_owned(),
            name: package_name.to_owned(),
            type_parameters_allowed: true,
            files: files
                .into_iter()
                .map(|(name, text)| File {
                    name,
                    text,
                    parsed: OnceLock::new(),
                })
                .collect(),
            package_names,
            import_map,
            declared: Mutex::default(),
        }
    }

    /// The file with this base name.
    pub fn file(&self, name: &str) -> Option<&SourceFile> {
        let file = self.files.iter().find(|file| file.name == name)?;
        Some(&self.parsed(file).source)
    }

    /// The declaration of a package-level function, with or without a body.
    pub fn function(&self, name: &str) -> Option<Function> {
        self.parsed_with(|text| node::words(text, name).next().is_some())
            .find_map(|file| Some(self.describe(file, file.source.function(None, name)?)))
    }

    pub(crate) fn parsed_with(
        &self,
        wanted: impl Fn(&str) -> bool,
    ) -> impl Iterator<Item = &ParsedFile> {
        self.files
            .iter()
            .filter(move |file| wanted(&file.text))
            .map(|file| self.parsed(file))
    }

    pub(crate) fn parsed_file(&self, name: &str) -> Option<&ParsedFile> {
        let file = self.files.iter().find(|file| file.name == name)?;
        Some(self.parsed(file))
    }

    fn parsed<'s>(&'s self, file: &'s File) -> &'s ParsedFile {
        file.parsed.get_or_init(|| {
            let source = SourceFile::parse(&file.name, &file.text);
            let mut imports = source.imports();
            let local_names = imports
                .iter()
                .map(|import| import.local_name(&self.package_names))
                .collect::<Vec<_>>();
            for import in &mut imports {
                if let Some(meant) = self.import_map.get(&import.path) {
                    import.path.clone_from(meant);
                }
            }
            let named = local_names.into_iter().zip(&imports);
            let local = named
                .filter_map(|(name, import)| Some((name?, import.path.clone())))
                .collect();
            let declared = source.declared_names();
            ParsedFile {
                source,
                imports,
                local,
                declared,
            }
        })
    }

    /// True when another package can import this one.
    pub fn is_importable(&self) -> bool {
        self.name != "main" && is_importable(&self.import_path)
    }

    /// True when a file of the package imports `path`, so that the compiler is given its types.
    pub fn imports(&self, path: &str) -> bool {
        self.parsed_with(|text| text.contains(path))
            .any(|file| file.imports.iter().any(|import| import.path == path))
    }

    /// The name of an imported package.
    pub fn package_name(&self, path: &str) -> String {
        self.package_names
            .get(path)
            .cloned()
            .unwrap_or_else(|| guess_package_name(path))
    }

    /// A declaration as plugins see it.
    pub(crate) fn describe(&self, file: &ParsedFile, declaration: Declaration<'_>) -> Function {
        let type_parameters = declaration.type_parameters();
        let scope = TypeScope {
            file: &file.source,
            imports: &file.local,
            type_parameters: &type_parameters,
            names: self,
        };
        let describe = |parameter: ParameterNode<'_>| Parameter {
            name: parameter.usable_name(&file.source).to_owned(),
            go_type: parameter.spelled(&file.source),
            hook_type: scope.hook_type(parameter.go_type, parameter.variadic),
        };
        Function {
            receiver: declaration.receiver().map(describe),
            name: declaration.name().to_owned(),
            parameters: declaration.parameters().into_iter().map(describe).collect(),
            results: declaration.results().into_iter().map(describe).collect(),
            directives: declaration
                .directives()
                .iter()
                .map(|directive| directive.text.to_owned())
                .collect(),
            type_parameters,
        }
    }

    /// Reads a type that a file of the package spells at package level, without type parameters.
    pub(crate) fn hook_type(
        &self,
        file: &ParsedFile,
        go_type: tree_sitter::Node<'_>,
    ) -> Option<HookType> {
        TypeScope {
            file: &file.source,
            imports: &file.local,
            type_parameters: &[],
            names: self,
        }
        .hook_type(go_type, false)
    }

    /// The package-level type declaration (`type_spec` or `type_alias`) of this name.
    pub(crate) fn type_declaration<'s>(
        &'s self,
        name: &str,
    ) -> Option<(&'s ParsedFile, tree_sitter::Node<'s>)> {
        let (index, is_type) = self.declaration(name)?;
        let file = self.parsed(&self.files[index]);
        let spec = file.source.package_level(name).next()?;
        is_type.then_some((file, spec))
    }

    /// The file that declares a package-level name, and whether it is a type.
    fn declaration(&self, name: &str) -> Option<(usize, bool)> {
        // A panic elsewhere cannot leave the map half-changed.
        let mut known = self.declared.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(found) = known.get(name) {
            return *found;
        }
        let in_files = |wanted: &dyn Fn(&str) -> bool| {
            self.files.iter().enumerate().find_map(|(index, file)| {
                let parsed = wanted(&file.text).then(|| self.parsed(file))?;
                Some((index, *parsed.declared.get(name)?))
            })
        };
        // Most names asked for are types, declared the plain way: that spares parsing all other files.
        let plain = format!("type {name} ");
        let found = in_files(&|text| text.contains(&plain))
            .or_else(|| in_files(&|text| may_declare(text, name)));
        known.insert(name.to_owned(), found);
        found
    }
}

impl Names for PackageSyntax {
    fn is_declared(&self, name: &str) -> bool {
        self.declaration(name).is_some()
    }

    fn own_type(&self, name: &str) -> Option<String> {
        if !self.is_importable() || !is_exported(name) {
            return None;
        }
        let (_, is_type) = self.declaration(name)?;
        is_type.then(|| self.import_path.clone())
    }
}

impl SourceFile {
    /// Package-level declarations of `name`: specs, or function declarations.
    pub(crate) fn package_level<'s>(
        &'s self,
        name: &str,
    ) -> impl Iterator<Item = tree_sitter::Node<'s>> + use<'s> {
        let name = name.to_owned();
        self.package_level_specs().into_iter().filter(move |spec| {
            let names = node::fields(*spec, "name");
            names.iter().any(|n| self.text_of(*n) == name.as_str())
        })
    }

    /// Package-level names; true for types.
    pub(crate) fn declared_names(&self) -> HashMap<String, bool> {
        let mut out = HashMap::new();
        for spec in self.package_level_specs() {
            let is_type = matches!(spec.kind(), "type_spec" | "type_alias");
            for name in node::fields(spec, "name") {
                out.insert(self.text_of(name).to_owned(), is_type);
            }
        }
        out
    }

    fn package_level_specs(&self) -> Vec<tree_sitter::Node<'_>> {
        let mut out = Vec::new();
        let mut cursor = self.root().walk();
        for declaration in self.root().named_children(&mut cursor) {
            match declaration.kind() {
                "function_declaration" => out.push(declaration),
                "type_declaration" | "var_declaration" | "const_declaration" => {
                    for spec in node::children(declaration) {
                        if spec.kind() == "var_spec_list" {
                            out.extend(node::children(spec));
                        } else {
                            out.push(spec);
                        }
                    }
                }
                _ => {}
            }
        }
        out
    }
}

/// True when the first letter is upper case, as exported names have it.
pub fn is_exported(name: &str) -> bool {
    name.chars().next().is_some_and(char::is_uppercase)
}

/// Whether a file has to be parsed to know if it declares `name` at package level. Never false for one
/// that does.
fn may_declare(text: &str, name: &str) -> bool {
    let mut found = node::words(text, name);
    if !is_predeclared(name) && name != "nil" {
        return found.next().is_some();
    }
    // Nearly every file uses the predeclared names; few have one where a declaration would.
    found.any(|at| {
        let line = text[..at].rfind('\n').map_or(0, |newline| newline + 1);
        let before = text[line..at].trim();
        if before.is_empty() || matches!(before, "type" | "var" | "const" | "func") {
            return true;
        }
        match before.chars().next_back() {
            Some(';' | '/') => true,
            Some('(') => matches!(
                before.trim_end_matches(['(', ' ']),
                "type" | "var" | "const"
            ),
            Some(',') => before
                .chars()
                .all(|c| matches!(c, ',' | ' ' | '\t' | '_') || c.is_alphanumeric()),
            _ => false,
        }
    })
}

/// String literals before the first declaration that is not an import: all import paths, and perhaps
/// more.
fn quoted_before_declarations(text: &str) -> Vec<&str> {
    let mut out = Vec::new();
    for line in text.lines() {
        if [
            "func ", "func(", "type ", "var ", "const ", "type(", "var(", "const(",
        ]
        .iter()
        .any(|word| line.starts_with(word))
        {
            break;
        }
        for quote in ['"', '`'] {
            let mut parts = line.split(quote);
            parts.next();
            while let (Some(inside), Some(_)) = (parts.next(), parts.next()) {
                out.push(inside);
            }
        }
    }
    out
}
