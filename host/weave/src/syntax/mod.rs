//! Go syntax: files, declarations, join points. Parsing never fails; errors are values beside the tree.

mod file;
mod function;
mod generic_method;
mod imports;
mod lines;
mod matching;
mod node;
mod package;
mod references;
mod repair;
mod scope;
mod types;

pub use file::{Comment, SourceFile};
pub use function::{Declaration, ParameterNode, is_directive};
pub use imports::{Import, guess_package_name};
pub use lines::Lines;
pub use matching::{Declared, MatchError, Matched, Refused, nearest, why_not_weavable};
pub use package::{PackageSyntax, is_exported};
pub use types::{is_importable, is_predeclared};

pub(crate) use node::{children, fields, line, words};
pub(crate) use package::ParsedFile;
pub(crate) use types::{Names, TypeScope, predeclared_types};

/// Names of packages by import path, as `go list` knows them.
pub trait PackageNames {
    /// The package name, or None when unknown: then the import path decides
    /// ([`guess_package_name`]).
    fn package_name(&self, import_path: &str) -> Option<String>;

    /// The import path of the package that an import of `written` means in this package, where it is
    /// another: `ImportMap` of `go list`. In the standard library, `golang.org/x/net/idna` means
    /// `vendor/golang.org/x/net/idna`, which no hook package can import.
    fn import_path(&self, written: &str) -> Option<String> {
        let _ = written;
        None
    }
}

/// Knows no package: every name is guessed from its import path.
#[derive(Debug, Clone, Copy, Default)]
pub struct GuessedNames;

impl PackageNames for GuessedNames {
    fn package_name(&self, _import_path: &str) -> Option<String> {
        None
    }
}

impl<S: std::hash::BuildHasher> PackageNames for std::collections::HashMap<String, String, S> {
    fn package_name(&self, import_path: &str) -> Option<String> {
        self.get(import_path).cloned()
    }
}

impl PackageNames for std::collections::BTreeMap<String, String> {
    fn package_name(&self, import_path: &str) -> Option<String> {
        self.get(import_path).cloned()
    }
}
