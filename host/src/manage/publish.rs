//! Publishes a plugin in a registry.

use std::collections::BTreeMap;
use std::path::Path;

use weft_plugin_source::{Push, Source};

use super::{ManageError, Workshop, sign};
use crate::failure::Failure;
use crate::plugins::LoadError;

/// What is published, and how.
#[derive(Debug)]
pub struct Publication<'a> {
    /// The component.
    pub file: &'a Path,
    /// Where to, as `oci://HOST/NAME`.
    pub to: &'a str,
    /// The secret key to sign it with; the signature that lies beside it is taken where there is none.
    pub key: Option<&'a Path>,
}

/// What was published.
#[derive(Debug)]
pub struct Published {
    /// Where it is.
    pub location: Source,
    /// The public key that its new signature holds with.
    pub public_key: Option<String>,
}

/// Publishes a component, with its signature, under its version. A signature that is made here is put beside
/// the component, too.
pub fn publish(workshop: &Workshop, publication: &Publication<'_>) -> Result<Published, Failure> {
    let Publication { file, to, key } = *publication;
    let hint = file.display().to_string();
    let source = Source::File(workshop.directory.join(file));
    let mut fetched = workshop.fetch(&hint, &source, &|_| true)?;
    let signed = key
        .map(|key| sign::sign(&fetched.component, file, &workshop.directory.join(key)))
        .transpose()?;
    if let Some(signed) = &signed {
        // What lies beside it may be the signature of another version.
        fetched.signature = Some(signed.signature.clone());
    }
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
    let pushed = workshop.fetcher().push(&push);
    let location = pushed.map_err(|source| LoadError::Source {
        plugin: hint,
        source,
    })?;
    if let (Some(signed), Source::File(found)) = (&signed, &candidate.fetched.location) {
        let path = sign::beside(&workshop.base().join(found));
        std::fs::write(&path, &signed.signature)
            .map_err(|source| ManageError::Signature { path, source })?;
    }
    Ok(Published {
        location,
        public_key: signed.map(|signed| signed.public_key),
    })
}
