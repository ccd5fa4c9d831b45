//! Starting the tools of the Go distribution.

use std::ffi::{OsStr, OsString};
use std::io::{self, Write as _};
use std::process::{Command, ExitStatus, Output};

use super::StepError;

fn command(tool: &OsStr, arguments: &[OsString]) -> Command {
    let mut command = Command::new(tool);
    weft_step::restore_gogc(command.args(arguments));
    command
}

fn not_started(tool: &OsStr, source: io::Error) -> StepError {
    StepError::Start {
        tool: tool.into(),
        source,
    }
}

fn code(status: ExitStatus) -> i32 {
    status.code().unwrap_or(1)
}

/// Becomes the tool where the system can do that; elsewhere runs it and returns its exit code.
#[cfg(unix)]
pub(super) fn start(tool: &OsStr, arguments: &[OsString]) -> Result<i32, StepError> {
    use std::os::unix::process::CommandExt;
    // cmd/go names C compilers without a folder: Command looks them up on PATH as cmd/go would.
    Err(not_started(tool, command(tool, arguments).exec()))
}

#[cfg(not(unix))]
pub(super) fn start(tool: &OsStr, arguments: &[OsString]) -> Result<i32, StepError> {
    wait(tool, arguments)
}

/// Runs the tool and returns its exit code.
pub(super) fn wait(tool: &OsStr, arguments: &[OsString]) -> Result<i32, StepError> {
    let status = command(tool, arguments).status();
    Ok(code(status.map_err(|source| not_started(tool, source))?))
}

/// Compiles woven files. Where the compiler refuses them, it gets the original ones, and what it says of those is
/// what counts: it is what people read without weft. Of woven files it would also tell where they are.
///
/// Source: `Pos.String` of cmd/compile/internal/syntax/pos.go.
pub(super) fn compile(
    tool: &OsStr,
    woven: &[OsString],
    original: &[OsString],
) -> Result<i32, StepError> {
    let run = |arguments| -> Result<Output, StepError> {
        let output = command(tool, arguments).output();
        output.map_err(|source| not_started(tool, source))
    };
    let mut output = run(woven)?;
    if !output.status.success() {
        let plain = run(original)?;
        if !plain.status.success() {
            output = plain;
        }
    }
    // The go command may have gone; then nobody reads it.
    let _ = io::stdout().write_all(&output.stdout);
    let _ = io::stderr().write_all(&output.stderr);
    Ok(code(output.status))
}
