//! Uses of another package's functions.

use tree_sitter::Node;

use super::node;
use super::package::ParsedFile;
use super::{Import, PackageNames, SourceFile};

impl SourceFile {
    /// In how many places a name stands, declarations among them; comments and texts do not count.
    pub fn count_identifier(&self, name: &str) -> usize {
        let is_identifier = |at: &usize| {
            let found = self.root().descendant_for_byte_range(*at, *at + name.len());
            found.is_some_and(|found| found.kind().ends_with("identifier"))
        };
        node::words(&self.text, name).filter(is_identifier).count()
    }

    /// Every use of the function `name` of the package `path` in this file, as a call or as a value:
    /// the node of `pkg.F`, or of `F` after a dot import. `imports` are the file's own.
    pub fn references<'f>(
        &'f self,
        imports: &[Import],
        names: &dyn PackageNames,
        path: &str,
        name: &str,
    ) -> Vec<Node<'f>> {
        let mut aliases = Vec::new();
        let mut dot = false;
        for import in imports.iter().filter(|import| import.path == path) {
            dot |= import.alias.as_deref() == Some(".");
            aliases.extend(import.local_name(names));
        }
        if aliases.is_empty() && !dot {
            return Vec::new();
        }
        let mut out = Vec::new();
        for at in node::words(&self.text, name) {
            let Some(found) = self.root().descendant_for_byte_range(at, at + name.len()) else {
                continue;
            };
            let Some(parent) = found.parent() else {
                continue;
            };
            let qualifier = match parent.kind() {
                "selector_expression" => parent.child_by_field_name("operand"),
                "qualified_type" => parent.child_by_field_name("package"),
                _ => None,
            };
            match qualifier {
                Some(qualifier) if qualifier != found => {
                    let alias = self.text_of(qualifier);
                    if matches!(qualifier.kind(), "identifier" | "package_identifier")
                        && aliases.iter().any(|known| known == alias)
                        && !self.is_local(qualifier, alias)
                    {
                        out.push(parent);
                    }
                }
                _ if dot
                    && matches!(found.kind(), "identifier" | "type_identifier")
                    && !self.is_name_in_declaration(found, parent)
                    && !self.is_local(found, name) =>
                {
                    out.push(found);
                }
                _ => {}
            }
        }
        out
    }

    /// An identifier that declares something rather than uses it.
    fn is_name_in_declaration(&self, at: Node<'_>, parent: Node<'_>) -> bool {
        node::fields(parent, "name").contains(&at)
            || (parent.kind() == "expression_list"
                && parent
                    .parent()
                    .is_some_and(|p| p.kind() == "short_var_declaration" && p.child_by_field_name("left") == Some(parent)))
            // A key in a composite literal may be a field's name; nothing tells it from a variable.
            || (parent.kind() == "literal_element"
                && parent
                    .parent()
                    .is_some_and(|p| p.kind() == "keyed_element" && p.child_by_field_name("key") == Some(parent)))
            || self.root() == parent
    }
}

impl ParsedFile {
    /// As [`SourceFile::references`], with the package names of the parse.
    pub(crate) fn references(&self, path: &str, name: &str) -> Vec<Node<'_>> {
        let names = self
            .local
            .iter()
            .map(|(local, path)| (path.clone(), local.clone()))
            .collect::<std::collections::HashMap<_, _>>();
        self.source.references(&self.imports, &names, path, name)
    }
}
