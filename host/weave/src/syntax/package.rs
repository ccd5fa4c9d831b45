//! A package: its files, the names it declares, its functions as plugins see them.

use std::collections::{BTreeSet, HashMap};
use std::sync::OnceLock;

use super::types::{Names, TypeScope, is_importable, is_predeclared};
use super::{Declaration, Import, PackageNames, ParameterNode, SourceFile, guess_package_name, node};
use crate::model::{Function, HookType, Parameter};

/// A package's files and what they declare. Files are parsed when something in them is asked for.
#[derive(Debug)]
pub struct PackageSyntax {
    /// Import path.
    pub import_path: String,
    /// Package name.
    pub name: String,
    files: Vec<File>,
    /// Names of the packages that the files may import.
    package_names: HashMap<String, String>,
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
        let package_names = files
            .iter()
            .flat_map(|(_, text)| quoted_before_declarations(text))
            .collect::<BTreeSet<_>>()
            .into_iter()
            .map(|path| {
                let name = names
                    .package_name(path)
                    .unwrap_or_else(|| guess_package_name(path));
                (path.to_owned(), name)
            })
            .collect();
        Self {
            import_path: import_path.to_owned(),
            name: package_name.to_owned(),
            files: files
                .into_iter()
                .map(|(name, text)| File {
                    name,
                    text,
                    parsed: OnceLock::new(),
                })
                .collect(),
            package_names,
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

    pub(crate) fn parsed_with(&self, wanted: impl Fn(&str) -> bool) -> impl Iterator<Item = &ParsedFile> {
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
            let imports = source.imports();
            let local = imports
                .iter()
                .filter_map(|import| Some((import.local_name(&self.package_names)?, import.path.clone())))
                .collect();
            ParsedFile {
                source,
                imports,
                local,
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
    pub(crate) fn hook_type(&self, file: &ParsedFile, go_type: tree_sitter::Node<'_>) -> Option<HookType> {
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
        self.parsed_with(|text| may_declare(text, name)).find_map(|file| {
            let spec = file
                .source
                .package_level(name)
                .find(|spec| matches!(spec.kind(), "type_spec" | "type_alias"))?;
            Some((file, spec))
        })
    }
}

impl Names for PackageSyntax {
    fn is_declared(&self, name: &str) -> bool {
        self.parsed_with(|text| may_declare(text, name))
            .any(|file| file.source.package_level(name).next().is_some())
    }

    fn own_type(&self, name: &str) -> Option<String> {
        if !self.is_importable() || !is_exported(name) {
            return None;
        }
        self.type_declaration(name)?;
        Some(self.import_path.clone())
    }
}

impl SourceFile {
    /// Package-level declarations of `name`: specs, or function declarations.
    pub(crate) fn package_level<'s>(
        &'s self,
        name: &str,
    ) -> impl Iterator<Item = tree_sitter::Node<'s>> + use<'s> {
        let name = name.to_owned();
        let mut cursor = self.root().walk();
        let top = self.root().named_children(&mut cursor).collect::<Vec<_>>();
        top.into_iter()
            .flat_map(|declaration| match declaration.kind() {
                "function_declaration" => vec![declaration],
                "type_declaration" | "var_declaration" | "const_declaration" => {
                    let specs = node::children(declaration);
                    specs
                        .into_iter()
                        .flat_map(|spec| {
                            if spec.kind() == "var_spec_list" {
                                node::children(spec)
                            } else {
                                vec![spec]
                            }
                        })
                        .collect()
                }
                _ => Vec::new(),
            })
            .filter(move |spec| node::fields(*spec, "name").iter().any(|n| self.text_of(*n) == name.as_str()))
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
            Some('(') => matches!(before.trim_end_matches(['(', ' ']), "type" | "var" | "const"),
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
        if ["func ", "func(", "type ", "var ", "const ", "type(", "var(", "const("]
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
