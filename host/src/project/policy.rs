//! What must hold of plugins, whoever adds them.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use weft_plugin_host::audit::Permission;
use weft_plugin_host::model::Descriptor;
use weft_plugin_host::pattern;
use weft_plugin_source::Source;

use super::{ProjectError, Signer, error, is_public_key};

/// A section `[policy]`.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct PolicySection {
    /// What sources begin with; any source where it is left out. `file` stands for files.
    pub sources: Option<Vec<String>>,
    /// Names of those of whom one must have signed a plugin; nobody need have where it is left out.
    pub signers: Option<Vec<String>>,
    /// Permissions that no plugin gets.
    pub deny_permissions: Vec<String>,
    /// Patterns of packages that nothing is woven into, and that hooks do not import by permission.
    pub deny_packages: Vec<String>,
}

/// The machine's policy file.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct PolicyFile {
    policy: PolicySection,
    signers: BTreeMap<String, String>,
}

/// A policy of one file. Names of signers are those of the same file: no other can give them other keys.
#[derive(Debug, Clone)]
pub struct Rules {
    path: PathBuf,
    section: PolicySection,
    keys: Vec<String>,
    denied: Vec<Permission>,
    signers: BTreeMap<String, String>,
}

/// All policies; each must hold.
#[derive(Debug, Clone, Default)]
pub struct Policy(Vec<Rules>);

/// Where the machine's policy is: `WEFT_POLICY` names it, for tests and containers; a file of the system
/// where that is not set. Both hold where both are there, so the variable cannot take the system's away.
pub(super) fn of_machine() -> Vec<PathBuf> {
    let named = std::env::var_os("WEFT_POLICY").filter(|path| !path.is_empty());
    let system = if cfg!(windows) {
        std::env::var_os("ProgramData").map(|folder| Path::new(&folder).join("weft\\policy.toml"))
    } else {
        Some(PathBuf::from("/etc/weft/policy.toml"))
    };
    named.map(PathBuf::from).into_iter().chain(system).collect()
}

/// Reads a machine's policy.
pub(super) fn parse(path: &Path, text: &str) -> Result<Rules, ProjectError> {
    let file: PolicyFile =
        toml::from_str(text).map_err(|source| error::syntax(path, text, &source))?;
    Rules::of(path, &file.policy, &file.signers)
}

impl Rules {
    pub(super) fn of(
        path: &Path,
        section: &PolicySection,
        signers: &BTreeMap<String, String>,
    ) -> Result<Self, ProjectError> {
        let wrong = |reason: String| ProjectError::PolicySection {
            path: path.to_owned(),
            reason,
        };
        let mut keys = Vec::new();
        for name in section.signers.iter().flatten() {
            let key = signers.get(name).cloned();
            let key = key.or_else(|| is_public_key(name).then(|| name.clone()));
            keys.push(key.ok_or_else(|| {
                wrong(format!(
                    "{name:?} is neither a name of [signers] nor a public key"
                ))
            })?);
        }
        let denied = section
            .deny_permissions
            .iter()
            .map(|text| Permission::parse(text));
        let denied = denied.collect::<Result<_, _>>().map_err(wrong)?;
        Ok(Self {
            path: path.to_owned(),
            section: section.clone(),
            keys,
            denied,
            signers: signers.clone(),
        })
    }

    /// Which rule a plugin breaks.
    fn broken_by(&self, plugin: &Judged<'_>) -> Option<String> {
        if let Some(sources) = &self.section.sources
            && !sources
                .iter()
                .any(|allowed| is_below(plugin.location, allowed))
        {
            return Some(format!(
                "{} is none of the sources that it allows: {}",
                plugin.location.without_secrets(),
                sources.join(", ")
            ));
        }
        if let Some(names) = &self.section.signers {
            let names = names.join(" or ");
            match plugin.signer {
                Signer::Pinned { key, .. } if self.keys.contains(key) => {}
                Signer::Pinned { key, .. } => {
                    return Some(format!(
                        "it has to be signed by {names}, and is by the key {key}"
                    ));
                }
                other => return Some(format!("it has to be signed by {names}, and is by {other}")),
            }
        }
        let asked = plugin.descriptor.permissions.iter();
        for asked in asked.filter_map(|text| Permission::parse(text).ok()) {
            if let Some(denied) = self.denied.iter().find(|denied| denied.overlaps(&asked)) {
                return Some(format!("it asks for {asked}, and {denied} is denied"));
            }
            if let Permission::Import(wanted) | Permission::Write(wanted) = &asked
                && let Some(denied) = self
                    .section
                    .deny_packages
                    .iter()
                    .find(|denied| pattern::overlap(denied, wanted))
            {
                return Some(format!("it asks for {asked}, and {denied} is denied"));
            }
        }
        None
    }
}

/// What of a plugin is judged.
#[derive(Debug, Clone, Copy)]
pub struct Judged<'a> {
    /// Where its component comes from.
    pub location: &'a Source,
    /// Who has signed it.
    pub signer: &'a Signer,
    /// What it says of itself.
    pub descriptor: &'a Descriptor,
}

impl Policy {
    pub(super) fn add(&mut self, rules: Rules) {
        self.0.push(rules);
    }

    /// Keys that policies name, by name.
    pub(super) fn signers(&self) -> impl Iterator<Item = (&String, &String)> {
        self.0.iter().flat_map(|rules| &rules.signers)
    }

    /// Checks a plugin.
    ///
    /// # Errors
    ///
    /// The first rule that it breaks.
    pub fn check(&self, plugin: Judged<'_>) -> Result<(), ProjectError> {
        for rules in &self.0 {
            if let Some(reason) = rules.broken_by(&plugin) {
                return Err(ProjectError::Policy {
                    plugin: plugin.descriptor.name.clone(),
                    path: rules.path.clone(),
                    reason,
                });
            }
        }
        Ok(())
    }

    /// The pattern, and the file, that keep a package from being woven.
    pub fn denies_package(&self, import_path: &str) -> Option<(&str, &Path)> {
        self.0.iter().find_map(|rules| {
            let mut patterns = rules.section.deny_packages.iter();
            let pattern = patterns.find(|pattern| pattern::matches(pattern, import_path))?;
            Some((pattern.as_str(), rules.path.as_path()))
        })
    }
}

/// Whether a location is what an allowed beginning names: whole elements of its path.
fn is_below(location: &Source, allowed: &str) -> bool {
    if let Source::File(_) = location {
        return allowed == "file";
    }
    let text = location.to_string();
    text.strip_prefix(allowed).is_some_and(|rest| {
        rest.is_empty() || allowed.ends_with('/') || rest.starts_with(['/', ':', '@', '?'])
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn broken(
        policy: &str,
        change: impl FnOnce(&mut Descriptor),
        location: &str,
    ) -> Option<String> {
        let rules = parse(Path::new("policy.toml"), policy).unwrap();
        let mut descriptor = Descriptor {
            name: "tenant".to_owned(),
            ..Descriptor::default()
        };
        change(&mut descriptor);
        rules.broken_by(&Judged {
            location: &location.parse().unwrap(),
            signer: &Signer::Nobody,
            descriptor: &descriptor,
        })
    }

    #[test]
    fn sources() {
        let policy =
            "[policy]\nsources = [\"oci://ghcr.io/acme\", \"https://plugins.example.com/\"]";
        for (location, allowed) in [
            ("oci://ghcr.io/acme/tenant:1.2.0", true),
            ("oci://ghcr.io/acme-evil/tenant:1.2.0", false),
            ("oci://ghcr.io.evil.com/acme/tenant", false),
            ("https://plugins.example.com/tenant.wasm", true),
            ("https://plugins.example.com.evil.com/tenant.wasm", false),
            ("tenant.wasm", false),
        ] {
            assert_eq!(
                broken(policy, |_| {}, location).is_none(),
                allowed,
                "{location}"
            );
        }
        assert_eq!(
            broken("[policy]\nsources = [\"file\"]", |_| {}, "a.wasm"),
            None
        );
    }

    #[test]
    fn permissions_that_reach_what_is_denied() {
        for (denied, asked, allowed) in [
            ("unsafe", "unsafe", false),
            ("unsafe", "stdio", true),
            ("import:os/exec", "import:os/...", false),
            ("import:os/...", "import:os/exec", false),
            ("import:os/...", "import:...", false),
            ("import:os/...", "import:osx", true),
            ("import:...", "import:net/http", false),
            ("import:net", "write:net", true),
        ] {
            let policy = format!("[policy]\ndeny-permissions = [\"{denied}\"]");
            let found = broken(&policy, |d| d.permissions.push(asked.to_owned()), "a.wasm");
            assert_eq!(found.is_none(), allowed, "{denied} {asked}: {found:?}");
        }
        let policy = "[policy]\ndeny-packages = [\"crypto/...\"]";
        for (asked, allowed) in [("import:crypto/tls", false), ("import:net/http", true)] {
            let found = broken(policy, |d| d.permissions.push(asked.to_owned()), "a.wasm");
            assert_eq!(found.is_none(), allowed, "{asked}: {found:?}");
        }
    }

    #[test]
    fn signers_are_those_of_the_same_file() {
        let policy = "[policy]\nsigners = [\"acme\"]\n";
        let error = parse(Path::new("policy.toml"), policy)
            .unwrap_err()
            .to_string();
        assert!(error.contains("\"acme\" is neither"), "{error}");
        let key = "RWQf6LRCGA9i53mlYecO4IzT51TGPpvWucNSCh1CBM0QTaLn73Y7GFO3";
        let policy = format!("{policy}[signers]\nacme = \"{key}\"\n");
        let found = broken(&policy, |_| {}, "a.wasm").unwrap();
        assert!(
            found.contains("signed by acme, and is by nobody"),
            "{found}"
        );
    }
}
