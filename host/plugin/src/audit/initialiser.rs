//! Package-level variables: their initialisers run when the program starts, before `main`.

use tree_sitter::Node;
use weft_weave::syntax::is_predeclared;

use super::file::{Audit, descendants};
use super::grant::{self, Permission};

/// Adds what a package-level declaration does when the program starts.
pub(super) fn audit(audit: &mut Audit<'_>, declaration: Node<'_>) {
    let actions: Vec<Node<'_>> = descendants(declaration)
        .filter(|node| node.kind() == "call_expression" || is_receive(*node))
        .filter(|action| !is_deferred(*action, declaration))
        .collect();
    for action in actions {
        if is_receive(action) {
            audit.require(
                action,
                &Permission::Init,
                "waits for a channel when the program starts",
            );
        } else if !is_harmless(audit, action) {
            audit.require(
                action,
                &Permission::Init,
                "calls a function in the initialiser of a variable, when the program starts",
            );
        }
    }
}

fn is_receive(node: Node<'_>) -> bool {
    node.kind() == "unary_expression"
        && node
            .child_by_field_name("operator")
            .is_some_and(|operator| operator.kind() == "<-")
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

fn is_harmless(audit: &Audit<'_>, call: Node<'_>) -> bool {
    let Some(mut callee) = call.child_by_field_name("function") else {
        return false;
    };
    // Type arguments: `f[T](x)`.
    while matches!(
        callee.kind(),
        "index_expression" | "type_instantiation_expression"
    ) {
        match callee
            .child_by_field_name("operand")
            .or_else(|| callee.named_child(0))
        {
            Some(operand) => callee = operand,
            None => return false,
        }
    }
    match callee.kind() {
        "identifier" => {
            let name = audit.file.text_of(callee);
            PURE_FUNCTIONS.contains(&name)
                || is_predeclared(name)
                || audit.names.types.contains(name)
        }
        "selector_expression" => {
            let allowed = audit.package_member(callee);
            allowed.is_some_and(|(path, name)| {
                grant::may_initialise(path, name) && keeps(audit, path, call)
            })
        }
        // Conversions such as `(*T)(nil)`.
        "parenthesized_expression" => callee.named_child(0).is_some_and(|inner| {
            inner.kind() == "unary_expression" && audit.file.text_of(inner).starts_with('*')
        }),
        _ => false,
    }
}

/// Whether a function only keeps the functions that it is given. Others might call them at once.
fn keeps(audit: &Audit<'_>, path: &str, call: Node<'_>) -> bool {
    path == "sync"
        || call
            .child_by_field_name("arguments")
            .is_none_or(|arguments| {
                !descendants(arguments).any(|node| match node.kind() {
                    "func_literal" => true,
                    "identifier" => audit.names.functions.contains(audit.file.text_of(node)),
                    _ => false,
                })
            })
}

/// Predeclared functions without effects (<https://go.dev/ref/spec#Predeclared_identifiers>).
const PURE_FUNCTIONS: [&str; 10] = [
    "append", "cap", "complex", "imag", "len", "make", "max", "min", "new", "real",
];
