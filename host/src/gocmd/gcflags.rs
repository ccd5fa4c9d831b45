//! The user's `-gcflags` for one package.
//!
//! Each woven package gets a `-gcflags` of its own, and the last one that matches wins in cmd/go, so
//! what the user asked for that package has to be repeated in it.
//!
//! Source: `cmd/go/internal/load.PerPackageFlag`, `load.MatchPackage`, `cmd/internal/pkgpattern`.

use std::path::{Component, Path, PathBuf};

use weft_plugin_host::pattern::matches;

/// What a `-gcflags` pattern looks at.
#[derive(Debug, Clone, Copy)]
pub struct PackageIdentity<'a> {
    /// Import path.
    pub import_path: &'a str,
    /// Folder.
    pub directory: &'a Path,
    /// Part of the standard library.
    pub standard: bool,
    /// Named on the command line.
    pub named: bool,
    /// Belongs to a main module.
    pub in_main_module: bool,
}

/// The user's per-package flags, in order.
#[derive(Debug, Clone)]
pub struct PackageFlags {
    entries: Vec<(Pattern, String)>,
}

/// A package pattern as flags take it.
#[derive(Debug, Clone)]
pub enum Pattern {
    /// No pattern: the packages named on the command line.
    Named,
    /// `all`
    All,
    /// `std`
    Standard,
    /// `cmd`
    Commands,
    /// `work`
    MainModules,
    /// Import paths.
    Path(String),
    /// Folders below one.
    Directory {
        /// The folder.
        base: PathBuf,
        /// Pattern of the rest; empty for the folder itself.
        pattern: String,
    },
}

impl PackageFlags {
    /// Reads `-gcflags` values in the order in which cmd/go sees them. Malformed values are left to
    /// cmd/go, which refuses them.
    pub fn parse<'a>(values: impl Iterator<Item = &'a str>, directory: &Path) -> Self {
        let entries = values
            .map(|value| {
                let value = value.trim();
                match value.split_once('=') {
                    Some((pattern, flags)) if !value.starts_with('-') => {
                        (Pattern::parse(pattern.trim(), directory), flags.to_owned())
                    }
                    _ => (Pattern::Named, value.to_owned()),
                }
            })
            .collect();
        Self { entries }
    }

    /// The flags that apply to a package: those of the last pattern that matches.
    pub fn of(&self, package: PackageIdentity<'_>) -> &str {
        self.entries
            .iter()
            .rev()
            .find(|(pattern, _)| pattern.matches(package))
            .map_or("", |(_, flags)| flags.as_str())
    }
}

impl Pattern {
    /// Reads a pattern; relative ones start from `directory`.
    pub fn parse(pattern: &str, directory: &Path) -> Self {
        let relative = pattern == "."
            || pattern == ".."
            || pattern.starts_with("./")
            || pattern.starts_with("../");
        if relative {
            let (base, rest) = match pattern.find("...") {
                None => (pattern, ""),
                Some(dots) => {
                    let slash = pattern[..dots].rfind('/').unwrap_or(0);
                    (&pattern[..slash], &pattern[slash + 1..])
                }
            };
            return Self::Directory {
                base: clean(&directory.join(base)),
                pattern: rest.to_owned(),
            };
        }
        match pattern {
            "all" => Self::All,
            "std" => Self::Standard,
            "cmd" => Self::Commands,
            "work" => Self::MainModules,
            _ => Self::Path(pattern.to_owned()),
        }
    }

    /// Whether a package is meant.
    pub fn matches(&self, package: PackageIdentity<'_>) -> bool {
        match self {
            Self::Named => package.named,
            Self::All => true,
            Self::Standard => package.standard,
            Self::Commands => package.standard && package.import_path.starts_with("cmd/"),
            Self::MainModules => package.in_main_module,
            Self::Path(pattern) => matches(pattern, package.import_path),
            Self::Directory { base, pattern } if pattern.is_empty() => package.directory == base,
            Self::Directory { base, pattern } => {
                package.directory.strip_prefix(base).is_ok_and(|rest| {
                    let rest = rest
                        .components()
                        .map(|part| part.as_os_str().to_string_lossy());
                    let rest = rest.collect::<Vec<_>>().join("/");
                    let rest = if rest.is_empty() { "." } else { &rest };
                    matches(pattern, rest)
                })
            }
        }
    }
}

/// A pattern for the package in `folder` alone, as cmd/go run in `directory` reads it. None where no
/// text means just this folder.
///
/// cmd/go compares such a pattern with a package's folder. It makes a regular expression of an import
/// path, and does so again for each package of the build.
///
/// Source: `cmd/go/internal/load.MatchPackage`, `PerPackageFlag.set`.
pub fn folder_pattern(folder: &Path, directory: &Path) -> Option<String> {
    let relative = pathdiff::diff_paths(folder, clean(directory))?;
    if relative.is_absolute() {
        return None; // another drive
    }
    // With slashes everywhere: only such a pattern is local to cmd/go (`go/build.IsLocalImport`).
    let parts = relative.iter().map(|part| part.to_str());
    let text = parts.collect::<Option<Vec<_>>>()?.join("/");
    let pattern = match text.as_str() {
        "" => ".".to_owned(),
        _ if relative.starts_with("..") => text,
        _ => format!("./{text}"),
    };
    // A pattern ends at the first `=`, and blanks around it are cut off.
    let plain = !pattern.contains("...") && !pattern.contains('=') && pattern.trim() == pattern;
    plain.then_some(pattern)
}

/// Removes `.` and `..` from a path by its text alone, as Go's `filepath.Clean`.
pub fn clean(path: &Path) -> PathBuf {
    let mut cleaned = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => {
                cleaned.pop();
            }
            other => cleaned.push(other),
        }
    }
    cleaned
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(values: &[&str], import_path: &str, directory: &str, named: bool) -> String {
        let flags = PackageFlags::parse(values.iter().copied(), Path::new("/src/app"));
        let identity = PackageIdentity {
            import_path,
            directory: Path::new(directory),
            standard: !import_path.contains('.'),
            named,
            in_main_module: import_path.starts_with("example.com/app"),
        };
        flags.of(identity).to_owned()
    }

    #[test]
    fn without_a_pattern_only_named_packages_match() {
        assert_eq!(of(&["-N -l"], "example.com/app", "/src/app", true), "-N -l");
        assert_eq!(of(&["-N -l"], "net/http", "/go/src/net/http", false), "");
    }

    #[test]
    fn the_last_match_wins() {
        let values = ["all=-N", "net/...=-l", "net/http=-m"];
        assert_eq!(of(&values, "net/http", "/go/src/net/http", false), "-m");
        assert_eq!(of(&values, "net/url", "/go/src/net/url", false), "-l");
        assert_eq!(of(&values, "example.com/app", "/src/app", true), "-N");
        assert_eq!(of(&["all=-N", ""], "example.com/app", "/src/app", true), "");
    }

    #[test]
    fn groups_and_folders_match() {
        assert_eq!(of(&["std=-N"], "net/http", "/go/src/net/http", false), "-N");
        assert_eq!(
            of(&["work=-N"], "example.com/app/x", "/src/app/x", false),
            "-N"
        );
        assert_eq!(
            of(&["./...=-N"], "example.com/app/x", "/src/app/x", false),
            "-N"
        );
        assert_eq!(
            of(&["./x=-N"], "example.com/app/x", "/src/app/x", false),
            "-N"
        );
        assert_eq!(
            of(
                &["../other/...=-N"],
                "example.com/app/x",
                "/src/app/x",
                false
            ),
            ""
        );
    }

    #[test]
    fn a_folder_is_named_from_the_directory() {
        let pattern = |folder: &str| folder_pattern(Path::new(folder), Path::new("/src/app/."));
        assert_eq!(pattern("/src/app").as_deref(), Some("."));
        assert_eq!(pattern("/src/app/x").as_deref(), Some("./x"));
        assert_eq!(pattern("/src/app/..x").as_deref(), Some("./..x"));
        assert_eq!(
            pattern("/go/src/net/http").as_deref(),
            Some("../../go/src/net/http")
        );
        for text in ["/src/app/a...b", "/src/a=b", "/src/app/x "] {
            assert_eq!(pattern(text), None, "{text}");
        }
    }
}
