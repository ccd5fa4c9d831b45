//! The function that a file uses in the place of another package's.

use super::resolver::OrderedHook;
use super::site::Value;
use crate::plan::{HookKind, HookPlan};
use crate::plug::result_list;

/// What is used in a function's place: it calls the hooks' sockets and the function.
pub(super) struct Wrapper {
    /// The wrapper's name.
    pub name: String,
    /// The function as the file spells it, such as `os.Exit`.
    pub callee: String,
    /// Its parameters; types that the file cannot name are type parameters.
    pub parameters: Vec<Value>,
    /// Its results, likewise.
    pub results: Vec<Value>,
    /// The last parameter is variadic; its value is a slice.
    pub variadic: bool,
    pub hooks: Vec<OrderedHook>,
}

impl Wrapper {
    /// What is written where the function was. With type parameters, the wrapper is told the function:
    /// the compiler then knows the types that the file cannot name.
    pub fn in_place(&self) -> String {
        if self.type_parameters().is_empty() {
            self.name.clone()
        } else {
            format!("{}({})", self.name, self.callee)
        }
    }

    /// The declaration, on one line.
    pub fn declaration(&self) -> String {
        let name = &self.name;
        let type_parameters = self.type_parameters();
        let signature = format!("{}{}", self.parameter_list(), self.results());
        if type_parameters.is_empty() {
            let body = self.body(&self.callee);
            return format!("func {name}{signature} {{ {body} }}");
        }
        let bounds = type_parameters
            .iter()
            .map(|name| format!("{name} interface{{}}"))
            .collect::<Vec<_>>()
            .join(", ");
        let called = format!("func({}){}", self.parameter_types(), self.result_types());
        let body = self.body("weft_f");
        format!(
            "func {name}[{bounds}](weft_f {called}) {called} {{ return func{signature} {{ {body} }} }}"
        )
    }

    fn type_parameters(&self) -> Vec<&str> {
        let values = self.parameters.iter().chain(&self.results);
        let erased = values.filter(|value| value.erased);
        erased
            .map(|value| value.target.trim_start_matches("[]"))
            .collect()
    }

    /// The type of a parameter as a signature has it.
    fn parameter_type(&self, n: usize) -> String {
        let target = &self.parameters[n].target;
        match target.strip_prefix("[]") {
            Some(element) if self.variadic && n + 1 == self.parameters.len() => {
                format!("...{element}")
            }
            _ => target.clone(),
        }
    }

    fn parameter_types(&self) -> String {
        let all = 0..self.parameters.len();
        all.map(|n| self.parameter_type(n))
            .collect::<Vec<_>>()
            .join(", ")
    }

    fn parameter_list(&self) -> String {
        let all = 0..self.parameters.len();
        let list = all.map(|n| format!("weft_p{n} {}", self.parameter_type(n)));
        format!("({})", list.collect::<Vec<_>>().join(", "))
    }

    fn result_types(&self) -> String {
        let types = self.results.iter().map(|value| value.target.clone());
        result_list(&types.collect::<Vec<_>>())
    }

    /// Results have names where a hook wants them when the function has returned.
    fn results(&self) -> String {
        if self.hooks.iter().all(|(_, hook)| hook.results.is_empty()) {
            return self.result_types();
        }
        let results = self.results.iter().enumerate();
        let list = results.map(|(n, value)| format!("weft_r{n} {}", value.target));
        format!(" ({})", list.collect::<Vec<_>>().join(", "))
    }

    fn body(&self, callee: &str) -> String {
        let mut out = String::new();
        for (_, hook) in &self.hooks {
            out.push_str(&self.hook(hook));
            out.push_str("; ");
        }
        let names = (0..self.parameters.len()).map(|n| format!("weft_p{n}"));
        let names = names.collect::<Vec<_>>().join(", ");
        let spread = if self.variadic { "..." } else { "" };
        let give_back = if self.results.is_empty() {
            ""
        } else {
            "return "
        };
        out + &format!("{give_back}{callee}({names}{spread})")
    }

    fn hook(&self, hook: &HookPlan) -> String {
        let id = &hook.id;
        let arguments = hook
            .arguments
            .iter()
            .map(|argument| format!("weft_p{}", argument.index))
            .collect::<Vec<_>>()
            .join(", ");
        let before = format!("weft_{id}_b({arguments})");
        let replaced = values("weft_p", &self.parameters, &hook.replaces);
        match hook.kind {
            HookKind::Before => {
                let call = receive(false, &replaced, &before);
                format!("if weft_{id}_b != nil {{ {call} }}")
            }
            HookKind::After => {
                let defer = self.deferred(hook, false);
                format!("if weft_{id}_a != nil {{ {defer} }}")
            }
            HookKind::Around => {
                let call = receive(true, &replaced, &before);
                let defer = self.deferred(hook, true);
                format!("if weft_{id}_b != nil {{ {call}; if weft_t != nil {{ {defer} }} }}")
            }
            HookKind::Detach => unreachable!("only goroutines' functions are detached"),
        }
    }

    fn deferred(&self, hook: &HookPlan, token: bool) -> String {
        let mut arguments = Vec::new();
        if token {
            arguments.push("weft_t".to_owned());
        }
        arguments.extend(hook.results.iter().map(|n| format!("weft_r{n}")));
        let after = format!("weft_{}_a({})", hook.id, arguments.join(", "));
        let replaced = values("weft_r", &self.results, &hook.replaces_results);
        format!("defer func() {{ {} }}()", receive(false, &replaced, &after))
    }
}

/// The variables of some values, each with the type that it has to be asserted to, if any.
fn values<'v>(prefix: &str, all: &'v [Value], indices: &[u32]) -> Vec<(String, Option<&'v str>)> {
    let value = |index: &u32| {
        let value = &all[*index as usize];
        let asserted = value.erased.then_some(value.target.as_str());
        (format!("{prefix}{index}"), asserted)
    };
    indices.iter().map(value).collect()
}

/// Statements that call a socket and put what it returns into variables; a token goes into `weft_t`.
fn receive(token: bool, into: &[(String, Option<&str>)], call: &str) -> String {
    let mut received = Vec::new();
    if token {
        received.push("weft_t".to_owned());
    }
    received.extend((0..into.len()).map(|n| format!("weft_x{n}")));
    if received.is_empty() {
        return call.to_owned();
    }
    if !token && into.iter().all(|(_, asserted)| asserted.is_none()) {
        let variables = into.iter().map(|(variable, _)| variable.as_str());
        return format!("{} = {call}", variables.collect::<Vec<_>>().join(", "));
    }
    let mut statements = vec![format!("{} := {call}", received.join(", "))];
    statements.extend(
        into.iter()
            .enumerate()
            .map(|(n, (variable, asserted))| match asserted {
                Some(go_type) => format!("{variable}, _ = weft_x{n}.({go_type})"),
                None => format!("{variable} = weft_x{n}"),
            }),
    );
    statements.join("; ")
}
