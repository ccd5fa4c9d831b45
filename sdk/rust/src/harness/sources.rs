//! The package that a plugin is tried on, and what comes out.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::Path;

use weft_weave::advice::WovenPoint;
use weft_weave::model::Advice;

use super::{Failure, run};
use crate::guest::Exported;

/// Go source files of one package, as a build would have them.
#[derive(Debug, Clone)]
pub struct Sources {
    pub(super) import_path: String,
    pub(super) version: Option<String>,
    pub(super) go_version: String,
    pub(super) platform: (String, String),
    pub(super) files: BTreeMap<String, String>,
    pub(super) callees: Vec<(String, String)>,
    pub(super) settings: Vec<(String, String)>,
}

impl Sources {
    /// A package without files, of the standard library or the main module.
    pub fn new(import_path: &str) -> Self {
        Self {
            import_path: import_path.to_owned(),
            version: None,
            go_version: "go1.26.0".to_owned(),
            platform: ("linux".to_owned(), "amd64".to_owned()),
            files: BTreeMap::new(),
            callees: Vec::new(),
            settings: Vec::new(),
        }
    }

    /// The version of the package's module, such as `v9.7.0`.
    #[must_use]
    pub fn version(mut self, version: &str) -> Self {
        self.version = Some(version.to_owned());
        self
    }

    /// The Go version, such as `go1.24.10`; go1.26.0 otherwise.
    #[must_use]
    pub fn go_version(mut self, version: &str) -> Self {
        version.clone_into(&mut self.go_version);
        self
    }

    /// The platform that is built for; linux and amd64 otherwise.
    #[must_use]
    pub fn platform(mut self, goos: &str, goarch: &str) -> Self {
        self.platform = (goos.to_owned(), goarch.to_owned());
        self
    }

    /// Adds a file of the package.
    #[must_use]
    pub fn file(mut self, name: &str, text: &str) -> Self {
        self.files.insert(name.to_owned(), text.to_owned());
        self
    }

    /// Adds all Go files of a folder but its tests, such as a package in the module cache.
    ///
    /// # Errors
    ///
    /// The folder or a file cannot be read.
    pub fn folder(mut self, folder: impl AsRef<Path>) -> std::io::Result<Self> {
        for (name, text) in run::go_files(folder.as_ref(), "")? {
            if !name.contains('/') {
                self.files.insert(name, text);
            }
        }
        Ok(self)
    }

    /// Declares functions of another package, which the files call:
    /// `.callee("os", "package os\nfunc Exit(code int) {}")`.
    #[must_use]
    pub fn callee(mut self, import_path: &str, text: &str) -> Self {
        self.callees.push((import_path.to_owned(), text.to_owned()));
        self
    }

    /// Sets one of the plugin's settings, as JSON.
    #[must_use]
    pub fn setting(mut self, name: &str, json: &str) -> Self {
        self.settings.push((name.to_owned(), json.to_owned()));
        self
    }

    /// Has the plugin describe itself and advise on the package, checks and audits what it says as the
    /// host does, and weaves.
    ///
    /// # Errors
    ///
    /// All that would fail a user's build; and a package that no interest of the plugin names, or of
    /// which nothing is matched or woven.
    pub fn weave<P: Exported>(&self, plugin: &P) -> Result<Woven, Failure> {
        run::weave(plugin, self)
    }
}

/// What a plugin made of a package.
#[derive(Debug, Clone)]
pub struct Woven {
    /// The plugin's advice.
    pub advice: Vec<Advice>,
    /// What is woven where, by file and line.
    pub points: Vec<WovenPoint>,
    /// Woven files by name; files that stay as they are are left out.
    pub files: BTreeMap<String, String>,
    /// Their originals.
    pub(super) originals: BTreeMap<String, String>,
}

/// For snapshots: a line for each point, then the lines of each file that weaving changed or added.
impl fmt::Display for Woven {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for WovenPoint {
            file,
            line,
            target,
            action,
            ..
        } in &self.points
        {
            writeln!(f, "{file}:{line}: {target}: {action}")?;
        }
        for (name, text) in &self.files {
            writeln!(f, "\n=== {name}")?;
            let original = self
                .originals
                .get(name)
                .map(String::as_str)
                .unwrap_or_default();
            let kept: BTreeSet<&str> = original.lines().collect();
            for line in text.lines().filter(|line| !kept.contains(line)) {
                writeln!(f, "{line}")?;
            }
        }
        Ok(())
    }
}
