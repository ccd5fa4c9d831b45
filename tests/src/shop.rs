//! The shop's two services, running.

use std::path::Path;

use anyhow::Context as _;

use crate::process::{Process, Signal};
use crate::span::Span;
use crate::{Sink, Tool, Trace};

/// Both services, exporting to one sink.
pub struct Shop {
    store: Process,
    stock: Process,
    address: String,
    sink: Sink,
}

/// What is left when both services have ended.
pub struct Closed {
    /// All spans of both services.
    pub trace: Trace,
    /// Lines that shop printed.
    pub shop_log: Vec<String>,
    /// Lines that stock printed.
    pub stock_log: Vec<String>,
}

impl Shop {
    /// Starts the executables `shop` and `stock` of a directory.
    pub fn open(executables: &Path) -> anyhow::Result<Self> {
        Self::open_with(executables, Sink::start()?, &[])
    }

    /// Starts them with more environment variables, which may bring the spans to the sink by another
    /// way.
    pub fn open_with(
        executables: &Path,
        sink: Sink,
        variables: &[(&str, String)],
    ) -> anyhow::Result<Self> {
        let start = |executable: &str| {
            let tool = Tool::new(executables.join(executable)).exporting(&sink, executable);
            variables
                .iter()
                .fold(tool, |tool, (name, value)| tool.env(name, value))
        };
        let listen = ["-listen", "127.0.0.1:0"];
        let stock = start("stock").args(listen).start();
        let base = format!("http://{}", listening(&stock)?);
        let store = start("shop").args(listen).args(["-stock", &base]).start();
        let address = listening(&store)?;
        Ok(Self {
            store,
            stock,
            address,
            sink,
        })
    }

    /// Sends a GET request, and returns the answer's status code.
    pub fn get(&self, path: &str) -> anyhow::Result<u16> {
        let answer = agent()
            .get(format!("http://{}{path}", self.address))
            .call()?;
        Ok(answer.status().as_u16())
    }

    /// Orders a product, and returns the answer's status code.
    pub fn order(&self, product: u32, quantity: u32) -> anyhow::Result<u16> {
        let body = serde_json::json!({ "product": product, "quantity": quantity }).to_string();
        let answer = agent()
            .post(format!("http://{}/orders", self.address))
            .send(body)?;
        Ok(answer.status().as_u16())
    }

    /// Tells both services to end, as an orchestrator does, and waits for it.
    ///
    /// # Errors
    ///
    /// When one does not end, or ends with an exit code other than 0.
    pub fn close(self) -> anyhow::Result<Closed> {
        let shop_log = terminate(self.store).context("shop")?;
        let stock_log = terminate(self.stock).context("stock")?;
        Ok(Closed {
            trace: self.sink.trace(),
            shop_log,
            stock_log,
        })
    }
}

impl Closed {
    /// The spans of the trace whose root has that name.
    ///
    /// # Errors
    ///
    /// When there is not exactly one.
    pub fn trace_of(&self, root: &str) -> anyhow::Result<Trace> {
        let roots: Vec<&Span> = self
            .trace
            .roots()
            .into_iter()
            .filter(|span| span.name == root)
            .collect();
        let [root] = roots[..] else {
            anyhow::bail!(
                "{} traces start with {root:?}:\n{}",
                roots.len(),
                self.trace
            );
        };
        Ok(self.trace.of(&root.trace_id))
    }

    /// The only log line with that message, as JSON.
    ///
    /// # Errors
    ///
    /// When there is not exactly one.
    pub fn record(&self, message: &str) -> anyhow::Result<serde_json::Value> {
        let records: Vec<_> = self
            .shop_log
            .iter()
            .chain(&self.stock_log)
            .filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok())
            .filter(|record| record["msg"] == message)
            .collect();
        anyhow::ensure!(
            records.len() == 1,
            "{} lines say {message:?}",
            records.len()
        );
        Ok(records.into_iter().next().expect("there is one"))
    }
}

fn agent() -> ureq::Agent {
    ureq::Agent::config_builder()
        .http_status_as_error(false)
        .build()
        .into()
}

fn listening(service: &Process) -> anyhow::Result<String> {
    service.wait_for(|line| {
        let record: serde_json::Value = serde_json::from_str(line).ok()?;
        (record["msg"] == "listening").then(|| record["address"].as_str().map(str::to_owned))?
    })
}

fn terminate(service: Process) -> anyhow::Result<Vec<String>> {
    service.signal(Signal::TERM)?;
    let (status, lines) = service.wait()?;
    anyhow::ensure!(
        status.success(),
        "ended with {status}:\n{}",
        lines.join("\n")
    );
    Ok(lines)
}
