//! The engine that runs plugins: configured for determinism first, made only when a plugin must run.

use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use cap_std::fs::Dir;
use wasmtime::component::Linker;

use super::artefact;
use super::limits::Limits;
use super::packed::Packed;
use super::plugin::Plugin;
use super::sealed::Sealed;
use super::track_0_1::{self, Guest};
use crate::error::Problem;

/// What an engine needs to know.
#[derive(Debug)]
pub struct Config {
    /// Folder for precompiled plugins and descriptors; without one, nothing is kept.
    pub cache: Option<Dir>,
    /// Version of the host, told to plugins.
    pub host_version: String,
    /// Identity of the host's build: no build trusts another one's cache entries.
    pub host_build: String,
    /// What each call of a plugin may use.
    pub limits: Limits,
}

/// Runs plugins. Making one costs next to nothing: WebAssembly starts when a plugin is first called.
#[derive(Debug, Clone)]
pub struct Engine(Arc<Shared>);

pub(super) struct Shared {
    pub(super) cache: Option<Sealed>,
    pub(super) host_version: String,
    pub(super) host_build: String,
    pub(super) limits: Limits,
    running: Mutex<Option<Running>>,
}

impl std::fmt::Debug for Shared {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Shared")
            .field("cache", &self.cache)
            .finish_non_exhaustive()
    }
}

/// What a started engine consists of.
#[derive(Clone)]
pub(super) struct Running {
    pub(super) wasmtime: wasmtime::Engine,
    pub(super) linker: Arc<Linker<Guest>>,
}

/// Below the cache folder; the number is that of the layout.
const CACHE: &str = "plugins-1";

impl Engine {
    /// An engine. A cache folder that cannot be used, or that others could write to, is done without.
    pub fn new(config: Config) -> Self {
        let cache = config
            .cache
            .and_then(|dir| match Sealed::open(&dir, CACHE) {
                Ok(sealed) => Some(sealed),
                Err(error) => {
                    tracing::debug!(%error, "plugins are compiled anew at each run");
                    None
                }
            });
        Self(Arc::new(Shared {
            cache,
            host_version: config.host_version,
            host_build: config.host_build,
            limits: config.limits,
            running: Mutex::new(None),
        }))
    }

    /// A plugin from a component's bytes, which are only looked at when it is first called. `name_hint`
    /// (such as its file's name) stands in errors until the plugin has said its name.
    pub fn load(
        &self,
        name_hint: &str,
        component: impl Into<std::borrow::Cow<'static, [u8]>>,
    ) -> Plugin {
        Plugin::new(Arc::clone(&self.0), name_hint, component.into())
    }

    /// A plugin that the host brings along.
    pub fn load_packed(&self, packed: &'static Packed) -> Plugin {
        Plugin::packed(Arc::clone(&self.0), packed)
    }

    /// Whether a plugin has been run; a build whose plugins are all in the cache never gets there.
    pub fn is_started(&self) -> bool {
        self.0
            .running
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .is_some()
    }
}

impl Shared {
    /// Starts the engine if it is not yet.
    pub(super) fn running(&self) -> Result<Running, Problem> {
        let mut running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(running) = &*running {
            return Ok(running.clone());
        }
        let started = start().map_err(|error| Problem::Sandbox(format!("{error:#}")))?;
        *running = Some(started.clone());
        Ok(started)
    }

    pub(super) fn artefacts(&self) -> artefact::Store<'_> {
        artefact::Store {
            cache: self.cache.as_ref(),
            host_build: &self.host_build,
        }
    }
}

fn start() -> wasmtime::Result<Running> {
    let wasmtime = wasmtime::Engine::new(&config())?;
    let ticks = wasmtime.weak();
    // Ends with the engine.
    thread::Builder::new()
        .name("weft-watchdog".to_owned())
        .spawn(move || {
            loop {
                thread::sleep(Limits::TICK);
                match ticks.upgrade() {
                    Some(engine) => engine.increment_epoch(),
                    None => break,
                }
            }
        })?;
    let linker = Arc::new(track_0_1::linker(&wasmtime)?);
    Ok(Running { wasmtime, linker })
}

pub(super) fn config() -> wasmtime::Config {
    let mut config = wasmtime::Config::new();
    config
        .consume_fuel(true)
        .epoch_interruption(true)
        .max_wasm_stack(Limits::STACK)
        .cranelift_nan_canonicalization(true)
        // A plugin runs for microseconds; it is its compilation that a first build waits for.
        .cranelift_opt_level(wasmtime::OptLevel::None)
        .wasm_component_model(true)
        // Off: what is not deterministic, and what no guest language needs.
        .wasm_relaxed_simd(false)
        .wasm_memory64(false)
        .wasm_multi_memory(false)
        .wasm_tail_call(false)
        .wasm_custom_page_sizes(false)
        .wasm_wide_arithmetic(false)
        // Containers limit address space; the wasmtime default reserves 4 GiB for each memory.
        .memory_reservation(0)
        .memory_reservation_for_growth(1 << 20)
        .memory_guard_size(1 << 16)
        .wasm_backtrace_max_frames(None)
        .generate_address_map(false);
    config
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn starts_late() {
        let engine = Engine::new(Config {
            cache: None,
            host_version: "0.1.0".to_owned(),
            host_build: "test".to_owned(),
            limits: Limits::default(),
        });
        let plugin = engine.load("x", &b"not wasm"[..]);
        assert!(!engine.is_started());
        assert!(plugin.descriptor(&crate::Settings::default()).is_err());
        assert!(
            !engine.is_started(),
            "what is no component is refused without an engine"
        );
    }
}
