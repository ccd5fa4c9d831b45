//! Running the go command so that a user cannot tell that weft stands before it.

use std::ffi::OsString;
use std::path::Path;
use std::process::{Command, ExitStatus};

use crate::gocmd::{self, GoError, program};

fn command(arguments: &[OsString], directory: Option<&Path>) -> Result<Command, GoError> {
    let mut command = gocmd::command()?;
    command.args(arguments);
    if let Some(directory) = directory {
        command.current_dir(directory).env("PWD", directory);
    }
    Ok(command)
}

fn not_started(source: std::io::Error) -> GoError {
    GoError::Start {
        program: program().to_string_lossy().into_owned(),
        source,
    }
}

/// Becomes the go command where the system can do that; elsewhere runs it and returns its exit code.
pub fn replace(arguments: &[OsString], directory: Option<&Path>) -> Result<i32, GoError> {
    let mut command = command(arguments, directory)?;
    #[cfg(unix)]
    {
        use std::os::unix::process::CommandExt;
        Err(not_started(command.exec()))
    }
    #[cfg(not(unix))]
    command.status().map(exit_code).map_err(not_started)
}

/// Runs the go command and returns its exit code. An interrupt is the go command's to handle, which
/// gets it from the terminal itself; other deaths asked of weft are passed on.
pub fn run(arguments: &[OsString], directory: &Path) -> Result<i32, GoError> {
    wait_for(command(arguments, Some(directory))?)
}

/// The same for a go command that starts nothing but tools, all through the compile step.
pub fn run_tools_only(arguments: &[OsString], directory: &Path) -> Result<i32, GoError> {
    let mut command = command(arguments, Some(directory))?;
    gocmd::relax_gogc(&mut command);
    wait_for(command)
}

fn wait_for(mut command: Command) -> Result<i32, GoError> {
    let mut child = command.spawn().map_err(not_started)?;
    #[cfg(unix)]
    let forwarding = forward_signals(child.id());
    let status = child.wait().map_err(not_started)?;
    #[cfg(unix)]
    forwarding.close();
    Ok(exit_code(status))
}

#[cfg(unix)]
fn forward_signals(child: u32) -> signal_hook::iterator::Handle {
    use signal_hook::consts::{SIGHUP, SIGINT, SIGQUIT, SIGTERM};
    let mut signals = signal_hook::iterator::Signals::new([SIGHUP, SIGINT, SIGQUIT, SIGTERM])
        .expect("these signals can be handled");
    let handle = signals.handle();
    let child = i32::try_from(child)
        .ok()
        .and_then(rustix::process::Pid::from_raw);
    std::thread::spawn(move || {
        for signal in signals.forever() {
            let forwarded = match signal {
                SIGTERM => rustix::process::Signal::TERM,
                SIGHUP => rustix::process::Signal::HUP,
                _ => continue,
            };
            if let Some(child) = child {
                // It may have ended already, which is what the signal asked for.
                let _ = rustix::process::kill_process(child, forwarded);
            }
        }
    });
    handle
}

/// The exit code as a shell gives it: 128 and the signal's number for a process that a signal ended.
fn exit_code(status: ExitStatus) -> i32 {
    #[cfg(unix)]
    if let Some(signal) = std::os::unix::process::ExitStatusExt::signal(&status) {
        return 128 + signal;
    }
    status.code().unwrap_or(1)
}
