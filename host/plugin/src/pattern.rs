//! Import path patterns, as in `go help packages` (cmd/internal/pkgpattern of the Go sources): `...`
//! matches any string, `x/...` also `x`, and no wildcard reaches into a `vendor` folder.

/// Whether the import path matches the pattern.
pub fn matches(pattern: &str, import_path: &str) -> bool {
    if !pattern.contains("...") {
        return pattern == import_path;
    }
    let pattern = mask_vendor(pattern);
    let import_path = mask_vendor(import_path);
    match pattern.strip_suffix("/...") {
        // A trailing `vendor` is a folder of its own, not a wildcard's parent.
        Some(parent) if last_element(parent) == VENDOR => {
            let grandparent = parent.strip_suffix(VENDOR).unwrap_or_default();
            glob(&format!("{grandparent}vendor"), &import_path) || glob(&pattern, &import_path)
        }
        Some(parent) => glob(parent, &import_path) || glob(&pattern, &import_path),
        None => glob(&pattern, &import_path),
    }
}

/// Whether a package is one of the standard library, by its path.
///
/// Source: cmd/go/internal/search.IsStandardImportPath.
pub fn is_standard(import_path: &str) -> bool {
    !import_path
        .split('/')
        .next()
        .unwrap_or_default()
        .contains('.')
}

/// Whether there is an import path that both patterns match. Where a `vendor` folder is all that would keep
/// them apart, they count as overlapping.
pub fn overlap(one: &str, two: &str) -> bool {
    let forms = |pattern: &str| {
        let parent = pattern.strip_suffix("/...").map(str::to_owned);
        parent
            .into_iter()
            .chain([pattern.to_owned()])
            .collect::<Vec<_>>()
    };
    let (ones, twos) = (forms(one), forms(two));
    ones.iter()
        .any(|one| twos.iter().any(|two| globs_meet(one, two)))
}

/// Whether two texts in which `...` stands for any string have one in common: walks through both at once.
/// `reached[j]` says whether the first `i` tokens of one and the first `j` of the other can spell the same.
fn globs_meet(one: &str, two: &str) -> bool {
    const ANY: char = '\0';
    let tokens = |glob: &str| glob.replace("...", "\0").chars().collect::<Vec<_>>();
    let (one, two) = (tokens(one), tokens(two));
    let mut reached = vec![false; two.len() + 1];
    reached[0] = true;
    for j in 0..two.len() {
        reached[j + 1] = reached[j] && two[j] == ANY;
    }
    for &token in &one {
        let before = reached.clone();
        reached[0] = before[0] && token == ANY;
        for j in 0..two.len() {
            let other = two[j];
            reached[j + 1] = (token == other && before[j])
                || (token == ANY && (before[j + 1] || reached[j]))
                || (other == ANY && (before[j + 1] || reached[j]));
        }
    }
    reached[two.len()]
}

/// The part of a pattern before its first wildcard.
pub fn literal_prefix(pattern: &str) -> &str {
    let prefix = pattern.split("...").next().unwrap_or_default();
    prefix.strip_suffix('/').unwrap_or(prefix)
}

/// Stands for a `vendor` element that a wildcard must not match.
const VENDOR: &str = "\0";

fn mask_vendor(path: &str) -> String {
    let mut elements: Vec<&str> = path.split('/').collect();
    let last = elements.len() - 1;
    for element in &mut elements[..last] {
        if *element == "vendor" {
            *element = VENDOR;
        }
    }
    elements.join("/")
}

fn last_element(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or_default()
}

/// Matches with `...` for any string without a masked `vendor`. Taking the leftmost place for each
/// piece is enough, since the pieces between wildcards are literal.
fn glob(pattern: &str, text: &str) -> bool {
    let mut pieces = pattern.split("...");
    let first = pieces.next().unwrap_or_default();
    let Some(mut rest) = text.strip_prefix(first) else {
        return false;
    };
    let mut pieces = pieces.peekable();
    if pieces.peek().is_none() {
        return rest.is_empty();
    }
    while let Some(piece) = pieces.next() {
        let found = if pieces.peek().is_none() {
            rest.len()
                .checked_sub(piece.len())
                .filter(|&at| rest.is_char_boundary(at) && rest[at..] == *piece)
        } else {
            rest.find(piece)
        };
        let Some(at) = found else {
            return false;
        };
        if rest[..at].contains(VENDOR) {
            return false;
        }
        rest = &rest[at + piece.len()..];
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_that_overlap() {
        for (one, two, expected) in [
            ("os/exec", "os/exec", true),
            ("os/exec", "os", false),
            ("os/...", "os", true),
            ("os/...", "os/exec", true),
            ("os/...", "osx", false),
            ("...", "os/exec", true),
            ("...", "a/...", true),
            ("a/...", "b/...", false),
            (".../internal", "a/...", true),
            ("a...c", "...b", false),
            ("a...c", "...bc", true),
            ("a/.../d", "a/b/...", true),
            ("a/.../d", "b/.../d", false),
        ] {
            assert_eq!(overlap(one, two), expected, "{one} {two}");
            assert_eq!(overlap(two, one), expected, "{two} {one}");
        }
    }

    /// From `TestMatchPattern` of cmd/internal/pkgpattern.
    #[test]
    fn as_the_go_command_does() {
        let cases: &[(&str, &[&str], &[&str])] = &[
            ("...", &["foo"], &[]),
            ("net", &["net"], &["net/http"]),
            ("net/http", &["net/http"], &["net"]),
            (
                "net...",
                &["netchan", "net", "net/http"],
                &["not/http", "not/net/http"],
            ),
            ("net/...", &["net/http", "net"], &["netchan", "not/http"]),
            (
                "abc.../def",
                &["abc/def", "abcxyz/def", "abcxyz/xyz/def"],
                &["abc", "abcdef"],
            ),
            (
                "x...y...z",
                &["xyz", "xayz", "xaybz", "xyyzz"],
                &["xzy", "xy"],
            ),
            ("...", &["foo"], &["vendor/foo", "foo/vendor/bar"]),
            (
                "./...",
                &[".", "./vendor", "./mycode"],
                &["./vendor/foo", "./vendor/foo/vendor"],
            ),
            (
                "./vendor/...",
                &["./vendor", "./vendor/foo"],
                &["./vendor/foo/vendor/bar"],
            ),
            ("vendor/...", &["vendor/foo"], &["vendor/foo/vendor/bar"]),
            (
                "mycode/vendor/...",
                &["mycode/vendor", "mycode/vendor/foo"],
                &["mycode/vendorx"],
            ),
            ("x/vendor/y", &["x/vendor/y"], &["x/vendor"]),
            (
                "x/vendor/y/...",
                &["x/vendor/y", "x/vendor/y/z"],
                &["x/vendor/y/vendor/z"],
            ),
        ];
        for (pattern, yes, no) in cases {
            for path in *yes {
                assert!(matches(pattern, path), "{pattern} must match {path}");
            }
            for path in *no {
                assert!(!matches(pattern, path), "{pattern} must not match {path}");
            }
        }
    }
}
