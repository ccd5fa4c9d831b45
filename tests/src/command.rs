//! Commands in an environment of their own.

use std::ffi::OsStr;
use std::io::{Seek as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};

use crate::process::Process;

/// A command to run. Nothing of the caller's Go, telemetry or weft settings reaches it, but for what
/// says where modules come from.
#[derive(Debug)]
pub struct Tool {
    command: Command,
}

/// Prefixes of environment variables that a [`Tool`] does not inherit.
const OWN: [&str; 6] = ["GO", "CGO_", "OTEL_", "WEFT_", "CARGO", "RUST"];

/// Exceptions to [`OWN`]: they say how modules and toolchains are fetched, not how code is built.
const INHERITED: [&str; 9] = [
    "GOPROXY",
    "GOSUMDB",
    "GONOSUMDB",
    "GONOSUMCHECK",
    "GOPRIVATE",
    "GONOPROXY",
    "GOMODCACHE",
    "GOPATH",
    "GOROOT",
];

impl Tool {
    /// A command for the program, found through `PATH` when it has no directory. Where it is woven, it
    /// exports no metrics but to a [`Sink`](crate::Sink) or where a test says so: there is nobody else.
    pub fn new(program: impl AsRef<OsStr>) -> Self {
        let mut command = Command::new(program);
        for (name, _) in std::env::vars_os() {
            let name = name.to_string_lossy();
            if OWN.iter().any(|prefix| name.starts_with(prefix)) && !INHERITED.contains(&&*name) {
                command.env_remove(&*name);
            }
        }
        // In CI, weft uses only what is locked.
        command
            .env_remove("CI")
            .stdin(Stdio::null())
            .env("OTEL_METRICS_EXPORTER", "none");
        Self { command }
    }

    /// Adds arguments.
    #[must_use]
    pub fn args(mut self, arguments: impl IntoIterator<Item = impl AsRef<OsStr>>) -> Self {
        self.command.args(arguments);
        self
    }

    /// Sets an environment variable.
    #[must_use]
    pub fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    /// Sets the working directory, also in `PWD`, as a shell does.
    #[must_use]
    pub fn directory(mut self, directory: &Path) -> Self {
        self.command.current_dir(directory).env("PWD", directory);
        self
    }

    /// Makes the program export to `sink` under a service name, soon after a span ends.
    #[must_use]
    pub fn exporting(self, sink: &crate::Sink, service: &str) -> Self {
        self.env("OTEL_EXPORTER_OTLP_ENDPOINT", sink.endpoint())
            .env("OTEL_SERVICE_NAME", service)
            .env("OTEL_METRICS_EXPORTER", "otlp")
            .env("OTEL_BSP_SCHEDULE_DELAY", "200")
    }

    /// The same command with a terminal of its own, by util-linux' `script`, at which somebody types a text.
    /// Its standard output is what the terminal shows.
    ///
    /// # Panics
    ///
    /// When there is no file for the text.
    #[must_use]
    pub fn on_a_terminal(self, typed: &str) -> Self {
        let words = std::iter::once(self.command.get_program()).chain(self.command.get_args());
        let quoted =
            words.map(|word| format!("'{}'", word.to_string_lossy().replace('\'', r"'\''")));
        let line = quoted.collect::<Vec<_>>().join(" ");
        let mut keyboard = tempfile::tempfile().expect("the temporary directory is writable");
        keyboard
            .write_all(typed.as_bytes())
            .and_then(|()| keyboard.rewind())
            .expect("a temporary file can be written");
        let mut command = Command::new("script");
        command
            .args(["--quiet", "--return", "--command", &line, "/dev/null"])
            .stdin(keyboard);
        for (name, value) in self.command.get_envs() {
            match value {
                Some(value) => command.env(name, value),
                None => command.env_remove(name),
            };
        }
        if let Some(directory) = self.command.get_current_dir() {
            command.current_dir(directory);
        }
        Self { command }
    }

    /// Runs the command to its end.
    ///
    /// # Panics
    ///
    /// When it cannot be started.
    #[track_caller]
    pub fn run(mut self) -> Finished {
        let output = self
            .command
            .output()
            .unwrap_or_else(|error| panic!("failed to start {:?}: {error}", self.command));
        Finished {
            line: format!("{:?}", self.command),
            status: output.status,
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }

    /// Runs the command to its end, which must be a good one.
    ///
    /// # Panics
    ///
    /// When it cannot be started or ends with an exit code other than 0.
    #[track_caller]
    pub fn ok(self) -> Finished {
        let finished = self.run();
        assert!(finished.status.success(), "{finished}");
        finished
    }

    /// Runs the command to its end, which must be an exit code other than 0, and not a crash.
    ///
    /// # Panics
    ///
    /// When it cannot be started, succeeds, is ended by a signal, or panics.
    #[track_caller]
    pub fn fails(self) -> Finished {
        let finished = self.run();
        assert!(
            finished
                .status
                .code()
                .is_some_and(|code| code != 0 && code != 101),
            "{finished}"
        );
        finished
    }

    /// Starts the command.
    ///
    /// # Panics
    ///
    /// When it cannot be started.
    #[track_caller]
    pub fn start(self) -> Process {
        let line = format!("{:?}", self.command);
        Process::start(self.command)
            .unwrap_or_else(|error| panic!("failed to start {line}: {error}"))
    }

    /// Starts the command as the leader of a process group, as a shell does.
    #[track_caller]
    pub fn start_group(mut self) -> Process {
        std::os::unix::process::CommandExt::process_group(&mut self.command, 0);
        self.start()
    }
}

/// A command that has ended.
#[derive(Debug)]
pub struct Finished {
    line: String,
    /// How it ended.
    pub status: ExitStatus,
    /// Standard output.
    pub stdout: String,
    /// Standard error.
    pub stderr: String,
}

impl Finished {
    /// What a person sees of a Go program: how it ended and what it printed. Of the frames of a panic, that is
    /// their names and lines: addresses, arguments and offsets are the machine code's.
    pub fn seen(&self) -> String {
        let lines = self
            .stderr
            .lines()
            .filter(|line| !line.starts_with("goroutine "))
            .map(|line| line.split(" +0x").next().unwrap_or_default())
            .map(|line| {
                let name = line.split("({0x").next().unwrap_or_default();
                let name = name.split("(0x").next().unwrap_or_default();
                name.strip_suffix("(...)").unwrap_or(name)
            })
            .map(|line| line.split(" in goroutine ").next().unwrap_or_default());
        let errors = lines.collect::<Vec<_>>().join("\n");
        format!("{}\n{}---\n{errors}", self.status, self.stdout)
    }

    /// Asserts that standard error has each of the texts.
    ///
    /// # Panics
    ///
    /// When one is not there.
    #[track_caller]
    pub fn assert_stderr(&self, texts: &[&str]) -> &Self {
        for text in texts {
            assert!(self.stderr.contains(text), "no {text:?} in {self}");
        }
        self
    }
}

impl std::fmt::Display for Finished {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "{}: {}\n--- stdout\n{}--- stderr\n{}---",
            self.line, self.status, self.stdout, self.stderr
        )
    }
}

/// The binary under test: `WEFT_BIN`, or `target/release/weft`.
///
/// # Panics
///
/// When it is not there.
pub fn weft_binary() -> PathBuf {
    let path = std::env::var_os("WEFT_BIN")
        .map_or_else(|| repository().join("target/release/weft"), PathBuf::from);
    assert!(
        path.is_file(),
        "no {}; `just build` makes it",
        path.display()
    );
    path
}

/// The top of the repository.
pub fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("the crate is a folder of the repository")
        .to_owned()
}
