//! Folders that stand for those of the source files, for line directives with relative paths.
//!
//! Since Go 1.27 the compiler takes such a path as beside the file that it reads (`updateBase` of
//! `cmd/compile/internal/syntax`), which for a woven file is elsewhere. So that file is put into a folder of its
//! own, which `-trimpath` turns into the source file's, in positions and thus in stack traces.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use cap_std::ambient_authority;
use cap_std::fs::Dir;

use super::StepError;

/// The compiler's flag with the prefixes of paths that it replaces: `prefix=>replacement`, separated by `;`.
///
/// Source: `cmd/internal/objabi.AbsFile`.
const TRIMPATH: &str = "-trimpath";

/// The folders that stand for those of one package's source files.
#[derive(Debug)]
pub struct StandIns<'f> {
    folder: &'f Path,
    /// Each with the one that it stands for.
    made: Vec<(PathBuf, PathBuf)>,
}

impl<'f> StandIns<'f> {
    /// None yet. They are made in cmd/go's `folder` for the package.
    pub fn new(folder: &'f Path) -> Self {
        Self {
            folder,
            made: Vec::new(),
        }
    }

    /// The folder to write the file into that is woven from `source`. What cgo and cmd/cover make of the
    /// source is read from the package's folder without weft too, and stays there; so does what a flag's
    /// value cannot name.
    pub fn folder_for(&mut self, source: &Path) -> Result<PathBuf, StepError> {
        let of_source = source.parent().unwrap_or(Path::new(""));
        let nameable = |path: &Path| {
            path.to_str()
                .is_some_and(|path| !path.contains(';') && !path.contains("=>"))
        };
        if of_source == self.folder || !nameable(of_source) || !nameable(self.folder) {
            return Ok(self.folder.to_owned());
        }
        if let Some((made, _)) = self.made.iter().find(|(_, of)| of == of_source) {
            return Ok(made.clone());
        }
        let name = format!("weft{}", self.made.len());
        let made = self.folder.join(&name);
        Dir::open_ambient_dir(self.folder, ambient_authority())
            .and_then(|folder| folder.create_dir_all(&name))
            .map_err(|source| StepError::File {
                action: "write",
                path: made.clone(),
                source,
            })?;
        self.made.push((made.clone(), of_source.to_owned()));
        Ok(made)
    }

    /// Has the compiler name each folder that was made as it would name the one that it stands for.
    pub fn rename(self, arguments: &mut Vec<OsString>) {
        if self.made.is_empty() {
            return;
        }
        let at = arguments.iter().position(|argument| argument == TRIMPATH);
        let rules = at
            .and_then(|at| arguments.get(at + 1)?.to_str())
            .unwrap_or_default()
            .to_owned();
        let mut all = String::new();
        for (made, of) in &self.made {
            let name = rewritten(&of.to_string_lossy(), &rules);
            all.extend([&made.to_string_lossy(), "=>", &name, ";"]);
        }
        all.push_str(&rules);
        match at {
            Some(at) => arguments[at + 1] = all.into(),
            None => {
                arguments.splice(0..0, [TRIMPATH.into(), all.into()]);
            }
        }
    }
}

/// `path` after the first of the rules that applies.
///
/// Source: `cmd/internal/objabi.ApplyRewrites`.
fn rewritten(path: &str, rules: &str) -> String {
    let slashes = |text: &str| text.replace('\\', "/").to_ascii_lowercase();
    for rule in rules.split(';') {
        let (prefix, replacement) = rule.rsplit_once("=>").unwrap_or((rule, ""));
        let Some(head) = path.get(..prefix.len()) else {
            continue;
        };
        let rest = &path[prefix.len()..];
        let whole = rest.is_empty() || rest.starts_with(['/', '\\']);
        if prefix.is_empty() || !whole || slashes(head) != slashes(prefix) {
            continue;
        }
        return match replacement {
            "" => rest.get(1..).unwrap_or_default().to_owned(),
            _ => format!("{replacement}{rest}"),
        };
    }
    path.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_rewritten_as_the_compiler_does() {
        for (path, rules, want) in [
            ("/src/shop/orders", "", "/src/shop/orders"),
            ("/src/shop/orders", "/w/b001=>", "/src/shop/orders"),
            (
                "/src/shop/orders",
                "/w/b001=>;/src/shop=>example.com/shop",
                "example.com/shop/orders",
            ),
            (
                "/src/shop",
                "/src/shop=>example.com/shop",
                "example.com/shop",
            ),
            (
                "/src/shopping",
                "/src/shop=>example.com/shop",
                "/src/shopping",
            ),
            ("/src/shop/orders", "/src/shop", "orders"),
            ("/src/shop", "/src/shop=>", ""),
            (
                r"C:\src\shop\orders",
                r"c:/src/shop=>example.com/shop",
                r"example.com/shop\orders",
            ),
            ("/a", "/long/prefix=>x", "/a"),
        ] {
            assert_eq!(rewritten(path, rules), want, "{path} by {rules}");
        }
    }

    #[test]
    fn a_folder_stands_for_each_of_the_sources() {
        let folder = tempfile::tempdir().unwrap();
        let mut stand_ins = StandIns::new(folder.path());
        let made = stand_ins.folder_for(Path::new("/src/shop/a.go")).unwrap();
        assert_eq!(
            stand_ins.folder_for(Path::new("/src/shop/b.go")).unwrap(),
            made
        );
        let other = stand_ins
            .folder_for(Path::new("/src/over;lay/a.go"))
            .unwrap();
        assert_eq!(other, folder.path());
        let generated = folder.path().join("a.cgo1.go");
        assert_eq!(stand_ins.folder_for(&generated).unwrap(), folder.path());

        let mut arguments = ["-o", "x", "-trimpath", "/src=>example.com", "a.go"]
            .map(OsString::from)
            .to_vec();
        stand_ins.rename(&mut arguments);
        let want = format!("{}=>example.com/shop;/src=>example.com", made.display());
        assert_eq!(arguments, ["-o", "x", "-trimpath", &want, "a.go"]);
    }

    #[test]
    fn the_flag_is_added_where_there_is_none_and_a_folder_needs_it() {
        let folder = tempfile::tempdir().unwrap();
        let mut arguments = vec![OsString::from("a.go")];
        StandIns::new(folder.path()).rename(&mut arguments);
        assert_eq!(arguments, ["a.go"]);
        let mut stand_ins = StandIns::new(folder.path());
        let made = stand_ins.folder_for(Path::new("/src/shop/a.go")).unwrap();
        stand_ins.rename(&mut arguments);
        let want = format!("{}=>/src/shop;", made.display());
        assert_eq!(arguments, ["-trimpath", &want, "a.go"]);
    }
}
