//! Finds join points in Go source and weaves advice into it. Knows neither plugins nor the go command.

pub mod model;
