//! An OpenTelemetry Collector between programs and a sink.

use anyhow::Context as _;
use serde_json::Value;
use tempfile::TempDir;

use crate::command::{Tool, repository};
use crate::process::{Process, Signal};
use crate::{Sink, go};

/// A running Collector (`tests/collector`), which passes on to a sink what it receives. It ends when
/// dropped.
pub struct Collector {
    process: Process,
    grpc: String,
    http: String,
    _directory: TempDir,
}

impl Collector {
    /// Builds the Collector, where that has not been done, and starts it on free loopback ports.
    ///
    /// # Errors
    ///
    /// When it does not start.
    ///
    /// # Panics
    ///
    /// When it does not build.
    pub fn start(sink: &Sink) -> anyhow::Result<Self> {
        let source = repository().join("tests/collector");
        let binary = repository().join("target/collector");
        let newest = go::versions().pop().context("no Go version to test on")?;
        Tool::new("go")
            .args(["build", "-o"])
            .args([&binary])
            .args(["."])
            .env("GOTOOLCHAIN", newest)
            .directory(&source)
            .ok();
        let directory = TempDir::new()?;
        let config = directory.path().join("config.yaml");
        // Without a queue it answers a program when the sink has answered it.
        let text = format!(
            r#"
receivers:
  otlp:
    protocols:
      grpc: {{endpoint: "127.0.0.1:0"}}
      http: {{endpoint: "127.0.0.1:0"}}
exporters:
  otlp_http:
    endpoint: "{}"
    compression: none
    sending_queue: {{enabled: false}}
service:
  pipelines:
    traces: {{receivers: [otlp], exporters: [otlp_http]}}
"#,
            sink.endpoint()
        );
        std::fs::write(&config, text)?;
        let process = Tool::new(&binary)
            .args(["--config"])
            .args([&config])
            .start();
        let grpc = process.wait_for(|line| endpoint(line, "Starting GRPC server"))?;
        let http = process.wait_for(|line| endpoint(line, "Starting HTTP server"))?;
        process.wait_for_line("Everything is ready")?;
        Ok(Self {
            process,
            grpc,
            http,
            _directory: directory,
        })
    }

    /// Value for `OTEL_EXPORTER_OTLP_ENDPOINT`, for OTLP over gRPC.
    pub fn grpc(&self) -> String {
        format!("http://{}", self.grpc)
    }

    /// Value for `OTEL_EXPORTER_OTLP_ENDPOINT`, for OTLP over HTTP.
    pub fn http(&self) -> String {
        format!("http://{}", self.http)
    }

    /// Ends the Collector.
    ///
    /// # Errors
    ///
    /// When it does not end well.
    pub fn stop(self) -> anyhow::Result<()> {
        self.process.signal(Signal::INT)?;
        let (status, lines) = self.process.wait()?;
        anyhow::ensure!(
            status.success(),
            "the Collector ended with {status}:\n{}",
            lines.join("\n")
        );
        Ok(())
    }
}

/// The address in a log line with that message.
fn endpoint(line: &str, message: &str) -> Option<String> {
    let record: Value = serde_json::from_str(line).ok()?;
    (record["msg"] == message).then(|| record["endpoint"].as_str().map(str::to_owned))?
}
