//! Fields that a hook reads from a receiver or parameter.

use tree_sitter::Node;

use super::Fault;
use super::resolver::{Resolver, Target};
use crate::model::HookType;
use crate::syntax::{PackageSyntax, ParameterNode, ParsedFile, children, fields, nearest};

/// Longest chain of named types that is followed to a struct.
const NAMED_TYPES: usize = 8;

/// What an accessor returns.
pub(super) struct Field {
    pub hook_type: Option<HookType>,
    /// As the target file spells it.
    pub go_type: String,
}

/// A type on the way: its node, the file that spells it, and whether it is behind a pointer.
#[derive(Clone, Copy)]
struct Step<'a> {
    file: &'a ParsedFile,
    go_type: Node<'a>,
    pointer: bool,
}

impl<'a> Resolver<'a> {
    /// Appends a function to the target's file that reads a field, and the zero value where a pointer on
    /// the way is nil.
    pub(super) fn accessor(
        &mut self,
        target: &Target<'a>,
        parameter: &ParameterNode<'a>,
        path: &[String],
        name: &str,
    ) -> Result<Field, Fault> {
        if parameter.variadic {
            return Err(Fault::new("a variadic argument has no fields"));
        }
        if !target.function.type_parameters().is_empty() {
            return Err(Fault::new(format!(
                "fields of {} cannot be read: it has type parameters",
                target.function.title()
            ))
            .help("pass the argument itself and read its exported parts in the hook"));
        }
        let mut at = Step {
            file: target.file,
            go_type: parameter.go_type,
            pointer: false,
        };
        let mut expression = "weft_v".to_owned();
        let mut nil = Vec::new();
        for field in path {
            at = dereference(at);
            if at.pointer {
                nil.push(format!("{expression} == nil"));
            }
            at = self.syntax.field(at, field)?;
            expression = format!("{expression}.{field}");
        }
        let star = if at.pointer { "*" } else { "" };
        let hook_type = self.syntax.hook_type(at.file, at.go_type).map(|mut hook| {
            hook.text.insert_str(0, star);
            hook
        });
        let go_type = match &hook_type {
            Some(hook_type) => self.spell(target.file, hook_type)?,
            None => "interface{}".to_owned(),
        };
        let parameter_type = parameter.variable_type(&target.file.source);
        let guard = if nil.is_empty() {
            String::new()
        } else {
            format!("if {} {{ return }}; ", nil.join(" || "))
        };
        self.file(target.file).declarations.push(format!(
            "func {name}(weft_v {parameter_type}) (weft_r {go_type}) {{ {guard}return {expression} }}"
        ));
        Ok(Field { hook_type, go_type })
    }
}

/// Takes pointers and parentheses off.
fn dereference(mut at: Step<'_>) -> Step<'_> {
    while matches!(at.go_type.kind(), "pointer_type" | "parenthesized_type") {
        at.pointer |= at.go_type.kind() == "pointer_type";
        let Some(inner) = children(at.go_type).into_iter().next() else {
            break;
        };
        at.go_type = inner;
    }
    at
}

impl PackageSyntax {
    /// The field of a struct type; an embedded field goes by its type's name.
    fn field<'a>(&'a self, at: Step<'a>, name: &str) -> Result<Step<'a>, Fault> {
        let spelled = at.file.source.text_of(at.go_type).to_owned();
        let structure = self.structure(at).ok_or_else(|| {
            Fault::new(format!(
                "{spelled} is not a struct of this package, so it has no field {name} to read"
            ))
            .help("pass what comes before it and read its exported parts in the hook")
        })?;
        let source = &structure.file.source;
        let mut known = Vec::new();
        for declaration in children(structure.go_type).into_iter().flat_map(children) {
            let Some(go_type) = declaration.child_by_field_name("type") else {
                continue;
            };
            let names = fields(declaration, "name");
            let embedded = names.is_empty();
            let mut all = names.iter().map(|n| source.text_of(*n)).collect::<Vec<_>>();
            if embedded {
                let base = go_type.child_by_field_name("type").unwrap_or(go_type);
                let base = base.child_by_field_name("name").unwrap_or(base);
                all.push(source.text_of(base));
            }
            if all.contains(&name) {
                return Ok(Step {
                    file: structure.file,
                    go_type,
                    pointer: embedded && source.text_of(declaration).starts_with('*'),
                });
            }
            known.extend(all.into_iter().map(str::to_owned));
        }
        let near = nearest(name, known.iter().cloned());
        let help = if near.is_empty() { &known } else { &near };
        Err(Fault::new(format!("{spelled} has no field {name}"))
            .help(format!("its fields: {}", help.join(", "))))
    }

    /// The struct type that a type is or is named for, without type parameters.
    fn structure<'a>(&'a self, mut at: Step<'a>) -> Option<Step<'a>> {
        for _ in 0..NAMED_TYPES {
            match at.go_type.kind() {
                "struct_type" => return Some(at),
                "type_identifier" => {
                    let name = at.file.source.text_of(at.go_type).to_owned();
                    let (file, spec) = self.type_declaration(&name)?;
                    if spec.child_by_field_name("type_parameters").is_some() {
                        return None;
                    }
                    at = Step {
                        file,
                        go_type: spec.child_by_field_name("type")?,
                        pointer: at.pointer,
                    };
                }
                _ => return None,
            }
        }
        None
    }
}
