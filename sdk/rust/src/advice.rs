//! What a plugin wants done at join points.
//!
//! # Naming values
//!
//! Receiver, parameters and results are named as in the Go source, or by position from 0 where they
//! have no name; the receiver also answers to `recv`. Fields follow after dots: `ctx`, `0`,
//! `recv.opt`, `c.opt.Addr`.

use crate::bindings::weft::plugin::types;
use crate::error::{Error, Result};
use crate::package::{Function, Hookable, Package, Parameter};

/// Collects advice. A name that a function does not have fails the plugin with the names it has.
#[derive(Debug)]
pub struct Advices {
    import_path: String,
    advice: Vec<Draft>,
    error: Option<Error>,
}

#[derive(Debug)]
enum Draft {
    Hook(types::Hook),
    Detach(types::Detach),
}

impl Advices {
    pub(crate) fn new(package: &Package) -> Self {
        Self {
            import_path: package.import_path().to_owned(),
            advice: Vec::new(),
            error: None,
        }
    }

    /// Calls Go functions before and after a function's body, or before and after each use of another
    /// package's function. As long as nothing else is said, `before` gets the receiver and all
    /// parameters, `after` all results, and nothing is replaced.
    pub fn hook<'a>(&'a mut self, target: impl Into<Hookable<'a>>) -> Hook<'a> {
        let target = target.into();
        let receiver = usize::from(target.receiver_parameter().is_some());
        let values = target.parameters().len() + receiver;
        self.advice.push(Draft::Hook(types::Hook {
            join_point: target.index(),
            folder: String::new(),
            before: None,
            after: None,
            constants: Vec::new(),
            arguments: indices(values)
                .map(|index| types::Argument {
                    index,
                    fields: Vec::new(),
                })
                .collect(),
            replaces: Vec::new(),
            results: indices(target.results().len()).collect(),
            replaces_results: Vec::new(),
            order: 0,
            attrs: Vec::new(),
        }));
        let Some(Draft::Hook(hook)) = self.advice.last_mut() else {
            unreachable!("a hook was just added");
        };
        Hook {
            target,
            raw: hook,
            import_path: &self.import_path,
            error: &mut self.error,
        }
    }

    /// Marks a goroutine's entry function: what the goroutine does no longer belongs to the span that
    /// was current when it was started. For pools, transports and batchers that libraries start lazily.
    pub fn detach(&mut self, function: Function<'_>) {
        self.advice.push(Draft::Detach(types::Detach {
            join_point: function.index,
            attrs: Vec::new(),
        }));
    }

    pub(crate) fn into_wit(self) -> Result<Vec<types::Advice>> {
        if let Some(error) = self.error {
            return Err(error);
        }
        let advice = self.advice.into_iter().map(|draft| match draft {
            Draft::Hook(mut hook) => {
                // The defaults are for hooks that are called.
                if hook.before.is_none() {
                    hook.arguments.clear();
                }
                if hook.after.is_none() {
                    hook.results.clear();
                }
                types::Advice::Hook(hook)
            }
            Draft::Detach(detach) => types::Advice::Detach(detach),
        });
        Ok(advice.collect())
    }
}

fn indices(count: usize) -> impl Iterator<Item = u32> {
    (0..).take(count)
}

/// See [`Advices::hook`].
#[derive(Debug)]
pub struct Hook<'a> {
    target: Hookable<'a>,
    raw: &'a mut types::Hook,
    import_path: &'a str,
    error: &'a mut Option<Error>,
}

#[expect(
    clippy::return_self_not_must_use,
    reason = "what is said is written through to the advice"
)]
impl Hook<'_> {
    /// The Go function to call before the body or the call: `func(arguments…) (token, replaced arguments…)`. The
    /// token is left out when there is no `after`; it must be a pointer or an interface, and nil means
    /// not to call `after`.
    pub fn before(self, go_function: &str) -> Self {
        self.raw.before = Some(go_function.to_owned());
        self
    }

    /// The Go function to call when the function returns or panics:
    /// `func(token, results…) (replaced results…)`. The token is left out when there is no `before`.
    pub fn after(self, go_function: &str) -> Self {
        self.raw.after = Some(go_function.to_owned());
        self
    }

    /// The folder of the Go functions below `go/`, where it is not `go/` itself.
    pub fn folder(self, folder: &str) -> Self {
        folder.clone_into(&mut self.raw.folder);
        self
    }

    /// Text that both functions get first, after the token, as string constants: what tells the places of
    /// one hook apart.
    pub fn constants(self, texts: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.raw.constants = texts.into_iter().map(Into::into).collect();
        self
    }

    /// What `before` gets, in this order: `["recv.opt", "ctx"]`. A last parameter `...any` of the Go function
    /// takes any number of values.
    pub fn arguments<'n>(mut self, names: impl IntoIterator<Item = &'n str>) -> Self {
        let names = names.into_iter();
        self.raw.arguments = names.filter_map(|name| self.argument(name)).collect();
        self
    }

    /// Which parameters `before` replaces; it returns them in this order after the token. A variadic one
    /// is a slice.
    pub fn replaces<'n>(mut self, names: impl IntoIterator<Item = &'n str>) -> Self {
        let replaced = names.into_iter().filter_map(|name| {
            let argument = self.argument(name)?;
            if argument.fields.is_empty() {
                return Some(argument.index);
            }
            self.fail(
                &format!("the field `{name}` cannot be replaced"),
                String::new,
            );
            None
        });
        self.raw.replaces = replaced.collect();
        self
    }

    /// What `after` gets, in this order: `["err"]`.
    pub fn results<'n>(mut self, names: impl IntoIterator<Item = &'n str>) -> Self {
        let names = names.into_iter();
        self.raw.results = names.filter_map(|name| self.result(name)).collect();
        self
    }

    /// Which results `after` replaces; it returns them in this order.
    pub fn replaces_results<'n>(mut self, names: impl IntoIterator<Item = &'n str>) -> Self {
        let names = names.into_iter();
        self.raw.replaces_results = names.filter_map(|name| self.result(name)).collect();
        self
    }

    /// Where several plugins hook one place, a lower order runs `before` earlier and `after` later.
    /// It is 0 otherwise; ties are broken by the plugin's name.
    pub fn order(self, order: i32) -> Self {
        self.raw.order = order;
        self
    }

    fn argument(&mut self, path: &str) -> Option<types::Argument> {
        let mut segments = path.split('.');
        let first = segments.next().unwrap_or_default();
        let receiver = self.target.receiver_parameter();
        let shift = u32::from(receiver.is_some());
        let parameters = self.target.parameters();
        let index = if let Some(index) = position(parameters, first) {
            Some(index + shift)
        } else {
            receiver
                .filter(|receiver| first == "recv" || (first == receiver.name && !first.is_empty()))
                .map(|_| 0)
        };
        let Some(index) = index else {
            self.fail(&format!("no parameter `{first}`"), || {
                let receiver = receiver.map(|_| "recv".to_owned());
                receiver
                    .into_iter()
                    .chain(names(parameters))
                    .collect::<Vec<_>>()
                    .join(", ")
            });
            return None;
        };
        Some(types::Argument {
            index,
            fields: segments.map(str::to_owned).collect(),
        })
    }

    fn result(&mut self, name: &str) -> Option<u32> {
        let results = self.target.results();
        let index = position(results, name);
        if index.is_none() {
            self.fail(&format!("no result `{name}`"), || {
                names(results).collect::<Vec<_>>().join(", ")
            });
        }
        index
    }

    /// Keeps the first error; the plugin's answer is then refused as a whole.
    fn fail(&mut self, problem: &str, has: impl FnOnce() -> String) {
        if self.error.is_some() {
            return;
        }
        let name = self.target.title(self.import_path);
        let has = has();
        let has = if has.is_empty() {
            has
        } else {
            format!("; it has: {has}")
        };
        *self.error = Some(Error::new(format!("{name}: {problem}{has}")).with_help(
            "the plugin does not know this version of the library; look for a newer plugin, or \
                 leave the plugin out",
        ));
    }
}

/// A parameter's place by its name, or by position from 0.
fn position(parameters: &[Parameter], name: &str) -> Option<u32> {
    if let Ok(index) = name.parse::<u32>() {
        return ((index as usize) < parameters.len()).then_some(index);
    }
    (0..)
        .zip(parameters)
        .find(|(_, p)| p.name == name && !name.is_empty())
        .map(|(index, _)| index)
}

fn names(parameters: &[Parameter]) -> impl Iterator<Item = String> {
    (0..).zip(parameters).map(|(index, parameter): (u32, _)| {
        if parameter.name.is_empty() {
            index.to_string()
        } else {
            parameter.name.clone()
        }
    })
}
