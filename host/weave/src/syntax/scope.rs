//! What a name means at a place: the parts of Go's scope rules
//! (<https://go.dev/ref/spec#Declarations_and_scope>) that lie inside a function.

use tree_sitter::Node;

use super::SourceFile;
use super::node;

impl SourceFile {
    /// True when `name`, used at `at`, is declared by a function around it: as a parameter, result, type
    /// parameter, variable, constant or type.
    pub fn is_local(&self, at: Node<'_>, name: &str) -> bool {
        let mut inner = at;
        while let Some(outer) = inner.parent() {
            if self.declares(outer, inner, name) {
                return true;
            }
            inner = outer;
        }
        false
    }

    /// True when `scope` declares `name` for its child `inner`.
    fn declares(&self, scope: Node<'_>, inner: Node<'_>, name: &str) -> bool {
        match scope.kind() {
            "statement_list" | "expression_case" | "default_case" | "type_case" | "block" => {
                let mut cursor = scope.walk();
                let mut before = scope
                    .named_children(&mut cursor)
                    .take_while(|child| child.end_byte() <= inner.start_byte());
                before.any(|statement| self.statement_declares(statement, name))
                    || self.own_type(inner, name)
            }
            "communication_case" => {
                let communication = scope.child_by_field_name("communication");
                communication.is_some_and(|receive| {
                    receive != inner
                        && receive.kind() == "receive_statement"
                        && has_define(receive, &self.text)
                        && self.left_names(receive, name)
                }) || {
                    let mut cursor = scope.walk();
                    scope
                        .named_children(&mut cursor)
                        .take_while(|child| child.end_byte() <= inner.start_byte())
                        .any(|statement| self.statement_declares(statement, name))
                }
            }
            "if_statement" | "expression_switch_statement" | "type_switch_statement" => {
                let initializer = scope.child_by_field_name("initializer");
                initializer.is_some_and(|i| i != inner && self.statement_declares(i, name))
                    || (matches!(inner.kind(), "type_case" | "default_case")
                        && node::fields(scope, "alias")
                            .iter()
                            .any(|alias| self.list_names(*alias, name)))
            }
            "for_statement" => {
                let mut cursor = scope.walk();
                scope
                    .named_children(&mut cursor)
                    .any(|clause| match clause.kind() {
                        "range_clause" if clause != inner => {
                            has_define(clause, &self.text) && self.left_names(clause, name)
                        }
                        "for_clause" if clause != inner => clause
                            .child_by_field_name("initializer")
                            .is_some_and(|i| self.statement_declares(i, name)),
                        _ => false,
                    })
            }
            "for_clause" => scope
                .child_by_field_name("initializer")
                .is_some_and(|i| i != inner && self.statement_declares(i, name)),
            "func_literal" | "function_declaration" | "method_declaration" => {
                let body = scope.child_by_field_name("body") == Some(inner);
                let lists = ["receiver", "parameters", "result"];
                (body
                    && lists
                        .iter()
                        .filter_map(|field| scope.child_by_field_name(field))
                        .flat_map(super::function::parameters)
                        .any(|p| p.name.is_some_and(|n| self.text_of(n) == name)))
                    || self.type_parameter(scope, name)
            }
            "type_spec" | "type_alias" => self.type_parameter(scope, name),
            _ => false,
        }
    }

    /// A type declared in a statement is in scope inside itself.
    fn own_type(&self, statement: Node<'_>, name: &str) -> bool {
        statement.kind() == "type_declaration" && self.statement_declares(statement, name)
    }

    fn type_parameter(&self, declaration: Node<'_>, name: &str) -> bool {
        let in_list = declaration
            .child_by_field_name("type_parameters")
            .is_some_and(|list| node::type_parameter_names(list).any(|n| self.text_of(n) == name));
        in_list
            || (declaration.kind() == "method_declaration"
                && super::Declaration {
                    file: self,
                    node: declaration,
                }
                .type_parameters()
                .iter()
                .any(|parameter| parameter == name))
    }

    fn statement_declares(&self, statement: Node<'_>, name: &str) -> bool {
        match statement.kind() {
            "short_var_declaration" => self.left_names(statement, name),
            "var_declaration" | "const_declaration" | "type_declaration" | "var_spec_list" => {
                node::children(statement)
                    .into_iter()
                    .any(|spec| self.statement_declares(spec, name))
            }
            "var_spec" | "const_spec" | "type_spec" | "type_alias" => {
                node::fields(statement, "name")
                    .iter()
                    .any(|n| self.text_of(*n) == name)
            }
            "labeled_statement" => node::children(statement)
                .into_iter()
                .any(|inner| self.statement_declares(inner, name)),
            _ => false,
        }
    }

    fn left_names(&self, statement: Node<'_>, name: &str) -> bool {
        statement
            .child_by_field_name("left")
            .is_some_and(|left| self.list_names(left, name))
    }

    fn list_names(&self, list: Node<'_>, name: &str) -> bool {
        node::children(list)
            .iter()
            .any(|n| self.text_of(*n) == name)
    }
}

fn has_define(statement: Node<'_>, text: &str) -> bool {
    let mut cursor = statement.walk();
    statement
        .children(&mut cursor)
        .any(|child| node::text(child, text) == ":=")
}
