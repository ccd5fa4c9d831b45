//! One plugin: what it says of itself, and what it advises.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use serde::{Deserialize, Serialize};
use wasmtime::{Store, Trap};
use weft_weave::model::{Advice, Descriptor, JoinPointKind, Package};

use super::contract;
use super::engine::Shared;
use super::limits::{self, Limits, LogLimit, MemoryLimit};
use super::packed::Packed;
use super::track_0_1::{self, Bindings, Declined, Guest, Prepared};
use crate::digest::Digest;
use crate::error::{PluginError, Problem};
use crate::{audit, descriptor};

/// A plugin's own settings: name and JSON value.
pub type Settings = BTreeMap<String, String>;

/// A plugin. Cheap until it is called.
pub struct Plugin {
    engine: Arc<Shared>,
    hint: String,
    name: OnceLock<String>,
    component: Cow<'static, [u8]>,
    digest: Digest,
    packed: Option<&'static Packed>,
    runs_packed_code: AtomicBool,
    prepared: Mutex<Option<Prepared<Guest>>>,
}

impl std::fmt::Debug for Plugin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Plugin")
            .field("name", &self.name())
            .field("digest", &self.digest)
            .finish_non_exhaustive()
    }
}

impl Plugin {
    pub(super) fn new(engine: Arc<Shared>, hint: &str, component: Cow<'static, [u8]>) -> Self {
        Self {
            engine,
            hint: hint.to_owned(),
            name: OnceLock::new(),
            digest: Digest::of(&component),
            component,
            packed: None,
            runs_packed_code: AtomicBool::new(false),
            prepared: Mutex::new(None),
        }
    }

    pub(super) fn packed(engine: Arc<Shared>, packed: &'static Packed) -> Self {
        Self {
            packed: Some(packed),
            ..Self::new(engine, packed.name, Cow::Borrowed(packed.component))
        }
    }

    /// The plugin's name once it has described itself, the hint before.
    pub fn name(&self) -> &str {
        self.name.get().unwrap_or(&self.hint)
    }

    /// Digest of the component.
    pub fn digest(&self) -> Digest {
        self.digest
    }

    /// Whether the plugin has been called and needed no compilation, because it was packed for this
    /// machine.
    pub fn runs_packed_code(&self) -> bool {
        self.runs_packed_code.load(Ordering::Relaxed)
    }

    /// What the plugin says of itself, checked, and its hook code audited against the permissions it
    /// asks for. Whether it gets them is for the caller to decide. Kept in the cache.
    pub fn descriptor(&self, settings: &Settings) -> Result<Descriptor, PluginError> {
        if let Some(descriptor) = self.packed_descriptor(settings) {
            let _ = self.name.set(descriptor.name.clone());
            return Ok(descriptor);
        }
        let entry = self.descriptor_entry(settings);
        if let Some(descriptor) = self.cached(&entry) {
            let _ = self.name.set(descriptor.name.clone());
            return Ok(descriptor);
        }
        let descriptor = self
            .describe(settings)
            .map_err(|problem| problem.of(self.name()))?;
        let _ = self.name.set(descriptor.name.clone());
        descriptor::check(&descriptor, self.engine.limits.hook_bytes)
            .map_err(|wrong| Problem::Descriptor(wrong).of(self.name()))?;
        audit::audit(&descriptor).map_err(|findings| Problem::Audit(findings).of(self.name()))?;
        self.keep(&entry, &descriptor);
        Ok(descriptor)
    }

    /// What the plugin wants woven into a package, with the settings that it described itself for.
    /// Every call runs in a fresh instance.
    pub fn advise(
        &self,
        package: &Package,
        settings: &Settings,
    ) -> Result<Vec<Advice>, PluginError> {
        let limit = self.engine.limits.advice;
        let answer = self.call("advise", |bindings, store| {
            track_0_1::advise(bindings, store, package, settings)
        });
        answer
            .and_then(|advice| {
                if advice.len() > limit {
                    return Err(Problem::TooMuch {
                        function: "advise",
                        what: "advice",
                        limit,
                    });
                }
                check_advice(package, &advice)?;
                Ok(advice)
            })
            .map_err(|problem| problem.of(self.name()))
    }

    fn describe(&self, settings: &Settings) -> Result<Descriptor, Problem> {
        let raw = self.call("describe", |bindings, store| {
            track_0_1::describe(bindings, store, &self.engine.host_version, settings)
        })?;
        track_0_1::lift_descriptor(raw)
            .map_err(|path| Problem::Descriptor(format!("hook file {path:?} is given twice")))
    }

    /// Calls the plugin in a fresh instance, with all limits set.
    fn call<T>(
        &self,
        function: &'static str,
        call: impl FnOnce(&Bindings, &mut Store<Guest>) -> wasmtime::Result<Result<T, Declined>>,
    ) -> Result<T, Problem> {
        let prepared = self.prepared()?;
        let sandbox = |error: wasmtime::Error| Problem::Sandbox(format!("{error:#}"));
        let engine = self.engine.running()?.wasmtime;
        let mut store = Store::new(&engine, Guest::new(self.engine.limits));
        limits::apply(&mut store).map_err(sandbox)?;
        let answer = prepared
            .instantiate(&mut store)
            .and_then(|bindings| call(&bindings, &mut store));
        for line in &store.data().log {
            tracing::debug!(target: "weft::plugin", plugin = self.name(), "{line}");
        }
        match answer {
            Ok(Ok(answer)) => Ok(answer),
            Ok(Err(Declined(message, help))) => Err(Problem::Declined { message, help }),
            Err(error) => Err(classify(function, &error, store.data())),
        }
    }

    /// The component, compiled, checked and linked; once.
    fn prepared(&self) -> Result<Prepared<Guest>, Problem> {
        let mut prepared = self.prepared.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(prepared) = &*prepared {
            return Ok(prepared.clone());
        }
        contract::check_header(&self.component)?;
        if self.component.len() > Limits::COMPONENT {
            return Err(Problem::TooLarge {
                bytes: self.component.len(),
                limit: Limits::COMPONENT,
            });
        }
        let running = self.engine.running()?;
        let packed = self
            .packed
            .and_then(|packed| packed.component(&running.wasmtime));
        let component = match packed {
            Some(component) => {
                self.runs_packed_code.store(true, Ordering::Relaxed);
                component
            }
            None => self.engine.artefacts().component(
                &running.wasmtime,
                self.digest,
                &self.component,
            )?,
        };
        contract::check(&running.wasmtime, &component)?;
        let linked = running
            .linker
            .instantiate_pre(&component)
            .and_then(Prepared::new)
            .map_err(|error| {
                Problem::NotAPlugin(format!("does not fit the contract: {error:#}"))
            })?;
        *prepared = Some(linked.clone());
        Ok(linked)
    }

    fn packed_descriptor(&self, settings: &Settings) -> Option<Descriptor> {
        let packed = self.packed.filter(|_| settings.is_empty())?;
        serde_json::from_str(packed.descriptor)
            .inspect_err(|error| tracing::debug!(%error, "a packed plugin is asked anew"))
            .ok()
    }

    /// Names a descriptor for all that decides what it is.
    fn descriptor_entry(&self, settings: &Settings) -> String {
        let mut hasher = blake3::Hasher::new_derive_key("weft 2026 plugin descriptor");
        let mut field = |bytes: &[u8]| {
            hasher.update(&(bytes.len() as u64).to_le_bytes());
            hasher.update(bytes);
        };
        field(self.digest.as_bytes());
        field(contract::OFFERED.as_bytes());
        field(self.engine.host_version.as_bytes());
        field(self.engine.host_build.as_bytes());
        for (name, value) in settings {
            field(name.as_bytes());
            field(value.as_bytes());
        }
        format!("{}.json", hasher.finalize().to_hex())
    }

    fn cached(&self, entry: &str) -> Option<Descriptor> {
        let bytes = self.engine.cache.as_ref()?.get(entry)?;
        let kept: KeptDescriptor = serde_json::from_slice(&bytes).ok()?;
        (kept.format == KeptDescriptor::FORMAT).then_some(kept.descriptor)
    }

    fn keep(&self, entry: &str, descriptor: &Descriptor) {
        let Some(cache) = &self.engine.cache else {
            return;
        };
        let kept = KeptDescriptor {
            format: KeptDescriptor::FORMAT,
            descriptor: descriptor.clone(),
        };
        let bytes = serde_json::to_vec(&kept).expect("a descriptor holds strings only");
        if let Err(error) = cache.put(entry, &bytes) {
            tracing::debug!(%error, "a plugin's descriptor is not kept");
        }
    }
}

/// A checked and audited descriptor in the cache.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct KeptDescriptor {
    format: u32,
    descriptor: Descriptor,
}

impl KeptDescriptor {
    const FORMAT: u32 = 1;
}

/// Whether all advice is about join points that the plugin was shown, of the right kind.
fn check_advice(package: &Package, advice: &[Advice]) -> Result<(), Problem> {
    let wrong = |detail: String| Problem::Advice {
        import_path: package.import_path.clone(),
        detail,
    };
    for advice in advice {
        let index = match advice {
            Advice::Hook(hook) => hook.join_point,
            Advice::Detach { join_point } => *join_point,
        };
        let Some(point) = package.join_points.get(index as usize) else {
            let count = package.join_points.len();
            return Err(wrong(format!(
                "join point {index} of {count} does not exist"
            )));
        };
        if matches!(advice, Advice::Detach { .. }) && matches!(point.kind, JoinPointKind::Call(_)) {
            return Err(wrong(format!(
                "join point {index} is a call, and only a goroutine's function can be detached"
            )));
        }
        if let Advice::Hook(hook) = advice
            && hook.before.is_none()
            && hook.after.is_none()
        {
            return Err(wrong(format!(
                "the hook at join point {index} calls nothing"
            )));
        }
    }
    Ok(())
}

/// What a failed call means. The plugin's last log line goes with a trap, since a Rust panic's message
/// arrives that way.
fn classify(function: &'static str, error: &wasmtime::Error, guest: &Guest) -> Problem {
    let limits = &guest.limits;
    if error.is::<MemoryLimit>() {
        return Problem::Memory {
            function,
            mebibytes: limits.memory >> 20,
        };
    }
    if error.is::<LogLimit>() {
        return Problem::TooMuch {
            function,
            what: "bytes of log lines",
            limit: limits.log_bytes,
        };
    }
    match error.downcast_ref::<Trap>() {
        Some(Trap::OutOfFuel) => Problem::OutOfFuel {
            function,
            fuel: limits.fuel,
        },
        Some(Trap::Interrupt) => Problem::Watchdog {
            function,
            seconds: limits.time.as_secs(),
        },
        Some(Trap::StackOverflow) => Problem::Stack {
            function,
            kibibytes: Limits::STACK >> 10,
        },
        Some(trap) => Problem::Trap {
            function,
            cause: trap.to_string(),
            said: guest.log.last().cloned(),
        },
        None => {
            // wasmtime has no type for an exhausted transfer.
            let detail = format!("{error:#}");
            if detail.contains("too much data") || detail.contains("hostcall fuel") {
                Problem::TooMuch {
                    function,
                    what: "bytes",
                    limit: limits.transfer,
                }
            } else {
                Problem::BadValue { function, detail }
            }
        }
    }
}
