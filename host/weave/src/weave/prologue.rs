//! What is put at the start of a hooked function's body, and the names it needs in the signature.

use std::fmt::Write as _;
use std::ops::Range;

use super::edit::Edits;
use crate::plan::{HookKind, HookPlan};
use crate::syntax::{Declaration, ParameterNode};

/// The names by which a prologue calls the receiver, parameters and results.
pub struct Names {
    /// The receiver, if any, then the parameters.
    arguments: Vec<String>,
    results: Vec<String>,
}

impl Names {
    /// Takes the names of a declaration; those without a usable one get one, by edits of the signature,
    /// where a hook needs it.
    pub fn give(function: &Declaration<'_>, hooks: &[HookPlan], edits: &mut Edits) -> Self {
        let uses_argument = |n: usize| {
            hooks.iter().any(|hook| {
                hook.arguments.iter().any(|argument| argument.index as usize == n)
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
        Self { arguments, results }
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

/// The statements of all hooks, outermost first, on one line.
pub fn prologue(hooks: &[HookPlan], names: &Names) -> String {
    let mut out = String::new();
    for hook in hooks {
        out.push(' ');
        write_hook(hook, names, &mut out);
        out.push(';');
    }
    out
}

fn write_hook(hook: &HookPlan, names: &Names, out: &mut String) {
    let before = format!("weft_{}_b", hook.id);
    let written = match hook.kind {
        HookKind::Detach => write!(out, "if weft_{id}_d != nil {{ weft_{id}_d() }}", id = hook.id),
        HookKind::Before => {
            let call = before_call(hook, names);
            write!(out, "if {before} != nil {{ {call} }}")
        }
        HookKind::After => {
            let call = after_call(hook, names, false);
            write!(out, "if weft_{}_a != nil {{ defer func() {{ {call} }}() }}", hook.id)
        }
        HookKind::Around => {
            let call = around_call(hook, names);
            let after = after_call(hook, names, true);
            let defer = format!("weft_t != nil {{ defer func() {{ {after} }}() }}");
            write!(
                out,
                "if {before} != nil {{ var weft_t interface{{}}; if {call}; {defer} }}"
            )
        }
    };
    written.expect("writing to a string does not fail");
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

fn after_call(hook: &HookPlan, names: &Names, token: bool) -> String {
    let name = |index: &u32| names.results[*index as usize].clone();
    let mut arguments = Vec::new();
    if token {
        arguments.push("weft_t".to_owned());
    }
    arguments.extend(hook.results.iter().map(name));
    let left = hook.replaces_results.iter().map(name).collect::<Vec<_>>();
    assign(&left, &format!("weft_{}_a({})", hook.id, arguments.join(", ")))
}

/// The byte range of a declaration that edits may touch: from its start to its body's brace.
pub fn header(function: &Declaration<'_>) -> Range<usize> {
    let end = function
        .body()
        .map_or(function.node.end_byte(), |body| body.start_byte() + 1);
    function.node.start_byte()..end
}
