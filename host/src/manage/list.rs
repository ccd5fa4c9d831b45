//! What plugins a project has, and all about one.

use serde::Serialize;
use weft_plugin_host::Settings;
use weft_plugin_host::model::Descriptor;
use weft_plugin_source::{Fetched, Source};

use super::add::find;
use super::{Candidate, Workshop};
use crate::embedded;
use crate::failure::Failure;
use crate::plugins::{LoadError, component};
use crate::project::ProjectError;

/// Where a plugin comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Origin {
    /// weft brings it along.
    BuiltIn,
    /// The project's source.
    Source(Source),
}

/// One plugin of a project.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Listed {
    /// Its name.
    pub name: String,
    /// Its version; empty where it is not locked.
    pub version: String,
    /// Where it comes from.
    pub origin: Origin,
    /// Who has signed it.
    pub signer: Option<String>,
    /// Whether it takes part.
    pub enabled: bool,
    /// What keeps builds from using it.
    pub problem: Option<String>,
    /// One sentence for a person; empty where it was not asked.
    pub description: String,
}

/// All plugins that builds here would use, sorted by name. No plugin is run for it.
pub fn list(workshop: &Workshop) -> Result<Vec<Listed>, Failure> {
    let project = workshop.project();
    let mut all = Vec::new();
    for packed in embedded::PLUGINS {
        let descriptor = workshop
            .engine
            .load_packed(packed)
            .descriptor(&Settings::new())
            .map_err(LoadError::from)?;
        all.push(Listed {
            enabled: project.is_enabled(&descriptor.name),
            name: descriptor.name,
            version: descriptor.version,
            origin: Origin::BuiltIn,
            signer: None,
            problem: None,
            description: descriptor.description,
        });
    }
    for (name, source, _) in workshop.sourced() {
        let entry = workshop.entry(name);
        let locked = entry.as_ref().ok();
        all.push(Listed {
            name: name.clone(),
            version: locked
                .map(|locked| locked.version.to_string())
                .unwrap_or_default(),
            origin: Origin::Source(source.clone()),
            signer: locked.and_then(|locked| locked.signer.clone()),
            enabled: project.is_enabled(name),
            problem: entry.as_ref().err().map(ProjectError::to_string),
            description: String::new(),
        });
    }
    all.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(all)
}

/// All about one plugin: a built-in one, one of the project, or one of a source that nothing has been
/// added from.
pub fn info(
    workshop: &Workshop,
    subject: &str,
) -> Result<(Descriptor, Option<Candidate>), Failure> {
    let project = workshop.project();
    if let Some(packed) = embedded::PLUGINS
        .iter()
        .find(|packed| packed.name == subject)
    {
        let plugin = workshop.engine.load_packed(packed);
        let settings = project.settings_of(subject);
        let descriptor = plugin.descriptor(&settings).map_err(LoadError::from)?;
        return Ok((descriptor, None));
    }
    let candidate = if workshop.known(subject).is_ok() {
        let locked = workshop.entry(subject)?;
        let fetched = Fetched {
            component: component(&workshop.cache, project, locked, workshop.choice.offline)?,
            signature: locked.signature.clone(),
            location: locked.location.clone(),
            expected_digest: None,
        };
        workshop.look_at(subject, locked.source.clone(), fetched)?
    } else {
        let source = find(workshop, subject)?;
        let fetched = workshop.fetch(subject, &source, &|version| version.pre.is_empty())?;
        workshop.look_at(subject, source, fetched)?
    };
    Ok((candidate.descriptor.clone(), Some(candidate)))
}
