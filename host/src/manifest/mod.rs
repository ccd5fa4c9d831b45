//! What was woven into a program, as the program itself carries it.
//!
//! Invariant: the same plan gives the same bytes, and nothing in them says where or when they were made.

mod frame;

use serde::{Deserialize, Serialize};

use crate::embedded;
pub use frame::{FrameError, encode, find};

/// Raised when the manifest's meaning changes.
pub const FORMAT: u32 = 1;

/// What was woven into one program or test.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// [`FORMAT`] of the weft that made it.
    pub format: u32,
    /// What wove.
    pub weft: Weft,
    /// Import path of the main package, as the go command records it in the binary.
    pub program: String,
    /// The plugins whose hooks are linked, by name.
    pub plugins: Vec<WovenBy>,
    /// The packages that are woven, by import path.
    pub packages: Vec<WovenPackage>,
}

/// The weft that wove.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Weft {
    /// Its version.
    pub version: String,
    /// The digest of all that decides what it weaves, its runtime included; see [`embedded::BUILD_ID`].
    pub build: String,
}

impl Weft {
    /// This one.
    pub fn this() -> Self {
        Self {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            build: embedded::BUILD_ID.to_owned(),
        }
    }
}

/// A plugin.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WovenBy {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// Its licence, as an SPDX expression.
    pub license: String,
    /// BLAKE3 digest of its component, in hexadecimal.
    pub digest: String,
}

/// A woven package.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WovenPackage {
    /// Import path.
    pub import_path: String,
    /// Module version; the Go version for the standard library; empty for main modules.
    pub version: String,
    /// Digest of the package's plan and of the weaver: equal digests mean equal woven code.
    pub plan: String,
    /// Where hooks are. Without lines: they change with each edit, and the woven code does not.
    pub functions: Vec<WovenFunction>,
}

/// One hook of a function, or of calls of one.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WovenFunction {
    /// The function, or the function called, as `weft plan` names it.
    pub target: String,
    /// The plugin's name.
    pub plugin: String,
    /// What happens there.
    pub action: String,
}
