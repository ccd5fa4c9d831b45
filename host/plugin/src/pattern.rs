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

/// The part of a pattern before its first wildcard.
pub(crate) fn literal_prefix(pattern: &str) -> &str {
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
