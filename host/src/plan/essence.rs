//! What of a file or folder decides what `go list` says: as long as that stays, so does the listing,
//! whatever else was edited.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::inputs::Stamp;

/// Names of entries that change what packages a folder's files belong to.
const MODULE_FILES: [&str; 3] = ["go.mod", "go.work", "vendor"];

/// Digests of Go files and folders, by path; see [`essence`].
pub type Essences = BTreeMap<PathBuf, String>;

/// The digests of the inputs that have one, without those that are no longer as they were noted.
pub fn essences(inputs: &[Stamp]) -> Essences {
    inputs
        .iter()
        .filter_map(|input| Some((input, essence(&input.path)?)))
        .filter(|(input, _)| input.is_current())
        .map(|(input, digest)| (input.path.clone(), digest))
        .collect()
}

/// The digest of what decides about a listing: of a Go file its beginning, up to the last import; of a
/// folder the names of what may be packages or parts of them. None for all else, and for what cannot be
/// read.
pub fn essence(path: &Path) -> Option<String> {
    let digest = if path.extension().is_some_and(|extension| extension == "go") && path.is_file() {
        blake3::hash(head(&std::fs::read(path).ok()?)?)
    } else {
        entries(path)?
    };
    Some(digest.to_hex()[..32].to_owned())
}

fn entries(folder: &Path) -> Option<blake3::Hash> {
    let mut names = Vec::new();
    for entry in std::fs::read_dir(folder).ok()? {
        let entry = entry.ok()?;
        let name = entry.file_name().into_encoded_bytes();
        let is_folder = entry.file_type().ok()?.is_dir();
        let decides = is_folder
            || name.ends_with(b".go")
            || MODULE_FILES.iter().any(|file| file.as_bytes() == name);
        if decides && !name.starts_with(b".") && !name.starts_with(b"_") {
            names.push((name, is_folder));
        }
    }
    names.sort();
    let mut hasher = blake3::Hasher::new();
    for (name, is_folder) in names {
        hasher.update(&name);
        // No name has a slash or a zero byte.
        hasher.update(if is_folder { b"/" } else { b"\0" });
    }
    Some(hasher.finalize())
}

/// A Go file up to the end of its last import: build constraints, the package's name, what is imported,
/// and C code, which stands before `import "C"`. None for what is no Go.
fn head(text: &[u8]) -> Option<&[u8]> {
    let mut reader = Reader { text, at: 0 };
    if text.starts_with(b"\xef\xbb\xbf") {
        reader.at = 3;
    }
    let mut end = None;
    loop {
        reader.skip_blanks()?;
        match reader.word() {
            b"package" if end.is_none() => {
                reader.skip_blanks()?;
                if reader.word().is_empty() {
                    return None;
                }
            }
            b"import" if end.is_some() => reader.skip_import()?,
            _ => return Some(&text[..end?]),
        }
        end = Some(reader.at);
    }
}

/// Reads tokens from the beginning of a Go file.
struct Reader<'a> {
    text: &'a [u8],
    at: usize,
}

impl<'a> Reader<'a> {
    fn rest(&self) -> &'a [u8] {
        &self.text[self.at..]
    }

    /// Skips blanks, semicolons and comments. None for a comment without end.
    fn skip_blanks(&mut self) -> Option<()> {
        loop {
            let rest = self.rest();
            self.at += match rest {
                [b' ' | b'\t' | b'\r' | b'\n' | b';', ..] => 1,
                [b'/', b'/', ..] => find(rest, b"\n").unwrap_or(rest.len()),
                [b'/', b'*', ..] => 2 + find(&rest[2..], b"*/")? + 2,
                _ => return Some(()),
            };
        }
    }

    /// Reads a name or keyword; empty where there is none.
    fn word(&mut self) -> &'a [u8] {
        let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_' || !byte.is_ascii();
        let rest = self.rest();
        let length = rest.iter().take_while(|byte| is_part(byte)).count();
        self.at += length;
        &rest[..length]
    }

    /// Skips what follows `import`: one specification, or several in parentheses.
    fn skip_import(&mut self) -> Option<()> {
        self.skip_blanks()?;
        if self.rest().first() != Some(&b'(') {
            return self.skip_specification();
        }
        self.at += 1;
        loop {
            self.skip_blanks()?;
            if self.rest().first() == Some(&b')') {
                self.at += 1;
                return Some(());
            }
            self.skip_specification()?;
        }
    }

    fn skip_specification(&mut self) -> Option<()> {
        if self.rest().first() == Some(&b'.') {
            self.at += 1;
        } else {
            self.word();
        }
        self.skip_blanks()?;
        let quote = *self.rest().first()?;
        if quote != b'"' && quote != b'`' {
            return None;
        }
        self.at += 1 + find(&self.rest()[1..], &[quote])? + 1;
        Some(())
    }
}

fn find(text: &[u8], wanted: &[u8]) -> Option<usize> {
    text.windows(wanted.len())
        .position(|window| window == wanted)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn head_of(text: &str) -> Option<&str> {
        head(text.as_bytes()).map(|head| std::str::from_utf8(head).unwrap())
    }

    #[test]
    fn a_head_ends_with_the_last_import() {
        for (head, rest) in [
            ("package p", "\n\n// F.\nfunc F() {}\n"),
            ("package p", ""),
            (
                "\u{feff}// x\n/* y\n*/ package p; import \"a\"",
                "; var x int",
            ),
            (
                "//go:build linux\n\npackage p\n\nimport \"a\"\nimport . `b`\n// c\nimport (\n\t_ \"d\" // )\n\n\te \"f\"; g \"h\"\n)",
                "\nvar imported = 1\n",
            ),
            ("package p\n\n/* #include <a.h> */\nimport \"C\"", "\n"),
            ("package p\nimport ()", "\ntype T struct{}"),
        ] {
            assert_eq!(head_of(&format!("{head}{rest}")), Some(head));
        }
        for text in [
            "",
            "func f() {}",
            "package",
            "package p\nimport (\n\"a\"",
            "package p\nimport a",
            "package p /* x",
            "import \"a\"\npackage p",
        ] {
            assert_eq!(head_of(text), None, "{text}");
        }
    }

    #[test]
    fn edits_below_the_imports_and_other_files_do_not_matter() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a.go");
        let write = |text: &str| std::fs::write(&file, text).unwrap();
        write("package a\n\nimport \"fmt\"\n\nfunc F() { fmt.Print() }\n");
        let (of_file, of_folder) = (essence(&file), essence(folder.path()));
        assert!(of_file.is_some() && of_folder.is_some());
        write("package a\n\nimport \"fmt\"\n\nfunc G() { fmt.Println() }\n");
        std::fs::write(folder.path().join("program"), "").unwrap();
        std::fs::write(folder.path().join(".a.go.swp"), "").unwrap();
        assert_eq!(essence(&file), of_file);
        assert_eq!(essence(folder.path()), of_folder);
        write("package a\n\nimport \"os\"\n");
        assert_ne!(essence(&file), of_file);
        for name in ["b.go", "go.mod", "sub"] {
            let path = folder.path().join(name);
            std::fs::create_dir(&path).unwrap();
            assert_ne!(essence(folder.path()), of_folder, "{name}");
            std::fs::remove_dir(&path).unwrap();
        }
        assert_eq!(essence(&folder.path().join("none.go")), None);
    }
}
