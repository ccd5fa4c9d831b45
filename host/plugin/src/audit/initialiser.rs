//! Package-level variables: their initialisers run when the program starts, before `main`.

use tree_sitter::Node;

use super::file::{Audit, descendants};
use super::grant::{self, Permission};

/// Adds the calls that a package-level declaration makes when the program starts.
pub(super) fn audit(audit: &mut Audit<'_, '_>, declaration: Node<'_>) {
    let calls: Vec<Node<'_>> = descendants(declaration)
        .filter(|node| matches!(node.kind(), "call_expression" | "receive_statement"))
        .filter(|call| !is_deferred(*call, declaration))
        .collect();
    for call in calls {
        if !is_harmless(audit, call) {
            audit.require(
                call,
                &Permission::Init,
                "calls a function in the initialiser of a variable, when the program starts",
            );
        }
    }
}

/// Whether a call is in the body of a function literal, which does not run by itself. A literal that is
/// called on the spot is a call of its own.
fn is_deferred(call: Node<'_>, declaration: Node<'_>) -> bool {
    let mut node = call;
    while let Some(parent) = node.parent() {
        if parent.id() == declaration.id() {
            return false;
        }
        if parent.kind() == "func_literal" {
            return true;
        }
        node = parent;
    }
    false
}

fn is_harmless(audit: &Audit<'_, '_>, call: Node<'_>) -> bool {
    let Some(mut callee) = call.child_by_field_name("function") else {
        return false;
    };
    // Type arguments: `f[T](x)`.
    while matches!(callee.kind(), "index_expression" | "type_instantiation_expression") {
        match callee.child_by_field_name("operand").or_else(|| callee.named_child(0)) {
            Some(operand) => callee = operand,
            None => return false,
        }
    }
    match callee.kind() {
        "identifier" => {
            let name = audit.file.text_of(callee);
            PREDECLARED.contains(&name) || audit.types.contains(name)
        }
        "selector_expression" => audit
            .package_member(callee)
            .is_some_and(|(path, name)| grant::runs_nothing(path) && grant::restriction(path, name).is_none()),
        // Conversions such as `(*T)(nil)`.
        "parenthesized_expression" => callee
            .named_child(0)
            .is_some_and(|inner| inner.kind() == "unary_expression" && audit.file.text_of(inner).starts_with('*')),
        _ => false,
    }
}

/// Predeclared functions without effects, and types.
const PREDECLARED: [&str; 31] = [
    "append", "cap", "complex", "imag", "len", "make", "max", "min", "new", "real", "any", "bool", "byte",
    "complex64", "complex128", "error", "float32", "float64", "int", "int8", "int16", "int32", "int64",
    "rune", "string", "uint", "uint8", "uint16", "uint32", "uint64", "uintptr",
];
