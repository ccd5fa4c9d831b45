//! Advice that hooks a function.

use super::resolver::{Outcome, Resolver, Target};
use super::{Fault, PluginAdvice};
use crate::hooks::HookFunction;
use crate::model::{self, HookType};
use crate::plan::{HookKind, HookPlan, PassedArgument, Socket};
use crate::plug::{AfterCall, BeforeCall, Plug, PlugHome, PlugKind, result_list};
use crate::syntax::{is_predeclared, nearest};

/// A receiver, parameter or result as both sides of a socket spell it.
#[derive(Debug, Clone)]
struct Value {
    /// What a person calls it.
    title: String,
    /// In the hook package; None for `interface{}`.
    hook: Option<HookType>,
    /// In the target file.
    target: String,
}

impl Value {
    fn new(title: String, hook: Option<HookType>, variable_type: String) -> Self {
        let target = if hook.is_some() {
            variable_type
        } else {
            "interface{}".to_owned()
        };
        Self {
            title,
            hook,
            target,
        }
    }
}

impl<'a> Resolver<'a> {
    pub(super) fn hook(
        &mut self,
        plugin: &PluginAdvice<'_>,
        n: usize,
        advice: &model::Hook,
    ) -> Outcome<()> {
        let target = self.target(plugin, advice.join_point)?;
        self.hook_at(plugin, n, advice, &target)
            .map_err(|fault| (target.place.clone(), fault))?;
        let actions = [("before", &advice.before), ("after", &advice.after)];
        let actions = actions
            .iter()
            .filter_map(|(when, function)| Some(format!("{when} {}", function.as_ref()?)))
            .collect::<Vec<_>>();
        let point = Self::join_point(plugin, advice.join_point)?;
        self.add_point(plugin.plugin, point, actions.join(", "));
        Ok(())
    }

    fn hook_at(
        &mut self,
        plugin: &PluginAdvice<'_>,
        n: usize,
        advice: &model::Hook,
        target: &Target<'a>,
    ) -> Result<(), Fault> {
        let kind = match (&advice.before, &advice.after) {
            (Some(_), Some(_)) => HookKind::Around,
            (Some(_), None) => HookKind::Before,
            (None, Some(_)) => HookKind::After,
            (None, None) => {
                return Err(Fault::new(
                    "the hook names neither a before nor an after function",
                ));
            }
        };
        if advice.before.is_none() && !(advice.arguments.is_empty() && advice.replaces.is_empty()) {
            return Err(Fault::new(
                "the hook passes arguments and names no before function",
            ));
        }
        if advice.after.is_none()
            && !(advice.results.is_empty() && advice.replaces_results.is_empty())
        {
            return Err(Fault::new(
                "the hook passes results and names no after function",
            ));
        }
        let id = self.hook_id(plugin, advice, target)?;
        let mut hook = HookPlan {
            id: id.clone(),
            kind,
            arguments: Vec::new(),
            replaces: advice.replaces.clone(),
            results: advice.results.clone(),
            replaces_results: advice.replaces_results.clone(),
        };
        let mut sockets = Vec::new();
        let mut before = None;
        if let Some(name) = &advice.before {
            let function = hook_function(plugin, &advice.folder, name)?;
            let values = self.arguments(advice, target, &mut hook)?;
            let (call, socket) = before_call(advice, function, &values, kind, target, &id)?;
            sockets.push(socket);
            before = Some(call);
        }
        let mut after = None;
        if let Some(name) = &advice.after {
            let function = hook_function(plugin, &advice.folder, name)?;
            let values = self.results(advice, target)?;
            let (call, socket) = after_call(advice, function, &values, kind, target, &id)?;
            sockets.push(socket);
            after = Some(call);
        }
        let plug = Plug {
            home: PlugHome::Folder {
                plugin: plugin.plugin.to_owned(),
                folder: advice.folder.clone(),
            },
            id,
            kind: PlugKind::Hook { before, after },
        };
        let order = (advice.order, plugin.plugin.to_owned(), n);
        self.add_hook(target, order, hook, sockets, plug);
        Ok(())
    }

    fn hook_id(
        &mut self,
        plugin: &PluginAdvice<'_>,
        advice: &model::Hook,
        target: &Target<'_>,
    ) -> Result<String, Fault> {
        let receiver = target.function.receiver_type().unwrap_or_default();
        let parts = [
            plugin.plugin,
            &receiver,
            target.function.name(),
            &advice.folder,
            advice.before.as_deref().unwrap_or_default(),
            advice.after.as_deref().unwrap_or_default(),
        ];
        self.id(&parts).ok_or_else(|| {
            Fault::new(format!(
                "{} is hooked twice with the same functions",
                target.function.title()
            ))
        })
    }

    /// What the before socket passes.
    fn arguments(
        &mut self,
        advice: &model::Hook,
        target: &Target<'a>,
        hook: &mut HookPlan,
    ) -> Result<Vec<Value>, Fault> {
        let described = self.syntax.describe(target.file, target.function);
        let receiver = target.function.receiver().into_iter();
        let nodes = receiver
            .chain(target.function.parameters())
            .collect::<Vec<_>>();
        let all = described
            .receiver
            .iter()
            .chain(&described.parameters)
            .collect::<Vec<_>>();
        let mut values = Vec::new();
        for argument in &advice.arguments {
            let (Some(node), Some(parameter)) = (
                nodes.get(argument.index as usize),
                all.get(argument.index as usize),
            ) else {
                return Err(out_of_range("argument", argument.index, all.len(), target));
            };
            let title = format!("argument {} ({})", argument.index, parameter.go_type);
            if argument.fields.is_empty() {
                hook.arguments.push(PassedArgument {
                    index: argument.index,
                    accessor: None,
                });
                let variable_type = node.variable_type(&target.file.source);
                values.push(Value::new(
                    title,
                    parameter.hook_type.clone(),
                    variable_type,
                ));
                continue;
            }
            let name = format!("weft_{}_f{}", hook.id, hook.arguments.len());
            let field = self.accessor(target, node, &argument.fields, &name)?;
            hook.arguments.push(PassedArgument {
                index: argument.index,
                accessor: Some(name),
            });
            values.push(Value {
                title: format!("field {}", argument.fields.join(".")),
                hook: field.hook_type,
                target: field.go_type,
            });
        }
        Ok(values)
    }

    /// What the after socket passes.
    fn results(&self, advice: &model::Hook, target: &Target<'_>) -> Result<Vec<Value>, Fault> {
        let described = self.syntax.describe(target.file, target.function);
        let nodes = target.function.results();
        let value = |index: &u32| {
            let (Some(node), Some(result)) = (
                nodes.get(*index as usize),
                described.results.get(*index as usize),
            ) else {
                return Err(out_of_range("result", *index, nodes.len(), target));
            };
            let title = format!("result {index} ({})", result.go_type);
            let variable_type = node.variable_type(&target.file.source);
            Ok(Value::new(title, result.hook_type.clone(), variable_type))
        };
        advice.results.iter().map(value).collect()
    }
}

fn before_call(
    advice: &model::Hook,
    function: &HookFunction,
    values: &[Value],
    kind: HookKind,
    target: &Target<'_>,
    id: &str,
) -> Result<(BeforeCall, Socket), Fault> {
    let mut replaces = Vec::new();
    for index in &advice.replaces {
        let passed =
            |argument: &model::Argument| argument.index == *index && argument.fields.is_empty();
        let position = advice.arguments.iter().position(passed).ok_or_else(|| {
            Fault::new(format!("argument {index} is replaced and not passed"))
                .help("a hook that replaces an argument also gets it; add it to the arguments")
        })?;
        replaces.push(position);
    }
    let given_back = replaced_types(values, &replaces, target)?;
    let token = kind == HookKind::Around;
    let mut results = if token {
        vec!["interface{}".to_owned()]
    } else {
        Vec::new()
    };
    results.extend(given_back);
    let spread = check_shape(function, values, 0, results.len(), token)?;
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
    let types = values
        .iter()
        .map(|value| value.target.clone())
        .collect::<Vec<_>>();
    let socket = Socket {
        variable: format!("weft_{id}_b"),
        go_type: format!("func({}){}", types.join(", "), result_list(&results)),
    };
    let call = BeforeCall {
        function: function.name.clone(),
        arguments: values.iter().map(|value| value.hook.clone()).collect(),
        spread,
        replaces,
    };
    Ok((call, socket))
}

fn after_call(
    advice: &model::Hook,
    function: &HookFunction,
    values: &[Value],
    kind: HookKind,
    target: &Target<'_>,
    id: &str,
) -> Result<(AfterCall, Socket), Fault> {
    let mut replaces = Vec::new();
    for index in &advice.replaces_results {
        let position = advice
            .results
            .iter()
            .position(|passed| passed == index)
            .ok_or_else(|| {
                Fault::new(format!("result {index} is replaced and not passed"))
                    .help("a hook that replaces a result also gets it; add it to the results")
            })?;
        replaces.push(position);
    }
    let given_back = replaced_types(values, &replaces, target)?;
    let around = kind == HookKind::Around;
    let spread = check_shape(
        function,
        values,
        usize::from(around),
        given_back.len(),
        false,
    )?;
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
    types.extend(values.iter().map(|value| value.target.clone()));
    let socket = Socket {
        variable: format!("weft_{id}_a"),
        go_type: format!("func({}){}", types.join(", "), result_list(&given_back)),
    };
    let call = AfterCall {
        function: function.name.clone(),
        token,
        results: values.iter().map(|value| value.hook.clone()).collect(),
        spread,
        replaces,
    };
    Ok((call, socket))
}

/// The types of replaced values in the target file; both sides must be able to name them.
fn replaced_types(
    values: &[Value],
    positions: &[usize],
    target: &Target<'_>,
) -> Result<Vec<String>, Fault> {
    let mut out = Vec::new();
    for (n, position) in positions.iter().enumerate() {
        let value = &values[*position];
        if positions[..n].contains(position) {
            return Err(Fault::new(format!("{} is replaced twice", value.title)));
        }
        if value.hook.is_none() {
            let function = target.function.title();
            return Err(
                Fault::new(format!("{} of {function} cannot be replaced", value.title))
                    .help("a hook package cannot name its type"),
            );
        }
        out.push(value.target.clone());
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

/// Compares a hook function's numbers of parameters and results with what its socket passes and takes.
/// True when its last parameter is variadic and takes a slice.
fn check_shape(
    function: &HookFunction,
    values: &[Value],
    extra: usize,
    results: usize,
    token_result: bool,
) -> Result<bool, Fault> {
    let wanted = extra + values.len();
    let place = format!("{}:{}", function.file, function.line);
    let titles = values
        .iter()
        .map(|value| value.title.clone())
        .collect::<Vec<_>>();
    if function.parameters.len() != wanted {
        let token = if extra > 0 { "the token, " } else { "" };
        let message = format!(
            "hook {place}: `{}` has {} parameters, and gets {wanted}",
            function.signature(),
            function.parameters.len()
        );
        let list = format!("{token}{}", titles.join(", "));
        return Err(Fault::new(message).help(format!("it gets: {}", list.trim_end_matches(", "))));
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
    if !function.is_variadic() {
        return Ok(false);
    }
    let slice = values
        .last()
        .and_then(|value| value.hook.as_ref())
        .is_some_and(|hook| hook.text.starts_with("[]"));
    if slice {
        return Ok(true);
    }
    Err(Fault::new(format!(
        "hook {place}: `{}` is variadic, and its last argument is no slice",
        function.signature()
    )))
}

fn out_of_range(what: &str, index: u32, count: usize, target: &Target<'_>) -> Fault {
    let function = target.function;
    Fault::new(format!(
        "{} has {count} {what}s, and the hook asks for number {index}",
        function.title()
    ))
    .help(format!(
        "its signature is `{}`; the receiver is argument 0",
        function.signature()
    ))
}
