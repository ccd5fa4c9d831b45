//! `weft plugin new`, `build`, `check` and `test`: for those who write plugins.
//!
//! Invariant: a plugin that is built was loaded and checked as a build does; what a library has is what
//! the go command and planning say of it.

mod build;
mod check;
mod component;
mod create;
mod error;
mod library;
mod live;
mod project;
mod sdk;
mod snapshot;
mod template;
mod test;
mod toolchain;
mod trial;

pub use build::{Built, build};
pub use check::{Checked, check};
pub use create::{Created, Wish, create};
pub use error::AuthorError;
pub use project::Language;
pub use snapshot::{Compared, Outcome};
pub use test::{TestOptions, test};
