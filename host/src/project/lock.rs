//! `weft.lock`.

use std::collections::BTreeMap;
use std::path::Path;

use semver::Version;
use serde::{Deserialize, Serialize};
use weft_plugin_host::Digest;
use weft_plugin_host::model::Descriptor;
use weft_plugin_source::Source;

use super::{ProjectError, Signer, error};

/// The only format there is.
const FORMAT: u32 = 1;

/// What stands above the entries.
const HEADER: &str = "# Written by `weft plugin`. Commit it; to change it, use `weft plugin`.\n";

/// The plugins that a project uses, each exactly.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Lock {
    plugins: BTreeMap<String, LockedPlugin>,
}

/// One plugin, exactly.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LockedPlugin {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: Version,
    /// The source that `weft.toml` names.
    pub source: Source,
    /// What names this version in the source.
    pub location: Source,
    /// BLAKE3 digest of the component, in hex.
    pub digest: String,
    /// What its hooks may do beyond the default, as it was granted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub permissions: Vec<String>,
    /// Who of the pinned signers has signed it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signer: Option<String>,
    /// The signature.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signature: Option<String>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    format: u32,
    #[serde(default, rename = "plugin")]
    plugins: Vec<LockedPlugin>,
}

impl Lock {
    /// Reads a lock file.
    ///
    /// # Errors
    ///
    /// It cannot be read, or is none.
    pub fn read(path: &Path) -> Result<Self, ProjectError> {
        let text = std::fs::read_to_string(path).map_err(|source| ProjectError::Read {
            path: path.to_owned(),
            source,
        })?;
        Self::parse(path, &text)
    }

    /// Reads the file's text.
    pub(super) fn parse(path: &Path, text: &str) -> Result<Self, ProjectError> {
        let file: File =
            toml::from_str(text).map_err(|source| error::syntax(path, text, &source))?;
        if file.format != FORMAT {
            return Err(ProjectError::Format {
                path: path.to_owned(),
                format: file.format,
            });
        }
        let mut plugins = BTreeMap::new();
        for plugin in file.plugins {
            let name = plugin.name.clone();
            if plugins.insert(name.clone(), plugin).is_some() {
                return Err(ProjectError::Stale {
                    plugin: name,
                    reason: "it has two entries for it".to_owned(),
                });
            }
        }
        Ok(Self { plugins })
    }

    /// The file's text.
    pub fn to_text(&self) -> String {
        let file = File {
            format: FORMAT,
            plugins: self.plugins.values().cloned().collect(),
        };
        let text = toml::to_string_pretty(&file).expect("text and lists are valid TOML");
        format!("{HEADER}{text}")
    }

    /// The entry of a plugin.
    pub fn get(&self, name: &str) -> Option<&LockedPlugin> {
        self.plugins.get(name)
    }

    /// All entries, by name.
    pub fn plugins(&self) -> impl Iterator<Item = &LockedPlugin> {
        self.plugins.values()
    }

    /// Puts an entry in, in place of the one of the same name.
    pub fn put(&mut self, plugin: LockedPlugin) {
        self.plugins.insert(plugin.name.clone(), plugin);
    }

    /// Leaves out all entries but those that are to be kept.
    pub fn retain(&mut self, keep: impl Fn(&str) -> bool) {
        self.plugins.retain(|name, _| keep(name));
    }
}

impl LockedPlugin {
    /// Checks that a component is the one that was locked.
    ///
    /// # Errors
    ///
    /// Its bytes are others.
    pub fn check_bytes(&self, component: &[u8], place: &str) -> Result<(), ProjectError> {
        let found = Digest::of(component).to_string();
        if found == self.digest {
            return Ok(());
        }
        Err(ProjectError::Digest {
            plugin: self.name.clone(),
            place: place.to_owned(),
            locked: self.digest.clone(),
            found,
        })
    }

    /// Checks that who has signed a component is who the entry names.
    ///
    /// # Errors
    ///
    /// It names somebody else, or nobody.
    pub fn check_signer(&self, signer: &Signer) -> Result<(), ProjectError> {
        if signer.name() == self.signer.as_deref() {
            return Ok(());
        }
        Err(ProjectError::Edited {
            plugin: self.name.clone(),
            what: "signer".to_owned(),
            locked: self.signer.clone().unwrap_or_else(|| "nobody".to_owned()),
            found: signer.to_string(),
        })
    }

    /// Checks that what a component says of itself is what was shown when it was locked.
    ///
    /// # Errors
    ///
    /// The entry says something else.
    pub fn check_descriptor(&self, descriptor: &Descriptor) -> Result<(), ProjectError> {
        let differs = |what: &str, locked: String, found: String| ProjectError::Edited {
            plugin: self.name.clone(),
            what: what.to_owned(),
            locked,
            found,
        };
        if descriptor.name != self.name {
            let (locked, found) = (self.name.clone(), descriptor.name.clone());
            return Err(differs("name", locked, found));
        }
        let version = self.version.to_string();
        if descriptor.version != version {
            return Err(differs("version", version, descriptor.version.clone()));
        }
        let asked = permissions(descriptor);
        if asked != self.permissions {
            let list = |permissions: &[String]| match permissions {
                [] => "none".to_owned(),
                some => some.join(", "),
            };
            return Err(differs(
                "permissions",
                list(&self.permissions),
                list(&asked),
            ));
        }
        Ok(())
    }
}

/// What a plugin asks for, as a lock has it.
pub fn permissions(descriptor: &Descriptor) -> Vec<String> {
    let mut asked = descriptor.permissions.clone();
    asked.sort();
    asked.dedup();
    asked
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry() -> LockedPlugin {
        LockedPlugin {
            name: "tenant".to_owned(),
            version: Version::new(1, 2, 0),
            source: "oci://ghcr.io/acme/tenant".parse().unwrap(),
            location: "oci://ghcr.io/acme/tenant:1.2.0".parse().unwrap(),
            digest: Digest::of(b"tenant").to_string(),
            permissions: vec!["stdio".to_owned()],
            signer: Some("acme".to_owned()),
            signature: Some("untrusted comment: a\nRWQ=\ntrusted comment: b\nAAA=\n".to_owned()),
        }
    }

    #[test]
    fn what_is_written_is_read() {
        let mut lock = Lock::default();
        lock.put(entry());
        let text = lock.to_text();
        assert_eq!(Lock::parse(Path::new("weft.lock"), &text).unwrap(), lock);
        assert_eq!(
            Lock::parse(Path::new("weft.lock"), "format = 1\n").unwrap(),
            Lock::default()
        );
    }

    #[test]
    fn what_is_not_understood_is_refused() {
        let parse = |text: &str| {
            Lock::parse(Path::new("weft.lock"), text)
                .unwrap_err()
                .to_string()
        };
        assert!(parse("format = 2\n").contains("format 2"));
        assert!(parse("format = 1\nplugins = []\n").contains("unknown field"));
        let mut lock = Lock::default();
        lock.put(entry());
        let text = lock.to_text();
        let again = text.split_once("[[plugin]]").unwrap().1;
        assert!(parse(&format!("{text}[[plugin]]{again}")).contains("two entries"));
    }

    #[test]
    fn other_bytes_are_refused() {
        entry().check_bytes(b"tenant", "the cache").unwrap();
        let error = entry()
            .check_bytes(b"other", "the cache")
            .unwrap_err()
            .to_string();
        assert!(
            error.contains("tenant") && error.contains("the cache"),
            "{error}"
        );
    }
}
