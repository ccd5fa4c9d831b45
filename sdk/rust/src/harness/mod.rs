//! Offline tests of a plugin: what it advises for Go source files, and what they look like woven.
//!
//! ```
//! # use weft_plugin::{Advices, Descriptor, Package, Plugin, Result, Settings, function};
//! # struct Ledger;
//! # weft_plugin::export!(Ledger);
//! # impl Plugin for Ledger {
//! #     fn describe(&self, d: &mut Descriptor, _: &Settings) -> Result {
//! #         d.interest("example.com/ledger", ">=1.2, <2").requiring(function("Post"));
//! #         Ok(())
//! #     }
//! #     fn advise(&self, p: &Package, out: &mut Advices) -> Result {
//! #         p.functions().for_each(|f| out.detach(f));
//! #         Ok(())
//! #     }
//! # }
//! use weft_plugin::harness::Sources;
//!
//! let woven = Sources::new("example.com/ledger")
//!     .version("v1.2.0")
//!     .file("ledger.go", "package ledger\n\nfunc Post(entry string) {}\n")
//!     .weave(&Ledger)
//!     .unwrap();
//! assert_eq!(woven.points[0].target, "Post");
//! assert!(woven.files["ledger.go"].contains("func Post(entry string) {"));
//! ```
//!
//! [`Woven`] displays as advice and source, made for `insta::assert_snapshot!`.

mod run;
mod sources;

pub use run::describe;
pub use sources::{Sources, Woven};
pub use weft_weave::model::{Advice, Hook};

use std::fmt;

/// Why a plugin fails its test; `{:?}` reads like `{}`, so that `unwrap` reports well.
#[derive(Clone, PartialEq, Eq)]
pub struct Failure(String);

impl Failure {
    fn new(message: impl fmt::Display) -> Self {
        Self(message.to_string())
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Failure {}
