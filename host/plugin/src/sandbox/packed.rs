//! Plugins that a host brings along: compiled, and asked what they are, when the host was built.

use target_lexicon::Triple;
use wasmtime::component::Component;

use super::engine;
use crate::error::{PluginError, Problem};

/// A plugin with what it would otherwise have to be compiled and called for.
#[derive(Debug, Clone, Copy)]
pub struct Packed {
    /// Name to be known by until it has said its own.
    pub name: &'static str,
    /// The component.
    pub component: &'static [u8],
    /// What [`precompile`] made of it. Of no use on a processor or to a wasmtime that it was not made
    /// for; the component is compiled then.
    code: &'static [u8],
    /// What it says of itself without settings, as JSON: checked, and its hook code audited.
    pub descriptor: &'static str,
}

impl Packed {
    /// A plugin as it was packed.
    ///
    /// # Safety
    ///
    /// `code` must be what [`precompile`] returned for `component`, with nothing changed since: it is
    /// machine code, and is run.
    #[expect(unsafe_code, reason = "the caller vouches for machine code")]
    pub const unsafe fn new(
        name: &'static str,
        component: &'static [u8],
        code: &'static [u8],
        descriptor: &'static str,
    ) -> Self {
        Self {
            name,
            component,
            code,
            descriptor,
        }
    }

    /// The compiled component, if it fits this machine.
    pub(super) fn component(&self, engine: &wasmtime::Engine) -> Option<Component> {
        // SAFETY: `deserialize` runs whatever code the bytes hold. Whoever made this value vouches for
        // them, see `new`. wasmtime checks its own version, its settings and the processor besides.
        #[expect(unsafe_code, reason = "runs the code that `new` was given")]
        let component = unsafe { Component::deserialize(engine, self.code) };
        component
            .inspect_err(|error| tracing::debug!(%error, "a packed plugin is compiled anew"))
            .ok()
    }
}

/// Compiles a component for any machine of the kind that this one is of: no feature of its processor is
/// used that others may lack.
///
/// # Errors
///
/// The component is invalid.
pub fn precompile(name: &str, component: &[u8]) -> Result<Vec<u8>, PluginError> {
    let compile = || {
        let mut config = engine::config();
        config
            .target(&Triple::host().to_string())?
            // There is time, and what comes out is smaller.
            .cranelift_opt_level(wasmtime::OptLevel::SpeedAndSize);
        wasmtime::Engine::new(&config)?.precompile_component(component)
    };
    compile().map_err(|error| Problem::Invalid(format!("{error:#}")).of(name))
}
