//! The plugin's own settings, as the user wrote them.

use std::cell::RefCell;
use std::collections::BTreeSet;

use serde::de::DeserializeOwned;

use crate::bindings::weft::plugin::types::Attrs;
use crate::error::{Error, Result};

/// The plugin's own settings by name. A name that `describe` never asks for is an error, so that a
/// misspelled setting does not go unnoticed.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    values: Attrs,
    asked: RefCell<BTreeSet<String>>,
}

impl Settings {
    pub(crate) fn new(values: Attrs) -> Self {
        Self {
            values,
            asked: RefCell::default(),
        }
    }

    /// The setting's value, or None when the user did not give it.
    ///
    /// # Errors
    ///
    /// The value is not of type `T`.
    pub fn get<T: DeserializeOwned>(&self, name: &str) -> Result<Option<T>> {
        self.asked.borrow_mut().insert(name.to_owned());
        let Some((_, json)) = self.values.iter().find(|(given, _)| given == name) else {
            return Ok(None);
        };
        serde_json::from_str(json)
            .map(Some)
            .map_err(|error| Error::new(format!("setting `{name}`: {error}, got {json}")))
    }

    /// The setting's value, or `default` when the user did not give it.
    ///
    /// # Errors
    ///
    /// The value is not of type `T`.
    pub fn get_or<T: DeserializeOwned>(&self, name: &str, default: T) -> Result<T> {
        Ok(self.get(name)?.unwrap_or(default))
    }

    /// Fails on settings that nobody asked for.
    pub(crate) fn refuse_unknown(&self) -> Result {
        let asked = self.asked.borrow();
        let Some((unknown, _)) = self.values.iter().find(|(name, _)| !asked.contains(name)) else {
            return Ok(());
        };
        let known: Vec<&str> = asked.iter().map(String::as_str).collect();
        let help = if known.is_empty() {
            "this plugin has no settings".to_owned()
        } else {
            format!("its settings are: {}", known.join(", "))
        };
        Err(Error::new(format!("unknown setting `{unknown}`")).with_help(help))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(values: &[(&str, &str)]) -> Settings {
        Settings::new(values.iter().map(|&(n, v)| (n.into(), v.into())).collect())
    }

    #[test]
    fn values_have_their_type() {
        let s = settings(&[("depth", "3"), ("names", r#"["a","b"]"#)]);
        assert_eq!(s.get::<u32>("depth").unwrap(), Some(3));
        assert_eq!(
            s.get_or("names", Vec::<String>::new()).unwrap(),
            ["a".to_owned(), "b".to_owned()]
        );
        assert_eq!(s.get::<bool>("absent").unwrap(), None);
        s.refuse_unknown().unwrap();
        let error = s.get::<bool>("depth").unwrap_err().to_string();
        assert!(
            error.starts_with("setting `depth`: invalid type"),
            "{error}"
        );
    }

    #[test]
    fn misspelled_names_are_refused() {
        let s = settings(&[("detph", "3")]);
        s.get::<u32>("depth").unwrap();
        let error = s.refuse_unknown().unwrap_err();
        assert_eq!(
            error,
            Error::new("unknown setting `detph`").with_help("its settings are: depth")
        );
    }
}
