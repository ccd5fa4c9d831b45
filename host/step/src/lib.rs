//! What decides whether a compile step weaves, and how a tool is started.
//!
//! Invariant: the standard library only, and nothing that is not needed to start a tool: each tool of a
//! build is started through this.

use std::ffi::OsStr;
use std::path::Path;
use std::process::Command;

/// The flag by which a package's plan reaches its compile step, without the `=` and the plan's name.
pub const MARKER: &str = "-weft";

/// How much a program of Go's may let its heap grow before it collects garbage, as Go's runtime reads it.
pub const GOGC: &str = "GOGC";

/// The variable that says that GOGC is weft's, not the user's.
pub const OWN_GOGC: &str = "WEFT_GOGC";

/// The exit code of the step where the arguments are not cmd/go's, as when it is started without any.
pub const USAGE: u8 = 2;

/// Whether an argument is the marker of a package to weave.
pub fn is_marker(argument: &OsStr) -> bool {
    argument
        .as_encoded_bytes()
        .strip_prefix(MARKER.as_bytes())
        .is_some_and(|rest| rest.starts_with(b"="))
}

/// Whether a tool is cmd/cover, which is given files that only the overlay shows.
pub fn is_cover(tool: &OsStr) -> bool {
    Path::new(tool).file_stem() == Some(OsStr::new("cover"))
}

/// Starts a tool with what the user said of garbage collection: the compiler lives longer than the go
/// command, and many run at once.
pub fn restore_gogc(command: &mut Command) {
    if std::env::var_os(OWN_GOGC).is_some() {
        command.env_remove(GOGC).env_remove(OWN_GOGC);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_marker_itself_is_a_marker() {
        assert!(is_marker(OsStr::new("-weft=0a")));
        assert!(!is_marker(OsStr::new("-weftly")) && !is_marker(OsStr::new("-p")));
    }

    #[test]
    fn cover_is_known_by_its_name() {
        assert!(is_cover(OsStr::new("/go/pkg/tool/linux_amd64/cover")));
        assert!(is_cover(OsStr::new("/go/pkg/tool/windows_amd64/cover.exe")));
        assert!(!is_cover(OsStr::new("/cover/compile")));
    }
}
