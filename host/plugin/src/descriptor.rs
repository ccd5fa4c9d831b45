//! Checks what a plugin says of itself, beyond what the contract's types can say.

use std::collections::{BTreeMap, BTreeSet};

use weft_weave::hooks::HookPackages;
use weft_weave::model::{Descriptor, Interest, MatcherTarget};

use crate::audit::Permission;
use crate::version::Range;

/// Checks a descriptor; `hook_bytes` limits the size of all hook files together.
///
/// # Errors
///
/// What is wrong, as a lower-case fragment.
pub fn check(descriptor: &Descriptor, hook_bytes: usize) -> Result<(), String> {
    check_name(&descriptor.name)?;
    semver::Version::parse(&descriptor.version)
        .map_err(|error| format!("version {:?}: {error}", descriptor.version))?;
    if descriptor.interests.is_empty() {
        return Err("it has no interests, so it would never be asked".to_owned());
    }
    for interest in &descriptor.interests {
        check_interest(interest)
            .map_err(|wrong| format!("interest in {:?}: {wrong}", interest.import_path))?;
    }
    for permission in &descriptor.permissions {
        Permission::parse(permission)?;
    }
    check_hook_files(&descriptor.hook_files, hook_bytes)
}

/// Checks a plugin's name.
///
/// # Errors
///
/// What is wrong, as a lower-case fragment.
pub fn check_name(name: &str) -> Result<(), String> {
    let shaped = name.len() <= 64
        && name.starts_with(|c: char| c.is_ascii_lowercase())
        && name
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
        && !name.ends_with('-')
        && !name.contains("--");
    if shaped {
        return Ok(());
    }
    Err(format!(
        "name {name:?}: a name is at most 64 lower-case letters, digits and single hyphens between them, \
         and begins with a letter"
    ))
}

fn check_interest(interest: &Interest) -> Result<(), String> {
    check_import_path(&interest.import_path)?;
    if is_low(&interest.import_path) {
        return Err(
            "the runtime and nearly every package are built on it; hook the calls of its functions \
             in the packages that use them"
                .to_owned(),
        );
    }
    Range::parse(&interest.versions)
        .map_err(|error| format!("versions {:?}: {error}", interest.versions))?;
    for matcher in &interest.matchers {
        match &matcher.target {
            MatcherTarget::Function { receiver, name } => {
                if name != "*" {
                    check_identifier(name)?;
                }
                if let Some(receiver) = receiver {
                    check_identifier(receiver.strip_prefix('*').unwrap_or(receiver))
                        .map_err(|wrong| format!("receiver {receiver:?}: {wrong}"))?;
                }
            }
            MatcherTarget::Directive { directive } => {
                let words = directive.strip_prefix("//").unwrap_or_default();
                if !words.contains(':') || words.contains(char::is_whitespace) {
                    return Err(format!(
                        "{directive:?} is no directive: it is written as `//weft:span`"
                    ));
                }
            }
            MatcherTarget::Call { import_path, name } => {
                if import_path.contains("...") {
                    return Err(format!(
                        "call matcher {import_path:?}: patterns are not allowed here"
                    ));
                }
                check_import_path(import_path)?;
                check_identifier(name)?;
            }
        }
    }
    Ok(())
}

/// Packages below what weaving itself needs: the woven code runs in them before the program's first
/// goroutine does, or inside the scheduler, and to weave one compiles nearly everything anew.
const LOW: [&str; 24] = [
    "bytes",
    "cmp",
    "errors",
    "io",
    "io/fs",
    "iter",
    "maps",
    "math",
    "math/bits",
    "os",
    "path",
    "reflect",
    "runtime",
    "runtime/debug",
    "slices",
    "sort",
    "strconv",
    "strings",
    "sync",
    "sync/atomic",
    "syscall",
    "time",
    "unicode/utf8",
    "unsafe",
];

fn is_low(path: &str) -> bool {
    LOW.contains(&path) || path.starts_with("internal/") || path.starts_with("runtime/internal/")
}

/// Characters as golang.org/x/mod/module.CheckImportPath allows them, and `...`.
fn check_import_path(path: &str) -> Result<(), String> {
    if path.is_empty() || path.starts_with('/') || path.ends_with('/') || path.contains("//") {
        return Err(format!(
            "{path:?} is no import path: it has an empty element"
        ));
    }
    if let Some(bad) = path
        .chars()
        .find(|&c| !(c.is_ascii_alphanumeric() || "-._~+/".contains(c)))
    {
        return Err(format!(
            "{path:?} is no import path: it has the character {bad:?}"
        ));
    }
    if path
        .split('/')
        .any(|element| element == "." || element == "..")
    {
        return Err(format!("{path:?} is no import path: it is relative"));
    }
    Ok(())
}

fn check_identifier(name: &str) -> Result<(), String> {
    let starts = name.starts_with(|c: char| c.is_alphabetic() || c == '_');
    if starts && name.chars().all(|c| c.is_alphanumeric() || c == '_') {
        return Ok(());
    }
    Err(format!("{name:?} is no Go identifier"))
}

fn check_hook_files(files: &BTreeMap<String, String>, limit: usize) -> Result<(), String> {
    let bytes: usize = files.values().map(String::len).sum();
    if bytes > limit {
        return Err(format!(
            "its hook files have {bytes} bytes, more than the {limit} that are allowed"
        ));
    }
    let mut seen = BTreeSet::new();
    for path in files.keys() {
        check_hook_path(path).map_err(|wrong| format!("hook file {path:?}: {wrong}"))?;
        if !seen.insert(path.to_lowercase()) {
            return Err(format!(
                "hook file {path:?}: another one differs in upper and lower case only"
            ));
        }
    }
    let packages = HookPackages::parse(files).map_err(|error| error.to_string())?;
    match packages
        .folders
        .iter()
        .find(|(_, package)| ["main", "_"].contains(&package.name.as_str()))
    {
        Some((folder, package)) => Err(format!(
            "hook folder {folder:?}: a package {} cannot be imported",
            package.name
        )),
        None => Ok(()),
    }
}

fn check_hook_path(path: &str) -> Result<(), &'static str> {
    if !path
        .bytes()
        .all(|b| b.is_ascii_alphanumeric() || b"-._/".contains(&b))
    {
        return Err("only letters, digits, `-`, `.`, `_` and `/` are allowed");
    }
    if path
        .split('/')
        .any(|element| element.is_empty() || element == "." || element == "..")
    {
        return Err("the path must stay below the hook folder");
    }
    let (folders, file) = path.rsplit_once('/').unwrap_or(("", path));
    if path
        .split('/')
        .any(|element| element.starts_with(['_', '.']))
    {
        return Err("the go command ignores names that begin with `_` or `.`");
    }
    if folders
        .split('/')
        .any(|folder| ["testdata", "vendor", "internal"].contains(&folder))
    {
        return Err("folders `testdata`, `vendor` and `internal` have a meaning of their own");
    }
    #[expect(
        clippy::case_sensitive_file_extension_comparisons,
        reason = "so does the go command"
    )]
    if !file.ends_with(".go") {
        return Err("only Go files are hook files");
    }
    if file.ends_with("_test.go") {
        return Err("test files are not part of a hook package");
    }
    if file == "weft_plugs.go" {
        return Err("the name is taken by what weft generates");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use weft_weave::model::Matcher;

    use super::*;

    fn good() -> Descriptor {
        Descriptor {
            name: "redis".to_owned(),
            version: "0.1.0".to_owned(),
            license: "Apache-2.0".to_owned(),
            description: String::new(),
            interests: vec![Interest {
                import_path: "github.com/redis/go-redis/v9".to_owned(),
                versions: ">=9.0, <10".to_owned(),
                matchers: vec![Matcher {
                    target: MatcherTarget::Function {
                        receiver: Some("*baseClient".to_owned()),
                        name: "process".to_owned(),
                    },
                    must_match: true,
                }],
            }],
            hook_files: BTreeMap::new(),
            permissions: vec!["import:os/signal".to_owned()],
        }
    }

    fn refused(change: impl FnOnce(&mut Descriptor)) -> String {
        let mut descriptor = good();
        change(&mut descriptor);
        check(&descriptor, 1000).unwrap_err()
    }

    #[test]
    fn what_is_right() {
        check(&good(), 1000).unwrap();
    }

    #[test]
    fn names_and_versions() {
        for name in [
            "",
            "Redis",
            "rédis",
            "a b",
            "../a",
            "-a",
            "a-",
            "a--b",
            "1a",
            &"a".repeat(65),
        ] {
            let wrong = refused(|d| name.clone_into(&mut d.name));
            assert!(wrong.starts_with(&format!("name {name:?}")), "{wrong}");
        }
        assert!(refused(|d| d.version = "1.0".to_owned()).starts_with("version \"1.0\""));
    }

    #[test]
    fn interests() {
        assert!(refused(|d| d.interests.clear()).contains("no interests"));
        let with = |change: &dyn Fn(&mut Interest)| refused(|d| change(&mut d.interests[0]));
        assert!(with(&|i| i.versions = "new".to_owned()).contains("versions \"new\""));
        for path in ["", "/a", "a//b", "a/../b", "a b", "ɢithub.com/a", "a\0b"] {
            assert!(
                with(&|i| path.clone_into(&mut i.import_path)).contains("is no import path"),
                "{path}"
            );
        }
        for path in ["runtime", "os", "internal/poll"] {
            let wrong = with(&|i| path.clone_into(&mut i.import_path));
            assert!(wrong.contains("nearly every package"), "{wrong}");
        }
        let target = MatcherTarget::Call {
            import_path: "os/...".to_owned(),
            name: "Exit".to_owned(),
        };
        assert!(
            with(&|i| i.matchers[0].target = target.clone()).contains("patterns are not allowed"),
            "call patterns"
        );
        let target = MatcherTarget::Function {
            receiver: Some("a.B".to_owned()),
            name: "F".to_owned(),
        };
        assert!(with(&|i| i.matchers[0].target = target.clone()).contains("receiver \"a.B\""));
    }

    #[test]
    fn permissions() {
        let wrong = refused(|d| d.permissions.push("everything".to_owned()));
        assert!(wrong.contains("everything"), "{wrong}");
    }

    #[test]
    fn hook_paths() {
        let cases = [
            ("../a.go", "must stay below"),
            ("/a.go", "must stay below"),
            ("a/../b.go", "must stay below"),
            ("a//b.go", "must stay below"),
            ("a\\b.go", "only letters"),
            ("аudit.go", "only letters"),
            ("a b.go", "only letters"),
            ("a.s", "only Go files"),
            ("go", "only Go files"),
            ("a_test.go", "test files"),
            ("_a.go", "ignores"),
            ("a/.b/c.go", "ignores"),
            ("internal/a.go", "meaning of their own"),
            ("weft_plugs.go", "generates"),
        ];
        for (path, expected) in cases {
            assert!(
                check_hook_path(path).unwrap_err().contains(expected),
                "{path}"
            );
        }
        check_hook_path("signal/notify.go").unwrap();
    }

    #[test]
    fn hook_files_that_clash_or_are_too_large() {
        let file = |d: &mut Descriptor, path: &str, text: &str| {
            d.hook_files.insert(path.to_owned(), text.to_owned());
        };
        let wrong = refused(|d| {
            file(d, "A.go", "package a\n");
            file(d, "a.go", "package a\n");
        });
        assert!(wrong.contains("upper and lower case"), "{wrong}");
        let wrong = refused(|d| file(d, "a.go", "package main\n"));
        assert!(
            wrong.contains("a package main cannot be imported"),
            "{wrong}"
        );
        let wrong = refused(|d| {
            file(d, "a/a.go", "package a\n");
            file(d, "a/b.go", "package b\n");
        });
        assert!(wrong.contains("holds the packages a and b"), "{wrong}");
        let wrong = refused(|d| file(d, "a.go", &"/".repeat(1001)));
        assert!(wrong.contains("1001 bytes"), "{wrong}");
    }
}
