//! The launcher: a small program that the go command starts for each tool, and that starts weft for
//! packages with a marker only.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::cache::{Cache, CacheError, Kind};
use crate::embedded::{STEP, STEP_ID};
use crate::gocmd::LAUNCHER;

/// Writes the launcher to the cache and returns its path. None where there is no launcher, or where the
/// system does not start programs from the cache directory, as on a file system mounted `noexec`: then
/// weft itself is started for each tool.
pub fn install(cache: &Cache) -> Result<Option<PathBuf>, CacheError> {
    let Some(program) = STEP else {
        return Ok(None);
    };
    let name = format!("{LAUNCHER}-{STEP_ID}");
    cache.keep_program(Kind::Steps, Path::new(&name), program)?;
    let path = cache.folder(Kind::Steps).join(name);
    Ok(can_be_started(&path).then_some(path))
}

/// Whether a launcher starts, and refuses to do anything without arguments.
fn can_be_started(program: &Path) -> bool {
    let mut command = Command::new(program);
    command.stdin(Stdio::null()).stdout(Stdio::null());
    let status = command.stderr(Stdio::null()).status();
    status.is_ok_and(|status| status.code() == Some(i32::from(weft_step::USAGE)))
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn what_does_not_start_is_no_launcher() {
        let folder = tempfile::tempdir().unwrap();
        let program = folder.path().join("step");
        let with = |text: &[u8], mode| {
            std::fs::write(&program, text).unwrap();
            let mode = std::fs::Permissions::from_mode(mode);
            std::fs::set_permissions(&program, mode).unwrap();
            can_be_started(&program)
        };
        assert!(with(STEP.unwrap(), 0o700));
        assert!(!with(STEP.unwrap(), 0o600));
        assert!(!with(b"\x7fELF of another machine", 0o700));
    }
}
