//! The `go` that comes first on PATH.

use std::ffi::OsString;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use crate::build::Options;
use crate::cache::{Cache, Kind};
use crate::failure::Failure;
use crate::gocmd::SHIM_FOLDER;

/// Writes the shim for these options to the cache and returns its folder.
///
/// It is a script, not a link: where a link leads nowhere, a shell looks on and finds the `go` that does
/// not weave; a script whose program is gone fails.
pub fn install(cache: &Cache, weft: &Path, options: &Options) -> Result<PathBuf, Failure> {
    let words = arguments(options)?;
    let key = [&[weft.as_os_str().to_owned()], words.as_slice()].concat();
    let mut hasher = blake3::Hasher::new();
    for word in &key {
        hasher.update(&(word.len() as u64).to_le_bytes());
        hasher.update(word.as_encoded_bytes());
    }
    let name = hasher.finalize().to_hex()[..16].to_owned();
    let folder = cache.folder(Kind::Shims).join(&name);
    let (file, text) = if cfg!(windows) {
        ("go.cmd", batch_file(&folder, weft, &words))
    } else {
        ("go", script(&folder, weft, &words))
    };
    cache.keep_program(Kind::Shims, &Path::new(&name).join(file), &text)?;
    Ok(folder)
}

/// What the user asked of weft, as arguments for the commands to come, which run in other directories.
fn arguments(options: &Options) -> Result<Vec<OsString>, Failure> {
    let mut words = Vec::new();
    if options.quiet {
        words.push("--quiet".into());
    }
    if options.supply.locked {
        words.push("--locked".into());
    }
    if options.supply.offline {
        words.push("--offline".into());
    }
    for plugin in &options.plugins {
        let path = std::path::absolute(plugin).map_err(|error| Failure::no_directory(&error))?;
        words.extend(["--plugin".into(), path.into_os_string()]);
    }
    for permission in &options.permissions {
        words.extend(["--plugin-permission".into(), permission.into()]);
    }
    words.push("shim".into());
    Ok(words)
}

/// For POSIX systems. It names its folder itself: the variable may be lost where PATH is not.
fn script(folder: &Path, weft: &Path, words: &[OsString]) -> Vec<u8> {
    let quoted = |word: &std::ffi::OsStr| {
        let bytes = word.as_encoded_bytes();
        let pieces: Vec<_> = bytes.split(|byte| *byte == b'\'').collect();
        [b"'", pieces.join(&br"'\''"[..]).as_slice(), b"'"].concat()
    };
    let mut text = format!("#!/bin/sh\n{SHIM_FOLDER}=").into_bytes();
    text.extend(quoted(folder.as_os_str()));
    text.extend(format!("\nexport {SHIM_FOLDER}\nexec ").into_bytes());
    text.extend(quoted(weft.as_os_str()));
    for word in words {
        text.push(b' ');
        text.extend(quoted(word));
    }
    text.extend(b" \"$@\"\n");
    text
}

/// For Windows.
fn batch_file(folder: &Path, weft: &Path, words: &[OsString]) -> Vec<u8> {
    let literal = |word: &std::ffi::OsStr| word.to_string_lossy().replace('%', "%%");
    let mut text = format!(
        "@setlocal\r\n@set \"{SHIM_FOLDER}={}\"\r\n@\"{}\"",
        literal(folder.as_os_str()),
        literal(weft.as_os_str())
    );
    for word in words {
        // Writing to a string does not fail.
        let _ = write!(text, " \"{}\"", literal(word));
    }
    text.push_str(" %*\r\n");
    text.into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_stand_for_themselves() {
        let words = ["--quiet".into(), "shim".into()];
        let text = script(Path::new("/c"), Path::new("/it's a/weft"), &words);
        assert_eq!(
            String::from_utf8(text).unwrap(),
            "#!/bin/sh\nWEFT_ENV='/c'\nexport WEFT_ENV\n\
             exec '/it'\\''s a/weft' '--quiet' 'shim' \"$@\"\n"
        );
        let text = batch_file(Path::new(r"C:\c"), Path::new(r"C:\100% a\weft.exe"), &words);
        assert_eq!(
            String::from_utf8(text).unwrap(),
            "@setlocal\r\n@set \"WEFT_ENV=C:\\c\"\r\n\
             @\"C:\\100%% a\\weft.exe\" \"--quiet\" \"shim\" %*\r\n"
        );
    }
}
