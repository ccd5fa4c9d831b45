//! What a user's word means: a package, or a function of one.

use std::path::Path;

use weft_weave::syntax::nearest;

use crate::gocmd::ListedPackage;
use crate::plan::Planned;

/// What is to be explained.
#[derive(Debug)]
pub enum Subject<'a> {
    /// A package of the build.
    Package(&'a ListedPackage),
    /// A function of a package, by the names that it may have, the likeliest first. Never empty.
    Function(&'a ListedPackage, Vec<String>),
    /// Nothing of the build.
    Unknown {
        /// What may have been meant.
        nearest: Vec<String>,
    },
}

/// Finds what a word means. Packages are named by import path, by its end, by their own name, or, from
/// `directory`, by their folder; functions as `go doc` and stack traces name them.
pub fn find<'a>(word: &str, planned: &'a Planned, directory: &Path) -> Subject<'a> {
    let packages = || {
        let all = planned.build.packages.iter();
        all.filter(|package| !package.is_test_variant())
    };
    let by_path = |name: &str| {
        packages().find(|package| {
            let folder = name.starts_with('.') || Path::new(name).is_absolute();
            package.import_path == name || (folder && is_folder(package, &directory.join(name)))
        })
    };
    if let Some(package) = by_path(word) {
        return Subject::Package(package);
    }
    for (name, function) in splits(word) {
        if let Some(package) = by_path(name) {
            return Subject::Function(package, titles(function));
        }
    }
    let by_end = |name: &str| {
        let end = format!("/{name}");
        let named =
            |package: &&ListedPackage| package.import_path.ends_with(&end) || package.name == name;
        packages().filter(named).collect::<Vec<_>>()
    };
    let whole = std::iter::once((word, ""));
    for (name, function) in whole.chain(splits(word)) {
        match by_end(name).as_slice() {
            [] => {}
            [package] if function.is_empty() => return Subject::Package(package),
            [package] => return Subject::Function(package, titles(function)),
            several => {
                let full = |package: &&ListedPackage| match function {
                    "" => package.import_path.clone(),
                    function => format!("{}.{function}", package.import_path),
                };
                return Subject::Unknown {
                    nearest: several.iter().map(full).collect(),
                };
            }
        }
    }
    Subject::Unknown {
        nearest: near(word, planned, packages()),
    }
}

/// Woven functions of that name, else packages that are spelled alike.
fn near<'a>(
    word: &str,
    planned: &Planned,
    packages: impl Iterator<Item = &'a ListedPackage>,
) -> Vec<String> {
    let mut woven = Vec::new();
    for package in &planned.plan.packages {
        for point in &package.points {
            let name = point.target.rsplit('.').next().unwrap_or_default();
            if titles(word).contains(&point.target) || name == word {
                woven.push(format!("{}.{}", package.import_path, point.target));
            }
        }
    }
    woven.sort();
    woven.dedup();
    if !woven.is_empty() {
        return woven;
    }
    let package = splits(word).last().map_or(word, |(package, _)| package);
    nearest(package, packages.map(|package| package.import_path.clone()))
}

/// Whether a package is in a folder, whatever links lead there.
fn is_folder(package: &ListedPackage, folder: &Path) -> bool {
    let real = |path: &Path| std::fs::canonicalize(path).ok();
    real(folder).is_some_and(|folder| real(&package.dir) == Some(folder))
}

/// The ways to read a word as package and function, the longest package first.
fn splits(word: &str) -> impl DoubleEndedIterator<Item = (&str, &str)> {
    let last = word.rfind('/').map_or(0, |slash| slash + 1);
    let dots = word.match_indices('.').map(|(at, _)| at);
    let mut dots: Vec<_> = dots.filter(|at| *at > last).collect();
    dots.reverse();
    dots.into_iter().map(|at| (&word[..at], &word[at + 1..]))
}

/// The names that a function may have as declarations have them: `T.M` may mean `(*T).M`. Type
/// arguments, as stack traces show them, are left out.
fn titles(function: &str) -> Vec<String> {
    let mut plain = String::new();
    let mut depth = 0_usize;
    for character in function.chars() {
        match character {
            '[' => depth += 1,
            ']' => depth = depth.saturating_sub(1),
            other if depth == 0 => plain.push(other),
            _ => {}
        }
    }
    let Some((receiver, name)) = plain.rsplit_once('.') else {
        return vec![plain];
    };
    let receiver = receiver.trim_start_matches('(').trim_end_matches(')');
    match receiver.strip_prefix('*') {
        Some(pointee) => vec![format!("(*{pointee}).{name}")],
        None => vec![
            format!("{receiver}.{name}"),
            format!("(*{receiver}).{name}"),
        ],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_read_as_package_and_function() {
        let read = |word| splits(word).collect::<Vec<_>>();
        assert_eq!(
            read("net/http.(*Client).Do"),
            [("net/http.(*Client)", "Do"), ("net/http", "(*Client).Do")]
        );
        assert_eq!(
            read("gopkg.in/yaml.v3.Marshal"),
            [
                ("gopkg.in/yaml.v3", "Marshal"),
                ("gopkg.in/yaml", "v3.Marshal")
            ]
        );
        assert!(read("github.com/a/b").is_empty());
        assert!(read("./cmd").is_empty());
    }

    #[test]
    fn functions_are_named_in_every_spelling() {
        assert_eq!(titles("F"), ["F"]);
        assert_eq!(titles("F[...]"), ["F"]);
        assert_eq!(titles("T.M"), ["T.M", "(*T).M"]);
        assert_eq!(titles("(*T[go.shape.int]).M"), ["(*T).M"]);
        assert_eq!(titles("*T.M"), ["(*T).M"]);
    }
}
