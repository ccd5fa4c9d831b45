//! Runs a live program.

use std::fmt::Write as _;
use std::fs::File;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use super::receiver::Receiver;
use super::tree;
use crate::author::AuthorError;

/// Where a program is run.
#[derive(Debug)]
pub struct Site<'a> {
    /// The folder of its sources, as for `go run`.
    pub folder: &'a Path,
    /// What it goes by.
    pub program: &'a str,
    /// How long it may take.
    pub longest: Duration,
}

/// What came of a run.
#[derive(Debug)]
pub struct Ran {
    /// As the system tells it: `0`, or `signal 6`.
    pub code: String,
    stdout: String,
    stderr: String,
}

impl Ran {
    /// What is to be the same, plain and woven.
    pub fn text(&self) -> String {
        let mut text = format!("exit code: {}\n", self.code);
        for (name, stream) in [("output", &self.stdout), ("error", &self.stderr)] {
            for line in stream.lines() {
                // Writing to a string does not fail.
                let _ = writeln!(text, "standard {name}: {}", tree::without_ports(line));
            }
        }
        text
    }
}

/// Runs an executable; a woven one, with its spans sent to a receiver.
pub fn run(
    executable: &Path,
    site: &Site<'_>,
    receiver: Option<&Receiver>,
) -> Result<Ran, AuthorError> {
    let Site {
        folder,
        program,
        longest,
    } = *site;
    let failed = |source| AuthorError::LiveRun {
        program: program.to_owned(),
        source,
    };
    // Files, not pipes: what the program leaves running must not keep this from ending.
    let beside = |name: &str| executable.with_file_name(name);
    let (stdout, stderr) = (beside("stdout"), beside("stderr"));
    let mut command = Command::new(executable);
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("OTEL_") {
            command.env_remove(name);
        }
    }
    command
        .current_dir(folder)
        .env_remove("WEFT_SIGNALS")
        .env("OTEL_METRICS_EXPORTER", "none")
        .env("OTEL_TRACES_SAMPLER", "parentbased_always_on")
        .env("OTEL_BSP_MAX_QUEUE_SIZE", "100000")
        .stdin(Stdio::null())
        .stdout(File::create(&stdout).map_err(failed)?)
        .stderr(File::create(&stderr).map_err(failed)?);
    if let Some(receiver) = receiver {
        command
            .env("OTEL_EXPORTER_OTLP_ENDPOINT", receiver.endpoint())
            .env("OTEL_EXPORTER_OTLP_PROTOCOL", "http/json");
    }
    let mut child = command.spawn().map_err(failed)?;
    let Some(status) = wait(&mut child, longest).map_err(failed)? else {
        return Err(AuthorError::LiveTime {
            program: program.to_owned(),
            seconds: longest.as_secs(),
            woven: receiver.is_some(),
        });
    };
    let read = |path: &Path| std::fs::read(path).map(|b| String::from_utf8_lossy(&b).into_owned());
    Ok(Ran {
        code: code(status),
        stdout: read(&stdout).map_err(failed)?,
        stderr: read(&stderr).map_err(failed)?,
    })
}

/// Waits for the program's end; ends it, and returns None, where it takes too long.
fn wait(child: &mut Child, longest: Duration) -> std::io::Result<Option<ExitStatus>> {
    let begun = Instant::now();
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(Some(status));
        }
        if begun.elapsed() > longest {
            child.kill()?;
            child.wait()?;
            return Ok(None);
        }
        std::thread::sleep(Duration::from_millis(10));
    }
}

#[cfg(unix)]
fn code(status: ExitStatus) -> String {
    use std::os::unix::process::ExitStatusExt as _;
    match (status.code(), status.signal()) {
        (Some(code), _) => code.to_string(),
        (None, Some(signal)) => format!("signal {signal}"),
        (None, None) => status.to_string(),
    }
}

#[cfg(not(unix))]
fn code(status: ExitStatus) -> String {
    status
        .code()
        .map_or_else(|| status.to_string(), |code| code.to_string())
}
