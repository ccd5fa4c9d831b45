//! Guest SDK: a weft plugin says *where* in a framework's Go packages telemetry is woven in; its Go
//! hook files, carried along as text, say *what* happens there.
//!
//! ```
//! use weft_plugin::{Advices, Descriptor, Package, Plugin, Result, Settings, hooks, method};
//!
//! struct Redis;
//!
//! weft_plugin::export!(Redis);
//!
//! impl Plugin for Redis {
//!     fn describe(&self, d: &mut Descriptor, _: &Settings) -> Result {
//!         d.interest("github.com/redis/go-redis/v9", ">=9.0, <10")
//!             .requiring(method("*baseClient", "process"));
//!         Ok(())
//!     }
//!
//!     fn advise(&self, p: &Package, out: &mut Advices) -> Result {
//!         for f in p.functions() {
//!             out.hook(f)
//!                 .before("beforeProcess")
//!                 .after("afterProcess")
//!                 .arguments(["recv.opt", "ctx", "cmd"])
//!                 .replaces(["ctx"]);
//!         }
//!         Ok(())
//!     }
//! }
//! ```
//!
//! Name, version, licence and description are those of the plugin's Cargo package; hook files are
//! added with `d.hooks(hooks!["hooks.go"])` from the folder `go/` beside `Cargo.toml`.
//!
//! A plugin is a `cdylib` for `wasm32-unknown-unknown`. It has no clock, no randomness, no files and
//! no network: its answers depend on its arguments alone. Each call runs in an instance of its own.

mod advice;
#[doc(hidden)]
pub mod bindings;
mod descriptor;
mod error;
#[doc(hidden)]
pub mod guest;
#[cfg(all(feature = "harness", not(target_arch = "wasm32")))]
pub mod harness;
mod package;
mod settings;

pub use advice::{Advices, Hook};
pub use descriptor::{Descriptor, HookFile, Interest, Matcher, call, directive, function, method};
pub use error::{Error, Result};
pub use package::{Call, Function, Hookable, Package, Parameter};
pub use settings::Settings;

/// What a plugin implements; made a component by [`export!`].
pub trait Plugin {
    /// Says what the plugin is and which packages it cares about. Runs once for a plugin and its
    /// settings; the answer is cached.
    ///
    /// # Errors
    ///
    /// Bad settings.
    fn describe(&self, descriptor: &mut Descriptor, settings: &Settings) -> Result;

    /// Says what to weave into one package, of which only the join points that the plugin's matchers
    /// name are shown.
    ///
    /// # Errors
    ///
    /// Fails the user's build: for what the plugin finds but cannot serve.
    fn advise(&self, package: &Package, out: &mut Advices) -> Result;
}

/// A line for the person who debugs a plugin; shown with `weft plan --verbose`. In tests it goes to
/// stderr.
pub fn debug(message: &str) {
    #[cfg(target_arch = "wasm32")]
    bindings::weft::plugin::log::debug(message);
    #[cfg(not(target_arch = "wasm32"))]
    {
        use std::io::Write as _;
        // A test's closed stderr is no reason to fail the plugin.
        let _ = writeln!(std::io::stderr(), "{message}");
    }
}
