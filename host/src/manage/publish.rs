//! Publishes a plugin in a registry.

use std::collections::BTreeMap;
use std::path::Path;

use weft_plugin_source::{Push, Source, Wanted};

use super::{ManageError, Workshop};
use crate::failure::Failure;
use crate::plugins::LoadError;

/// Publishes a component, with the signature that lies beside it, under its version. Returns where it is.
pub fn publish(workshop: &Workshop, file: &Path, to: &str) -> Result<Source, Failure> {
    let hint = file.display().to_string();
    let failed = |source| LoadError::Source {
        plugin: hint.clone(),
        source,
    };
    let source = Source::File(workshop.directory.join(file));
    let wanted = Wanted {
        name: &hint,
        accepts: &|_| true,
    };
    let registry = workshop.fetcher();
    let fetched = registry.fetch(&source, wanted).map_err(failed)?;
    let candidate = workshop.look_at(&hint, source, fetched)?;
    let version = candidate.version.to_string();
    let name: Source = to.parse()?;
    let name = match name.tag() {
        None => name.with_tag(&version),
        Some(tag) if tag.strip_prefix('v').unwrap_or(tag) == version => name,
        Some(tag) => {
            return Err(ManageError::Tag {
                tag: tag.to_owned(),
                version,
            }
            .into());
        }
    };
    let descriptor = &candidate.descriptor;
    let annotation =
        |key: &str, value: &str| (format!("org.opencontainers.image.{key}"), value.to_owned());
    let annotations = BTreeMap::from([
        annotation("title", &descriptor.name),
        annotation("version", &version),
        annotation("licenses", &descriptor.license),
        annotation("description", &descriptor.description),
    ]);
    let push = Push {
        reference: &name,
        component: &candidate.fetched.component,
        signature: candidate.fetched.signature.as_deref(),
        annotations: &annotations,
    };
    Ok(registry.push(&push).map_err(failed)?)
}
