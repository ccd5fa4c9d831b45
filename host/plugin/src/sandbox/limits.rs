//! What a plugin may use.

use std::time::Duration;

use wasmtime::{ResourceLimiter, Store};

use super::track_0_1::Guest;

/// What one call of a plugin may use. Fuel decides, since it counts instructions and so is the same on
/// every machine; time is for what fuel cannot see.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Instructions. A first-party plugin needs some ten thousand for a package.
    pub fuel: u64,
    /// Wall-clock time, at a resolution of [`Limits::TICK`]; exceeding it is always an error, never an
    /// answer.
    pub time: Duration,
    /// Bytes of linear memory.
    pub memory: usize,
    /// Bytes that one answer or log call may carry.
    pub transfer: usize,
    /// Advice for one package.
    pub advice: usize,
    /// Bytes of hook files.
    pub hook_bytes: usize,
    /// Bytes of log lines; what is beyond is an error.
    pub log_bytes: usize,
}

impl Limits {
    /// Resolution of [`Limits::time`].
    pub const TICK: Duration = Duration::from_secs(1);
    /// Bytes of WebAssembly stack.
    pub const STACK: usize = 1 << 20;
    /// Bytes of a component. Components of scripting languages with their interpreter have 12 to 18 MB.
    pub const COMPONENT: usize = 32 << 20;

    /// The limit in ticks of the epoch; one more, since the first may follow at once.
    pub(super) fn ticks(&self) -> u64 {
        self.time.as_secs() / Self::TICK.as_secs() + 1
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            fuel: 1_000_000_000,
            time: Duration::from_mins(1),
            memory: 64 << 20,
            transfer: 8 << 20,
            advice: 10_000,
            hook_bytes: 1 << 20,
            log_bytes: 64 << 10,
        }
    }
}

/// Raised when a plugin asks for more memory than it may have.
#[derive(Debug, thiserror::Error)]
#[error("memory limit reached")]
pub(super) struct MemoryLimit;

/// Raised when a plugin logs more than it may.
#[derive(Debug, thiserror::Error)]
#[error("log limit reached")]
pub(super) struct LogLimit;

/// Refuses growth with a trap: a guest that is told "no" might answer otherwise than one with memory.
impl ResourceLimiter for Guest {
    fn memory_growing(
        &mut self,
        current: usize,
        desired: usize,
        _maximum: Option<usize>,
    ) -> wasmtime::Result<bool> {
        self.memory_used += desired.saturating_sub(current);
        if self.memory_used > self.limits.memory {
            return Err(MemoryLimit.into());
        }
        Ok(true)
    }

    fn memory_grow_failed(&mut self, _error: wasmtime::Error) -> wasmtime::Result<()> {
        Err(MemoryLimit.into())
    }

    fn table_growing(
        &mut self,
        _current: usize,
        desired: usize,
        _maximum: Option<usize>,
    ) -> wasmtime::Result<bool> {
        if desired > TABLE_ELEMENTS {
            return Err(MemoryLimit.into());
        }
        Ok(true)
    }

    fn table_grow_failed(&mut self, _error: wasmtime::Error) -> wasmtime::Result<()> {
        Err(MemoryLimit.into())
    }

    // Interpreters of scripting languages come in pieces that are linked in the component.
    fn instances(&self) -> usize {
        64
    }

    fn tables(&self) -> usize {
        16
    }

    fn memories(&self) -> usize {
        4
    }
}

const TABLE_ELEMENTS: usize = 100_000;

/// Sets all limits of a store; before anything is instantiated in it, since a module's start function
/// runs then.
pub(super) fn apply(store: &mut Store<Guest>) -> wasmtime::Result<()> {
    let limits = store.data().limits;
    store.limiter(|guest| guest);
    store.set_fuel(limits.fuel)?;
    store.set_epoch_deadline(limits.ticks());
    store.epoch_deadline_trap();
    store.set_hostcall_fuel(limits.transfer);
    store.set_max_component_handles(16);
    Ok(())
}
