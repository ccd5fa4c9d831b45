//! Contract track 0.1: generated bindings, and their lifting into the one internal model. Nothing is
//! decided here.

use std::collections::BTreeMap;

use wasmtime::component::{HasSelf, Linker};
use weft_weave::model;

use super::limits::{Limits, LogLimit};
use weft::plugin::{log, types};

crate::lifting_0_1!(types);

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
        Self {
            limits,
            memory_used: 0,
            log: Vec::new(),
            logged: 0,
        }
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
    let host = types::HostInfo {
        version: host_version.to_owned(),
        attrs: Vec::new(),
    };
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
    Ok(answer
        .map(|advice| advice.into_iter().map(lift_advice).collect())
        .map_err(Declined::from))
}

fn attrs(settings: &BTreeMap<String, String>) -> Vec<(String, String)> {
    settings
        .iter()
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect()
}
