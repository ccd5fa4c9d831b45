//! How a source is written.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use oci_client::Reference;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use url::Url;

use crate::error::SourceSyntaxError;

/// The tag that the parser of references adds where there is none. No version is called so.
pub(crate) const LATEST: &str = "latest";

/// Where a plugin comes from. As text, `oci://host/name:tag`, `https://…`, `index+` and the place of an
/// index, and a path otherwise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// A component, or a folder that holds one.
    File(PathBuf),
    /// A component on a web server.
    Https(Url),
    /// An artifact in an OCI registry; without tag and digest, its newest version.
    Oci(Reference),
    /// A plugin that an index names.
    Index(Box<Source>),
}

impl FromStr for Source {
    type Err = SourceSyntaxError;

    fn from_str(text: &str) -> Result<Self, SourceSyntaxError> {
        let wrong = |reason: String| SourceSyntaxError {
            text: text.to_owned(),
            reason,
        };
        if let Some(place) = text.strip_prefix("index+") {
            return match place.parse()? {
                index @ (Self::File(_) | Self::Https(_)) => Ok(Self::Index(Box::new(index))),
                _ => Err(wrong("an index is a file or an https:// URL".to_owned())),
            };
        }
        let Some((scheme, rest)) = text.split_once("://") else {
            if text.is_empty() || text.chars().any(char::is_control) {
                return Err(wrong("that is no path".to_owned()));
            }
            return Ok(Self::File(text.into()));
        };
        match scheme {
            "oci" => {
                // The parser would take a name without a host for one of Docker's own registry.
                let host = rest.split('/').next().unwrap_or_default();
                let named = host.contains(['.', ':']) || host == "localhost";
                if !named || !rest.contains('/') {
                    return Err(wrong("write oci://HOST/NAME:TAG".to_owned()));
                }
                let reference = rest.parse::<Reference>();
                reference
                    .map(Self::Oci)
                    .map_err(|error| wrong(error.to_string()))
            }
            "https" => {
                let url = Url::parse(text).map_err(|error| wrong(error.to_string()))?;
                if !url.username().is_empty() || url.password().is_some() {
                    return Err(wrong(
                        "a password would stand in weft.toml for all to read".to_owned(),
                    ));
                }
                Ok(Self::Https(url))
            }
            "http" => Err(wrong(
                "what http:// brings, anyone on the way can change; use https://".to_owned(),
            )),
            _ => Err(wrong(format!("{scheme}:// is not known here"))),
        }
    }
}

/// As it is written. What may be secret in a URL is left out of messages by [`Source::without_secrets`].
impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => write!(f, "{}", path.display()),
            Self::Https(url) => write!(f, "{url}"),
            Self::Oci(reference) => write!(f, "oci://{}", written(reference)),
            Self::Index(index) => write!(f, "index+{index}"),
        }
    }
}

/// A reference without the tag `latest`, which the parser adds where there is none.
fn written(reference: &Reference) -> String {
    let mut text = format!("{}/{}", reference.registry(), reference.repository());
    match (reference.tag(), reference.digest()) {
        (Some(tag), _) if tag != LATEST => text.extend([":", tag]),
        _ => {}
    }
    if let Some(digest) = reference.digest() {
        text.extend(["@", digest]);
    }
    text
}

impl Source {
    /// The source for a message: a URL without its query, where servers have people put tokens.
    #[must_use]
    pub fn without_secrets(&self) -> Self {
        match self {
            Self::Https(url) if url.query().is_some() => {
                let mut url = url.clone();
                url.set_query(None);
                Self::Https(url)
            }
            Self::Index(index) => Self::Index(Box::new(index.without_secrets())),
            other => other.clone(),
        }
    }

    /// The tag of an artifact in a registry, where the source names one.
    pub fn tag(&self) -> Option<&str> {
        match self {
            Self::Oci(reference) => reference.tag().filter(|tag| *tag != LATEST),
            _ => None,
        }
    }

    /// The source with a tag, where it is an artifact in a registry.
    #[must_use]
    pub fn with_tag(&self, tag: &str) -> Self {
        match self {
            Self::Oci(reference) => Self::Oci(Reference::with_tag(
                reference.registry().to_owned(),
                reference.repository().to_owned(),
                tag.to_owned(),
            )),
            other => other.clone(),
        }
    }

    /// Whether fetching needs no network.
    pub fn is_local(&self) -> bool {
        match self {
            Self::File(_) => true,
            Self::Index(index) => index.is_local(),
            Self::Https(_) | Self::Oci(_) => false,
        }
    }
}

impl Serialize for Source {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Source {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sources_are_written_as_they_are_read() {
        for text in [
            "tenant.wasm",
            "../plugins/tenant",
            "https://plugins.example.com/tenant-1.2.0.wasm",
            "oci://ghcr.io/acme/weft-tenant",
            "oci://ghcr.io/acme/weft-tenant:1.2.0",
            "oci://localhost:5000/tenant:1.2.0",
            "oci://127.0.0.1:5000/a/b@sha256:0000000000000000000000000000000000000000000000000000000000000000",
            "index+https://plugins.example.com/index.json",
            "index+plugins/index.json",
        ] {
            let source: Source = text.parse().unwrap();
            assert_eq!(source.to_string(), text);
        }
    }

    #[test]
    fn what_is_no_source_says_why() {
        for (text, reason) in [
            ("", "no path"),
            ("a\nb", "no path"),
            ("http://example.com/a.wasm", "https"),
            ("https://user:secret@example.com/a.wasm", "password"),
            ("https://", "empty host"),
            ("oci://tenant:1", "oci://HOST/NAME"),
            ("oci://acme/tenant:1", "oci://HOST/NAME"),
            ("oci://example.com/UPPER", "oci://example.com/UPPER"),
            ("index+oci://example.com/a", "an index is"),
            ("ftp://example.com/a", "ftp://"),
        ] {
            let error = text.parse::<Source>().unwrap_err().to_string();
            assert!(error.contains(reason), "{error}");
        }
    }

    #[test]
    fn messages_leave_queries_out() {
        let source: Source = "index+https://example.com/i.json?token=secret"
            .parse()
            .unwrap();
        assert_eq!(
            source.without_secrets().to_string(),
            "index+https://example.com/i.json"
        );
    }
}
