//! The shim: a `go` of weft's on PATH, in a shell that `weft env` has set up. Commands of weft itself
//! look past it.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

/// The variable that names the folder of the shim.
pub const SHIM_FOLDER: &str = "WEFT_ENV";

/// A PATH without folders of shims: the one that [`SHIM_FOLDER`] names and any below `shims`.
pub fn without_shims(path: &OsStr, shims: &Path) -> Vec<PathBuf> {
    let own = own_folder();
    std::env::split_paths(path)
        .filter(|folder| Some(folder) != own.as_ref() && folder.parent() != Some(shims))
        .collect()
}

/// The `go` on PATH that comes behind the shim; None where there is no shim.
///
/// Where there is no other `go`, it is a path at which nothing is: looking up the bare name would find
/// the shim again.
pub fn go_behind() -> Option<OsString> {
    let own = own_folder()?;
    let found = located();
    Some(found.map_or_else(|| own.join("no/go").into(), PathBuf::into_os_string))
}

/// Where the `go` is that weft runs.
pub fn located() -> Option<PathBuf> {
    let own = own_folder();
    on_path(|folder| Some(folder) != own.as_deref())
}

/// Where the `go` is that the user's shell runs.
pub fn first_on_path() -> Option<PathBuf> {
    on_path(|_| true)
}

fn on_path(wanted: impl Fn(&Path) -> bool) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    let names = if cfg!(windows) {
        &["go.exe", "go.cmd"][..]
    } else {
        &["go"]
    };
    std::env::split_paths(&path)
        .filter(|folder| wanted(folder))
        .flat_map(|folder| names.iter().map(move |name| folder.join(name)))
        .find(|candidate| is_program(candidate))
}

fn own_folder() -> Option<PathBuf> {
    let folder = std::env::var_os(SHIM_FOLDER)?;
    (!folder.is_empty()).then(|| folder.into())
}

fn is_program(path: &Path) -> bool {
    let Ok(metadata) = std::fs::metadata(path) else {
        return false;
    };
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        metadata.is_file() && metadata.permissions().mode() & 0o111 != 0
    }
    #[cfg(not(unix))]
    metadata.is_file()
}
