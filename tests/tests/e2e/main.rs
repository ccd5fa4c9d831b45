//! End-to-end tests: real programs, woven by the real binary, against a receiver that decodes with
//! the official protobuf definitions. One executable, so that everything runs in parallel.

#![allow(
    clippy::unwrap_used,
    reason = "in a test, a panic is how a failure is told"
)]

mod author;
mod author_live;
mod bad_input;
mod build_cache;
mod callers;
mod ci;
mod concurrency;
mod contract;
mod databasesql;
mod doctor;
mod examples;
mod exits;
mod explain;
mod flags;
mod full_disk;
mod gin;
mod go_commands;
mod go_test;
mod gorm;
mod grpc;
mod hostile;
mod interrupted;
mod kafkago;
mod kinds;
mod launcher;
mod locked_ci;
mod loggers;
mod modules;
mod nethttp;
mod otel;
mod paths;
mod platforms;
mod plugin_sources;
mod plugins;
mod project_plugins;
mod redis;
mod reproducible;
mod rules;
mod shell;
mod shop;
mod slog;
mod variables;
mod verify;
