//! A plugin that was fetched and looked at, before it is used.

use std::collections::BTreeSet;

use semver::Version;
use serde::Serialize;
use weft_plugin_host::audit::Permission;
use weft_plugin_host::model::{Descriptor, Interest};
use weft_plugin_host::{Digest, Settings};
use weft_plugin_source::{Fetched, Source};
use weft_weave::hooks::{HookPackage, HookPackages};

use super::{ManageError, Workshop};
use crate::failure::Failure;
use crate::plan::target_title;
use crate::plugins::LoadError;
use crate::project::{Judged, LockedPlugin, Signer, permissions};

/// A plugin that a build could use: its descriptor, its hook code and the policy were checked.
#[derive(Debug)]
pub struct Candidate {
    /// The source, as it stands or will stand in `weft.toml`.
    pub source: Source,
    /// What came from there.
    pub fetched: Fetched,
    /// Who has signed it.
    pub signer: Signer,
    /// What it says of itself.
    pub descriptor: Descriptor,
    /// Its version.
    pub version: Version,
}

/// What a plugin touches, brings along and may do, for a person or a script.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Abilities {
    /// Where it weaves.
    pub weaves: Vec<Reach>,
    /// How many Go files it brings along.
    pub files: usize,
    /// Their lines.
    pub lines: usize,
    /// What they import.
    pub imports: BTreeSet<String>,
    /// Permissions beyond the default, each with what it means.
    pub permissions: Vec<(String, String)>,
}

/// One interest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Reach {
    /// Import path pattern.
    pub packages: String,
    /// Range of versions; empty for any.
    pub versions: String,
    /// Functions, by their names.
    pub functions: Vec<String>,
}

/// What changes from one version of a plugin to another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Change {
    /// The plugin.
    pub name: String,
    /// The locked version.
    pub from: Version,
    /// The other one.
    pub to: Version,
    /// Who has signed it.
    pub signer: String,
    /// What the other one has and the locked one has not.
    pub added: Vec<String>,
    /// What the locked one has and the other one has not.
    pub removed: Vec<String>,
}

impl Workshop {
    /// Looks at a plugin that was fetched.
    pub(super) fn look_at(
        &self,
        hint: &str,
        source: Source,
        fetched: Fetched,
    ) -> Result<Candidate, Failure> {
        let digest = Digest::of(&fetched.component).to_string();
        if let Some(expected) = fetched.expected_digest.as_ref().filter(|e| **e != digest) {
            return Err(ManageError::NotAsIndexed {
                name: hint.to_owned(),
                expected: expected.clone(),
                found: digest,
            }
            .into());
        }
        let signature = fetched.signature.as_deref();
        let signer = self.project().signer(hint, &fetched.component, signature)?;
        let plugin = self.engine.load(hint, fetched.component.clone());
        let mut descriptor = plugin
            .descriptor(&Settings::new())
            .map_err(LoadError::from)?;
        let settings = self.project().settings_of(&descriptor.name);
        if !settings.is_empty() {
            descriptor = plugin.descriptor(&settings).map_err(LoadError::from)?;
        }
        descriptor.permissions = permissions(&descriptor);
        self.project().policy.check(Judged {
            location: &fetched.location,
            signer: &signer,
            descriptor: &descriptor,
        })?;
        Ok(Candidate {
            version: descriptor
                .version
                .parse()
                .expect("a checked version parses"),
            source,
            fetched,
            signer,
            descriptor,
        })
    }
}

impl Candidate {
    /// The component's digest, in hex.
    pub fn digest(&self) -> String {
        Digest::of(&self.fetched.component).to_string()
    }

    /// The entry of the lock, with all that was asked for granted.
    pub fn locked(&self) -> LockedPlugin {
        LockedPlugin {
            name: self.descriptor.name.clone(),
            version: self.version.clone(),
            source: self.source.clone(),
            location: self.fetched.location.clone(),
            digest: self.digest(),
            permissions: self.descriptor.permissions.clone(),
            signer: self.signer.name().map(str::to_owned),
            // What nobody's key checks is no use later.
            signature: self.signer.name().and(self.fetched.signature.clone()),
        }
    }

    /// What changes from a locked version to this one; `before` is what that says of itself.
    pub fn change_from(&self, locked: &LockedPlugin, before: &Descriptor) -> Change {
        let (old, new) = (sentences(before), sentences(&self.descriptor));
        let only = |one: &BTreeSet<String>, other: &BTreeSet<String>| {
            one.difference(other).cloned().collect::<Vec<_>>()
        };
        Change {
            name: locked.name.clone(),
            from: locked.version.clone(),
            to: self.version.clone(),
            signer: self.signer.to_string(),
            added: only(&new, &old),
            removed: only(&old, &new),
        }
    }
}

/// What a plugin touches, brings along and may do.
pub fn abilities(descriptor: &Descriptor) -> Abilities {
    let reach = |interest: &Interest| {
        let titles = interest.matchers.iter().map(|m| target_title(&m.target));
        Reach {
            packages: interest.import_path.clone(),
            versions: interest.versions.clone(),
            functions: titles.collect(),
        }
    };
    let meaning = |text: &String| {
        let permission = Permission::parse(text);
        let meaning = permission.map_or_else(|unknown| unknown, |known| known.meaning());
        (text.clone(), meaning)
    };
    let packages = HookPackages::parse(&descriptor.hook_files).unwrap_or_default();
    let imports = packages.folders.values().flat_map(HookPackage::imports);
    Abilities {
        weaves: descriptor.interests.iter().map(reach).collect(),
        files: descriptor.hook_files.len(),
        lines: descriptor
            .hook_files
            .values()
            .map(|text| text.lines().count())
            .sum(),
        imports: imports.map(|import| import.path).collect(),
        permissions: descriptor.permissions.iter().map(meaning).collect(),
    }
}

/// Each thing that a plugin touches, imports or may do, as a line of its own, to be compared.
fn sentences(descriptor: &Descriptor) -> BTreeSet<String> {
    let abilities = abilities(descriptor);
    let mut out = BTreeSet::new();
    for reach in &abilities.weaves {
        let space = if reach.versions.is_empty() { "" } else { " " };
        let packages = format!("{}{space}{}", reach.packages, reach.versions);
        out.extend(
            reach
                .functions
                .iter()
                .map(|function| format!("weaves {function} of {packages}")),
        );
    }
    out.extend(
        abilities
            .imports
            .iter()
            .map(|import| format!("imports {import}")),
    );
    let permissions = abilities.permissions.iter();
    out.extend(permissions.map(|(name, meaning)| format!("permission {name}: {meaning}")));
    out
}
