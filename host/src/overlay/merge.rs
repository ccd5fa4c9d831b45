//! One file out of the files of a package: the go command opens and hashes each file of each package at
//! every build, an unchanged one too.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use weft_plugin_host::audit::platform_suffix;

/// The files of one package as fewer: those that every platform compiles become `name`, in the order
/// given, and the others stay by themselves, as do files whose imports do not fit the ones before them.
///
/// The files are formatted as gofmt does; one that cannot be read stays as it is.
pub fn merge(name: &str, files: &[(&str, &str)]) -> Vec<(String, String)> {
    let mut merged = Merged::default();
    let mut out = Vec::new();
    for (file, text) in files {
        let parts = (platform_suffix(file).is_none())
            .then(|| Parts::of(text))
            .flatten();
        if !parts.is_some_and(|parts| merged.add(&parts)) {
            out.push(((*file).to_owned(), (*text).to_owned()));
        }
    }
    if let Some(text) = merged.text() {
        out.push((name.to_owned(), text));
    }
    out
}

/// A Go file in three.
#[derive(Debug)]
struct Parts<'a> {
    package: &'a str,
    /// Import specifications as written, without `import`.
    imports: Vec<&'a str>,
    body: &'a str,
}

impl<'a> Parts<'a> {
    /// None for a file with a build constraint, or of another form than gofmt gives it.
    fn of(text: &'a str) -> Option<Self> {
        let mut rest = text;
        let package = loop {
            let (line, after) = rest.split_once('\n')?;
            rest = after;
            match line.strip_prefix("package ") {
                Some(name) => break name,
                None if line.is_empty() || is_plain_comment(line) => {}
                None => return None,
            }
        };
        let mut imports = Vec::new();
        let body = loop {
            let body = rest.trim_start_matches('\n');
            let Some(after) = body.strip_prefix("import ") else {
                break body;
            };
            let (line, after) = after.split_once('\n')?;
            rest = after;
            if line != "(" {
                imports.push(line);
                continue;
            }
            let (block, after) = rest.split_once("\n)\n")?;
            rest = after;
            imports.extend(block.lines().map(str::trim).filter(|line| !line.is_empty()));
        };
        let understood = imports.iter().all(|import| local_name(import).is_some());
        understood.then_some(Self {
            package,
            imports,
            body,
        })
    }
}

/// A comment line that says nothing to the go command.
fn is_plain_comment(line: &str) -> bool {
    line.starts_with("// ") || line == "//"
}

/// What an import is called in its file: its alias, else the last element of its path. None for what is
/// no import specification by itself.
fn local_name(import: &str) -> Option<&str> {
    let (alias, path) = import.split_once('"')?;
    let path = path.strip_suffix('"').filter(|path| !path.contains('"'))?;
    let alias = alias.trim_end();
    Some(if alias.is_empty() {
        path.rsplit('/').next().unwrap_or(path)
    } else {
        alias
    })
}

/// What has been merged so far.
#[derive(Debug, Default)]
struct Merged<'a> {
    package: &'a str,
    imports: BTreeSet<&'a str>,
    names: BTreeMap<&'a str, &'a str>,
    bodies: Vec<&'a str>,
}

impl<'a> Merged<'a> {
    /// Adds a file, unless a name that it imports means something else in another one.
    fn add(&mut self, parts: &Parts<'a>) -> bool {
        let named = |import: &&'a str| (local_name(import).unwrap_or_default(), *import);
        let fits = parts.imports.iter().map(named).all(|(name, import)| {
            matches!(name, "_" | ".") || *self.names.get(name).unwrap_or(&import) == import
        });
        if fits {
            self.package = parts.package;
            self.imports.extend(&parts.imports);
            self.names.extend(parts.imports.iter().map(named));
            self.bodies.push(parts.body);
        }
        fits
    }

    /// None when there is nothing.
    fn text(&self) -> Option<String> {
        if self.bodies.is_empty() {
            return None;
        }
        let mut text = format!("package {}\n", self.package);
        if !self.imports.is_empty() {
            text.push_str("\nimport (\n");
            for import in &self.imports {
                // Writing to a string does not fail.
                let _ = writeln!(text, "\t{import}");
            }
            text.push_str(")\n");
        }
        for body in &self.bodies {
            text.push('\n');
            text.push_str(body);
        }
        Some(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn merged(files: &[(&str, &str)]) -> Vec<(String, String)> {
        merge("all.go", files)
    }

    #[test]
    fn files_become_one_with_the_imports_of_all() {
        let files = merged(&[
            (
                "a.go",
                "// Package p.\npackage p\n\nimport (\n\t\"fmt\"\n\n\tx \"example.com/y\"\n)\n\nvar A = fmt.Sprint(x.X)\n",
            ),
            (
                "b.go",
                "package p\n\nimport \"fmt\"\n\n// B.\nvar B = fmt.Sprint()\n",
            ),
            ("c.go", "package p\n\ntype C int\n"),
        ]);
        let [(name, text)] = &files[..] else {
            panic!("{files:?}")
        };
        assert_eq!(name, "all.go");
        assert_eq!(
            text,
            "package p\n\nimport (\n\t\"fmt\"\n\tx \"example.com/y\"\n)\n\nvar A = fmt.Sprint(x.X)\n\n// B.\nvar B = fmt.Sprint()\n\ntype C int\n"
        );
    }

    #[test]
    fn files_of_a_platform_stay_by_themselves() {
        let files = [
            ("a.go", "package p\n"),
            ("b_windows.go", "package p\n"),
            ("c.go", "//go:build unix\n\npackage p\n"),
            ("d.go", "package p\n\nimport \"x\" // why\n"),
        ];
        let names: Vec<_> = merged(&files).into_iter().map(|(name, _)| name).collect();
        assert_eq!(names, ["b_windows.go", "c.go", "d.go", "all.go"]);
    }

    #[test]
    fn a_name_for_two_packages_keeps_files_apart() {
        let files = [
            ("a.go", "package p\n\nimport \"crypto/rand\"\n"),
            ("b.go", "package p\n\nimport \"math/rand\"\n"),
            ("c.go", "package p\n\nimport _ \"unsafe\"\n"),
            ("d.go", "package p\n\nimport \"unsafe\"\n"),
        ];
        let names: Vec<_> = merged(&files).into_iter().map(|(name, _)| name).collect();
        assert_eq!(names, ["b.go", "all.go"]);
    }
}
