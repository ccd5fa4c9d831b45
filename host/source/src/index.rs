//! Indexes: JSON files in which a vendor lists plugins.

use semver::Version;
use serde::{Deserialize, Serialize};

use crate::{Source, SourceError, Wanted};

/// The only format there is.
const FORMAT: u32 = 1;

/// A vendor's list of plugins.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Index {
    format: u32,
    /// The plugins.
    pub plugins: Vec<IndexedPlugin>,
    /// Where the index is.
    #[serde(skip, default = "nowhere")]
    place: Source,
}

/// A plugin of an index.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IndexedPlugin {
    /// Its name.
    pub name: String,
    /// One sentence for a person.
    #[serde(default)]
    pub description: String,
    /// Its versions, in any order.
    pub versions: Vec<IndexedVersion>,
}

/// A version of a plugin of an index.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IndexedVersion {
    /// The version.
    pub version: Version,
    /// Where it is; a relative reference starts from the index.
    pub source: String,
    /// BLAKE3 digest of the component, in hex.
    pub digest: String,
    /// True where nobody should take it any more.
    #[serde(default)]
    pub withdrawn: bool,
}

fn nowhere() -> Source {
    Source::File("".into())
}

impl Index {
    pub(crate) fn parse(place: &Source, bytes: &[u8]) -> Result<Self, SourceError> {
        let place = place.without_secrets();
        let none = |reason: String| SourceError::NoIndex {
            place: place.clone(),
            reason,
        };
        let mut index: Self =
            serde_json::from_slice(bytes).map_err(|error| none(error.to_string()))?;
        if index.format != FORMAT {
            return Err(none(format!(
                "it has the format {}, and this weft reads {FORMAT}",
                index.format
            )));
        }
        index.place = place;
        Ok(index)
    }

    pub(crate) fn versions_of(&self, name: &str) -> Vec<Version> {
        let plugin = self.plugins.iter().find(|plugin| plugin.name == name);
        let versions = plugin.into_iter().flat_map(|plugin| &plugin.versions);
        versions
            .filter(|version| !version.withdrawn)
            .map(|version| version.version.clone())
            .collect()
    }

    /// The newest version that is accepted, and where it is.
    pub(crate) fn newest(
        &self,
        wanted: Wanted<'_>,
    ) -> Result<(&IndexedVersion, Source), SourceError> {
        let Wanted { name, accepts } = wanted;
        let Some(plugin) = self.plugins.iter().find(|plugin| plugin.name == name) else {
            return Err(SourceError::NoPlugin {
                place: self.place.clone(),
                name: name.to_owned(),
                nearest: self
                    .plugins
                    .iter()
                    .map(|p| p.name.clone())
                    .take(10)
                    .collect(),
            });
        };
        let accepted = plugin
            .versions
            .iter()
            .filter(|version| !version.withdrawn && accepts(&version.version));
        let Some(newest) = accepted.max_by_key(|version| &version.version) else {
            return Err(SourceError::NoVersion {
                place: self.place.clone(),
                name: name.to_owned(),
                versions: plugin
                    .versions
                    .iter()
                    .map(|v| v.version.to_string())
                    .collect(),
            });
        };
        let none = |reason: String| SourceError::NoIndex {
            place: self.place.clone(),
            reason: format!("{name} {}: {reason}", newest.version),
        };
        let source = match &self.place {
            Source::Https(index) if !newest.source.contains("://") => {
                let joined = index.join(&newest.source);
                Source::Https(joined.map_err(|error| none(error.to_string()))?)
            }
            place => match (newest.source.parse(), place) {
                (Ok(Source::File(path)), Source::File(index)) => {
                    Source::File(index.parent().unwrap_or(index).join(path))
                }
                (Ok(Source::Index(_)), _) => {
                    return Err(none("an index does not refer to another one".to_owned()));
                }
                (Ok(source), _) => source,
                (Err(error), _) => return Err(none(error.to_string())),
            },
        };
        Ok((newest, source))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = r#"{"format": 1, "plugins": [{"name": "tenant", "description": "Tenants.", "versions": [
        {"version": "1.1.0", "source": "tenant-1.1.0.wasm", "digest": "aa"},
        {"version": "1.3.0", "source": "tenant-1.3.0.wasm", "digest": "bb", "withdrawn": true},
        {"version": "1.2.0", "source": "oci://ghcr.io/acme/tenant:1.2.0", "digest": "cc"}]}]}"#;

    fn newest(place: &str, name: &str, most: &str) -> Result<(String, String), String> {
        let index = Index::parse(&place.parse().unwrap(), TEXT.as_bytes()).unwrap();
        let most = Version::parse(most).unwrap();
        let accepts = |version: &Version| *version <= most;
        let wanted = Wanted {
            name,
            accepts: &accepts,
        };
        let found = index.newest(wanted).map_err(|error| error.to_string())?;
        Ok((found.0.version.to_string(), found.1.to_string()))
    }

    #[test]
    fn the_newest_version_that_is_accepted_and_not_withdrawn_is_taken() {
        let web = "https://plugins.example.com/v1/index.json";
        let found = |version: &str, source: &str| Ok((version.to_owned(), source.to_owned()));
        assert_eq!(
            newest(web, "tenant", "2.0.0"),
            found("1.2.0", "oci://ghcr.io/acme/tenant:1.2.0")
        );
        assert_eq!(
            newest(web, "tenant", "1.1.9"),
            found("1.1.0", "https://plugins.example.com/v1/tenant-1.1.0.wasm")
        );
        assert_eq!(
            newest("vendor/index.json", "tenant", "1.1.9"),
            found("1.1.0", "vendor/tenant-1.1.0.wasm")
        );
    }

    #[test]
    fn what_is_not_there_is_named_with_what_is() {
        let place = "vendor/index.json";
        let error = newest(place, "tenants", "2.0.0").unwrap_err();
        assert!(
            error.contains("no plugin tenants (it has tenant)"),
            "{error}"
        );
        let error = newest(place, "tenant", "1.0.0").unwrap_err();
        assert!(error.contains("it has 1.1.0, 1.3.0, 1.2.0"), "{error}");
    }

    #[test]
    fn what_is_no_index_says_why() {
        let parse = |text: &str| {
            Index::parse(&nowhere(), text.as_bytes())
                .unwrap_err()
                .to_string()
        };
        assert!(parse("<html>").contains("expected value"));
        assert!(parse(r#"{"format": 2, "plugins": []}"#).contains("format 2"));
        assert!(parse(r#"{"format": 1, "plugin": []}"#).contains("unknown field"));
    }
}
