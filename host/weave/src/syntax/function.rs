//! Function and method declarations.

use tree_sitter::Node;

use super::{Comment, SourceFile};
use super::{generic_method, node};
use crate::model::title;

/// A function or method declaration.
#[derive(Debug, Clone, Copy)]
pub struct Declaration<'f> {
    /// The file it is in.
    pub file: &'f SourceFile,
    /// Its node.
    pub node: Node<'f>,
}

/// One receiver, parameter or result of a declaration.
#[derive(Debug, Clone, Copy)]
pub struct ParameterNode<'f> {
    /// Its name; None when unnamed. `_` is a name.
    pub name: Option<Node<'f>>,
    /// Its type, of the element for a variadic one.
    pub go_type: Node<'f>,
    /// `...T`.
    pub variadic: bool,
    /// What comes first of it in the text.
    pub start: usize,
}

impl<'f> ParameterNode<'f> {
    /// The name; empty when it has none or `_`.
    pub fn usable_name(&self, file: &'f SourceFile) -> &'f str {
        match self.name.map(|name| file.text_of(name)) {
            None | Some("_") => "",
            Some(name) => name,
        }
    }

    /// The type as spelled, on one line; `...T` for a variadic parameter.
    pub fn spelled(&self, file: &SourceFile) -> String {
        let text = node::normal(self.go_type, &file.text);
        if self.variadic {
            format!("...{text}")
        } else {
            text
        }
    }

    /// The type as a variable of it would be declared: a slice for a variadic parameter.
    pub fn variable_type(&self, file: &SourceFile) -> String {
        let text = node::normal(self.go_type, &file.text);
        if self.variadic {
            format!("[]{text}")
        } else {
            text
        }
    }
}

impl SourceFile {
    /// All function and method declarations, in order.
    pub fn functions(&self) -> Vec<Declaration<'_>> {
        let mut cursor = self.root().walk();
        self.root()
            .children(&mut cursor)
            .filter(|child| matches!(child.kind(), "function_declaration" | "method_declaration"))
            .map(|node| Declaration { file: self, node })
            .collect()
    }

    /// The declaration of a function, by receiver type (as in [`Declaration::receiver_type`]) and name.
    pub fn function(&self, receiver: Option<&str>, name: &str) -> Option<Declaration<'_>> {
        self.functions()
            .into_iter()
            .find(|f| f.name() == name && f.receiver_type().as_deref() == receiver)
    }
}

impl<'f> Declaration<'f> {
    /// Function name.
    pub fn name(&self) -> &'f str {
        self.node
            .child_by_field_name("name")
            .map(|name| self.file.text_of(name))
            .unwrap_or_default()
    }

    /// The receiver of a method.
    pub fn receiver(&self) -> Option<ParameterNode<'f>> {
        let list = self.node.child_by_field_name("receiver")?;
        parameters(list).into_iter().next()
    }

    /// The receiver's type without type parameters: `*T` or `T`.
    pub fn receiver_type(&self) -> Option<String> {
        let mut at = self.receiver()?.go_type;
        let mut pointer = "";
        loop {
            match at.kind() {
                "pointer_type" => pointer = "*",
                "parenthesized_type" => {}
                "generic_type" => {
                    at = at.child_by_field_name("type")?;
                    continue;
                }
                _ => return Some(format!("{pointer}{}", self.file.text_of(at))),
            }
            at = node::children(at).into_iter().next()?;
        }
    }

    /// Parameters without the receiver, one entry a name.
    pub fn parameters(&self) -> Vec<ParameterNode<'f>> {
        self.node
            .child_by_field_name("parameters")
            .map(parameters)
            .unwrap_or_default()
    }

    /// Results, one entry a name.
    pub fn results(&self) -> Vec<ParameterNode<'f>> {
        let Some(result) = self.node.child_by_field_name("result") else {
            return Vec::new();
        };
        if result.kind() == "parameter_list" {
            return parameters(result);
        }
        vec![ParameterNode {
            name: None,
            go_type: result,
            variadic: false,
            start: result.start_byte(),
        }]
    }

    /// The single result without parentheses.
    pub fn bare_result(&self) -> Option<Node<'f>> {
        let result = self.node.child_by_field_name("result")?;
        (result.kind() != "parameter_list").then_some(result)
    }

    /// The block; None for a function implemented elsewhere.
    pub fn body(&self) -> Option<Node<'f>> {
        self.node.child_by_field_name("body")
    }

    /// Names of type parameters, the receiver's first. `_` is left out.
    pub fn type_parameters(&self) -> Vec<String> {
        let mut out = Vec::new();
        if let Some(receiver) = self.receiver() {
            let mut at = receiver.go_type;
            while let Some(next) = match at.kind() {
                "pointer_type" | "parenthesized_type" => node::children(at).into_iter().next(),
                _ => None,
            } {
                at = next;
            }
            if let Some(arguments) = at.child_by_field_name("type_arguments") {
                out.extend(
                    node::children(arguments)
                        .into_iter()
                        .map(|argument| self.file.text_of(argument)),
                );
            }
        }
        if let Some(list) = self.node.child_by_field_name("type_parameters") {
            out.extend(node::type_parameter_names(list).map(|name| self.file.text_of(name)));
        }
        let mut out: Vec<_> = out.into_iter().map(str::to_owned).collect();
        if let Some(list) = self.file.method_type_parameters(self.node) {
            out.extend(generic_method::names(list));
        }
        out.retain(|name| name != "_");
        out
    }

    /// Comment directives (`//go:noinline`, `//export f`) directly above the declaration.
    pub fn directives(&self) -> Vec<Comment<'f>> {
        let text = &self.file.text;
        let mut out = Vec::new();
        let mut end = self.node.start_byte();
        // Everything between the declaration before and this one counts. By text, not by sibling: trees
        // find a sibling by walking from the first.
        while let Some(line_end) = text[..end].rfind('\n') {
            let start = text[..line_end].rfind('\n').map_or(0, |at| at + 1);
            let line = text[start..line_end].trim_end_matches('\r');
            if line.trim_end().ends_with("*/") {
                let Some(open) = text[..line_end].rfind("/*") else {
                    break;
                };
                end = open;
                continue;
            }
            if !line.trim().is_empty() && !line.trim_start().starts_with("//") {
                break;
            }
            if is_directive(line) {
                out.push(Comment {
                    text: line,
                    line: 0,
                    start,
                    at_line_start: true,
                });
            }
            end = start;
        }
        out.reverse();
        for directive in &mut out {
            directive.line = self.file.line_of(directive.start);
        }
        out
    }

    /// Types of receiver, parameters and results on one line, without names: what a plan and a file must
    /// agree on. Types of package `C`, which cgo replaces, read `C`.
    pub fn signature(&self) -> String {
        let file = self.file;
        let spelled = |p: &ParameterNode<'f>| {
            let text = p.spelled(file);
            if text.contains("C.") || text.contains("_Ctype_") || text.contains("_Cfunc_") {
                "C".to_owned()
            } else {
                text
            }
        };
        let list =
            |all: Vec<ParameterNode<'f>>| all.iter().map(spelled).collect::<Vec<_>>().join(", ");
        let mut out = String::new();
        if let Some(receiver) = self.receiver() {
            out = format!("({}) ", spelled(&receiver));
        }
        let parameters = list(self.parameters());
        let results = list(self.results());
        format!("{out}{}({parameters}) ({results})", self.name())
    }

    /// As people name it: `F`, `T.M`, `(*T).M`.
    pub fn title(&self) -> String {
        title(self.receiver_type().as_deref(), self.name())
    }
}

/// A comment that tells a tool something: `//go:…`, `//tool:…`, `//line …`, `//export …`, `//extern …`
/// (<https://go.dev/doc/comment#syntax>).
pub fn is_directive(comment: &str) -> bool {
    let Some(text) = comment.strip_prefix("//") else {
        return false;
    };
    if ["line ", "export ", "extern "]
        .iter()
        .any(|word| text.starts_with(word))
    {
        return true;
    }
    let Some((tool, directive)) = text.split_once(':') else {
        return false;
    };
    !tool.is_empty()
        && tool
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
        && directive.starts_with(|c: char| c.is_ascii_lowercase() || c.is_ascii_digit())
}

/// The entries of a parameter list, one a name.
pub fn parameters(list: Node<'_>) -> Vec<ParameterNode<'_>> {
    let mut out = Vec::new();
    for declaration in node::children(list) {
        let Some(go_type) = declaration.child_by_field_name("type") else {
            continue;
        };
        let variadic = declaration.kind() == "variadic_parameter_declaration";
        let names = node::fields(declaration, "name");
        if names.is_empty() {
            out.push(ParameterNode {
                name: None,
                go_type,
                variadic,
                start: declaration.start_byte(),
            });
        }
        out.extend(names.into_iter().map(|name| ParameterNode {
            name: Some(name),
            go_type,
            variadic,
            start: name.start_byte(),
        }));
    }
    // Of a long group `a, b, … T` the grammar takes the first for types without names. Either all
    // entries of a list are named or none (https://go.dev/ref/spec#Function_types), so they are names.
    let mut following: Option<ParameterNode<'_>> = None;
    if out.iter().any(|parameter| parameter.name.is_some()) {
        for parameter in out.iter_mut().rev() {
            if let (None, Some(next)) = (parameter.name, following) {
                parameter.name = Some(parameter.go_type);
                parameter.go_type = next.go_type;
                parameter.variadic = next.variadic;
            }
            following = Some(*parameter);
        }
    }
    out
}
