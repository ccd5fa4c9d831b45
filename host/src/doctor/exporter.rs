//! Whether somebody listens where woven programs would send their telemetry from this shell.

use std::collections::BTreeMap;
use std::net::{TcpStream, ToSocketAddrs};
use std::sync::mpsc;
use std::time::Duration;

use super::Check;

const NAME: &str = "exporter";

/// How long a name may take to be resolved, and a connection to be made.
const PATIENCE: Duration = Duration::from_secs(2);

/// Where telemetry of one kind goes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Endpoint {
    host: String,
    port: u16,
    /// Whether a proxy for HTTP may stand between.
    http: bool,
}

/// One check for each address that the environment names.
pub fn reachable() -> Vec<Check> {
    let variable = |name: &str| {
        std::env::var(name)
            .ok()
            .filter(|value| !value.trim().is_empty())
    };
    if variable("OTEL_CONFIG_FILE").is_some() {
        let finding = "OTEL_CONFIG_FILE says where to, which is not looked into";
        return vec![Check::ok(NAME, finding)];
    }
    if variable("OTEL_SDK_DISABLED").is_some_and(|value| value.eq_ignore_ascii_case("true")) {
        return vec![Check::ok(NAME, "none: OTEL_SDK_DISABLED is true")];
    }
    let mut endpoints: BTreeMap<Endpoint, Vec<&str>> = BTreeMap::new();
    let mut checks = Vec::new();
    for (signal, default) in [("traces", "otlp"), ("metrics", "otlp"), ("logs", "none")] {
        match endpoint(signal, default, &variable) {
            Ok(Some(endpoint)) => endpoints.entry(endpoint).or_default().push(signal),
            Ok(None) => {}
            Err(name) => checks.push(Check::warning(
                NAME,
                format!("{name} is no address"),
                "give it an address such as http://localhost:4318",
            )),
        }
    }
    if endpoints.is_empty() && checks.is_empty() {
        return vec![Check::ok(NAME, "none: no signal is sent by OTLP")];
    }
    checks.extend(
        endpoints
            .iter()
            .map(|(endpoint, signals)| check(endpoint, &signals.join(", "))),
    );
    checks
}

/// Where a signal goes; None when not by OTLP. Fails with the name of a variable that is wrong.
fn endpoint(
    signal: &str,
    default: &str,
    variable: &dyn Fn(&str) -> Option<String>,
) -> Result<Option<Endpoint>, String> {
    let upper = signal.to_ascii_uppercase();
    let exporters = variable(&format!("OTEL_{upper}_EXPORTER"));
    let exporters = exporters.unwrap_or_else(|| default.to_owned());
    if !exporters
        .split(',')
        .any(|name| name.trim().eq_ignore_ascii_case("otlp"))
    {
        return Ok(None);
    }
    // The signal's own variable comes first.
    let either = |rest: &str| {
        let names = [
            format!("OTEL_EXPORTER_OTLP_{upper}_{rest}"),
            format!("OTEL_EXPORTER_OTLP_{rest}"),
        ];
        names
            .into_iter()
            .find_map(|name| Some((variable(&name)?, name)))
    };
    let protocol = either("PROTOCOL").map(|(value, _)| value.trim().to_ascii_lowercase());
    let http = protocol.as_deref() != Some("grpc");
    let Some((url, name)) = either("ENDPOINT") else {
        let port = if http { 4318 } else { 4317 };
        return Ok(Some(Endpoint {
            host: "localhost".to_owned(),
            port,
            http,
        }));
    };
    parse(url.trim(), http).map(Some).ok_or(name)
}

/// Reads host and port of a URL or, for gRPC, of `host:port`.
fn parse(url: &str, http: bool) -> Option<Endpoint> {
    let (scheme, rest) = match url.split_once("://") {
        Some((scheme, rest)) => (scheme.to_ascii_lowercase(), rest),
        None if http => return None,
        None => (String::new(), url),
    };
    let default = match (scheme.as_str(), http) {
        ("https", true) => 443,
        ("http", true) => 80,
        ("http" | "https" | "", false) => 4317,
        _ => return None,
    };
    let authority = rest.split(['/', '?', '#']).next()?;
    let address = authority.rsplit('@').next()?;
    let (host, port) = match address.strip_prefix('[') {
        Some(bracketed) => {
            let (host, rest) = bracketed.split_once(']')?;
            (host, rest.strip_prefix(':'))
        }
        None => match address.split_once(':') {
            Some((host, port)) => (host, Some(port)),
            None => (address, None),
        },
    };
    let port = match port {
        Some(port) => port.parse().ok()?,
        None => default,
    };
    (!host.is_empty()).then(|| Endpoint {
        host: host.to_owned(),
        port,
        http,
    })
}

fn check(endpoint: &Endpoint, signals: &str) -> Check {
    let Endpoint { host, port, http } = endpoint;
    let local = matches!(host.as_str(), "localhost" | "127.0.0.1" | "::1");
    let proxies = ["HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"];
    let behind_proxy = proxies
        .iter()
        .any(|name| std::env::var_os(name).is_some_and(|value| !value.is_empty()));
    if *http && !local && behind_proxy {
        let finding = format!("{host}:{port} for {signals}, through a proxy, which is not tried");
        return Check::ok(NAME, finding);
    }
    match connect(host, *port) {
        Ok(()) => Check::ok(
            NAME,
            format!("{host}:{port} takes connections, for {signals}"),
        ),
        Err(reason) => Check::warning(
            NAME,
            format!("{host}:{port}, for {signals}, cannot be reached: {reason}"),
            "builds do not need it. For programs that run here, start an OpenTelemetry Collector there or \
             set OTEL_EXPORTER_OTLP_ENDPOINT; OTEL_TRACES_EXPORTER=console shows spans without one",
        ),
    }
}

/// Connects and closes again.
fn connect(host: &str, port: u16) -> Result<(), String> {
    let (sender, receiver) = mpsc::channel();
    let name = host.to_owned();
    // Looking up a name cannot be told to hurry; the thread ends with the process.
    std::thread::spawn(move || {
        let addresses = (name.as_str(), port).to_socket_addrs();
        // Nobody listens any more where it took too long.
        drop(sender.send(addresses.map(Iterator::collect::<Vec<_>>)));
    });
    let addresses = receiver
        .recv_timeout(PATIENCE)
        .map_err(|_| "its name is not resolved in time".to_owned())?
        .map_err(|error| error.to_string())?;
    let mut reason = "its name has no address".to_owned();
    for address in addresses.iter().take(4) {
        match TcpStream::connect_timeout(address, PATIENCE) {
            Ok(_) => return Ok(()),
            Err(error) => reason = error.to_string(),
        }
    }
    Err(reason)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(signal: &str, variables: &[(&str, &str)]) -> Result<Option<(String, u16)>, String> {
        let variable = |name: &str| {
            let found = variables.iter().find(|(known, _)| *known == name);
            found.map(|(_, value)| (*value).to_owned())
        };
        let found = endpoint(signal, "otlp", &variable)?;
        Ok(found.map(|endpoint| (endpoint.host, endpoint.port)))
    }

    #[test]
    fn a_signals_own_variables_come_first() {
        let at = |host: &str, port| Ok(Some((host.to_owned(), port)));
        assert_eq!(of("traces", &[]), at("localhost", 4318));
        let grpc = ("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc");
        assert_eq!(of("traces", &[grpc]), at("localhost", 4317));
        let all = ("OTEL_EXPORTER_OTLP_ENDPOINT", "https://u:p@collector/base");
        let own = (
            "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT",
            "http://[::1]:9/v1/traces",
        );
        assert_eq!(of("traces", &[all]), at("collector", 443));
        assert_eq!(of("traces", &[all, own]), at("::1", 9));
        assert_eq!(of("metrics", &[all, own]), at("collector", 443));
        assert_eq!(
            of("traces", &[("OTEL_TRACES_EXPORTER", "console, none")]),
            Ok(None)
        );
    }

    #[test]
    fn addresses_are_read_as_the_protocol_has_them() {
        for (url, http, expected) in [
            ("http://a", true, Some(("a", 80))),
            ("a:4317", false, Some(("a", 4317))),
            ("a", false, Some(("a", 4317))),
            ("https://a:1/x", false, Some(("a", 1))),
            ("a:4318", true, None),
            ("ftp://a", true, None),
            ("http://", true, None),
            ("http://a:port", true, None),
            ("http://[::1", true, None),
        ] {
            let found = parse(url, http);
            let found = found
                .as_ref()
                .map(|found| (found.host.as_str(), found.port));
            assert_eq!(found, expected, "{url}");
        }
    }
}
