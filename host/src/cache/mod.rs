//! The cache directory: everything in it can be made again, and is written whole or not at all.
//!
//! Invariant: the only room that writes files, through a handle that cannot leave the directory.

mod trim;

use std::fs::File;
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use cap_std::ambient_authority;
use cap_std::fs::{Dir, DirBuilder, OpenOptions};
use cap_tempfile::TempFile;

/// Held shared by every process that uses the cache, alone by one that removes what is old.
const LOCK: &str = "lock";

/// How much later a use is noted again: writing down each one would cost more than it tells.
const NOTED: Duration = Duration::from_hours(24);

/// Why the cache cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum CacheError {
    /// No directory is known.
    #[error("no cache directory is known: neither WEFT_CACHE nor a home directory is set")]
    Unknown,
    /// The directory cannot be made or opened.
    #[error("failed to open the cache directory {}: {source}", path.display())]
    Open {
        /// The directory.
        path: PathBuf,
        /// The system's reason.
        source: io::Error,
    },
    /// A file cannot be written.
    #[error("failed to write {} in the cache directory: {source}", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// The system's reason.
        source: io::Error,
    },
    /// A file cannot be read.
    #[error("failed to read {} in the cache directory: {source}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// The system's reason.
        source: io::Error,
    },
}

/// The kinds of things kept, one folder each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// What the last build of a command line came to; named by the command's key.
    Builds,
    /// What the next plan of a command line may take over from the last one; named by the command's key.
    Previous,
    /// Package plans for the compile step; named by their hash.
    Plans,
    /// Go files that the overlay shows to cmd/go; named by their content.
    Files,
    /// Overlay descriptions for `-overlay`; named by their content.
    Overlays,
    /// Plugins' answers; named by plugin and question.
    Advice,
    /// Compiled plugins and their descriptors; managed by the plugin room.
    Plugins,
    /// Components of plugins that were fetched; named by their digest.
    Components,
    /// Programs named `go` that run weft, in a folder each.
    Shims,
    /// Programs that the go command starts in place of tools; named by their content.
    Steps,
}

impl Kind {
    const ALL: [Self; 10] = [
        Self::Builds,
        Self::Previous,
        Self::Plans,
        Self::Files,
        Self::Overlays,
        Self::Advice,
        Self::Plugins,
        Self::Components,
        Self::Shims,
        Self::Steps,
    ];

    /// The name of the folder.
    pub fn folder(self) -> &'static str {
        match self {
            Self::Builds => "builds",
            Self::Previous => "previous",
            Self::Plans => "plans",
            Self::Files => "files",
            Self::Overlays => "overlays",
            Self::Advice => "advice",
            Self::Plugins => "plugins",
            Self::Components => "components",
            Self::Shims => "shims",
            Self::Steps => "steps",
        }
    }

    /// Whether reading an entry keeps it from being removed. The others are kept by the builds that name
    /// them, which also compare when they were written.
    fn is_kept_by_use(self) -> bool {
        matches!(self, Self::Builds | Self::Advice | Self::Components)
    }
}

/// An open cache directory. While it is open, no other process removes what is old.
#[derive(Debug)]
pub struct Cache {
    path: PathBuf,
    directory: Dir,
    lock: File,
}

impl Cache {
    /// Where the cache is: `WEFT_CACHE`, else `weft` in the user's cache directory. Where that cannot be
    /// written to, as in many containers, and `GOCACHE` says where cmd/go's cache is, it is in there.
    pub fn location() -> Result<PathBuf, CacheError> {
        let named = |variable| std::env::var_os(variable).filter(|path| !path.is_empty());
        if let Some(path) = named("WEFT_CACHE") {
            return std::path::absolute(&path).map_err(|source| CacheError::Open {
                path: path.into(),
                source,
            });
        }
        let usual = dirs::cache_dir().map(|folder| folder.join("weft"));
        if let Some(usual) = usual.as_ref().filter(|usual| is_writable(usual)) {
            return Ok(usual.clone());
        }
        let within = named("GOCACHE").map(|folder| Path::new(&folder).join("weft"));
        let within = within.filter(|folder| folder.is_absolute() && is_writable(folder));
        within.or(usual).ok_or(CacheError::Unknown)
    }

    /// Opens the cache, making its folders.
    pub fn open() -> Result<Self, CacheError> {
        Self::open_at(Self::location()?)
    }

    fn open_at(path: PathBuf) -> Result<Self, CacheError> {
        let open = || -> io::Result<(Dir, File)> {
            make_private(&path)?;
            let directory = Dir::open_ambient_dir(&path, ambient_authority())?;
            for kind in Kind::ALL {
                directory.create_dir_with(kind.folder(), DirBuilder::new().recursive(true))?;
            }
            let lock = directory
                .open_with(LOCK, OpenOptions::new().write(true).create(true))?
                .into_std();
            // A file system without locks has nobody remove anything either.
            let _ = lock.lock_shared();
            Ok((directory, lock))
        };
        match open() {
            Ok((directory, lock)) => Ok(Self {
                path,
                directory,
                lock,
            }),
            Err(source) => Err(CacheError::Open { path, source }),
        }
    }

    /// The cache directory's path.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The absolute path of one kind's folder, for tools that take paths.
    pub fn folder(&self, kind: Kind) -> PathBuf {
        self.path.join(kind.folder())
    }

    /// A handle on one kind's folder.
    pub fn open_folder(&self, kind: Kind) -> Result<Dir, CacheError> {
        self.directory
            .open_dir(kind.folder())
            .map_err(|source| CacheError::Open {
                path: self.folder(kind),
                source,
            })
    }

    /// An entry's content; None when it is not there.
    pub fn read(&self, kind: Kind, name: &str) -> Result<Option<Vec<u8>>, CacheError> {
        let path = Path::new(kind.folder()).join(name);
        let read = || -> io::Result<Vec<u8>> {
            let mut file = self.directory.open(&path)?;
            let mut content = Vec::new();
            file.read_to_end(&mut content)?;
            if kind.is_kept_by_use() {
                note_use(&file.into_std());
            }
            Ok(content)
        };
        match read() {
            Ok(content) => Ok(Some(content)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(source) => Err(CacheError::Read { path, source }),
        }
    }

    /// Writes an entry, replacing what was there, so that a reader sees the old content or the new.
    pub fn write(&self, kind: Kind, name: &str, content: &[u8]) -> Result<(), CacheError> {
        self.write_file(&Path::new(kind.folder()).join(name), content, false)
    }

    /// Writes a program that the system can start, unless it is there, making its folder.
    pub fn keep_program(&self, kind: Kind, path: &Path, content: &[u8]) -> Result<(), CacheError> {
        let path = Path::new(kind.folder()).join(path);
        if self
            .directory
            .read(&path)
            .is_ok_and(|found| found == content)
        {
            return Ok(());
        }
        let folder = path.parent().unwrap_or(Path::new(""));
        self.directory
            .create_dir_all(folder)
            .map_err(|source| CacheError::Write {
                path: self.path.join(folder),
                source,
            })?;
        self.write_file(&path, content, true)
    }

    fn write_file(&self, path: &Path, content: &[u8], executable: bool) -> Result<(), CacheError> {
        let write = || -> io::Result<()> {
            let folder = path.parent().unwrap_or(Path::new(""));
            let folder = self.directory.open_dir(folder)?;
            let mut file = TempFile::new(&folder)?;
            file.write_all(content)?;
            #[cfg(unix)]
            if executable {
                let mode = std::os::unix::fs::PermissionsExt::from_mode(0o700);
                let mode = cap_std::fs::Permissions::from_std(mode);
                file.as_file().set_permissions(mode)?;
            }
            #[cfg(not(unix))]
            let _ = executable; // by the name there
            file.replace(path.file_name().unwrap_or_default())
        };
        write().map_err(|source| CacheError::Write {
            path: self.path.join(path),
            source,
        })
    }

    /// Waits until no other process holds the lock of this name, and holds it until the file is dropped.
    pub fn lock_alone(&self, name: &str) -> Result<File, CacheError> {
        let path = Path::new(Kind::Components.folder()).join(format!("{name}.lock"));
        let lock = || -> io::Result<File> {
            let mut options = OpenOptions::new();
            let file = self
                .directory
                .open_with(&path, options.write(true).create(true))?
                .into_std();
            file.lock()?;
            // It would be removed as old otherwise.
            file.set_modified(SystemTime::now())?;
            Ok(file)
        };
        lock().map_err(|source| CacheError::Write {
            path: self.path.join(&path),
            source,
        })
    }

    /// Writes an entry whose name is derived from its content, unless it is there and whole.
    pub fn keep(&self, kind: Kind, name: &str, content: &[u8]) -> Result<(), CacheError> {
        // An unreadable entry is replaced like a damaged one.
        if let Ok(Some(found)) = self.read(kind, name)
            && found == content
        {
            return Ok(());
        }
        self.write(kind, name, content)
    }

    /// Removes everything that weft keeps, whoever uses it.
    pub fn remove(self) -> Result<(), CacheError> {
        for kind in Kind::ALL {
            self.directory
                .remove_dir_all(kind.folder())
                .map_err(|source| CacheError::Write {
                    path: self.folder(kind),
                    source,
                })?;
        }
        Ok(())
    }
}

/// Makes a folder, with those above it, that only this user can look into.
fn make_private(path: &Path) -> io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

/// Whether a cache can be in a folder; it is made.
fn is_writable(path: &Path) -> bool {
    let mut options = File::options();
    options.write(true).create(true).truncate(false);
    make_private(path).is_ok() && options.open(path.join(LOCK)).is_ok()
}

/// Notes that a file is used, in the time of its last change. It is for [`Cache::trim`] only, so that it
/// does not work out is no reason to fail.
fn note_use(file: &File) {
    let modified = file.metadata().and_then(|found| found.modified());
    if modified.is_ok_and(|modified| modified.elapsed().is_ok_and(|age| age > NOTED)) {
        let _ = file.set_modified(SystemTime::now());
    }
}
