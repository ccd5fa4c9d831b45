//! A running process that ends with its guard.

use std::io::{BufRead as _, BufReader, Read};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Condvar, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use anyhow::Context as _;
pub use rustix::process::Signal;

/// How long a process may take to print an awaited line or to end.
const PATIENCE: Duration = Duration::from_mins(1);

#[derive(Default)]
struct Output {
    lines: Mutex<Lines>,
    changed: Condvar,
}

#[derive(Default)]
struct Lines {
    text: Vec<String>,
    open: usize,
}

/// A running process with its output. Dropping it kills it, by its own process id.
pub struct Process {
    child: Child,
    output: Arc<Output>,
    readers: Vec<JoinHandle<()>>,
}

impl Process {
    pub(crate) fn start(mut command: Command) -> anyhow::Result<Self> {
        let mut child = command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()?;
        let output = Arc::new(Output::default());
        let stdout = child.stdout.take().context("stdout is piped")?;
        let stderr = child.stderr.take().context("stderr is piped")?;
        output.lines.lock().expect("not poisoned").open = 2;
        let readers = vec![
            read_lines(stdout, Arc::clone(&output)),
            read_lines(stderr, Arc::clone(&output)),
        ];
        Ok(Self {
            child,
            output,
            readers,
        })
    }

    /// Waits for a line of output that `wanted` makes something of.
    ///
    /// # Errors
    ///
    /// When the process closes its output, or a minute passes, before there is one.
    pub fn wait_for<T>(&self, wanted: impl Fn(&str) -> Option<T>) -> anyhow::Result<T> {
        let deadline = Instant::now() + PATIENCE;
        let mut lines = self.output.lines.lock().expect("not poisoned");
        loop {
            if let Some(found) = lines.text.iter().find_map(|line| wanted(line)) {
                return Ok(found);
            }
            anyhow::ensure!(
                lines.open > 0,
                "the process ended; its output:\n{}",
                lines.text.join("\n")
            );
            let left = deadline
                .checked_duration_since(Instant::now())
                .with_context(|| {
                    format!("the line did not come; output:\n{}", lines.text.join("\n"))
                })?;
            lines = self
                .output
                .changed
                .wait_timeout(lines, left)
                .expect("not poisoned")
                .0;
        }
    }

    /// Waits for a line that contains `text`.
    pub fn wait_for_line(&self, text: &str) -> anyhow::Result<String> {
        self.wait_for(|line| line.contains(text).then(|| line.to_owned()))
            .with_context(|| format!("waiting for {text:?}"))
    }

    /// Lines of standard output and standard error so far.
    pub fn lines(&self) -> Vec<String> {
        self.output.lines.lock().expect("not poisoned").text.clone()
    }

    /// Sends the process a signal.
    pub fn signal(&self, signal: Signal) -> anyhow::Result<()> {
        let id = rustix::process::Pid::from_child(&self.child);
        Ok(rustix::process::kill_process(id, signal)?)
    }

    /// Sends a signal to the process and all that it has started; it leads a group of its own.
    pub fn signal_group(&self, signal: Signal) -> anyhow::Result<()> {
        let id = rustix::process::Pid::from_child(&self.child);
        Ok(rustix::process::kill_process_group(id, signal)?)
    }

    /// Waits for the end of the process, and returns how it ended and what it printed.
    ///
    /// # Errors
    ///
    /// When it does not end within a minute; it is killed then.
    pub fn wait(mut self) -> anyhow::Result<(ExitStatus, Vec<String>)> {
        let deadline = Instant::now() + PATIENCE;
        let status = loop {
            if let Some(status) = self.child.try_wait()? {
                break status;
            }
            anyhow::ensure!(
                Instant::now() < deadline,
                "the process does not end; output:\n{}",
                self.lines().join("\n")
            );
            std::thread::sleep(Duration::from_millis(2));
        };
        for reader in self.readers.drain(..) {
            // A reader that panicked has no more lines; there is nothing else to learn from it.
            let _ = reader.join();
        }
        Ok((status, self.lines()))
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        if !matches!(self.child.try_wait(), Ok(Some(_))) {
            // Both fail only when the process has ended meanwhile.
            let _ = self.child.kill();
            let _ = self.child.wait();
        }
    }
}

fn read_lines(stream: impl Read + Send + 'static, output: Arc<Output>) -> JoinHandle<()> {
    std::thread::spawn(move || {
        for line in BufReader::new(stream).lines() {
            let Ok(line) = line else { break };
            output.lines.lock().expect("not poisoned").text.push(line);
            output.changed.notify_all();
        }
        output.lines.lock().expect("not poisoned").open -= 1;
        output.changed.notify_all();
    })
}
