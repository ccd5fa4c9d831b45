//! What a plan was made from, noted so that a later build can tell in a few milliseconds that nothing
//! has changed.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsStr;
use std::fs::Metadata;
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};

use crate::gocmd::{self, GoCommand, GoEnvironment, ListedPackage, Module};

/// What the clock that files get their times from may be behind: a tick of the slowest kernel, and as much again.
const CLOCK_TICK: Duration = Duration::from_millis(20);

/// The state of one file or folder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stamp {
    /// Absolute path.
    pub path: PathBuf,
    /// None when there is nothing at the path.
    pub state: Option<State>,
}

/// What is compared of a file. Folders change theirs when an entry is added, renamed or removed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct State {
    /// Bytes; zero for folders, whose size says nothing.
    size: u64,
    /// Last change of the content, in nanoseconds since 1970.
    modified: u64,
    /// Last change of content or attributes, and the file's identity, where the system has them: they
    /// catch an edit that keeps size and modification time.
    changed: i64,
    identity: u64,
}

impl Stamp {
    /// Notes the present state. A path that cannot be read counts as absent.
    pub fn of(path: &Path) -> Self {
        Self {
            path: path.to_owned(),
            state: std::fs::metadata(path).ok().map(|found| State::of(&found)),
        }
    }

    /// Whether the path is as it was.
    pub fn is_current(&self) -> bool {
        self.renewed() == *self
    }

    /// The path as it is now.
    pub fn renewed(&self) -> Self {
        Self::of(&self.path)
    }
}

impl State {
    fn of(metadata: &Metadata) -> Self {
        let modified = nanoseconds(metadata.modified());
        #[cfg(unix)]
        let (changed, identity) = {
            use std::os::unix::fs::MetadataExt;
            (
                metadata
                    .ctime()
                    .wrapping_mul(1_000_000_000)
                    .wrapping_add(metadata.ctime_nsec()),
                metadata.ino(),
            )
        };
        #[cfg(not(unix))]
        let (changed, identity) = (0, 0);
        let size = if metadata.is_dir() { 0 } else { metadata.len() };
        Self {
            size,
            modified,
            changed,
            identity,
        }
    }
}

/// Nanoseconds since 1970; zero where there is no such time.
fn nanoseconds(time: io::Result<SystemTime>) -> u64 {
    let since = time
        .ok()
        .and_then(|time| time.duration_since(UNIX_EPOCH).ok());
    since.map_or(0, |since| {
        u64::try_from(since.as_nanos()).unwrap_or(u64::MAX)
    })
}

/// Collects the paths a plan depends on, each once.
#[derive(Debug, Default)]
pub struct Inputs {
    paths: BTreeSet<PathBuf>,
}

impl Inputs {
    /// Adds a file or folder, which need not exist.
    pub fn add(&mut self, path: PathBuf) {
        self.paths.insert(path);
    }

    /// Adds every folder below a path that `./...` could find packages in: a package may appear in any.
    ///
    /// Source: `go help packages`: folders that begin with `.` or `_` and `testdata` are passed over.
    pub fn add_folders_below(&mut self, root: &Path) {
        let mut pending = vec![root.to_owned()];
        while let Some(folder) = pending.pop() {
            let entries = std::fs::read_dir(&folder);
            self.paths.insert(folder);
            for entry in entries.into_iter().flatten().flatten() {
                let name = entry.file_name();
                let name = name.to_string_lossy();
                let passed_over = name.starts_with(['.', '_']) || name == "testdata";
                if !passed_over && entry.file_type().is_ok_and(|kind| kind.is_dir()) {
                    pending.push(entry.path());
                }
            }
        }
    }

    /// Adds what decides about a build besides its packages' sources.
    pub fn add_surroundings(
        &mut self,
        environment: &GoEnvironment,
        command: &GoCommand,
        directory: &Path,
        plugins: &[PathBuf],
    ) {
        self.paths.extend(which(&gocmd::program()));
        self.add(environment.goenv.clone());
        self.add(environment.goroot.join("VERSION"));
        self.add(directory.to_owned());
        for file in [&environment.gomod, &environment.gowork] {
            // `go env` prints the null device, or `off`, where there is none.
            if file.extension().is_some() {
                self.add(file.clone());
                self.add(file.with_extension(if file == &environment.gomod {
                    "sum"
                } else {
                    "work.sum"
                }));
            }
        }
        if let Some(root) = environment.gomod.parent() {
            self.add(root.join("vendor/modules.txt"));
        }
        for flag in ["overlay", "modfile"] {
            self.paths
                .extend(command.value(flag).map(|file| directory.join(file)));
        }
        self.paths.extend(plugins.iter().cloned());
    }

    /// Adds the sources that may change. Modules in the module cache and the standard library do not:
    /// their versions are in go.mod and in the toolchain.
    pub fn add_sources(
        &mut self,
        packages: &[ListedPackage],
        environment: &GoEnvironment,
        command: &GoCommand,
        replaced: &BTreeMap<PathBuf, PathBuf>,
    ) {
        self.paths.extend(
            replaced
                .values()
                .filter(|path| !path.as_os_str().is_empty())
                .cloned(),
        );
        let mut roots = BTreeSet::new();
        for package in packages {
            if package.standard || package.dir.starts_with(&environment.gomodcache) {
                continue;
            }
            self.add(package.dir.clone());
            for file in package.compiled_files().chain(package.uncompiled_files()) {
                self.add(package.dir.join(file));
            }
            roots.extend(package.module.as_ref().and_then(Module::root));
        }
        for root in &roots {
            self.add(root.join("go.mod"));
        }
        if command
            .packages
            .iter()
            .any(|pattern| pattern.to_string_lossy().contains("..."))
        {
            for root in roots {
                self.add_folders_below(&root);
            }
        }
    }

    /// Notes the state of every path. What may have changed since planning has `started` was read before or
    /// after that: it counts as changed next time, whatever it is then.
    pub fn stamps(&self, started: SystemTime) -> Vec<Stamp> {
        let settled = nanoseconds(Ok(started - CLOCK_TICK));
        let stamp = |path: &PathBuf| {
            let mut stamp = Stamp::of(path);
            if let Some(state) = &mut stamp.state {
                let changed = u64::try_from(state.changed).unwrap_or_default();
                if state.modified.max(changed) >= settled {
                    state.modified = 0;
                }
            }
            stamp
        };
        self.paths.iter().map(stamp).collect()
    }
}

/// The file that a program's name stands for on PATH.
fn which(program: &OsStr) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    let name = Path::new(program).with_extension(std::env::consts::EXE_EXTENSION);
    std::env::split_paths(&path)
        .map(|folder| folder.join(&name))
        .find(|candidate| candidate.is_file())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_changed_file_and_a_new_entry_show() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a.go");
        std::fs::write(&file, "package a").unwrap();
        let stamps = [
            Stamp::of(&file),
            Stamp::of(folder.path()),
            Stamp::of(&folder.path().join("b.go")),
        ];
        assert!(stamps.iter().all(Stamp::is_current));
        std::fs::write(&file, "package b // longer").unwrap();
        assert!(!stamps[0].is_current());
        std::fs::write(folder.path().join("b.go"), "package a").unwrap();
        assert!(!stamps[2].is_current());
    }

    #[test]
    fn what_changes_while_a_plan_is_made_counts_as_changed() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a.go");
        std::fs::write(&file, "package a").unwrap();
        let mut inputs = Inputs::default();
        inputs.add(file.clone());
        let hour = Duration::from_hours(1);
        assert!(inputs.stamps(SystemTime::now() + hour)[0].is_current());
        assert!(!inputs.stamps(SystemTime::now() - hour)[0].is_current());
    }

    #[test]
    fn folders_that_go_passes_over_are_not_watched() {
        let root = tempfile::tempdir().unwrap();
        for folder in ["a/b", ".git/x", "_old", "a/testdata/c"] {
            std::fs::create_dir_all(root.path().join(folder)).unwrap();
        }
        let mut inputs = Inputs::default();
        inputs.add_folders_below(root.path());
        let found: Vec<_> = inputs
            .paths
            .iter()
            .map(|path| path.strip_prefix(root.path()).unwrap())
            .collect();
        assert_eq!(found, [Path::new(""), Path::new("a"), Path::new("a/b")]);
    }
}
