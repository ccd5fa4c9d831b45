//! Sockets, checked against the hook functions behind them.

use super::site::{Site, Value};
use super::{Fault, PluginAdvice};
use crate::hooks::HookFunction;
use crate::model;
use crate::plan::{HookKind, Socket};
use crate::plug::{AfterCall, BeforeCall, result_list};
use crate::syntax::{is_predeclared, nearest};

/// The socket that is called before, and what the plug behind it calls.
pub(super) fn before_call(
    advice: &model::Hook,
    function: &HookFunction,
    values: &[Value],
    kind: HookKind,
    site: &Site<'_, '_>,
    id: &str,
) -> Result<(BeforeCall, Socket), Fault> {
    let replaces = replaced_positions(&advice.replaces, ("an", "argument"), |index| {
        let mut arguments = advice.arguments.iter();
        arguments.position(|passed| passed.index == index && passed.fields.is_empty())
    })?;
    let given_back = replaced_types(values, &replaces, site)?;
    let token = kind == HookKind::Around;
    let mut results = if token {
        vec!["interface{}".to_owned()]
    } else {
        Vec::new()
    };
    results.extend(given_back);
    let first = vec!["a constant"; advice.constants.len()];
    let spread = check_shape(function, values, &first, results.len(), token)?;
    if token
        && let Some(first) = function.results.first()
        && is_predeclared(first)
        && !matches!(first.as_str(), "any" | "error")
    {
        return Err(
            Fault::new(format!("{} returns a token of type {first}", function.name))
                .help("a token is a pointer or an interface; nil means: do not call after"),
        );
    }
    let types = values.iter().map(Value::socket_type).collect::<Vec<_>>();
    let socket = Socket {
        variable: format!("weft_{id}_b"),
        go_type: format!("func({}){}", types.join(", "), result_list(&results)),
    };
    let call = BeforeCall {
        function: function.name.clone(),
        constants: advice.constants.clone(),
        arguments: values.iter().map(Value::passed).collect(),
        spread,
        replaces,
    };
    Ok((call, socket))
}

/// The socket that is called after, and what the plug behind it calls.
pub(super) fn after_call(
    advice: &model::Hook,
    function: &HookFunction,
    values: &[Value],
    kind: HookKind,
    site: &Site<'_, '_>,
    id: &str,
) -> Result<(AfterCall, Socket), Fault> {
    let replaces = replaced_positions(&advice.replaces_results, ("a", "result"), |index| {
        advice.results.iter().position(|passed| *passed == index)
    })?;
    let given_back = replaced_types(values, &replaces, site)?;
    let around = kind == HookKind::Around;
    let mut first = vec!["the token"; usize::from(around)];
    first.extend(advice.constants.iter().map(|_| "a constant"));
    let spread = check_shape(function, values, &first, given_back.len(), false)?;
    let mut types = Vec::new();
    let mut token = None;
    if around {
        types.push("interface{}".to_owned());
        token = Some(function.token.clone().ok_or_else(|| {
            Fault::new(format!(
                "the token parameter of {} has a type that cannot be named",
                function.name
            ))
            .help("use a pointer to a type of the hook package, or an interface")
        })?);
    }
    types.extend(values.iter().map(Value::socket_type));
    let socket = Socket {
        variable: format!("weft_{id}_a"),
        go_type: format!("func({}){}", types.join(", "), result_list(&given_back)),
    };
    let call = AfterCall {
        function: function.name.clone(),
        token,
        constants: advice.constants.clone(),
        results: values.iter().map(Value::passed).collect(),
        spread,
        replaces,
    };
    Ok((call, socket))
}

/// Where the replaced values stand among those that the hook gets. `article` and `noun` say what they are.
fn replaced_positions(
    replaces: &[u32],
    (article, noun): (&str, &str),
    position: impl Fn(u32) -> Option<usize>,
) -> Result<Vec<usize>, Fault> {
    let found = replaces.iter().map(|index| {
        position(*index).ok_or_else(|| {
            Fault::new(format!("{noun} {index} is replaced and not passed")).help(format!(
                "a hook that replaces {article} {noun} also gets it; add it to the {noun}s"
            ))
        })
    });
    found.collect()
}

/// The types of replaced values in the target file; both sides must be able to name them.
fn replaced_types(
    values: &[Value],
    positions: &[usize],
    site: &Site<'_, '_>,
) -> Result<Vec<String>, Fault> {
    let mut out = Vec::new();
    for (n, position) in positions.iter().enumerate() {
        let value = &values[*position];
        if positions[..n].contains(position) {
            return Err(Fault::new(format!("{} is replaced twice", value.title)));
        }
        if value.hook.is_none() {
            let message = format!("{} of {} cannot be replaced", value.title, site.title);
            return Err(Fault::new(message).help("a hook package cannot name its type"));
        }
        out.push(value.socket_type());
    }
    Ok(out)
}

/// A function of the plugin's hook folder.
pub(super) fn hook_function<'p>(
    plugin: &PluginAdvice<'p>,
    folder: &str,
    name: &str,
) -> Result<&'p HookFunction, Fault> {
    let Some(package) = plugin.hooks.folders.get(folder) else {
        let known = plugin
            .hooks
            .folders
            .keys()
            .map(|known| format!("{known:?}"))
            .collect::<Vec<_>>();
        return Err(
            Fault::new(format!("the plugin has no hook folder {folder:?}"))
                .help(format!("its folders: {}", known.join(", "))),
        );
    };
    let Some(function) = package.function(name) else {
        let near = nearest(
            name,
            package.functions().map(|function| function.name.clone()),
        );
        let fault = Fault::new(format!(
            "hook package {} has no function {name}",
            package.name
        ));
        return Err(if near.is_empty() {
            fault
        } else {
            fault.help(format!("did you mean {}?", near.join(" or ")))
        });
    };
    if function.generic {
        return Err(Fault::new(format!("hook function {name} has type parameters")).help(
            "hooks are called with the types of the target, and with any where it has type parameters",
        ));
    }
    Ok(function)
}

/// Compares a hook function's numbers of parameters and results with what it gets, `first` and the values of
/// its socket, and with what that takes. True when its last parameter is variadic and takes a slice.
fn check_shape(
    function: &HookFunction,
    values: &[Value],
    first: &[&str],
    results: usize,
    token_result: bool,
) -> Result<bool, Fault> {
    let wanted = first.len() + values.len();
    let place = format!("{}:{}", function.file, function.line);
    let is_slice = values
        .last()
        .and_then(|value| value.hook.as_ref())
        .is_some_and(|hook| hook.text.starts_with("[]"));
    let takes_any = function
        .parameters
        .last()
        .is_some_and(|last| matches!(last.as_str(), "...any" | "...interface{}"));
    let fixed = function.parameters.len().saturating_sub(1);
    // Values of any types, one after the other; a slice in their place is spread, as in Go.
    let collects = takes_any && wanted >= fixed && !(wanted == fixed + 1 && is_slice);
    if function.parameters.len() != wanted && !collects {
        let message = format!(
            "hook {place}: `{}` has {} parameters, and gets {wanted}",
            function.signature(),
            function.parameters.len()
        );
        let titles = values.iter().map(|value| value.title.as_str());
        let list: Vec<_> = first.iter().copied().chain(titles).collect();
        return Err(Fault::new(message).help(format!("it gets: {}", list.join(", "))));
    }
    if function.results.len() != results {
        let message = format!(
            "hook {place}: `{}` has {} results, and must have {results}",
            function.signature(),
            function.results.len()
        );
        let help = if token_result {
            "the token for the after function, then the replaced arguments"
        } else {
            "the replaced values, in the order of the advice"
        };
        return Err(Fault::new(message).help(help));
    }
    if !function.is_variadic() || collects {
        return Ok(false);
    }
    if is_slice {
        return Ok(true);
    }
    Err(Fault::new(format!(
        "hook {place}: `{}` is variadic, and its last argument is no slice",
        function.signature()
    )))
}
