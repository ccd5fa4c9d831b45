//! Contract track 0.1: generated bindings, and their lifting into the one internal model. Nothing is
//! decided here.

use std::collections::BTreeMap;

use wasmtime::component::{HasSelf, Linker};
use weft_weave::model;

use super::limits::{Limits, LogLimit};
use weft::plugin::{log, types};

#[expect(clippy::pedantic, reason = "generated")]
mod generated {
    wasmtime::component::bindgen!({
        path: "../../wit",
        world: "plugin",
        imports: { default: trappable },
    });
}
use generated::weft;
pub(super) use generated::{Plugin as Bindings, PluginPre as Prepared};

/// What the host keeps for one call of a plugin.
pub(super) struct Guest {
    pub(super) limits: Limits,
    pub(super) memory_used: usize,
    pub(super) log: Vec<String>,
    logged: usize,
}

impl Guest {
    pub(super) fn new(limits: Limits) -> Self {
        Self { limits, memory_used: 0, log: Vec::new(), logged: 0 }
    }
}

impl types::Host for Guest {}

impl log::Host for Guest {
    fn debug(&mut self, message: String) -> wasmtime::Result<()> {
        // An empty line costs the host something too.
        self.logged += message.len() + 16;
        if self.logged > self.limits.log_bytes {
            return Err(LogLimit.into());
        }
        self.log.push(message);
        Ok(())
    }
}

/// All that plugins of this track may import.
pub(super) fn linker(engine: &wasmtime::Engine) -> wasmtime::Result<Linker<Guest>> {
    let mut linker = Linker::new(engine);
    Bindings::add_to_linker::<_, HasSelf<_>>(&mut linker, |guest| guest)?;
    Ok(linker)
}

/// A plugin's own error: message and help.
pub(super) struct Declined(pub(super) String, pub(super) Option<String>);

impl From<types::PluginError> for Declined {
    fn from(error: types::PluginError) -> Self {
        Self(error.message, error.help)
    }
}

/// Calls `describe`.
pub(super) fn describe(
    bindings: &Bindings,
    store: &mut wasmtime::Store<Guest>,
    host_version: &str,
    settings: &BTreeMap<String, String>,
) -> wasmtime::Result<Result<types::Descriptor, Declined>> {
    let host = types::HostInfo { version: host_version.to_owned(), attrs: Vec::new() };
    let answer = bindings.call_describe(store, &host, &attrs(settings))?;
    Ok(answer.map_err(Declined::from))
}

/// Calls `advise`.
pub(super) fn advise(
    bindings: &Bindings,
    store: &mut wasmtime::Store<Guest>,
    package: &model::Package,
    settings: &BTreeMap<String, String>,
) -> wasmtime::Result<Result<Vec<model::Advice>, Declined>> {
    let answer = bindings.call_advise(store, &lower_package(package), &attrs(settings))?;
    Ok(answer.map(|advice| advice.into_iter().map(lift_advice).collect()).map_err(Declined::from))
}

fn attrs(settings: &BTreeMap<String, String>) -> Vec<(String, String)> {
    settings.iter().map(|(name, value)| (name.clone(), value.clone())).collect()
}

/// The descriptor in the model, where a path names one hook file.
///
/// # Errors
///
/// The path of a hook file that is given twice.
pub(super) fn lift_descriptor(descriptor: types::Descriptor) -> Result<model::Descriptor, String> {
    let mut hook_files = BTreeMap::new();
    for file in descriptor.hook_files {
        if hook_files.contains_key(&file.path) {
            return Err(file.path);
        }
        hook_files.insert(file.path, file.text);
    }
    Ok(model::Descriptor {
        name: descriptor.name,
        version: descriptor.version,
        license: descriptor.license,
        description: descriptor.description,
        interests: descriptor.interests.into_iter().map(lift_interest).collect(),
        hook_files,
        permissions: descriptor.permissions,
    })
}

fn lift_interest(interest: types::Interest) -> model::Interest {
    model::Interest {
        import_path: interest.import_path,
        versions: interest.versions,
        matchers: interest
            .matchers
            .into_iter()
            .map(|matcher| model::Matcher {
                target: lift_target(matcher.target),
                must_match: matcher.must_match,
            })
            .collect(),
    }
}

fn lift_target(target: types::MatcherTarget) -> model::MatcherTarget {
    match target {
        types::MatcherTarget::Function(function) => {
            model::MatcherTarget::Function { receiver: function.receiver, name: function.name }
        }
        types::MatcherTarget::Call(call) => {
            model::MatcherTarget::Call { import_path: call.import_path, name: call.name }
        }
    }
}

fn lift_advice(advice: types::Advice) -> model::Advice {
    match advice {
        types::Advice::Hook(hook) => model::Advice::Hook(model::Hook {
            join_point: hook.join_point,
            folder: hook.folder,
            before: hook.before,
            after: hook.after,
            arguments: hook
                .arguments
                .into_iter()
                .map(|argument| model::Argument { index: argument.index, fields: argument.fields })
                .collect(),
            replaces: hook.replaces,
            results: hook.results,
            replaces_results: hook.replaces_results,
            order: hook.order,
        }),
        types::Advice::CallHook(hook) => model::Advice::CallHook(model::CallHook {
            join_point: hook.join_point,
            folder: hook.folder,
            before: hook.before,
        }),
        types::Advice::Detach(detach) => model::Advice::Detach { join_point: detach.join_point },
    }
}

fn lower_package(package: &model::Package) -> types::GoPackage {
    types::GoPackage {
        import_path: package.import_path.clone(),
        name: package.name.clone(),
        module_path: package.module_path.clone(),
        module_version: package.module_version.clone(),
        go_version: package.go_version.clone(),
        goos: package.goos.clone(),
        goarch: package.goarch.clone(),
        tags: package.tags.clone(),
        join_points: package.join_points.iter().map(lower_join_point).collect(),
        attrs: Vec::new(),
    }
}

fn lower_join_point(point: &model::JoinPoint) -> types::JoinPoint {
    let kind = match &point.kind {
        model::JoinPointKind::Function(function) => types::JoinPointKind::Function(types::Function {
            receiver: function.receiver.as_ref().map(lower_parameter),
            name: function.name.clone(),
            type_parameters: function.type_parameters.clone(),
            parameters: function.parameters.iter().map(lower_parameter).collect(),
            results: function.results.iter().map(lower_parameter).collect(),
            directives: function.directives.clone(),
        }),
        model::JoinPointKind::Call(call) => types::JoinPointKind::Call(types::Call {
            import_path: call.import_path.clone(),
            name: call.name.clone(),
            count: call.count,
        }),
    };
    types::JoinPoint { file: point.file.clone(), line: point.line, kind, attrs: Vec::new() }
}

fn lower_parameter(parameter: &model::Parameter) -> types::Parameter {
    types::Parameter {
        name: parameter.name.clone(),
        go_type: parameter.go_type.clone(),
        hook_type: parameter.hook_type.as_ref().map(crate::hook_type::spelled_out),
    }
}
