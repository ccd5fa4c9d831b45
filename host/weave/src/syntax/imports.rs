//! A file's imports.

use std::ops::Range;

use super::node;
use super::{PackageNames, SourceFile};

/// One import of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Import {
    /// The name as written: an identifier, `.`, `_`, or None.
    pub alias: Option<String>,
    /// Import path.
    pub path: String,
    /// Byte range of the path's literal, with its quotes.
    pub literal: Range<usize>,
    /// 1-based line.
    pub line: u32,
}

impl Import {
    /// The name that the import has in the file; None for blank and dot imports.
    pub fn local_name(&self, names: &dyn PackageNames) -> Option<String> {
        match self.alias.as_deref() {
            Some("_" | ".") => None,
            Some(alias) => Some(alias.to_owned()),
            None => Some(
                names
                    .package_name(&self.path)
                    .unwrap_or_else(|| guess_package_name(&self.path)),
            ),
        }
    }
}

impl SourceFile {
    /// The file's imports, in order.
    pub fn imports(&self) -> Vec<Import> {
        let mut out = Vec::new();
        let mut cursor = self.root().walk();
        for declaration in self.root().children(&mut cursor) {
            if declaration.kind() != "import_declaration" {
                continue;
            }
            for child in node::children(declaration) {
                if child.kind() == "import_spec_list" {
                    for spec in node::children(child) {
                        out.extend(self.import(spec));
                    }
                } else {
                    out.extend(self.import(child));
                }
            }
        }
        out
    }

    fn import(&self, spec: tree_sitter::Node<'_>) -> Option<Import> {
        if spec.kind() != "import_spec" {
            return None;
        }
        let literal = spec.child_by_field_name("path")?;
        let quoted = self.text_of(literal);
        // Import paths hold no character that a Go string literal would have to escape.
        let path = quoted.get(1..quoted.len().checked_sub(1)?)?;
        Some(Import {
            alias: spec
                .child_by_field_name("name")
                .map(|name| self.text_of(name).to_owned()),
            path: path.to_owned(),
            literal: literal.byte_range(),
            line: node::line(spec),
        })
    }
}

/// The likely name of a package that `go list` did not name: the last element of its import path
/// without a major version (`/v9`, `.v3`) and without the customary `go-` or `.go`.
pub fn guess_package_name(import_path: &str) -> String {
    let mut elements = import_path.rsplit('/');
    let mut last = elements.next().unwrap_or_default();
    if is_major_version(last)
        && let Some(before) = elements.next()
    {
        last = before;
    }
    if let Some((name, version)) = last.rsplit_once('.')
        && (is_major_version(version) || version == "go")
    {
        last = name;
    }
    let last = last.strip_prefix("go-").unwrap_or(last);
    let last = last.strip_suffix("-go").unwrap_or(last);
    last.chars()
        .map(|c| {
            if c == '_' || c.is_alphanumeric() {
                c
            } else {
                '_'
            }
        })
        .collect()
}

fn is_major_version(element: &str) -> bool {
    element
        .strip_prefix('v')
        .is_some_and(|digits| !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()))
}
