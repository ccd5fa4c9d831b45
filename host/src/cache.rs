//! The cache directory: everything in it can be made again, and is written whole or not at all.
//!
//! Invariant: the only room that writes files, through a handle that cannot leave the directory.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use cap_std::ambient_authority;
use cap_std::fs::{Dir, DirBuilder, OpenOptions};

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
    /// Programs named `go` that run weft, in a folder each.
    Shims,
}

impl Kind {
    const ALL: [Self; 7] = [
        Self::Builds,
        Self::Plans,
        Self::Files,
        Self::Overlays,
        Self::Advice,
        Self::Plugins,
        Self::Shims,
    ];

    /// The name of the folder.
    pub fn folder(self) -> &'static str {
        match self {
            Self::Builds => "builds",
            Self::Plans => "plans",
            Self::Files => "files",
            Self::Overlays => "overlays",
            Self::Advice => "advice",
            Self::Plugins => "plugins",
            Self::Shims => "shims",
        }
    }
}

/// An open cache directory.
#[derive(Debug)]
pub struct Cache {
    path: PathBuf,
    directory: Dir,
}

impl Cache {
    /// Where the cache is: `WEFT_CACHE`, else `weft` in the user's cache directory.
    pub fn location() -> Result<PathBuf, CacheError> {
        match std::env::var_os("WEFT_CACHE") {
            Some(path) if !path.is_empty() => {
                std::path::absolute(&path).map_err(|source| CacheError::Open {
                    path: path.into(),
                    source,
                })
            }
            _ => Ok(dirs::cache_dir().ok_or(CacheError::Unknown)?.join("weft")),
        }
    }

    /// Opens the cache, making its folders.
    pub fn open() -> Result<Self, CacheError> {
        let path = Self::location()?;
        let open = || -> io::Result<Dir> {
            let mut builder = std::fs::DirBuilder::new();
            builder.recursive(true);
            #[cfg(unix)]
            std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
            builder.create(&path)?;
            let directory = Dir::open_ambient_dir(&path, ambient_authority())?;
            for kind in Kind::ALL {
                directory.create_dir_with(kind.folder(), DirBuilder::new().recursive(true))?;
            }
            Ok(directory)
        };
        match open() {
            Ok(directory) => Ok(Self { path, directory }),
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
        match self.directory.read(&path) {
            Ok(content) => Ok(Some(content)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(source) => Err(CacheError::Read { path, source }),
        }
    }

    /// Writes an entry, replacing what was there, so that a reader sees the old content or the new.
    pub fn write(&self, kind: Kind, name: &str, content: &[u8]) -> Result<(), CacheError> {
        self.write_file(&Path::new(kind.folder()).join(name), content, false)
    }

    /// Writes a program that the system can start, in a folder of its own, unless it is there.
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
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let temporary = path.with_file_name(format!(".{name}.{}", std::process::id()));
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(true);
        #[cfg(unix)]
        if executable {
            cap_std::fs::OpenOptionsExt::mode(&mut options, 0o700);
        }
        #[cfg(not(unix))]
        let _ = executable; // by the name there
        let write = || -> io::Result<()> {
            let mut file = self.directory.open_with(&temporary, &options)?;
            file.write_all(content)?;
            drop(file);
            self.directory.rename(&temporary, &self.directory, path)
        };
        write().map_err(|source| {
            // The temporary may not exist: only the first error matters.
            drop(self.directory.remove_file(&temporary));
            CacheError::Write {
                path: self.path.join(path),
                source,
            }
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

    /// Removes everything that weft keeps.
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
