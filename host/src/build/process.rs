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

/// Runs the go command and returns its exit code. What asks weft to end is the go command's to handle:
/// it is passed on. From a terminal an interrupt reaches both, so the go command gets it twice, which is
/// to it as once.
///
/// Source: `processSignals` of cmd/go/internal/base/signal.go.
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
    // Before the go command is there: a signal that comes meanwhile must not end weft alone.
    #[cfg(unix)]
    let signals = Signals::catch();
    let mut child = command.spawn().map_err(not_started)?;
    #[cfg(unix)]
    let forwarding = signals.forward(child.id());
    let status = child.wait().map_err(not_started)?;
    #[cfg(unix)]
    forwarding.close();
    Ok(exit_code(status))
}

/// Signals that ask weft to end.
#[cfg(unix)]
struct Signals(signal_hook::iterator::Signals);

#[cfg(unix)]
impl Signals {
    fn catch() -> Self {
        use signal_hook::consts::{SIGHUP, SIGINT, SIGQUIT, SIGTERM};
        let signals = signal_hook::iterator::Signals::new([SIGHUP, SIGINT, SIGQUIT, SIGTERM]);
        Self(signals.expect("these signals can be handled"))
    }

    /// Passes them on to a child, from those on that came before it was there.
    fn forward(mut self, child: u32) -> signal_hook::iterator::Handle {
        use rustix::process::{Pid, Signal, kill_process};
        let handle = self.0.handle();
        let child = i32::try_from(child).ok().and_then(Pid::from_raw);
        std::thread::spawn(move || {
            for signal in self.0.forever() {
                // The child may have ended already, which is what the signal asked for.
                if let (Some(child), Some(signal)) = (child, Signal::from_named_raw(signal)) {
                    let _ = kill_process(child, signal);
                }
            }
        });
        handle
    }
}

/// The exit code as a shell gives it: 128 and the signal's number for a process that a signal ended.
fn exit_code(status: ExitStatus) -> i32 {
    #[cfg(unix)]
    if let Some(signal) = std::os::unix::process::ExitStatusExt::signal(&status) {
        return 128 + signal;
    }
    status.code().unwrap_or(1)
}
