//! The program that the go command runs in place of each tool: `weft-step <weft> toolexec <plans folder>
//! <overlay> <tool> <arguments…>`. It becomes the tool, or weft where there is something to weave.
//!
//! It is a program of its own because it is started for each package, and weft is large.

// The host's build script compiles this file alone, without the library.
#[path = "lib.rs"]
mod step;

use std::ffi::OsString;
use std::io;
use std::process::{Command, ExitCode};

/// Where the tool stands among the arguments: behind weft's path and what weft is called with.
const TOOL: usize = 4;

fn main() -> ExitCode {
    let words: Vec<OsString> = std::env::args_os().skip(1).collect();
    let Some((tool, arguments)) = words.get(TOOL..).and_then(<[_]>::split_first) else {
        return ExitCode::from(step::USAGE);
    };
    let weaves = step::is_cover(tool) || arguments.iter().any(|word| step::is_marker(word));
    if !weaves {
        let mut command = Command::new(tool);
        step::restore_gogc(command.args(arguments));
        // A tool that cannot be started cannot be by weft either, which says why.
        if let Ok(code) = replace(command) {
            return code;
        }
    }
    let mut command = Command::new(&words[0]);
    command.args(&words[1..]);
    replace(command).unwrap_or_else(|error| not_there(&words[0], &error))
}

/// Becomes another program; elsewhere runs it. cmd/go names C compilers without a folder: they are looked
/// up on PATH, as cmd/go would do.
#[cfg(unix)]
fn replace(mut command: Command) -> io::Result<ExitCode> {
    Err(std::os::unix::process::CommandExt::exec(&mut command))
}

#[cfg(not(unix))]
fn replace(mut command: Command) -> io::Result<ExitCode> {
    let code = command.status()?.code().unwrap_or(1);
    Ok(ExitCode::from(u8::try_from(code).unwrap_or(1)))
}

#[expect(
    clippy::print_stderr,
    reason = "weft, which would say it, is not there"
)]
fn not_there(weft: &OsString, error: &io::Error) -> ExitCode {
    eprintln!("weft: failed to start {}: {error}", weft.display());
    ExitCode::FAILURE
}
