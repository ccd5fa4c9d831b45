//! What the end-to-end tests, the demo and the benchmarks share: apps to weave, processes that end
//! with their guard, and a receiver for what woven programs send.

#![allow(
    clippy::missing_panics_doc,
    reason = "in a test, a panic is how a failure is told"
)]

pub mod app;
pub mod artifact;
pub mod collector;
pub mod command;
pub mod go;
pub mod metric;
pub mod module_proxy;
pub mod process;
pub mod program;
pub mod record;
pub mod shop;
pub mod sink;
pub mod span;
pub mod suite;

pub use app::App;
pub use collector::Collector;
pub use command::{Finished, Tool, weft_binary};
pub use module_proxy::ModuleProxy;
pub use process::Process;
pub use record::LogRecord;
pub use sink::Sink;
pub use span::{Span, Trace, Value};
pub use suite::Suite;
