//! An OpenTelemetry Collector between programs and a sink.

use serde_json::Value;
use tempfile::TempDir;

use crate::Sink;
use crate::command::{Tool, repository};
use crate::process::{Process, Signal};

/// A running Collector (`tests/collector`), which receives OTLP over gRPC and passes it on to a sink.
/// It ends when dropped.
pub struct Collector {
    process: Process,
    address: String,
    _directory: TempDir,
}

impl Collector {
    /// Builds the Collector, where that has not been done, and starts it on a free loopback port.
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
        Tool::new("go")
            .args(["build", "-o"])
            .args([&binary])
            .args(["."])
            .env("GOTOOLCHAIN", "auto")
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
        let address = process.wait_for(listening)?;
        process.wait_for_line("Everything is ready")?;
        Ok(Self {
            process,
            address,
            _directory: directory,
        })
    }

    /// Value for `OTEL_EXPORTER_OTLP_ENDPOINT`.
    pub fn endpoint(&self) -> String {
        format!("http://{}", self.address)
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

/// The address that a log line says the Collector listens at.
fn listening(line: &str) -> Option<String> {
    let record: Value = serde_json::from_str(line).ok()?;
    (record["msg"] == "Starting GRPC server")
        .then(|| record["endpoint"].as_str().map(str::to_owned))?
}
