//! The Go version that virtual files are written in.

/// The oldest Go that weft supports, as a build constraint.
const OLDEST: &str = "go1.24";

const CONSTRAINT: &str = "//go:build ";

/// The file with a build constraint by which it is compiled as Go 1.24, whatever the `go` line of the
/// main module says, whose virtual packages it is part of. Line numbers stay.
///
/// Source: `go/types`: a constraint sets a file's language version, at least to Go 1.21.
pub fn with_language(text: &str) -> String {
    match constraint(text) {
        Some((before, constraint, after)) => {
            format!("{before}{CONSTRAINT}({constraint}) && {OLDEST}{after}")
        }
        None => format!("{CONSTRAINT}{OLDEST}\n\n/*line :1:1*/{text}"),
    }
}

/// The build constraint among the comments at the top of a file, with what is before and after it.
fn constraint(text: &str) -> Option<(&str, &str, &str)> {
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        if let Some(constraint) = line.strip_prefix(CONSTRAINT) {
            let constraint = constraint.trim_end();
            let start = at + CONSTRAINT.len();
            return Some((&text[..at], constraint, &text[start + constraint.len()..]));
        }
        if !line.trim().is_empty() && !line.starts_with("//") {
            break;
        }
        at += line.len();
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_constraint_is_put_before_a_file_or_added_to_its_own() {
        assert_eq!(
            with_language("// Package p.\npackage p\n"),
            "//go:build go1.24\n\n/*line :1:1*/// Package p.\npackage p\n"
        );
        assert_eq!(
            with_language("// A comment.\n\n//go:build unix || js\n\npackage p\n"),
            "// A comment.\n\n//go:build (unix || js) && go1.24\n\npackage p\n"
        );
        assert_eq!(
            with_language("package p\n\n//go:build late\n"),
            "//go:build go1.24\n\n/*line :1:1*/package p\n\n//go:build late\n"
        );
    }
}
