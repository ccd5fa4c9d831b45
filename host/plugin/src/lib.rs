//! Host side of plugins: runs them in a sandbox, checks what they say, and audits the Go code they
//! bring along. Knows neither the go command nor how weaving is done.
//!
//! Invariants: what a plugin says is checked in terms of [`weft_weave::model`] only, whatever version
//! of the contract it was built for; nothing outside the sandbox decides by wall-clock time; nothing is
//! loaded from a cache without a tag that only this user can make.

pub mod audit;
pub mod descriptor;
#[cfg(feature = "sandbox")]
mod digest;
mod error;
pub mod hook_type;
pub mod interest;
mod lifting;
pub mod pattern;
#[cfg(feature = "sandbox")]
mod sandbox;
pub mod version;

#[cfg(feature = "sandbox")]
pub use digest::Digest;
pub use error::{FileKind, PluginError, Problem};
#[cfg(feature = "sandbox")]
pub use sandbox::{Config, Engine, Limits, Packed, Plugin, Settings, precompile};
#[doc(hidden)]
pub use weft_weave::model;
