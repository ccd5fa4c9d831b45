//! Writes a project's files: as people have laid them out, whole or not at all.

use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use cap_std::ambient_authority;
use cap_std::fs::Dir;
use cap_tempfile::TempFile;
use semver::VersionReq;
use toml_edit::{DocumentMut, Item, Table, value};
use weft_plugin_source::Source;

use super::error::mistake;
use super::{LOCK, Lock, Project, ProjectError, SETTINGS, read_file};

/// Changes `weft.toml` and `weft.lock`, which nobody else changes meanwhile.
///
/// Each step leaves the old state or the new one. An entry of the lock that `weft.toml` does not name has
/// no effect, so the lock is written first when a plugin comes, and last when one goes.
#[derive(Debug)]
pub struct Editor {
    root: PathBuf,
    directory: Dir,
    document: DocumentMut,
}

impl Editor {
    /// Opens a project's files.
    ///
    /// # Errors
    ///
    /// There is no module, or the files cannot be read.
    pub fn open(project: &Project) -> Result<Self, ProjectError> {
        let root = project.root()?.to_owned();
        let path = root.join(SETTINGS);
        let text = read_file(&path)?.unwrap_or_default();
        let document = text.parse().map_err(|error: toml_edit::TomlError| {
            mistake(&path, &text, error.span(), error.message())
        })?;
        let directory = Dir::open_ambient_dir(&root, ambient_authority()).map_err(|source| {
            ProjectError::Read {
                path: root.clone(),
                source,
            }
        })?;
        Ok(Self {
            root,
            directory,
            document,
        })
    }

    /// Names a plugin's source and the versions that may be taken, and pins the key of its signer.
    ///
    /// # Errors
    ///
    /// A file cannot be written; the project is then as it was.
    pub fn add(
        &mut self,
        lock: &Lock,
        name: &str,
        source: &Source,
        version: Option<&VersionReq>,
        pinned: Option<(&str, &str)>,
    ) -> Result<(), ProjectError> {
        let section = self.table("plugins", name);
        section["source"] = value(source.to_string());
        if let Some(version) = version {
            section["version"] = value(version.to_string());
        }
        if let Some((signer, key)) = pinned {
            let signers = self.document.entry("signers").or_insert_with(table);
            signers[signer] = value(key);
        }
        self.write_lock(lock)?;
        self.write_settings()
    }

    /// Takes a plugin out.
    ///
    /// # Errors
    ///
    /// A file cannot be written; the project is then as it was, or as it is to be.
    pub fn remove(&mut self, lock: &Lock, name: &str) -> Result<(), ProjectError> {
        if let Some(plugins) = self
            .document
            .get_mut("plugins")
            .and_then(Item::as_table_like_mut)
        {
            plugins.remove(name);
        }
        self.write_settings()?;
        self.write_lock(lock)
    }

    /// Says in which folder plugins' files are kept.
    ///
    /// # Errors
    ///
    /// The file cannot be written.
    pub fn vendor(&mut self, folder: &str) -> Result<(), ProjectError> {
        self.document["vendor"] = value(folder);
        self.write_settings()
    }

    /// Writes the lock.
    ///
    /// # Errors
    ///
    /// It cannot be written, and is as it was.
    pub fn write_lock(&self, lock: &Lock) -> Result<(), ProjectError> {
        self.write(LOCK, &lock.to_text())
    }

    /// Writes a file below the project's folder, making its folder.
    ///
    /// # Errors
    ///
    /// It cannot be written, and is as it was.
    pub fn write_vendored(
        &self,
        folder: &str,
        name: &str,
        bytes: &[u8],
    ) -> Result<(), ProjectError> {
        let write = || -> io::Result<()> {
            self.directory.create_dir_all(folder)?;
            replace(&self.directory.open_dir(folder)?, name, bytes)
        };
        write().map_err(|source| ProjectError::Write {
            path: self.root.join(folder).join(name),
            source,
        })
    }

    /// Removes files of a vendor folder, as far as they are there.
    ///
    /// # Errors
    ///
    /// One cannot be removed.
    pub fn remove_vendored(&self, folder: &str, names: &[String]) -> Result<(), ProjectError> {
        for name in names {
            let path = Path::new(folder).join(name);
            match self.directory.remove_file(&path) {
                Err(source) if source.kind() != io::ErrorKind::NotFound => {
                    return Err(ProjectError::Write {
                        path: self.root.join(path),
                        source,
                    });
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn write_settings(&self) -> Result<(), ProjectError> {
        self.write(SETTINGS, &self.document.to_string())
    }

    fn write(&self, name: &str, text: &str) -> Result<(), ProjectError> {
        replace(&self.directory, name, text.as_bytes()).map_err(|source| ProjectError::Write {
            path: self.root.join(name),
            source,
        })
    }

    /// The table `[section.name]`, made where there is none.
    fn table(&mut self, section: &str, name: &str) -> &mut Item {
        let outer = self.document.entry(section).or_insert_with(|| {
            let mut outer = Table::new();
            outer.set_implicit(true);
            Item::Table(outer)
        });
        let inner = &mut outer[name];
        if inner.is_none() {
            *inner = table();
        }
        inner
    }
}

fn table() -> Item {
    Item::Table(Table::new())
}

/// Writes beside the place, with the rights that files get, and renames.
fn replace(folder: &Dir, name: &str, bytes: &[u8]) -> io::Result<()> {
    let mut file = TempFile::new(folder)?;
    file.write_all(bytes)?;
    #[cfg(unix)]
    {
        // Others may read what is in a repository; a file that is there keeps its rights.
        let old = folder.metadata(name).map(|found| found.permissions());
        let usual =
            cap_std::fs::Permissions::from_std(std::os::unix::fs::PermissionsExt::from_mode(0o644));
        file.as_file().set_permissions(old.unwrap_or(usual))?;
    }
    file.as_file().sync_all()?;
    file.replace(name)
}
