//! Plugins as files, and what they are published with: a registry, a web server, signatures.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::command::{Tool, repository};
use crate::process::Process;

/// The component of a plugin that `just plugins` has built, by the name of its crate with `_`.
///
/// # Panics
///
/// When it is not built.
pub fn component(module: &str) -> Vec<u8> {
    let modules = repository().join("plugins/target/wasm32-unknown-unknown/release");
    let module =
        std::fs::read(modules.join(format!("{module}.wasm"))).expect("`just plugins` builds it");
    let mut encoder = wit_component::ComponentEncoder::default();
    let encoder = encoder.module(&module).expect("it is a module");
    encoder.encode().expect("it is made for the contract")
}

/// A component with the same behaviour under another version, which is in the module's text.
///
/// # Panics
///
/// When the version is not found or has another length.
pub fn with_version(component: &[u8], from: &str, to: &str) -> Vec<u8> {
    renamed(component, from, to)
}

/// A component with another text in each place of one.
///
/// # Panics
///
/// When the text is not found or has another length.
pub fn renamed(component: &[u8], from: &str, to: &str) -> Vec<u8> {
    assert_eq!(from.len(), to.len(), "offsets must stay");
    let mut changed = component.to_vec();
    let places: Vec<_> = component
        .windows(from.len())
        .enumerate()
        .filter(|(_, window)| *window == from.as_bytes())
        .map(|(at, _)| at)
        .collect();
    assert!(!places.is_empty(), "no {from} in the component");
    for at in places {
        changed[at..at + from.len()].copy_from_slice(to.as_bytes());
    }
    changed
}

/// An OCI registry on a free loopback port; it ends when dropped.
pub struct Registry {
    _process: Process,
    address: String,
    _directory: TempDir,
}

impl Registry {
    /// Starts it, empty.
    ///
    /// # Errors
    ///
    /// When it does not start.
    pub fn start() -> anyhow::Result<Self> {
        let directory = TempDir::new()?;
        let config = directory.path().join("config.yml");
        let storage = directory.path().join("storage");
        let text = format!(
            "version: 0.1\nlog: {{level: info, formatter: text}}\nstorage: {{filesystem: {{rootdirectory: {}}}}}\n\
             http: {{addr: \"127.0.0.1:0\"}}\n",
            storage.display()
        );
        std::fs::write(&config, text)?;
        let process = Tool::new("docker-registry")
            .args(["serve"])
            .args([&config])
            .start();
        let address = process.wait_for(|line| {
            let rest = line.split_once("listening on ")?.1;
            let end = rest.find(|c: char| !(c.is_ascii_digit() || c == '.' || c == ':'));
            Some(rest[..end.unwrap_or(rest.len())].to_owned())
        })?;
        Ok(Self {
            _process: process,
            address,
            _directory: directory,
        })
    }

    /// The registry in the name of an artifact.
    pub fn address(&self) -> &str {
        &self.address
    }
}

/// A web server with a certificate of an authority of its own; it ends when dropped.
pub struct WebServer {
    _process: Process,
    url: String,
    directory: TempDir,
}

impl WebServer {
    /// Starts it, with an empty folder.
    ///
    /// # Errors
    ///
    /// When it does not start.
    pub fn start() -> anyhow::Result<Self> {
        let directory = TempDir::new()?;
        let binary = repository().join("target/https");
        Tool::new("go")
            .args(["build", "-o"])
            .args([&binary])
            .args(["."])
            .directory(&repository().join("tests/https"))
            .ok();
        let served = directory.path().join("served");
        std::fs::create_dir(&served)?;
        let process = Tool::new(&binary)
            .args([&served, &directory.path().join("authority.pem")])
            .start();
        let url = process.wait_for(|line| Some(line.strip_prefix("serving at ")?.to_owned()))?;
        Ok(Self {
            _process: process,
            url,
            directory,
        })
    }

    /// The URL of a file.
    pub fn url(&self, name: &str) -> String {
        format!("{}/{name}", self.url)
    }

    /// Puts a file there.
    ///
    /// # Panics
    ///
    /// When it cannot be written.
    pub fn put(&self, name: &str, content: &[u8]) {
        std::fs::write(self.directory.path().join("served").join(name), content)
            .expect("the folder is ours");
    }

    /// The authority's certificate, for `SSL_CERT_FILE`.
    pub fn authority(&self) -> PathBuf {
        self.directory.path().join("authority.pem")
    }
}

/// A pair of keys of the real minisign.
pub struct KeyPair {
    directory: TempDir,
    /// The public key.
    pub public: String,
}

impl KeyPair {
    /// Makes one, without a password.
    ///
    /// # Panics
    ///
    /// When minisign does not.
    pub fn new() -> Self {
        Self::made_by("minisign -G -W -p key.pub -s key")
    }

    /// Makes one with a password.
    ///
    /// # Panics
    ///
    /// When minisign does not.
    pub fn with_password(password: &str) -> Self {
        let twice = format!("printf '%s\\n%s\\n' '{password}' '{password}'");
        Self::made_by(&format!("{twice} | minisign -G -p key.pub -s key"))
    }

    fn made_by(command: &str) -> Self {
        let directory = TempDir::new().expect("the temporary directory is writable");
        let at = |name: &str| directory.path().join(name);
        Tool::new("sh")
            .args(["-c", command])
            .directory(directory.path())
            .ok();
        let text = std::fs::read_to_string(at("key.pub")).expect("it was just written");
        let public = text.lines().nth(1).expect("it has two lines").to_owned();
        Self { directory, public }
    }

    /// The file of the secret key.
    pub fn secret(&self) -> PathBuf {
        self.directory.path().join("key")
    }

    /// Whether minisign takes the signature beside a file for one of this key.
    pub fn verifies(&self, file: &Path) -> bool {
        let verify = Tool::new("minisign").args(["-V", "-P", &self.public, "-m"]);
        verify.args([file]).run().status.success()
    }

    /// Signs a file, and returns the signature, which is beside it with `.minisig`.
    ///
    /// # Panics
    ///
    /// When minisign does not.
    pub fn sign(&self, file: &Path) -> String {
        Tool::new("minisign")
            .args(["-S", "-s"])
            .args([self.secret()])
            .args(["-m"])
            .args([file])
            .ok();
        let mut beside = file.as_os_str().to_owned();
        beside.push(".minisig");
        std::fs::read_to_string(beside).expect("it was just written")
    }
}

impl Default for KeyPair {
    fn default() -> Self {
        Self::new()
    }
}

/// An index of plugins: name, version, source, and the component.
pub fn index(plugins: &[(&str, &str, &str, &[u8])]) -> String {
    let mut entries = String::new();
    for (n, (name, version, source, component)) in plugins.iter().enumerate() {
        let comma = if n == 0 { "" } else { "," };
        let digest = blake3::hash(component).to_hex();
        // Writing to a string does not fail.
        let _ = write!(
            entries,
            "{comma}{{\"name\": \"{name}\", \"description\": \"About {name}.\", \"versions\": [{{\"version\": \
             \"{version}\", \"source\": \"{source}\", \"digest\": \"{digest}\"}}]}}"
        );
    }
    format!("{{\"format\": 1, \"plugins\": [{entries}]}}")
}
