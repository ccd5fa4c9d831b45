//! Advice that hooks a function or the uses of one.

use super::resolver::{Outcome, Resolver, Target, place};
use super::site::{Site, Value};
use super::socket::{after_call, before_call, hook_function};
use super::{Fault, PluginAdvice};
use crate::model::{self, JoinPointKind, Parameter};
use crate::plan::{HookKind, HookPlan, PassedArgument, Socket};
use crate::plug::{Plug, PlugHome, PlugKind};
use crate::syntax::ParameterNode;

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

fn out_of_range(what: &str, index: u32, values: &[Value], site: &Site<'_, '_>) -> Fault {
    Fault::new(format!(
        "{} has {} {what}s, and the hook asks for number {index}",
        site.title,
        values.len()
    ))
    .help(site.signature.clone())
}
