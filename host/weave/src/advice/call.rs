//! Advice that hooks the uses of another package's function.

use super::hook::hook_function;
use super::resolver::{Outcome, Resolver, place};
use super::{Fault, PluginAdvice};
use crate::model::{self, Call, JoinPoint, JoinPointKind};
use crate::plan::{CallPlan, Socket};
use crate::plug::{BeforeCall, Plug, PlugHome, PlugKind, result_list};
use crate::syntax::{PackageSyntax, ParsedFile};

impl Resolver<'_> {
    pub(super) fn call_hook(
        &mut self,
        plugin: &PluginAdvice<'_>,
        advice: &model::CallHook,
    ) -> Outcome<()> {
        let point = Self::join_point(plugin, advice.join_point)?;
        let JoinPointKind::Call(call) = &point.kind else {
            let fault = Fault::new(format!(
                "join point {} is a function, not a use of one",
                advice.join_point
            ))
            .help("advise a hook there");
            return Err((place(point), fault));
        };
        self.call_at(plugin, advice, point, call)
            .map_err(|fault| (place(point), fault))?;
        self.add_point(plugin.plugin, point, format!("before {}", advice.before));
        Ok(())
    }

    fn call_at(
        &mut self,
        plugin: &PluginAdvice<'_>,
        advice: &model::CallHook,
        point: &JoinPoint,
        call: &Call,
    ) -> Result<(), Fault> {
        let title = format!("{}.{}", call.import_path, call.name);
        let syntax: &PackageSyntax = self.syntax;
        let file = syntax
            .parsed_file(&point.file)
            .filter(|file| !file.references(&call.import_path, &call.name).is_empty())
            .ok_or_else(|| Fault::new(format!("{title} is not used here")))?;
        self.check_names(file)?;
        let callees = self.callees;
        let callee = callees
            .get(&(call.import_path.clone(), call.name.clone()))
            .ok_or_else(|| Fault::new(format!("the signature of {title} is not known")))?;
        if !callee.type_parameters.is_empty() {
            return Err(Fault::new(format!(
                "{title} has type parameters, so its uses cannot be wrapped"
            )));
        }
        let function = hook_function(plugin, &advice.folder, &advice.before)?;
        let replaces = replaced(advice, callee, &title)?;
        let variadic = is_variadic(callee);
        if function.parameters.len() != callee.parameters.len()
            || function.results.len() != replaces.len()
        {
            let parameters = callee
                .parameters
                .iter()
                .map(|p| p.go_type.as_str())
                .collect::<Vec<_>>();
            let returned = match replaces.len() {
                0 => "nothing".to_owned(),
                n => format!("the {n} that it replaces"),
            };
            return Err(Fault::new(format!(
                "hook {}:{}: `{}` must take the arguments of {title} and return {returned}",
                function.file,
                function.line,
                function.signature()
            ))
            .help(format!("they are ({})", parameters.join(", "))));
        }
        if function.is_variadic() && !variadic {
            return Err(Fault::new(format!(
                "hook {} is variadic and {title} is not",
                function.name
            )));
        }
        let parts = [
            "call",
            plugin.plugin,
            &point.file,
            &title,
            &advice.folder,
            &advice.before,
        ];
        let id = self.id(&parts).ok_or_else(|| {
            Fault::new(format!(
                "the uses of {title} are hooked twice by {}",
                advice.before
            ))
        })?;
        let name = self.callee_name(file, &call.import_path, &call.name)?;
        let wrapper = self.wrapper(file, callee, &id, &name, &replaces)?;
        let builder = self.file(file);
        if builder
            .calls
            .iter()
            .any(|c| c.import_path == call.import_path && c.name == call.name)
        {
            return Err(Fault::new(format!(
                "the uses of {title} are hooked by more than one plugin"
            )));
        }
        builder.calls.push(CallPlan {
            import_path: call.import_path.clone(),
            package_name: syntax.package_name(&call.import_path),
            name: call.name.clone(),
            wrapper,
        });
        self.add_plug(Plug {
            home: PlugHome::Folder {
                plugin: plugin.plugin.to_owned(),
                folder: advice.folder.clone(),
            },
            id,
            kind: PlugKind::Hook {
                before: Some(BeforeCall {
                    function: advice.before.clone(),
                    arguments: callee
                        .parameters
                        .iter()
                        .map(|p| p.hook_type.clone())
                        .collect(),
                    spread: function.is_variadic(),
                    replaces,
                }),
                after: None,
            },
        });
        Ok(())
    }

    /// The called function as the file spells it; its import stays in use when all uses are replaced.
    fn callee_name(&mut self, file: &ParsedFile, path: &str, name: &str) -> Result<String, Fault> {
        let dot = file
            .imports
            .iter()
            .any(|import| import.path == path && import.alias.as_deref() == Some("."));
        if dot {
            return Ok(name.to_owned());
        }
        Ok(format!("{}.{name}", self.local_name(file, path)?))
    }

    /// Appends the function that is used in the callee's place, and its socket.
    fn wrapper(
        &mut self,
        file: &ParsedFile,
        callee: &model::Function,
        id: &str,
        name: &str,
        replaces: &[usize],
    ) -> Result<String, Fault> {
        let variadic = is_variadic(callee);
        let mut spell = |parameter: &model::Parameter| match &parameter.hook_type {
            Some(hook_type) => self.spell(file, hook_type),
            None => Err(Fault::new(format!(
                "the type {} of {name} cannot be named outside of its package",
                parameter.go_type
            ))),
        };
        let types = callee
            .parameters
            .iter()
            .map(&mut spell)
            .collect::<Result<Vec<_>, _>>()?;
        let results = callee
            .results
            .iter()
            .map(&mut spell)
            .collect::<Result<Vec<_>, _>>()?;
        let last = types.len().saturating_sub(1);
        let parameter = |(n, go_type): (usize, &String)| match go_type.strip_prefix("[]") {
            Some(element) if variadic && n == last => format!("weft_p{n} ...{element}"),
            _ => format!("weft_p{n} {go_type}"),
        };
        let parameters = types
            .iter()
            .enumerate()
            .map(parameter)
            .collect::<Vec<_>>()
            .join(", ");
        let names = (0..types.len())
            .map(|n| format!("weft_p{n}"))
            .collect::<Vec<_>>()
            .join(", ");
        let spread = if variadic { "..." } else { "" };
        let give_back = if results.is_empty() { "" } else { "return " };
        let returned = replaces
            .iter()
            .map(|n| types[*n].clone())
            .collect::<Vec<_>>();
        let assigned = replaces
            .iter()
            .map(|n| format!("weft_p{n}"))
            .collect::<Vec<_>>()
            .join(", ");
        let assign = if assigned.is_empty() { "" } else { " = " };
        let wrapper = format!("weft_{id}_c");
        let socket = format!("weft_{id}_b");
        let builder = self.file(file);
        builder.declarations.push(format!(
            "func {wrapper}({parameters}){} {{ if {socket} != nil {{ {assigned}{assign}{socket}({names}) }}; \
             {give_back}{name}({names}{spread}) }}",
            result_list(&results)
        ));
        builder.sockets.push(Socket {
            variable: socket,
            go_type: format!("func({}){}", types.join(", "), result_list(&returned)),
        });
        Ok(wrapper)
    }
}

fn is_variadic(callee: &model::Function) -> bool {
    callee
        .parameters
        .last()
        .is_some_and(|last| last.go_type.starts_with("..."))
}

/// Positions of the arguments that the hook replaces.
fn replaced(
    advice: &model::CallHook,
    callee: &model::Function,
    title: &str,
) -> Result<Vec<usize>, Fault> {
    let mut positions = Vec::new();
    for index in &advice.replaces {
        let position = *index as usize;
        let count = callee.parameters.len();
        if position >= count {
            return Err(Fault::new(format!(
                "{title} has {count} arguments, and the hook replaces number {index}"
            ))
            .help("they are counted from 0"));
        }
        if positions.contains(&position) {
            return Err(Fault::new(format!(
                "argument {index} of {title} is replaced twice"
            )));
        }
        positions.push(position);
    }
    Ok(positions)
}
