//! Removes what no build has used for long, so that the cache does not grow for ever.

use std::collections::HashSet;
use std::io;
use std::path::PathBuf;
use std::time::Duration;

use cap_std::fs::{Dir, Metadata};

use super::{Cache, Kind};

/// How long an entry stays that nothing uses.
const KEPT: Duration = Duration::from_hours(30 * 24);

/// How often what is old is looked for.
const INTERVAL: Duration = Duration::from_hours(24);

/// An empty file, written when what is old was last looked for.
const TRIMMED: &str = "trimmed";

impl Cache {
    /// Removes what has not been used for a month, once a day, and only while no other process uses the
    /// cache. `named` tells which cached files a build's record names.
    pub fn trim(self, named: impl Fn(&[u8]) -> Vec<PathBuf>) -> io::Result<()> {
        if !self.is_due()? {
            return Ok(());
        }
        self.lock.unlock()?;
        if self.lock.try_lock().is_ok() {
            self.remove_unused(named)?;
            self.directory.write(TRIMMED, "")?;
        }
        Ok(())
    }

    fn is_due(&self) -> io::Result<bool> {
        match self.directory.metadata(TRIMMED) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                self.directory.write(TRIMMED, "")?;
                Ok(false)
            }
            found => Ok(is_older(&found?, INTERVAL)),
        }
    }

    fn remove_unused(&self, named: impl Fn(&[u8]) -> Vec<PathBuf>) -> io::Result<()> {
        let open = |kind: Kind| self.directory.open_dir(kind.folder());
        let builds = open(Kind::Builds)?;
        remove_old(&builds, |_| true)?;
        let mut kept = HashSet::new();
        for build in builds.entries()? {
            kept.extend(named(&builds.read(build?.file_name())?));
        }
        for kind in [Kind::Plans, Kind::Files, Kind::Overlays, Kind::Steps] {
            let folder = self.folder(kind);
            remove_old(&open(kind)?, |name| !kept.contains(&folder.join(name)))?;
        }
        remove_old(&open(Kind::Previous)?, |name| !builds.exists(name))?;
        remove_old(&open(Kind::Advice)?, |_| true)?;
        let plugins = open(Kind::Plugins)?;
        for version in plugins.entries()? {
            let version = version?;
            if version.file_type()?.is_dir() {
                // The user's key, which has no extension, stays.
                remove_old(&version.open_dir()?, |name| name.contains('.'))?;
            }
        }
        Ok(())
    }
}

/// Removes the old files of a folder of which `unused` is true.
fn remove_old(folder: &Dir, unused: impl Fn(&str) -> bool) -> io::Result<()> {
    for entry in folder.entries()? {
        let entry = entry?;
        let name = entry.file_name();
        let metadata = entry.metadata()?;
        if metadata.is_file() && is_older(&metadata, KEPT) && unused(&name.to_string_lossy()) {
            folder.remove_file(&name)?;
        }
    }
    Ok(())
}

fn is_older(metadata: &Metadata, age: Duration) -> bool {
    let modified = metadata.modified().map(cap_std::time::SystemTime::into_std);
    modified.is_ok_and(|at| at.elapsed().is_ok_and(|passed| passed > age))
}

#[cfg(test)]
mod tests {
    use std::fs::File;
    use std::path::Path;
    use std::time::SystemTime;

    use super::*;

    const DAY: Duration = Duration::from_hours(24);

    fn age(path: &Path, days: u32) {
        let file = File::open(path).unwrap();
        file.set_modified(SystemTime::now() - days * DAY).unwrap();
    }

    /// A record is the paths it names, a line each.
    fn named(record: &[u8]) -> Vec<PathBuf> {
        let text = std::str::from_utf8(record).unwrap();
        text.lines().map(PathBuf::from).collect()
    }

    /// A cache with entries of this age in days, last trimmed the day before yesterday.
    fn cache(folder: &Path, entries: &[(Kind, &str, &str, u32)]) -> Cache {
        let cache = Cache::open_at(folder.to_owned()).unwrap();
        for (kind, name, content, days) in entries {
            let file = cache.folder(*kind).join(name);
            std::fs::create_dir_all(file.parent().unwrap()).unwrap();
            std::fs::write(&file, content).unwrap();
            age(&file, *days);
        }
        std::fs::write(folder.join(TRIMMED), "").unwrap();
        age(&folder.join(TRIMMED), 2);
        cache
    }

    fn left(folder: &Path) -> Vec<String> {
        let mut left = Vec::new();
        for kind in Kind::ALL {
            let entries = std::fs::read_dir(folder.join(kind.folder())).unwrap();
            left.extend(entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()));
        }
        left.sort();
        left
    }

    #[test]
    fn what_is_old_goes_unless_a_build_in_use_names_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name).display().to_string();
        let cache = cache(
            folder.path(),
            &[
                (
                    Kind::Builds,
                    "used",
                    &format!("{}\n{}", path("plans/named"), path("steps/in-use")),
                    5,
                ),
                (Kind::Builds, "unused", &path("plans/of-unused"), 50),
                (Kind::Previous, "used", "", 50),
                (Kind::Previous, "unused", "", 50),
                (Kind::Plans, "named", "", 50),
                (Kind::Plans, "of-unused", "", 50),
                (Kind::Steps, "in-use", "", 50),
                (Kind::Steps, "of-another-version", "", 50),
                (Kind::Files, "new", "", 1),
                (Kind::Files, "old", "", 50),
                (Kind::Advice, "recent", "", 29),
                (Kind::Advice, "stale", "", 31),
                (Kind::Plugins, "v1/key", "", 50),
                (Kind::Plugins, "v1/a.cwasm", "", 50),
            ],
        );
        cache.trim(named).unwrap();
        assert_eq!(
            left(folder.path()),
            ["in-use", "named", "new", "recent", "used", "used", "v1"]
        );
        assert!(folder.path().join("plugins/v1/key").exists());
        assert!(!folder.path().join("plugins/v1/a.cwasm").exists());
    }

    #[test]
    fn nothing_goes_while_another_process_uses_the_cache_nor_twice_a_day() {
        let folder = tempfile::tempdir().unwrap();
        let entries = [(Kind::Advice, "stale", "", 31)];
        let cache = cache(folder.path(), &entries);
        let other = Cache::open_at(folder.path().to_owned()).unwrap();
        cache.trim(named).unwrap();
        assert_eq!(left(folder.path()), ["stale"]);
        age(&folder.path().join(TRIMMED), 0);
        other.trim(named).unwrap();
        assert_eq!(left(folder.path()), ["stale"]);
    }

    #[test]
    fn what_is_read_is_used() {
        let folder = tempfile::tempdir().unwrap();
        let entries = [(Kind::Advice, "stale", "", 31)];
        let cache = cache(folder.path(), &entries);
        assert!(cache.read(Kind::Advice, "stale").unwrap().is_some());
        cache.trim(named).unwrap();
        assert_eq!(left(folder.path()), ["stale"]);
    }
}
