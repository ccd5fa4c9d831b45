//! Finds join points in Go source and weaves advice into it. Knows neither plugins nor the go command.
//!
//! The way through the crate is one line:
//!
//! 1. [`syntax::PackageSyntax::parse`] reads a package's files and [`syntax::PackageSyntax::join_points`]
//!    finds what matchers name;
//! 2. [`advice::resolve`] verifies what plugins want done there and makes a [`plan::PackagePlan`] of it,
//!    with the [`plug::Plug`]s that the hook packages need;
//! 3. [`weave::weave_file`], in the compile step, applies a [`plan::FilePlan`] to the file at hand.
//!
//! Invariants: an edit is a splice into an existing line, so no line of the original moves; a text with
//! a syntax error where an edit would go is not edited; what is woven is parsed again before it is
//! handed out.

pub mod advice;
pub mod hooks;
pub mod model;
pub mod plan;
pub mod plug;
pub mod syntax;
pub mod weave;
