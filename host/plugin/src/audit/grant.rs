//! What hook code may do: by default, and by permission.

use std::collections::BTreeSet;

use weft_weave::model::Descriptor;

use crate::pattern;

/// The standard packages that hooks may import without asking. None of them, called with ordinary
/// values, reaches outside the program's memory: no file, no network, no process, no environment, no
/// other package's state. What is not pure in them is listed in [`RESTRICTED`].
const HARMLESS: [&str; 36] = [
    "bytes",
    "cmp",
    "container/heap",
    "container/list",
    "container/ring",
    "context",
    "encoding",
    "encoding/base64",
    "encoding/binary",
    "encoding/hex",
    "encoding/json",
    "errors",
    "fmt",
    "hash",
    "hash/fnv",
    "hash/maphash",
    "io",
    "iter",
    "maps",
    "math",
    "math/bits",
    "net/netip",
    "net/url",
    "path",
    "reflect",
    "regexp",
    "slices",
    "sort",
    "strconv",
    "strings",
    "sync",
    "sync/atomic",
    "time",
    "unicode",
    "unicode/utf16",
    "unicode/utf8",
];

/// Functions of [`HARMLESS`] packages that do more, by package, and the permission that allows them.
const RESTRICTED: [(&str, &[&str], Permission); 3] = [
    (
        "fmt",
        &["Print", "Printf", "Println", "Scan", "Scanf", "Scanln"],
        Permission::Stdio,
    ),
    ("time", &["AfterFunc"], Permission::Goroutine),
    ("context", &["AfterFunc"], Permission::Goroutine),
];

/// Functions that initialisers of variables may call. Those of package sync only keep what they are given.
const INITIALISERS: [(&str, &[&str]); 9] = [
    ("context", &["Background", "TODO"]),
    ("encoding/base64", &["NewEncoding"]),
    ("errors", &["New"]),
    ("hash/maphash", &["MakeSeed"]),
    ("reflect", &["TypeFor", "TypeOf"]),
    ("regexp", &["MustCompile"]),
    (
        "strings",
        &[
            "Fields",
            "Join",
            "NewReplacer",
            "Repeat",
            "Split",
            "ToLower",
            "ToUpper",
        ],
    ),
    ("sync", &["OnceFunc", "OnceValue", "OnceValues"]),
    ("time", &["Duration"]),
];

/// The runtime's packages, made for hooks.
const RUNTIME: &str = "go.weft.dev/sdk/...";

/// The runtime's package that is for the tests of hooks. It changes the environment, and no woven program
/// has it.
const TESTING: &str = "go.weft.dev/sdk/trace/tracetest";

/// What a plugin can ask for beyond the default.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Permission {
    /// `import:PATTERN`: import these packages.
    Import(String),
    /// `write:PATTERN`: change variables of these packages.
    Write(String),
    /// `unsafe`: import `unsafe`.
    Unsafe,
    /// `linkname`: `//go:linkname` and functions without body.
    Linkname,
    /// `init`: run code when the program starts.
    Init,
    /// `goroutine`: start goroutines.
    Goroutine,
    /// `stdio`: read and write the program's standard streams.
    Stdio,
    /// `build-constraints`: files for some platforms only.
    BuildConstraints,
    /// `directive:NAME`: a compiler directive such as `nosplit`.
    Directive(String),
}

impl Permission {
    /// Reads a permission by its documented name.
    ///
    /// # Errors
    ///
    /// What is wrong, as a lower-case fragment.
    pub fn parse(text: &str) -> Result<Self, String> {
        let permission = match text.split_once(':') {
            Some((_, "")) => {
                return Err(format!("permission {text:?} says nothing after the colon"));
            }
            Some(("import", pattern)) => Self::Import(pattern.to_owned()),
            Some(("write", pattern)) => Self::Write(pattern.to_owned()),
            Some(("directive", name)) => Self::Directive(name.to_owned()),
            None if text == "unsafe" => Self::Unsafe,
            None if text == "linkname" => Self::Linkname,
            None if text == "init" => Self::Init,
            None if text == "goroutine" => Self::Goroutine,
            None if text == "stdio" => Self::Stdio,
            None if text == "build-constraints" => Self::BuildConstraints,
            _ => return Err(format!("permission {text:?} is not known")),
        };
        Ok(permission)
    }
}

impl Permission {
    /// Whether there is something that both allow.
    pub fn overlaps(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Import(one), Self::Import(two)) | (Self::Write(one), Self::Write(two)) => {
                pattern::overlap(one, two)
            }
            _ => self == other,
        }
    }

    /// What it allows hooks to do, for a person, as the end of a sentence that begins with "its hooks".
    pub fn meaning(&self) -> String {
        match self {
            Self::Import(pattern) => format!("may import {pattern}, and do all that it can"),
            Self::Write(pattern) => format!("may change variables of {pattern}"),
            Self::Unsafe => "may read and write any memory of the program".to_owned(),
            Self::Linkname => "may call private functions of any package".to_owned(),
            Self::Init => "may run code when the program starts".to_owned(),
            Self::Goroutine => "may start goroutines".to_owned(),
            Self::Stdio => "may read and write the program's standard streams".to_owned(),
            Self::BuildConstraints => "may have other code on other platforms".to_owned(),
            Self::Directive(name) => format!("may use the compiler directive {name}"),
        }
    }
}

/// The documented name.
impl std::fmt::Display for Permission {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Import(pattern) => write!(f, "import:{pattern}"),
            Self::Write(pattern) => write!(f, "write:{pattern}"),
            Self::Directive(name) => write!(f, "directive:{name}"),
            Self::Unsafe => f.write_str("unsafe"),
            Self::Linkname => f.write_str("linkname"),
            Self::Init => f.write_str("init"),
            Self::Goroutine => f.write_str("goroutine"),
            Self::Stdio => f.write_str("stdio"),
            Self::BuildConstraints => f.write_str("build-constraints"),
        }
    }
}

/// What one plugin's hooks may do.
#[derive(Debug)]
pub(super) struct Grant {
    permissions: BTreeSet<Permission>,
    /// Patterns of the packages that the plugin hooks, and of their modules.
    hooked: Vec<String>,
}

impl Grant {
    pub(super) fn new(descriptor: &Descriptor) -> Self {
        Self {
            // A permission that is none grants nothing.
            permissions: descriptor
                .permissions
                .iter()
                .filter_map(|p| Permission::parse(p).ok())
                .collect(),
            hooked: descriptor
                .interests
                .iter()
                .filter_map(|i| hooked(&i.import_path))
                .collect(),
        }
    }

    pub(super) fn allows(&self, permission: &Permission) -> bool {
        self.permissions.contains(permission)
    }

    /// Whether a package may be imported.
    pub(super) fn allows_import(&self, path: &str) -> bool {
        if path == "unsafe" {
            return self.allows(&Permission::Unsafe);
        }
        HARMLESS.contains(&path)
            || is_runtime(path)
            || self.hooked.iter().any(|pattern| pattern::matches(pattern, path))
            || self.permissions.iter().any(
                |permission| matches!(permission, Permission::Import(pattern) if pattern::matches(pattern, path)),
            )
    }

    /// Whether variables of a package may be changed.
    pub(super) fn allows_write(&self, path: &str) -> bool {
        self.permissions.iter().any(
            |permission| matches!(permission, Permission::Write(pattern) if pattern::matches(pattern, path)),
        )
    }
}

/// Whether a package is one of the runtime's.
fn is_runtime(path: &str) -> bool {
    pattern::matches(RUNTIME, path) && !is_for_tests(path)
}

/// Whether a package of the runtime is for tests only.
pub(super) fn is_for_tests(path: &str) -> bool {
    path == TESTING
}

/// Whether a function may be called when the program starts: it computes a value, without calling back.
pub(super) fn may_initialise(path: &str, function: &str) -> bool {
    is_runtime(path)
        || INITIALISERS
            .iter()
            .any(|(package, functions)| *package == path && functions.contains(&function))
}

/// The permission that a function of a harmless package needs nevertheless.
pub(super) fn restriction(path: &str, function: &str) -> Option<&'static Permission> {
    RESTRICTED
        .iter()
        .find(|(package, functions, _)| *package == path && functions.contains(&function))
        .map(|(_, _, permission)| permission)
}

/// The packages that come with an interest: those below the module that the interest names. They are in
/// the build anyhow, since the hooked package is.
fn hooked(import_path: &str) -> Option<String> {
    if matches!(import_path, "main" | "own") {
        return None;
    }
    let path = pattern::literal_prefix(import_path);
    let elements: Vec<&str> = path.split('/').collect();
    let host = elements[0];
    if !host.contains('.') {
        // The standard library is one module; what is below a package may do more than it, as
        // net/http/pprof does.
        return (!path.is_empty()).then(|| path.to_owned());
    }
    // Where modules begin on well-known hosts; elsewhere a vanity host has one module a name.
    let length = match host {
        "github.com" | "gitlab.com" | "bitbucket.org" | "golang.org" => 3,
        _ => 2,
    };
    if elements.len() < length {
        return None;
    }
    let is_major = |element: &&str| {
        element
            .strip_prefix('v')
            .is_some_and(|n| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit()))
    };
    let major = elements
        .get(length)
        .filter(|element| is_major(element))
        .map_or(0, |_| 1);
    Some(format!("{}/...", elements[..length + major].join("/")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packages_that_come_with_an_interest() {
        let cases = [
            ("main", None),
            ("own", None),
            ("...", None),
            ("net/http", Some("net/http")),
            (
                "github.com/redis/go-redis/v9",
                Some("github.com/redis/go-redis/v9/..."),
            ),
            (
                "github.com/redis/go-redis/v9/internal/pool",
                Some("github.com/redis/go-redis/v9/..."),
            ),
            ("github.com/...", None),
            ("github.com/a/...", None),
            ("github.com/a/b/...", Some("github.com/a/b/...")),
            (
                "google.golang.org/grpc/internal/transport",
                Some("google.golang.org/grpc/..."),
            ),
            ("golang.org/x/net/http2", Some("golang.org/x/net/...")),
        ];
        for (interest, expected) in cases {
            assert_eq!(hooked(interest).as_deref(), expected, "{interest}");
        }
    }

    #[test]
    fn permissions_have_names() {
        for name in [
            "import:os/signal",
            "write:net/http",
            "unsafe",
            "linkname",
            "init",
            "goroutine",
            "stdio",
            "build-constraints",
            "directive:nosplit",
        ] {
            assert_eq!(Permission::parse(name).unwrap().to_string(), name);
        }
        for name in ["", "all", "import:", "import", "unsafe:x"] {
            assert!(Permission::parse(name).is_err(), "{name}");
        }
    }
}
