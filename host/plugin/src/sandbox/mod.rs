//! Runs plugins in WebAssembly, without WASI, with everything bounded.

mod artefact;
mod contract;
mod engine;
mod limits;
mod packed;
mod plugin;
mod sealed;
mod track_0_1;

pub use engine::{Config, Engine};
pub use limits::Limits;
pub use packed::{Packed, precompile};
pub use plugin::{Plugin, Settings};
