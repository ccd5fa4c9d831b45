//! What is put at the start of a hooked function's body, and the names it needs in the signature.

use std::ops::Range;

use super::edit::Edits;
use crate::plan::{HookKind, HookPlan};
use crate::syntax::{Declaration, ParameterNode, words};

/// The names by which a prologue calls the receiver, parameters and results.
pub struct Names {
    /// The receiver, if any, then the parameters.
    arguments: Vec<String>,
    results: Vec<String>,
    /// Types of the results as the file spells them; None where they hold type parameters.
    result_types: Vec<Option<String>>,
}

impl Names {
    /// Takes the names of a declaration; those without a usable one get one, by edits of the signature,
    /// where a hook needs it.
    pub fn give(function: &Declaration<'_>, hooks: &[HookPlan], edits: &mut Edits) -> Self {
        let uses_argument = |n: usize| {
            hooks.iter().any(|hook| {
                hook.arguments
                    .iter()
                    .any(|argument| argument.index as usize == n)
                    || hook.replaces.iter().any(|index| *index as usize == n)
            })
        };
        let uses_result = |n: usize| {
            let listed = |list: &[u32]| list.iter().any(|index| *index as usize == n);
            hooks
                .iter()
                .any(|hook| listed(&hook.results) || listed(&hook.replaces_results))
        };
        let receiver = function.receiver().into_iter().collect::<Vec<_>>();
        let first = receiver.len();
        let mut arguments = name_list(function, &receiver, "weft_p", 0, uses_argument, edits);
        arguments.extend(name_list(
            function,
            &function.parameters(),
            "weft_p",
            first,
            uses_argument,
            edits,
        ));
        let results = function.results();
        let bare = function.bare_result().filter(|_| uses_result(0));
        if let Some(bare) = bare {
            edits.insert(bare.start_byte(), "(");
        }
        let results = name_list(function, &results, "weft_r", 0, uses_result, edits);
        if let Some(bare) = bare {
            edits.insert(bare.end_byte(), ")");
        }
        let type_parameters = function.type_parameters();
        let result_type = |result: &ParameterNode<'_>| {
            let spelled = result.variable_type(function.file);
            let holds = |name: &String| words(&spelled, name).next().is_some();
            (!type_parameters.iter().any(holds)).then_some(spelled)
        };
        Self {
            arguments,
            results,
            result_types: function.results().iter().map(result_type).collect(),
        }
    }

    /// True when the names and hooks fit together, as they do where plan and signature agree.
    pub fn fit(&self, hooks: &[HookPlan]) -> bool {
        let argument = |index: &u32| (*index as usize) < self.arguments.len();
        let result = |index: &u32| (*index as usize) < self.results.len();
        hooks.iter().all(|hook| {
            hook.arguments.iter().all(|passed| argument(&passed.index))
                && hook.replaces.iter().all(argument)
                && hook.results.iter().all(result)
                && hook.replaces_results.iter().all(result)
        })
    }
}

/// Names of one list. Go wants all entries of a list named or none.
fn name_list(
    function: &Declaration<'_>,
    list: &[ParameterNode<'_>],
    prefix: &str,
    first: usize,
    used: impl Fn(usize) -> bool,
    edits: &mut Edits,
) -> Vec<String> {
    let any_used = (first..first + list.len()).any(&used);
    let name = |(n, parameter): (usize, &ParameterNode<'_>)| {
        let index = first + n;
        let given = if used(index) {
            format!("{prefix}{index}")
        } else {
            "_".to_owned()
        };
        match parameter.name {
            Some(_) if !parameter.usable_name(function.file).is_empty() => {
                parameter.usable_name(function.file).to_owned()
            }
            Some(blank) => {
                if used(index) {
                    edits.replace(blank.byte_range(), given.clone());
                }
                given
            }
            None => {
                if any_used {
                    edits.insert(parameter.start, format!("{given} "));
                }
                given
            }
        }
    };
    list.iter().enumerate().map(name).collect()
}

/// The statements of all hooks, outermost first, on one line. What they need beside the function is
/// added to `declarations`.
pub fn prologue(hooks: &[HookPlan], names: &Names, declarations: &mut Vec<String>) -> String {
    let mut out = String::new();
    for hook in hooks {
        out.push(' ');
        out.push_str(&hook_text(hook, names, declarations));
        out.push(';');
    }
    out
}

fn hook_text(hook: &HookPlan, names: &Names, declarations: &mut Vec<String>) -> String {
    let id = &hook.id;
    match hook.kind {
        HookKind::Detach => format!("if weft_{id}_d != nil {{ weft_{id}_d() }}"),
        HookKind::Before => {
            let call = before_call(hook, names);
            format!("if weft_{id}_b != nil {{ {call} }}")
        }
        HookKind::After => {
            let defer = deferred(hook, names, false, declarations);
            format!("if weft_{id}_a != nil {{ {defer} }}")
        }
        HookKind::Around => {
            let call = around_call(hook, names);
            let defer = deferred(hook, names, true, declarations);
            format!(
                "if weft_{id}_b != nil {{ var weft_t interface{{}}; if {call}; weft_t != nil {{ {defer} }} }}"
            )
        }
    }
}

/// The defer statement that calls the after socket. A function literal would shift the numbers in the
/// names of the function's own literals (`F.func1`), which panics print and profiles are matched by; so
/// it calls a function of the file with the results' addresses, which do not escape there.
fn deferred(hook: &HookPlan, names: &Names, token: bool, declarations: &mut Vec<String>) -> String {
    let id = &hook.id;
    let mut indices = hook
        .results
        .iter()
        .chain(&hook.replaces_results)
        .collect::<Vec<_>>();
    indices.sort();
    indices.dedup();
    let mut parameters = Vec::new();
    let mut arguments = Vec::new();
    if token {
        parameters.push("weft_t interface{}".to_owned());
        arguments.push("weft_t".to_owned());
    }
    for index in &indices {
        let Some(go_type) = &names.result_types[**index as usize] else {
            let call = after_call(hook, token, &|index| names.results[index as usize].clone());
            return format!("defer func() {{ {call} }}()");
        };
        parameters.push(format!("weft_r{index} *{go_type}"));
        arguments.push(format!("&{}", names.results[**index as usize]));
    }
    if !indices.is_empty() {
        let call = after_call(hook, token, &|index| format!("*weft_r{index}"));
        declarations.push(format!(
            "func weft_{id}_e({}) {{ {call} }}",
            parameters.join(", ")
        ));
    }
    let function = if indices.is_empty() { "a" } else { "e" };
    format!("defer weft_{id}_{function}({})", arguments.join(", "))
}

fn replaced(hook: &HookPlan, names: &Names) -> Vec<String> {
    hook.replaces
        .iter()
        .map(|index| names.arguments[*index as usize].clone())
        .collect()
}

fn assign(left: &[String], right: &str) -> String {
    if left.is_empty() {
        right.to_owned()
    } else {
        format!("{} = {right}", left.join(", "))
    }
}

fn before_socket(hook: &HookPlan, names: &Names) -> String {
    let arguments = hook
        .arguments
        .iter()
        .map(|argument| {
            let name = &names.arguments[argument.index as usize];
            match &argument.accessor {
                Some(accessor) => format!("{accessor}({name})"),
                None => name.clone(),
            }
        })
        .collect::<Vec<_>>();
    format!("weft_{}_b({})", hook.id, arguments.join(", "))
}

fn before_call(hook: &HookPlan, names: &Names) -> String {
    assign(&replaced(hook, names), &before_socket(hook, names))
}

fn around_call(hook: &HookPlan, names: &Names) -> String {
    let mut left = vec!["weft_t".to_owned()];
    left.extend(replaced(hook, names));
    assign(&left, &before_socket(hook, names))
}

fn after_call(hook: &HookPlan, token: bool, name: &dyn Fn(u32) -> String) -> String {
    let mut arguments = Vec::new();
    if token {
        arguments.push("weft_t".to_owned());
    }
    arguments.extend(hook.results.iter().map(|index| name(*index)));
    let left = hook
        .replaces_results
        .iter()
        .map(|index| name(*index))
        .collect::<Vec<_>>();
    assign(
        &left,
        &format!("weft_{}_a({})", hook.id, arguments.join(", ")),
    )
}

/// The byte range of a declaration that edits may touch: from its start to its body's brace.
pub fn header(function: &Declaration<'_>) -> Range<usize> {
    let end = function
        .body()
        .map_or(function.node.end_byte(), |body| body.start_byte() + 1);
    function.node.start_byte()..end
}
