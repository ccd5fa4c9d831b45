//! Signs plugins, as `minisign -S` does: <https://jedisct1.github.io/minisign/>.

use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use ct_codecs::{Base64, Decoder as _};
use minisign::{PublicKey, SecretKey, SecretKeyBox};

use super::ManageError;

/// Holds the password of a secret key, where nobody is there to be asked.
const PASSWORD: &str = "WEFT_SIGNING_PASSWORD";

/// Algorithms that a secret key names, of the signature and of what makes a key of its password, and the length
/// of the checksum at its end: <https://jedisct1.github.io/minisign/#signature-format>.
const SIGNATURE: &[u8] = b"Ed";
const WITH_PASSWORD: &[u8] = b"Sc";
const CHECKSUM: usize = 32;

/// A signature that was made.
pub struct Signed {
    /// As it lies in a file.
    pub signature: String,
    /// The public key that it holds with, as people pin it.
    pub public_key: String,
}

/// Signs a component with the secret key of a file. Asks for its password where it has one, unless a
/// variable holds that.
pub fn sign(component: &[u8], file: &Path, key: &Path) -> Result<Signed, ManageError> {
    let secret = secret_key(key)?;
    let wrong = |error: &minisign::PError| ManageError::Key {
        path: key.to_owned(),
        reason: error.to_string(),
    };
    let public = PublicKey::from_secret_key(&secret).map_err(|error| wrong(&error))?;
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    let seconds = now.map_or(0, |since| since.as_secs());
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    // What minisign writes.
    let comment = format!(
        "timestamp:{seconds}\tfile:{}\thashed",
        name.replace(char::is_control, "_"),
    );
    let signature = minisign::sign(
        Some(&public),
        &secret,
        component,
        Some(&comment),
        Some("signature from minisign secret key"),
    );
    Ok(Signed {
        signature: signature.map_err(|error| wrong(&error))?.into_string(),
        public_key: public.to_base64(),
    })
}

/// Where the signature of a file lies.
pub fn beside(file: &Path) -> PathBuf {
    let mut path = file.as_os_str().to_owned();
    path.push(".minisig");
    path.into()
}

fn secret_key(path: &Path) -> Result<SecretKey, ManageError> {
    let wrong = |reason: String| ManageError::Key {
        path: path.to_owned(),
        reason,
    };
    let none = || wrong("it is no secret key of minisign, or damaged".to_owned());
    let text = std::fs::read_to_string(path).map_err(|error| wrong(error.to_string()))?;
    let line = text.lines().nth(1).unwrap_or_default();
    let bytes = Base64::decode_to_vec(line, None).map_err(|_| none())?;
    if !bytes.starts_with(SIGNATURE) {
        return Err(none());
    }
    let key = SecretKeyBox::from(text);
    if bytes.get(2..4) != Some(WITH_PASSWORD) {
        // minisign up to 0.11 writes no checksum where there is no password. Signing checks the key itself.
        let has_checksum = bytes.iter().rev().take(CHECKSUM).any(|byte| *byte != 0);
        let key = if has_checksum {
            key.into_unencrypted_secret_key()
        } else {
            SecretKey::from_bytes(&bytes)
        };
        return key.map_err(|_| none());
    }
    let password = match std::env::var(PASSWORD) {
        Ok(password) => password,
        Err(_) => rpassword::prompt_password(format!("Password of {}: ", path.display())).map_err(
            |error| ManageError::Password {
                path: path.to_owned(),
                reason: error.to_string(),
            },
        )?,
    };
    key.into_secret_key(Some(password))
        .map_err(|_| wrong("the password is another one, or the key is damaged".to_owned()))
}

#[cfg(test)]
mod tests {
    use minisign::KeyPair;

    use super::*;

    fn signed_with(key: &str) -> Result<Signed, ManageError> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("key");
        std::fs::write(&path, key).unwrap();
        sign(b"component", Path::new("a/b.wasm"), &path)
    }

    #[test]
    fn a_signature_holds_with_the_public_key() {
        let keys = KeyPair::generate_unencrypted_keypair().unwrap();
        let text = keys.sk.to_box(None).unwrap().into_string();
        let Signed {
            signature,
            public_key,
        } = signed_with(&text).unwrap();
        assert_eq!(public_key, keys.pk.to_base64());
        // The crate that builds check signatures with is another one.
        let public_key = minisign_verify::PublicKey::from_base64(&public_key).unwrap();
        let signature = minisign_verify::Signature::decode(&signature).unwrap();
        assert!(
            signature
                .trusted_comment()
                .ends_with("\tfile:b.wasm\thashed")
        );
        public_key.verify(b"component", &signature, false).unwrap();
        assert!(public_key.verify(b"another", &signature, false).is_err());
    }

    #[test]
    fn what_is_no_key_is_refused() {
        for text in [
            "",
            "untrusted comment: x\n",
            "untrusted comment: x\nRWQAAEIyAAAA\n",
        ] {
            let error = signed_with(text).map(|_| ()).unwrap_err();
            assert!(matches!(error, ManageError::Key { .. }), "{error}");
        }
    }
}
