//! Signatures of minisign: <https://jedisct1.github.io/minisign/>.

use std::fmt;

use minisign_verify::{Error, PublicKey, Signature};

use super::ProjectError;

/// Who has signed a plugin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Signer {
    /// Nobody.
    Nobody,
    /// Somebody whose key is not pinned, so that nothing can be checked.
    Unknown,
    /// The owner of a pinned key.
    Pinned {
        /// The key's name in `weft.toml` or the machine's policy.
        name: String,
        /// The key.
        key: String,
    },
}

impl Signer {
    /// The name of the pinned key.
    pub fn name(&self) -> Option<&str> {
        match self {
            Self::Pinned { name, .. } => Some(name),
            Self::Nobody | Self::Unknown => None,
        }
    }
}

/// For a person.
impl fmt::Display for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Nobody => f.write_str("nobody"),
            Self::Unknown => {
                f.write_str("a key that is not pinned: the signature cannot be checked")
            }
            Self::Pinned { name, .. } => f.write_str(name),
        }
    }
}

/// Whether a text is a public key, as the second line of a `.pub` file has it.
pub fn is_public_key(text: &str) -> bool {
    PublicKey::from_base64(text).is_ok()
}

/// Who of `pinned`, names and public keys, has signed a component.
pub(super) fn signer<'a>(
    plugin: &str,
    component: &[u8],
    signature: Option<&str>,
    pinned: impl Iterator<Item = (&'a String, &'a String)>,
) -> Result<Signer, ProjectError> {
    let wrong = |reason: &str| ProjectError::Signature {
        plugin: plugin.to_owned(),
        reason: reason.to_owned(),
    };
    let Some(signature) = signature else {
        return Ok(Signer::Nobody);
    };
    let signature =
        Signature::decode(signature).map_err(|_| wrong("it is no signature of minisign"))?;
    for (name, key) in pinned {
        let Ok(public_key) = PublicKey::from_base64(key) else {
            continue;
        };
        match public_key.verify(component, &signature, true) {
            Ok(()) => {
                return Ok(Signer::Pinned {
                    name: name.clone(),
                    key: key.clone(),
                });
            }
            Err(Error::UnexpectedKeyId) => {}
            Err(_) => {
                return Err(wrong(&format!(
                    "it is made with the key of {name}, and for other bytes"
                )));
            }
        }
    }
    Ok(Signer::Unknown)
}
