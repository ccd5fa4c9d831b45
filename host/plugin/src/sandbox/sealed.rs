//! A folder of files that only this user can have written.
//!
//! Precompiled code runs when it is loaded, and a descriptor carries the code that is woven in, so a
//! cache of either is a way into every program that is built. Each file begins with a tag: keyed BLAKE3
//! of its name and content under a key of this user's. A file without the right tag does not exist.

use std::io::{ErrorKind, Read as _, Write as _};
use std::time::{Duration, SystemTime};

use cap_std::fs::{Dir, DirBuilder, File, OpenOptions};

const KEY_FILE: &str = "key";
const TAG_BYTES: usize = blake3::OUT_LEN;

/// The folder.
#[derive(Debug)]
pub(super) struct Sealed {
    dir: Dir,
    key: [u8; blake3::KEY_LEN],
}

/// Why a folder is not used.
#[derive(Debug, thiserror::Error)]
pub(super) enum Unusable {
    /// Others could write to it.
    #[error("{0} is open to other users")]
    Exposed(&'static str),
    /// It cannot be made or read.
    #[error(transparent)]
    Io(#[from] std::io::Error),
}

impl Sealed {
    /// Opens or makes the folder `name` below `parent`.
    pub(super) fn open(parent: &Dir, name: &str) -> Result<Self, Unusable> {
        match parent.create_dir_with(name, &private_folder()) {
            Err(error) if error.kind() != ErrorKind::AlreadyExists => return Err(error.into()),
            _ => {}
        }
        if !parent.symlink_metadata(name)?.is_dir() {
            return Err(Unusable::Exposed("the cache folder"));
        }
        let dir = parent.open_dir(name)?;
        if !only_ours(&dir.dir_metadata()?) {
            return Err(Unusable::Exposed("the cache folder"));
        }
        let key = match read_key(&dir) {
            Err(Unusable::Io(error)) if error.kind() == ErrorKind::NotFound => make_key(&dir)?,
            other => other?,
        };
        Ok(Self { dir, key })
    }

    /// The content of a file, or None when there is none with the right tag.
    pub(super) fn get(&self, name: &str) -> Option<Vec<u8>> {
        let metadata = self.dir.symlink_metadata(name).ok()?;
        if !metadata.is_file() || !only_ours(&metadata) {
            return None;
        }
        let mut file = self.dir.open(name).ok()?;
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).ok()?;
        note_use(&metadata, file);
        let tag: [u8; TAG_BYTES] = bytes.get(..TAG_BYTES)?.try_into().ok()?;
        bytes.drain(..TAG_BYTES);
        // blake3::Hash compares in constant time.
        (blake3::Hash::from_bytes(tag) == self.tag(name, &bytes)).then_some(bytes)
    }

    /// Writes a file, whole or not at all.
    pub(super) fn put(&self, name: &str, content: &[u8]) -> std::io::Result<()> {
        let temporary = format!("{name}.{}.{:x}", std::process::id(), unique());
        let written = self
            .write_new(&temporary, name, content)
            .and_then(|()| self.dir.rename(&temporary, &self.dir, name));
        if written.is_err() {
            // What is left has no name that is ever read.
            let _ = self.dir.remove_file(&temporary);
        }
        written
    }

    fn write_new(&self, path: &str, name: &str, content: &[u8]) -> std::io::Result<()> {
        let mut file = create_private(&self.dir, path)?;
        file.write_all(self.tag(name, content).as_bytes())?;
        file.write_all(content)
    }

    fn tag(&self, name: &str, content: &[u8]) -> blake3::Hash {
        let mut hasher = blake3::Hasher::new_keyed(&self.key);
        hasher.update(&(name.len() as u64).to_le_bytes());
        hasher.update(name.as_bytes());
        hasher.update(content);
        hasher.finalize()
    }
}

/// Notes, once a day, that a file is used, in the time of its last change: who keeps the folder removes what
/// has not been used for long. That this does not work out is no reason to fail.
fn note_use(metadata: &cap_std::fs::Metadata, file: File) {
    let day = Duration::from_hours(24);
    let modified = metadata.modified().map(cap_std::time::SystemTime::into_std);
    if modified.is_ok_and(|modified| modified.elapsed().is_ok_and(|age| age > day)) {
        let _ = file.into_std().set_modified(SystemTime::now());
    }
}

fn read_key(dir: &Dir) -> Result<[u8; blake3::KEY_LEN], Unusable> {
    let metadata = dir.symlink_metadata(KEY_FILE)?;
    if !metadata.is_file() || !secret(&metadata) {
        return Err(Unusable::Exposed("the cache key"));
    }
    let mut key = [0; blake3::KEY_LEN];
    dir.open(KEY_FILE)?.read_exact(&mut key)?;
    Ok(key)
}

/// Writes a new key. Of two processes that do so at once, one wins and the other takes its key.
fn make_key(dir: &Dir) -> Result<[u8; blake3::KEY_LEN], Unusable> {
    let mut key = [0; blake3::KEY_LEN];
    getrandom::fill(&mut key).map_err(std::io::Error::other)?;
    let temporary = format!("{KEY_FILE}.{}.{:x}", std::process::id(), unique());
    create_private(dir, &temporary)?.write_all(&key)?;
    let linked = dir.hard_link(&temporary, dir, KEY_FILE);
    dir.remove_file(&temporary)?;
    match linked {
        Ok(()) => Ok(key),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => read_key(dir),
        Err(error) => Err(error.into()),
    }
}

/// A number that no other call of this process gets.
fn unique() -> u64 {
    use std::sync::atomic::{AtomicU64, Ordering};
    static NEXT: AtomicU64 = AtomicU64::new(0);
    NEXT.fetch_add(1, Ordering::Relaxed)
}

fn create_private(dir: &Dir, path: &str) -> std::io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use cap_std::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    dir.open_with(path, &options)
}

fn private_folder() -> DirBuilder {
    #[cfg_attr(not(unix), expect(unused_mut, reason = "there are no modes"))]
    let mut builder = DirBuilder::new();
    #[cfg(unix)]
    {
        use cap_std::fs::DirBuilderExt as _;
        builder.mode(0o700);
    }
    builder
}

/// Whether a file or folder is this user's and nobody else may write to it.
#[cfg(unix)]
fn only_ours(metadata: &cap_std::fs::Metadata) -> bool {
    use cap_std::fs::MetadataExt as _;
    metadata.uid() == rustix::process::geteuid().as_raw() && metadata.mode() & 0o022 == 0
}

/// Whether it is also hidden from others: none of the lower six bits of its mode is set.
#[cfg(unix)]
fn secret(metadata: &cap_std::fs::Metadata) -> bool {
    use cap_std::fs::MetadataExt as _;
    only_ours(metadata) && metadata.mode().trailing_zeros() >= 6
}

/// Elsewhere the user's cache folder has access rules of its own that its files inherit.
#[cfg(not(unix))]
fn only_ours(_: &cap_std::fs::Metadata) -> bool {
    true
}

#[cfg(not(unix))]
fn secret(_: &cap_std::fs::Metadata) -> bool {
    true
}

#[cfg(all(test, unix))]
#[expect(
    clippy::unwrap_used,
    reason = "in a test, a panic is how a failure is told"
)]
mod tests {
    use std::fs::{self, Permissions};
    use std::os::unix::fs::{PermissionsExt as _, symlink};

    use cap_std::ambient_authority;

    use super::*;

    fn folder() -> (tempfile::TempDir, Dir) {
        let folder = tempfile::tempdir().unwrap();
        let dir = Dir::open_ambient_dir(folder.path(), ambient_authority()).unwrap();
        (folder, dir)
    }

    #[test]
    fn keeps_what_was_put() {
        let (folder, dir) = folder();
        Sealed::open(&dir, "c")
            .unwrap()
            .put("a", b"content")
            .unwrap();
        let again = Sealed::open(&dir, "c").unwrap();
        assert_eq!(again.get("a").unwrap(), b"content");
        assert_eq!(again.get("b"), None);
        let mode = |path: &str| {
            fs::metadata(folder.path().join(path))
                .unwrap()
                .permissions()
                .mode()
                & 0o777
        };
        assert_eq!(
            (mode("c"), mode("c/key"), mode("c/a")),
            (0o700, 0o600, 0o600)
        );
        assert_eq!(
            fs::read_dir(folder.path().join("c")).unwrap().count(),
            2,
            "no temporary file stays"
        );
    }

    #[test]
    fn a_flipped_byte_is_not_loaded() {
        let (folder, dir) = folder();
        let sealed = Sealed::open(&dir, "c").unwrap();
        sealed.put("a", b"content").unwrap();
        let path = folder.path().join("c/a");
        let good = fs::read(&path).unwrap();
        for at in 0..good.len() {
            let mut bad = good.clone();
            bad[at] ^= 1;
            fs::write(&path, bad).unwrap();
            assert_eq!(sealed.get("a"), None, "byte {at}");
        }
        fs::write(&path, &good[..TAG_BYTES - 1]).unwrap();
        assert_eq!(sealed.get("a"), None);
        fs::write(&path, &good).unwrap();
        assert_eq!(sealed.get("a").unwrap(), b"content");
    }

    #[test]
    fn a_swapped_file_is_not_loaded() {
        let (folder, dir) = folder();
        let sealed = Sealed::open(&dir, "c").unwrap();
        sealed.put("a", b"one").unwrap();
        sealed.put("b", b"two").unwrap();
        fs::copy(folder.path().join("c/a"), folder.path().join("c/b")).unwrap();
        assert_eq!(sealed.get("b"), None);
    }

    #[test]
    fn a_symlink_is_not_followed() {
        let (folder, dir) = folder();
        let sealed = Sealed::open(&dir, "c").unwrap();
        sealed.put("a", b"content").unwrap();
        fs::rename(folder.path().join("c/a"), folder.path().join("c/real")).unwrap();
        symlink("real", folder.path().join("c/a")).unwrap();
        assert_eq!(sealed.get("a"), None);
    }

    #[test]
    fn a_foreign_key_is_not_trusted() {
        let (folder, dir) = folder();
        Sealed::open(&dir, "c")
            .unwrap()
            .put("a", b"content")
            .unwrap();
        fs::write(folder.path().join("c/key"), [7; blake3::KEY_LEN]).unwrap();
        assert_eq!(Sealed::open(&dir, "c").unwrap().get("a"), None);
    }

    #[test]
    fn what_others_can_write_is_not_used() {
        let (folder, dir) = folder();
        let sealed = Sealed::open(&dir, "c").unwrap();
        sealed.put("a", b"content").unwrap();
        let chmod = |path: &str, mode| {
            fs::set_permissions(folder.path().join(path), Permissions::from_mode(mode)).unwrap();
        };
        chmod("c/a", 0o620);
        assert_eq!(sealed.get("a"), None);
        chmod("c/a", 0o600);
        assert_eq!(sealed.get("a").unwrap(), b"content");

        chmod("c/key", 0o640);
        assert!(matches!(
            Sealed::open(&dir, "c"),
            Err(Unusable::Exposed("the cache key"))
        ));
        chmod("c/key", 0o600);
        chmod("c", 0o770);
        assert!(matches!(
            Sealed::open(&dir, "c"),
            Err(Unusable::Exposed("the cache folder"))
        ));
        chmod("c", 0o700);
        assert!(Sealed::open(&dir, "c").is_ok());

        symlink("c", folder.path().join("link")).unwrap();
        assert!(matches!(
            Sealed::open(&dir, "link"),
            Err(Unusable::Exposed("the cache folder"))
        ));
    }

    #[test]
    fn of_two_keys_made_at_once_one_wins() {
        let (_folder, dir) = folder();
        let keys: Vec<_> = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..8)
                .map(|_| scope.spawn(|| Sealed::open(&dir, "c").unwrap().key))
                .collect();
            threads
                .into_iter()
                .map(|thread| thread.join().unwrap())
                .collect()
        });
        assert!(keys.windows(2).all(|pair| pair[0] == pair[1]));
    }
}
