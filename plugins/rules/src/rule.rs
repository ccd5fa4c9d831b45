//! What a rule says, as it stands in `weft.toml`.

use std::collections::BTreeMap;

use serde::Deserialize;

/// A rule `[[plugins.rules.settings.spans]]`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Span {
    /// Which functions; see [`Pattern`](crate::pattern::Pattern).
    pub functions: String,
    /// Name of the span; the function's where it is left out.
    pub name: Option<String>,
    /// `internal`, `server`, `client`, `producer` or `consumer`.
    pub kind: Option<String>,
    /// Attributes, each with the parameter that it is taken from, or a field of it: `order.ID`.
    #[serde(default)]
    pub attributes: BTreeMap<String, String>,
    /// Attributes, each with the name or number of the result that it is taken from.
    #[serde(default)]
    pub results: BTreeMap<String, String>,
}

/// A rule `[[plugins.rules.settings.events]]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Event {
    /// Which functions.
    pub functions: String,
    /// Name of the event.
    pub name: String,
    /// As of [`Span`].
    #[serde(default)]
    pub attributes: BTreeMap<String, String>,
}
