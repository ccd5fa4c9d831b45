//! Which plugins care about a package: one index over all descriptors, asked once for each package of
//! a build.

use std::collections::HashMap;

use weft_weave::model::{Descriptor, Interest};

use crate::pattern;
use crate::version::Range;

/// A package of a build, as far as interests look at it.
#[derive(Debug, Clone, Copy)]
pub struct Candidate<'a> {
    /// Import path, without the `[x.test]` of test variants.
    pub import_path: &'a str,
    /// Whether it is a `package main`.
    pub is_main: bool,
    /// Whether it is of a main module.
    pub is_own: bool,
    /// Whether it is part of the standard library. Patterns do not reach into that, interests have to
    /// name its packages: weaving a low one compiles nearly everything anew.
    pub standard: bool,
    /// Version of its module; None for the standard library and main modules, whose version is not
    /// looked at.
    pub module_version: Option<&'a str>,
}

/// Where an interest stands: indices of the descriptor and of the interest in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// Index of the descriptor.
    pub plugin: usize,
    /// Index into its interests.
    pub interest: usize,
}

/// The interests of all plugins.
#[derive(Debug, Default)]
pub struct Interests {
    exact: HashMap<String, Vec<Entry>>,
    patterns: Vec<(String, Entry)>,
    mains: Vec<Entry>,
    own: Vec<Entry>,
}

#[derive(Debug)]
struct Entry {
    place: Place,
    versions: Range,
}

impl Interests {
    /// An index over the descriptors, which have been [checked](crate::descriptor::check).
    ///
    /// # Errors
    ///
    /// A version range that is none.
    pub fn new<'a>(descriptors: impl IntoIterator<Item = &'a Descriptor>) -> Result<Self, String> {
        let mut index = Self::default();
        for (plugin, descriptor) in descriptors.into_iter().enumerate() {
            for (place, interest) in descriptor.interests.iter().enumerate() {
                let entry = Entry {
                    place: Place {
                        plugin,
                        interest: place,
                    },
                    versions: Range::parse(&interest.versions)?,
                };
                let path = &interest.import_path;
                if path == MAIN {
                    index.mains.push(entry);
                } else if path == OWN {
                    index.own.push(entry);
                } else if path.contains("...") {
                    index.patterns.push((path.clone(), entry));
                } else {
                    index.exact.entry(path.clone()).or_default().push(entry);
                }
            }
        }
        Ok(index)
    }

    /// The interests that a package meets, in the order of plugins and of their interests.
    pub fn of(&self, candidate: Candidate<'_>) -> Vec<Place> {
        let mains = self.mains.iter().filter(|_| candidate.is_main);
        let own = self.own.iter().filter(|_| candidate.is_own);
        let exact = self.exact.get(candidate.import_path).into_iter().flatten();
        let patterns = self
            .patterns
            .iter()
            .filter_map(|(pattern, entry)| reaches(pattern, candidate).then_some(entry));
        let mut places: Vec<Place> = mains
            .chain(own)
            .chain(exact)
            .chain(patterns)
            .filter(|entry| {
                candidate
                    .module_version
                    .is_none_or(|v| entry.versions.contains(v))
            })
            .map(|entry| entry.place)
            .collect();
        places.sort_unstable();
        places
    }
}

/// The pattern that stands for every main package.
const MAIN: &str = "main";

/// Stands for every package of the main modules.
const OWN: &str = "own";

/// Whether an import path pattern names a package.
fn reaches(pattern: &str, candidate: Candidate<'_>) -> bool {
    let may = !candidate.standard || !pattern.contains("...");
    may && pattern::matches(pattern, candidate.import_path)
}

/// Whether one interest is met by a package.
///
/// # Errors
///
/// A version range that is none.
pub fn matches(interest: &Interest, candidate: Candidate<'_>) -> Result<bool, String> {
    let named = if interest.import_path == MAIN {
        candidate.is_main
    } else if interest.import_path == OWN {
        candidate.is_own
    } else {
        reaches(&interest.import_path, candidate)
    };
    let versions = Range::parse(&interest.versions)?;
    Ok(named
        && candidate
            .module_version
            .is_none_or(|v| versions.contains(v)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn descriptor(interests: &[(&str, &str)]) -> Descriptor {
        Descriptor {
            name: String::new(),
            version: String::new(),
            license: String::new(),
            description: String::new(),
            interests: interests
                .iter()
                .map(|&(import_path, versions)| Interest {
                    import_path: import_path.to_owned(),
                    versions: versions.to_owned(),
                    matchers: Vec::new(),
                })
                .collect(),
            hook_files: std::collections::BTreeMap::default(),
            permissions: Vec::new(),
        }
    }

    fn candidate<'a>(import_path: &'a str, module_version: Option<&'a str>) -> Candidate<'a> {
        Candidate {
            import_path,
            is_main: false,
            is_own: false,
            standard: false,
            module_version,
        }
    }

    #[test]
    fn the_index_says_what_each_interest_says() {
        let descriptors = [
            descriptor(&[("net/http", ">=1"), ("main", "")]),
            descriptor(&[
                ("github.com/redis/go-redis/v9", ">=9.0, <10"),
                ("example.com/...", "<2"),
            ]),
            descriptor(&[("...g", ""), ("own", "")]),
        ];
        let index = Interests::new(&descriptors).unwrap();
        let main = Candidate {
            import_path: "example.com/app",
            is_main: true,
            is_own: true,
            standard: false,
            module_version: None,
        };
        let standard = |import_path| Candidate {
            standard: true,
            ..candidate(import_path, None)
        };
        let cases = [
            (candidate("example.org/log", None), vec![(2, 0)]),
            (standard("log"), vec![]),
            (standard("net/http"), vec![(0, 0)]),
            (candidate("net/http", None), vec![(0, 0)]),
            (candidate("net/http/httptest", None), vec![]),
            (
                candidate("github.com/redis/go-redis/v9", Some("v9.5.0")),
                vec![(1, 0)],
            ),
            (
                candidate("github.com/redis/go-redis/v9", Some("v10.0.0")),
                vec![],
            ),
            (candidate("example.com/x/y", Some("v1.0.0")), vec![(1, 1)]),
            (candidate("example.com/x/y", Some("v2.0.0")), vec![]),
            (main, vec![(0, 1), (1, 1), (2, 1)]),
        ];
        for (candidate, expected) in cases {
            let expected: Vec<Place> = expected
                .into_iter()
                .map(|(plugin, interest)| Place { plugin, interest })
                .collect();
            assert_eq!(index.of(candidate), expected, "{candidate:?}");
            let mut one_by_one = Vec::new();
            for (plugin, descriptor) in descriptors.iter().enumerate() {
                for (place, interest) in descriptor.interests.iter().enumerate() {
                    if matches(interest, candidate).unwrap() {
                        one_by_one.push(Place {
                            plugin,
                            interest: place,
                        });
                    }
                }
            }
            assert_eq!(one_by_one, expected, "{candidate:?}");
        }
    }
}
