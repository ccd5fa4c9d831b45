//! Whether and how a hook package can spell a type that a target package uses.

use std::collections::HashMap;

use tree_sitter::Node;

use super::SourceFile;
use super::node;
use crate::model::HookType;

/// Predeclared types (<https://go.dev/ref/spec#Predeclared_identifiers>), without `comparable`, which
/// is a constraint only.
const PREDECLARED: [&str; 21] = [
    "any",
    "bool",
    "byte",
    "complex64",
    "complex128",
    "error",
    "float32",
    "float64",
    "int",
    "int8",
    "int16",
    "int32",
    "int64",
    "rune",
    "string",
    "uint",
    "uint8",
    "uint16",
    "uint32",
    "uint64",
    "uintptr",
];

/// Names of the predeclared types that hooks may be given.
pub(crate) fn predeclared_types() -> impl Iterator<Item = &'static str> {
    PREDECLARED.into_iter()
}

/// True for a predeclared type that hooks may be given.
pub fn is_predeclared(name: &str) -> bool {
    PREDECLARED.contains(&name)
}

/// Answers what a package-level name is.
pub trait Names {
    /// True when the package declares `name` at package level, as anything.
    fn is_declared(&self, name: &str) -> bool;
    /// How another package spells the package's type `name`: its import path, or an empty path for a
    /// type spelled without a package. None when it cannot.
    fn own_type(&self, name: &str) -> Option<String>;
}

/// The names in whose terms a type is read.
pub struct TypeScope<'a> {
    /// The file that spells the type.
    pub file: &'a SourceFile,
    /// Import paths by local name.
    pub imports: &'a HashMap<String, String>,
    /// Type parameters in scope.
    pub type_parameters: &'a [String],
    /// The package's names.
    pub names: &'a dyn Names,
}

impl TypeScope<'_> {
    /// The type as a hook package spells it; a slice for a variadic parameter.
    pub fn hook_type(&self, go_type: Node<'_>, variadic: bool) -> Option<HookType> {
        let mut out = HookType {
            text: if variadic {
                "[]".to_owned()
            } else {
                String::new()
            },
            imports: Vec::new(),
        };
        self.write(go_type, &mut out).then_some(out)
    }

    /// Appends a type; false when it cannot be spelled.
    fn write(&self, at: Node<'_>, out: &mut HookType) -> bool {
        match at.kind() {
            "type_identifier" | "identifier" => self.write_name(self.file.text_of(at), out),
            "qualified_type" => {
                let (Some(package), Some(name)) = (
                    at.child_by_field_name("package"),
                    at.child_by_field_name("name"),
                ) else {
                    return false;
                };
                let package = self.file.text_of(package);
                match self.imports.get(package) {
                    Some(path) if is_importable(path) => {
                        write_qualified(path, self.file.text_of(name), out);
                        true
                    }
                    _ => false,
                }
            }
            "pointer_type" => self.write_around("*", at, "", out),
            "parenthesized_type" => self.write_around("(", at, ")", out),
            "slice_type" => self.write_around("[]", at, "", out),
            "type_elem" => node::children(at).len() == 1 && self.write_around("", at, "", out),
            "generic_type" => {
                let (Some(base), Some(arguments)) = (
                    at.child_by_field_name("type"),
                    at.child_by_field_name("type_arguments"),
                ) else {
                    return false;
                };
                self.write(base, out) && self.write_list("[", node::children(arguments), "]", out)
            }
            "array_type" => {
                let (Some(length), Some(element)) = (
                    at.child_by_field_name("length"),
                    at.child_by_field_name("element"),
                ) else {
                    return false;
                };
                if length.kind() != "int_literal" {
                    return false;
                }
                out.text.push('[');
                out.text.push_str(self.file.text_of(length));
                out.text.push(']');
                self.write(element, out)
            }
            "map_type" => {
                let (Some(key), Some(value)) = (
                    at.child_by_field_name("key"),
                    at.child_by_field_name("value"),
                ) else {
                    return false;
                };
                out.text.push_str("map[");
                if !self.write(key, out) {
                    return false;
                }
                out.text.push(']');
                self.write(value, out)
            }
            "channel_type" => {
                let tokens = node::normal(at, &self.file.text);
                let prefix = if tokens.starts_with("<-") {
                    "<-chan "
                } else if tokens.starts_with("chan<-") {
                    "chan<- "
                } else {
                    "chan "
                };
                // `chan (<-chan T)` keeps its meaning only with parentheses, which are nodes.
                self.write_around(prefix, at, "", out)
            }
            "function_type" => self.write_function(at, out),
            "struct_type" => {
                out.text.push_str("struct{}");
                node::children(at)
                    .iter()
                    .all(|list| node::children(*list).is_empty())
            }
            "interface_type" => {
                out.text.push_str("interface{}");
                node::children(at).is_empty()
            }
            _ => false,
        }
    }

    fn write_name(&self, name: &str, out: &mut HookType) -> bool {
        if self
            .type_parameters
            .iter()
            .any(|parameter| parameter == name)
        {
            return false;
        }
        if self.names.is_declared(name) {
            return match self.names.own_type(name) {
                Some(path) if path.is_empty() => {
                    out.text.push_str(name);
                    true
                }
                Some(path) => {
                    write_qualified(&path, name, out);
                    true
                }
                None => false,
            };
        }
        out.text.push_str(name);
        is_predeclared(name)
    }

    fn write_around(&self, before: &str, at: Node<'_>, after: &str, out: &mut HookType) -> bool {
        out.text.push_str(before);
        let inner = node::children(at);
        let [inner] = inner.as_slice() else {
            return false;
        };
        let written = self.write(*inner, out);
        out.text.push_str(after);
        written
    }

    fn write_list(
        &self,
        open: &str,
        items: Vec<Node<'_>>,
        close: &str,
        out: &mut HookType,
    ) -> bool {
        out.text.push_str(open);
        for (n, item) in items.into_iter().enumerate() {
            if n > 0 {
                out.text.push_str(", ");
            }
            if !self.write(item, out) {
                return false;
            }
        }
        out.text.push_str(close);
        true
    }

    fn write_function(&self, at: Node<'_>, out: &mut HookType) -> bool {
        out.text.push_str("func");
        let parameters = at.child_by_field_name("parameters");
        if !parameters.is_some_and(|list| self.write_parameters(list, out)) {
            return false;
        }
        match at.child_by_field_name("result") {
            None => true,
            Some(list) if list.kind() == "parameter_list" => {
                out.text.push(' ');
                self.write_parameters(list, out)
            }
            Some(single) => {
                out.text.push(' ');
                self.write(single, out)
            }
        }
    }

    fn write_parameters(&self, list: Node<'_>, out: &mut HookType) -> bool {
        out.text.push('(');
        for (n, parameter) in super::function::parameters(list).into_iter().enumerate() {
            if n > 0 {
                out.text.push_str(", ");
            }
            if parameter.variadic {
                out.text.push_str("...");
            }
            if !self.write(parameter.go_type, out) {
                return false;
            }
        }
        out.text.push(')');
        true
    }
}

fn write_qualified(path: &str, name: &str, out: &mut HookType) {
    let at = out.imports.iter().position(|known| known == path);
    let at = at.unwrap_or_else(|| {
        out.imports.push(path.to_owned());
        out.imports.len() - 1
    });
    out.text.extend(["{", &at.to_string(), "}.", name]);
}

/// True when any package of the build may import the path: not `C`, not a main package, not internal,
/// not vendored into the standard library.
pub fn is_importable(path: &str) -> bool {
    path != "C"
        && path != "main"
        && !path.starts_with("vendor/")
        && !path.starts_with("./")
        && !path.starts_with("../")
        && !path
            .split('/')
            .any(|element| element == "internal" || element == "vendor")
}
