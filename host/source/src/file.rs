//! Plugins in files and folders.

use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use crate::{Fetched, MOST_BYTES, MOST_TEXT, Source, SourceError};

/// Reads a component, or the only one of a folder, with the signature beside it.
pub(crate) fn fetch(base: &Path, path: &Path) -> Result<Fetched, SourceError> {
    let place = base.join(path);
    let file = if place.is_dir() {
        component_in(&place)?
    } else {
        place
    };
    let component = read(&file, MOST_BYTES)?;
    let mut signature = file.clone().into_os_string();
    signature.push(".minisig");
    let signature = PathBuf::from(signature);
    let signature = if signature.exists() {
        Some(String::from_utf8_lossy(&read(&signature, MOST_TEXT)?).into_owned())
    } else {
        None
    };
    let location = file.strip_prefix(base).unwrap_or(&file);
    Ok(Fetched {
        component,
        signature,
        location: Source::File(location.to_owned()),
        expected_digest: None,
    })
}

/// The only component of a folder.
fn component_in(folder: &Path) -> Result<PathBuf, SourceError> {
    let read = |source| SourceError::Read {
        path: folder.to_owned(),
        source,
    };
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(read)? {
        let path = entry.map_err(read)?.path();
        if path
            .extension()
            .is_some_and(|extension| extension == "wasm")
        {
            found.push(path);
        }
    }
    found.sort();
    match found.as_slice() {
        [component] => Ok(component.clone()),
        found => Err(SourceError::Folder {
            path: folder.to_owned(),
            found: match found.len() {
                0 => "no .wasm file".to_owned(),
                count => format!("{count} .wasm files: name one of them"),
            },
        }),
    }
}

/// Reads a file of at most so many bytes.
pub(crate) fn read(path: &Path, limit: usize) -> Result<Vec<u8>, SourceError> {
    let mut bytes = Vec::new();
    let read =
        File::open(path).and_then(|file| file.take(limit as u64 + 1).read_to_end(&mut bytes));
    match read {
        Ok(count) if count > limit => Err(SourceError::TooLarge {
            place: path.display().to_string(),
            limit,
        }),
        Ok(_) => Ok(bytes),
        Err(source) => Err(SourceError::Read {
            path: path.to_owned(),
            source,
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_stands_for_its_only_component() {
        let folder = tempfile::tempdir().unwrap();
        let base = folder.path();
        let inside = |name: &str| base.join("plugin").join(name);
        std::fs::create_dir(base.join("plugin")).unwrap();
        let error = fetch(base, Path::new("plugin")).unwrap_err().to_string();
        assert!(error.contains("no .wasm file"), "{error}");
        std::fs::write(inside("tenant.wasm"), "component").unwrap();
        std::fs::write(inside("tenant.wasm.minisig"), "signature").unwrap();
        let fetched = fetch(base, Path::new("plugin")).unwrap();
        assert_eq!(fetched.component, b"component");
        assert_eq!(fetched.signature.as_deref(), Some("signature"));
        assert_eq!(fetched.location.to_string(), "plugin/tenant.wasm");
        std::fs::write(inside("other.wasm"), "component").unwrap();
        let error = fetch(base, Path::new("plugin")).unwrap_err().to_string();
        assert!(error.contains("2 .wasm files"), "{error}");
    }

    #[test]
    fn what_is_too_large_is_not_read_to_its_end() {
        let error = read(Path::new("/dev/zero"), 1000).unwrap_err();
        assert!(matches!(error, SourceError::TooLarge { limit: 1000, .. }));
    }
}
