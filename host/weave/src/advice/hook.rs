//! Advice that hooks a function or the uses of one.

use super::resolver::{Outcome, Resolver, Target, place};
use super::{Fault, PluginAdvice};
use crate::hooks::HookFunction;
use crate::model::{self, HookType, JoinPointKind, Parameter};
use crate::plan::{HookKind, HookPlan, PassedArgument, Socket};
use crate::plug::{AfterCall, BeforeCall, PassedValue, Plug, PlugHome, PlugKind, result_list};
use crate::syntax::{ParameterNode, is_predeclared, nearest};

/// What is hooked, as both sides of a socket spell it.
pub(super) struct Site<'t, 'a> {
    /// What a person calls it.
    pub title: String,
    /// What makes it what it is, for the id of a hook.
    pub identity: Vec<String>,
    /// For messages about wrong indices.
    pub signature: String,
    /// The receiver, if any, then the parameters.
    pub arguments: Vec<Value>,
    /// The results.
    pub results: Vec<Value>,
    /// The declaration, where it is one that is woven: its arguments have fields.
    pub target: Option<&'t Target<'a>>,
}

/// A receiver, parameter or result as both sides of a socket spell it.
#[derive(Debug, Clone)]
pub(super) struct Value {
    /// What a person calls it.
    pub title: String,
    /// In the hook package; None for `interface{}`.
    pub hook: Option<HookType>,
    /// In the target file.
    pub target: String,
    /// The target file cannot name the type: the socket passes `interface{}`, and the plug asserts it.
    pub erased: bool,
}

impl Value {
    fn new(title: String, hook: Option<HookType>, target: String) -> Self {
        Self {
            title,
            hook,
            target,
            erased: false,
        }
    }

    /// The type that the socket passes, as the target file spells it.
    fn socket_type(&self) -> String {
        if self.erased || self.hook.is_none() {
            "interface{}".to_owned()
        } else {
            self.target.clone()
        }
    }

    fn passed(&self) -> PassedValue {
        PassedValue {
            hook_type: self.hook.clone(),
            erased: self.erased,
        }
    }
}

/// A hook and what connects it.
pub(super) struct Connected {
    pub hook: HookPlan,
    pub sockets: Vec<Socket>,
    pub plug: Plug,
}

impl<'a> Resolver<'a> {
    pub(super) fn hook(
        &mut self,
        plugin: &PluginAdvice<'_>,
        n: usize,
        advice: &model::Hook,
    ) -> Outcome<()> {
        let point = Self::join_point(plugin, advice.join_point)?;
        let order = (advice.order, plugin.plugin.to_owned(), n);
        match &point.kind {
            JoinPointKind::Function(_) => {
                let target = self.target(plugin, advice.join_point)?;
                let site = self.function_site(&target);
                let connected = self
                    .connect(plugin, advice, &site)
                    .map_err(|fault| (target.place.clone(), fault))?;
                self.add_hook(&target, order, connected);
            }
            JoinPointKind::Call(call) => {
                self.call_hook(plugin, advice, point, call, order)
                    .map_err(|fault| (place(point), fault))?;
            }
        }
        let actions = [("before", &advice.before), ("after", &advice.after)];
        let actions = actions
            .iter()
            .filter_map(|(when, function)| Some(format!("{when} {}", function.as_ref()?)))
            .collect::<Vec<_>>();
        self.add_point(plugin.plugin, point, actions.join(", "));
        Ok(())
    }

    /// A declaration to be woven.
    fn function_site<'t>(&self, target: &'t Target<'a>) -> Site<'t, 'a> {
        let described = self.syntax.describe(target.file, target.function);
        let values = |what: &str, nodes: Vec<ParameterNode<'_>>, described: Vec<&Parameter>| {
            nodes
                .iter()
                .zip(described)
                .enumerate()
                .map(|(n, (node, parameter))| {
                    Value::new(
                        format!("{what} {n} ({})", parameter.go_type),
                        parameter.hook_type.clone(),
                        node.variable_type(&target.file.source),
                    )
                })
                .collect()
        };
        let function = target.function;
        let nodes = function.receiver().into_iter().chain(function.parameters());
        let all = described.receiver.iter().chain(&described.parameters);
        Site {
            title: function.title(),
            identity: vec![
                function.receiver_type().unwrap_or_default(),
                function.name().to_owned(),
            ],
            signature: format!(
                "its signature is `{}`; the receiver is argument 0",
                function.signature()
            ),
            arguments: values("argument", nodes.collect(), all.collect()),
            results: values(
                "result",
                function.results(),
                described.results.iter().collect(),
            ),
            target: Some(target),
        }
    }

    /// Checks a hook against what it is placed at, and makes its sockets and plug.
    pub(super) fn connect(
        &mut self,
        plugin: &PluginAdvice<'_>,
        advice: &model::Hook,
        site: &Site<'_, 'a>,
    ) -> Result<Connected, Fault> {
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
        let id = self.hook_id(plugin, advice, site)?;
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
            let values = self.arguments(advice, site, &mut hook)?;
            let (call, socket) = before_call(advice, function, &values, kind, site, &id)?;
            sockets.push(socket);
            before = Some(call);
        }
        let mut after = None;
        if let Some(name) = &advice.after {
            let function = hook_function(plugin, &advice.folder, name)?;
            let values = results(advice, site)?;
            let (call, socket) = after_call(advice, function, &values, kind, site, &id)?;
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
        Ok(Connected {
            hook,
            sockets,
            plug,
        })
    }

    fn hook_id(
        &mut self,
        plugin: &PluginAdvice<'_>,
        advice: &model::Hook,
        site: &Site<'_, '_>,
    ) -> Result<String, Fault> {
        let mut parts = vec![plugin.plugin];
        parts.extend(site.identity.iter().map(String::as_str));
        parts.extend([
            advice.folder.as_str(),
            advice.before.as_deref().unwrap_or_default(),
            advice.after.as_deref().unwrap_or_default(),
        ]);
        self.id(&parts).ok_or_else(|| {
            Fault::new(format!(
                "{} is hooked twice with the same functions",
                site.title
            ))
        })
    }

    /// What the before socket passes.
    fn arguments(
        &mut self,
        advice: &model::Hook,
        site: &Site<'_, 'a>,
        hook: &mut HookPlan,
    ) -> Result<Vec<Value>, Fault> {
        let mut values = Vec::new();
        for argument in &advice.arguments {
            let index = argument.index as usize;
            let Some(value) = site.arguments.get(index) else {
                return Err(out_of_range(
                    "argument",
                    argument.index,
                    &site.arguments,
                    site,
                ));
            };
            if argument.fields.is_empty() {
                hook.arguments.push(PassedArgument {
                    index: argument.index,
                    accessor: None,
                });
                values.push(value.clone());
                continue;
            }
            let Some(target) = site.target else {
                return Err(Fault::new(format!(
                    "fields of {} cannot be read where {} is called",
                    value.title, site.title
                ))
                .help("pass the argument itself and read its exported parts in the hook"));
            };
            let nodes = target
                .function
                .receiver()
                .into_iter()
                .chain(target.function.parameters())
                .collect::<Vec<_>>();
            let name = format!("weft_{}_f{}", hook.id, hook.arguments.len());
            let field = self.accessor(target, &nodes[index], &argument.fields, &name)?;
            hook.arguments.push(PassedArgument {
                index: argument.index,
                accessor: Some(name),
            });
            values.push(Value::new(
                format!("field {}", argument.fields.join(".")),
                field.hook_type,
                field.go_type,
            ));
        }
        Ok(values)
    }
}

/// What the after socket passes.
fn results(advice: &model::Hook, site: &Site<'_, '_>) -> Result<Vec<Value>, Fault> {
    let value = |index: &u32| {
        site.results
            .get(*index as usize)
            .cloned()
            .ok_or_else(|| out_of_range("result", *index, &site.results, site))
    };
    advice.results.iter().map(value).collect()
}

fn before_call(
    advice: &model::Hook,
    function: &HookFunction,
    values: &[Value],
    kind: HookKind,
    site: &Site<'_, '_>,
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
    let given_back = replaced_types(values, &replaces, site)?;
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
    let types = values.iter().map(Value::socket_type).collect::<Vec<_>>();
    let socket = Socket {
        variable: format!("weft_{id}_b"),
        go_type: format!("func({}){}", types.join(", "), result_list(&results)),
    };
    let call = BeforeCall {
        function: function.name.clone(),
        arguments: values.iter().map(Value::passed).collect(),
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
    site: &Site<'_, '_>,
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
    let given_back = replaced_types(values, &replaces, site)?;
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
    types.extend(values.iter().map(Value::socket_type));
    let socket = Socket {
        variable: format!("weft_{id}_a"),
        go_type: format!("func({}){}", types.join(", "), result_list(&given_back)),
    };
    let call = AfterCall {
        function: function.name.clone(),
        token,
        results: values.iter().map(Value::passed).collect(),
        spread,
        replaces,
    };
    Ok((call, socket))
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
fn hook_function<'p>(
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

fn out_of_range(what: &str, index: u32, values: &[Value], site: &Site<'_, '_>) -> Fault {
    Fault::new(format!(
        "{} has {} {what}s, and the hook asks for number {index}",
        site.title,
        values.len()
    ))
    .help(site.signature.clone())
}
