//! Why a plugin cannot answer.

use std::fmt;

use crate::bindings::weft::plugin::types::PluginError;

/// Result of a plugin's functions.
pub type Result<T = (), E = Error> = std::result::Result<T, E>;

/// Why a plugin cannot answer. Shown to the user with the plugin's name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Error {
    message: String,
    help: Option<String>,
}

impl Error {
    /// An error from what is wrong, as a lower-case fragment: `unknown mode "x"`.
    pub fn new(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            help: None,
        }
    }

    /// Adds what the user can do about it.
    #[must_use]
    pub fn with_help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Error {}

impl From<Error> for PluginError {
    fn from(error: Error) -> Self {
        Self {
            message: error.message,
            help: error.help,
        }
    }
}
