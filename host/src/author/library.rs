//! A library that a plugin is for: its module and versions, as the go command knows them.

use std::path::Path;

use serde::Deserialize;
use tempfile::TempDir;
use weft_plugin_host::pattern::is_standard;
use weft_plugin_host::version::Range;

use super::AuthorError;
use super::trial::scratch;
use crate::gocmd::{self, GoError};

/// A module, with the versions that it has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Library {
    /// Module path; empty for the standard library.
    pub module: String,
    /// The versions, lowest first; for a module without tags, what the go command takes for the latest.
    pub versions: Vec<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", default)]
#[derive(Default)]
struct Listed {
    version: String,
    versions: Vec<String>,
}

impl Library {
    /// Finds the module of a package: the longest prefix of its import path that is one.
    pub fn of(import_path: &str) -> Result<Self, AuthorError> {
        if is_standard(import_path) {
            return Ok(Self {
                module: String::new(),
                versions: Vec::new(),
            });
        }
        let folder = scratch("")?;
        let mut reason = None;
        for module in prefixes(import_path) {
            match versions(&folder, module) {
                Ok(versions) => {
                    return Ok(Self {
                        module: module.to_owned(),
                        versions,
                    });
                }
                // What the go command says of the whole path is what people understand.
                Err(error) => reason = reason.or(Some(error)),
            }
        }
        Err(AuthorError::Library {
            import_path: import_path.to_owned(),
            reason: reason.map(|error| words(&error)).unwrap_or_default(),
        })
    }

    /// The lowest and the newest version of a range, which may be one. Pre-releases count where there is
    /// nothing else.
    pub fn ends(&self, ranges: &[Range]) -> Vec<String> {
        let within = |version: &&String| ranges.iter().any(|range| range.contains(version));
        let within: Vec<_> = self.versions.iter().filter(within).collect();
        let releases: Vec<_> = within
            .iter()
            .filter(|v| !v.contains('-'))
            .copied()
            .collect();
        let counted = if releases.is_empty() {
            within
        } else {
            releases
        };
        let ends = [counted.first(), counted.last()];
        let mut ends: Vec<String> = ends.into_iter().flatten().map(|v| (*v).clone()).collect();
        ends.dedup();
        ends
    }
}

/// The path and those of the folders above it, but for the host's name alone where that holds modules of
/// many.
fn prefixes(import_path: &str) -> impl Iterator<Item = &str> {
    let ends = import_path.match_indices('/').map(|(at, _)| at);
    let mut ends: Vec<usize> = ends.chain([import_path.len()]).collect();
    ends.reverse();
    let prefixes = ends.into_iter().map(|end| &import_path[..end]);
    let whole = import_path;
    prefixes.filter(move |prefix| prefix.contains('/') || *prefix == whole)
}

fn versions(folder: &TempDir, module: &str) -> Result<Vec<String>, GoError> {
    let ask = |words: &[&str]| {
        let output = go(folder.path(), words)?;
        serde_json::from_slice::<Listed>(&output).map_err(|error| GoError::Output {
            command: format!("go {}", words.join(" ")),
            reason: error.to_string(),
        })
    };
    let listed = ask(&["list", "-m", "-versions", "-json", module])?;
    if !listed.versions.is_empty() {
        return Ok(listed.versions);
    }
    let latest = ask(&["list", "-m", "-json", &format!("{module}@latest")])?;
    Ok(vec![latest.version])
}

/// Runs the go command in a folder of ours, where no setting for another module may reach it.
pub fn go(folder: &Path, words: &[&str]) -> Result<Vec<u8>, GoError> {
    let flags = std::env::var("GOFLAGS").unwrap_or_default();
    let flags = format!("{flags} -mod=mod");
    let variables = [("GOFLAGS", flags.trim()), ("GOWORK", "off")];
    gocmd::ask(folder, words, &variables)
}

/// What the go command has said, without what surrounds it.
pub fn words(error: &GoError) -> String {
    match error {
        GoError::Failed { stderr, .. } => stderr.trim().to_owned(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prefixes_of_an_import_path() {
        let found: Vec<_> = prefixes("github.com/a/b/c").collect();
        assert_eq!(
            found,
            ["github.com/a/b/c", "github.com/a/b", "github.com/a"]
        );
        assert_eq!(prefixes("example.com").collect::<Vec<_>>(), ["example.com"]);
    }

    #[test]
    fn ends_of_ranges() {
        let library = Library {
            module: "example.com/a".to_owned(),
            versions: ["v1.0.0", "v1.1.0", "v1.2.0-rc.1", "v1.2.0", "v1.3.0-rc.1"]
                .map(str::to_owned)
                .to_vec(),
        };
        let ends = |range: &str| library.ends(&[Range::parse(range).unwrap()]);
        assert_eq!(ends(""), ["v1.0.0", "v1.2.0"]);
        assert_eq!(ends(">=1.2, <1.3"), ["v1.2.0"]);
        assert_eq!(ends(">=1.3"), ["v1.3.0-rc.1"]);
        assert!(ends(">=2").is_empty());
    }
}
