//! Folders that builds write to.

use std::io::Write as _;
use std::path::Path;

use super::Check;
use crate::cache::CacheError;

/// Below so many bytes, a build of a large program may run out of space.
const LITTLE_SPACE: u64 = 1 << 30;

/// A folder that the go command writes to; `variable` names another one.
pub fn usable(name: &'static str, folder: &Path, variable: &str) -> Check {
    if let Err(source) = try_to_write(folder) {
        let failure = crate::failure::Failure::unwritable(folder, &source, variable);
        return Check::error(name, failure);
    }
    with_space(name, folder, variable)
}

/// weft's own folder, in which nobody else should be able to write: it holds compiled plugins.
pub fn private(name: &'static str, folder: &Path, variable: &str) -> Check {
    if let Err(source) = try_to_write(folder) {
        let path = folder.to_owned();
        return Check::error(name, CacheError::Write { path, source });
    }
    #[cfg(unix)]
    if let Ok(metadata) = std::fs::metadata(folder) {
        use std::os::unix::fs::PermissionsExt;
        let mode = metadata.permissions().mode();
        if mode & 0o022 != 0 {
            return Check::warning(
                name,
                format!("{} can be written to by others", folder.display()),
                &format!("run: chmod go-w '{}'", folder.display()),
            );
        }
    }
    with_space(name, folder, variable)
}

/// Writes a file and removes it.
fn try_to_write(folder: &Path) -> std::io::Result<()> {
    std::fs::create_dir_all(folder)?;
    let file = folder.join(format!(".weft-doctor.{}", std::process::id()));
    let written = std::fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .open(&file)
        .and_then(|mut opened| opened.write_all(&[0; 4096]));
    // Without the file there is nothing to remove, and the first error counts.
    drop(std::fs::remove_file(&file));
    written
}

fn with_space(name: &'static str, folder: &Path, variable: &str) -> Check {
    let shown = folder.display();
    match free_space(folder) {
        Some(free) if free < LITTLE_SPACE => Check::warning(
            name,
            format!("{shown}, with {} MB left", free / 1_000_000),
            &format!("make room, or name a folder on another disk with {variable}"),
        ),
        Some(free) => Check::ok(name, format!("{shown}, {} GB left", free / 1_000_000_000)),
        None => Check::ok(name, shown.to_string()),
    }
}

/// Bytes that a user may still write; None where the system does not say.
fn free_space(folder: &Path) -> Option<u64> {
    #[cfg(unix)]
    {
        let found = rustix::fs::statvfs(folder).ok()?;
        Some(found.f_bavail.saturating_mul(found.f_frsize))
    }
    #[cfg(not(unix))]
    {
        let _ = folder;
        None
    }
}
