//! Advice that hooks the uses of another package's function.

use super::resolver::{OrderOfHook, Resolver};
use super::site::{Site, Value};
use super::wrapper::Wrapper;
use super::{Fault, PluginAdvice};
use crate::model::{self, Call, Function, JoinPoint, Parameter};
use crate::syntax::ParsedFile;

impl<'a> Resolver<'a> {
    pub(super) fn call_hook(
        &mut self,
        plugin: &PluginAdvice<'_>,
        advice: &model::Hook,
        point: &JoinPoint,
        call: &Call,
        order: OrderOfHook,
    ) -> Result<(), Fault> {
        let title = format!("{}.{}", call.import_path, call.name);
        let file = self
            .syntax
            .parsed_file(&point.file)
            .filter(|file| !file.references(&call.import_path, &call.name).is_empty())
            .ok_or_else(|| Fault::new(format!("{title} is not used here")))?;
        self.check_names(file)?;
        let callee = call
            .declaration
            .as_ref()
            .ok_or_else(|| Fault::new(format!("the signature of {title} is not known")))?;
        if !callee.type_parameters.is_empty() {
            return Err(Fault::new(format!(
                "{title} has type parameters, so its uses cannot be wrapped"
            )));
        }
        let site = self.call_site(file, callee, &title)?;
        let connected = self.connect(plugin, advice, &site)?;
        let key = (call.import_path.clone(), call.name.clone());
        if !self.file(file).calls.contains_key(&key) {
            let name = self
                .id(&["call", &point.file, &title])
                .map(|id| format!("weft_{id}_c"))
                .ok_or_else(|| Fault::new(format!("the uses of {title} are wrapped twice")))?;
            let wrapper = Wrapper {
                name,
                callee: self.callee_name(file, &call.import_path, &call.name)?,
                parameters: site.arguments,
                results: site.results,
                variadic: is_variadic(callee),
                hooks: Vec::new(),
            };
            self.file(file).calls.insert(key.clone(), wrapper);
        }
        self.add_call_hook(file, &key, order, connected);
        Ok(())
    }

    /// The function called, in the words of the file that calls it.
    fn call_site(
        &mut self,
        file: &ParsedFile,
        callee: &Function,
        title: &str,
    ) -> Result<Site<'a, 'a>, Fault> {
        let mut erased = 0;
        let mut values = |what: &str, list: &[Parameter]| {
            list.iter()
                .enumerate()
                .map(|(n, parameter)| {
                    let described = format!("{what} {n} ({})", parameter.go_type);
                    let value = self.value(file, parameter, described, erased);
                    erased += usize::from(value.as_ref().is_ok_and(|value| value.erased));
                    value
                })
                .collect::<Result<Vec<_>, _>>()
        };
        let arguments = values("argument", &callee.parameters)?;
        let results = values("result", &callee.results)?;
        let list = |list: &[Parameter]| {
            let types = list.iter().map(|p| p.go_type.as_str());
            types.collect::<Vec<_>>().join(", ")
        };
        Ok(Site {
            title: title.to_owned(),
            identity: vec![
                "call".to_owned(),
                file.source.name.clone(),
                title.to_owned(),
            ],
            signature: format!(
                "its arguments are ({}), counted from 0, and its results ({})",
                list(&callee.parameters),
                list(&callee.results)
            ),
            arguments,
            results,
            target: None,
        })
    }

    /// A parameter or result of the function called. A type that the file cannot name becomes a type
    /// parameter of the wrapper, the number `n`.
    fn value(
        &mut self,
        file: &ParsedFile,
        parameter: &Parameter,
        title: String,
        n: usize,
    ) -> Result<Value, Fault> {
        let hook = parameter.hook_type.clone();
        let why = match &hook {
            Some(hook_type) => match self.spell(file, hook_type) {
                Ok(target) => {
                    return Ok(Value {
                        title,
                        hook,
                        target,
                        erased: false,
                    });
                }
                Err(fault) => fault,
            },
            None => Fault::new(format!(
                "the type {} cannot be named outside of its package",
                parameter.go_type
            )),
        };
        if !self.syntax.type_parameters_allowed {
            return Err(why.help("the language version of the module has no type parameters, which would spare naming the type"));
        }
        let slice = if parameter.go_type.starts_with("...") {
            "[]"
        } else {
            ""
        };
        Ok(Value {
            title,
            hook,
            target: format!("{slice}weft_T{n}"),
            erased: true,
        })
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
}

fn is_variadic(callee: &Function) -> bool {
    callee
        .parameters
        .last()
        .is_some_and(|last| last.go_type.starts_with("..."))
}
