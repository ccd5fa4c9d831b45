//! Coverage of the user's own lines only.
//!
//! Without `-coverpkg`, `go build -cover` counts all packages of the main module, and patterns such as
//! `./...` match its virtual packages too. So the user's packages are named one by one.

use std::path::Path;

use super::graph::Graph;
use crate::gocmd::{GoCommand, Pattern, Subcommand};

/// The `-coverpkg` to give to the go command, if it needs one.
///
/// Source: `cmd/go/internal/load.PrepareForCoverageBuild`, `cmd/go/internal/test` for `go test`, which
/// counts each tested package by itself when not told otherwise.
pub fn flag(command: &GoCommand, graph: &Graph<'_>, directory: &Path) -> Option<String> {
    let given = command
        .value("coverpkg")
        .filter(|patterns| !patterns.is_empty());
    let patterns: Vec<_> = match given {
        Some(patterns) => patterns
            .split(',')
            .map(|pattern| (pattern, Pattern::parse(pattern, directory)))
            .collect(),
        None if command.covers() && command.subcommand != Subcommand::Test => {
            vec![("", Pattern::MainModules)]
        }
        None => return None,
    };
    let mut names = Vec::new();
    for (written, pattern) in patterns {
        let before = names.len();
        let matched = graph.packages().map(|package| package.import_path.as_str());
        names.extend(matched.filter(|path| pattern.matches(graph.identity(path))));
        if names.len() == before && !written.is_empty() {
            names.push(written); // the go command warns about it
        }
    }
    names.sort_unstable();
    names.dedup();
    (!names.is_empty()).then(|| format!("-coverpkg={}", names.join(",")))
}
