//! The packages of a build and what depends on what.

use std::collections::{HashMap, HashSet};
use std::path::Path;

use weft_weave::syntax::PackageNames;

use crate::gocmd::{ListedPackage, PackageIdentity};

/// Packages by import path, with the variants that tests are linked from.
#[derive(Debug)]
pub struct Graph<'a> {
    by_path: HashMap<&'a str, &'a ListedPackage>,
    /// One entry a package, in the order of `go list`.
    packages: Vec<&'a ListedPackage>,
}

/// Import path of the package that a test variant is compiled from: `p` for `p [q.test]`.
fn base_path(import_path: &str) -> &str {
    import_path
        .split_once(" [")
        .map_or(import_path, |(base, _)| base)
}

impl<'a> Graph<'a> {
    /// Indexes the packages of one build.
    pub fn new(listed: &'a [ListedPackage]) -> Self {
        let by_path: HashMap<_, _> = listed
            .iter()
            .map(|package| (package.import_path.as_str(), package))
            .collect();
        let packages = listed
            .iter()
            .filter(|package| !package.is_test_variant())
            .collect();
        Self { by_path, packages }
    }

    /// Packages that may be woven: no test variants, no tests.
    pub fn packages(&self) -> impl Iterator<Item = &'a ListedPackage> {
        self.packages.iter().copied()
    }

    /// A package or variant by import path.
    pub fn get(&self, import_path: &str) -> Option<&'a ListedPackage> {
        self.by_path.get(import_path).copied()
    }

    /// Import paths of a program and all it depends on, test variants under their package's path.
    pub fn closure(&self, root: &str) -> HashSet<&'a str> {
        let mut seen = HashSet::new();
        let mut pending: Vec<&'a ListedPackage> = self.get(root).into_iter().collect();
        while let Some(package) = pending.pop() {
            if seen.insert(package.import_path.as_str()) {
                pending.extend(package.imports.iter().filter_map(|path| self.get(path)));
            }
        }
        let bases: Vec<_> = seen.iter().map(|path| base_path(path)).collect();
        seen.extend(bases);
        seen
    }

    /// Whether no other package is in a package's folder, as one named by its files would be.
    pub fn is_alone_in_folder(&self, import_path: &str) -> bool {
        let folder = self.get(import_path).map(|package| &package.dir);
        let here = |package: &&&ListedPackage| Some(&package.dir) == folder;
        self.packages.iter().filter(here).count() == 1
    }

    /// What `-gcflags` patterns see of a package.
    ///
    /// # Panics
    /// When the package is not in the build.
    pub fn identity(&self, import_path: &str) -> PackageIdentity<'a> {
        let package = self.get(import_path).expect("woven packages are listed");
        PackageIdentity {
            import_path: &package.import_path,
            directory: Path::new(&package.dir),
            standard: package.standard,
            named: !package.dep_only,
            in_main_module: package.in_main_module(),
        }
    }
}

/// What import paths mean in one package's files.
#[derive(Debug, Clone, Copy)]
pub struct NamesIn<'a> {
    /// All packages.
    pub graph: &'a Graph<'a>,
    /// Whether the package is part of the standard library, which vendors what it imports from elsewhere.
    pub standard: bool,
}

impl PackageNames for NamesIn<'_> {
    fn package_name(&self, import_path: &str) -> Option<String> {
        self.graph
            .get(import_path)
            .map(|package| package.name.clone())
    }

    fn import_path(&self, written: &str) -> Option<String> {
        let vendored = format!("vendor/{written}");
        (self.standard && self.graph.get(&vendored).is_some()).then_some(vendored)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn package(import_path: &str, imports: &[&str]) -> ListedPackage {
        ListedPackage {
            import_path: import_path.into(),
            imports: imports.iter().map(ToString::to_string).collect(),
            for_test: if import_path.contains(" [") {
                "a".into()
            } else {
                String::new()
            },
            ..ListedPackage::default()
        }
    }

    #[test]
    fn a_program_of_files_shares_its_folder() {
        let listed = [("a", "/a"), ("a [a.test]", "/a"), ("b", "/b"), ("c", "/b")].map(
            |(import_path, folder)| ListedPackage {
                dir: folder.into(),
                ..package(import_path, &[])
            },
        );
        let graph = Graph::new(&listed);
        let alone = ["a", "b", "c", "d"].map(|path| graph.is_alone_in_folder(path));
        assert_eq!(alone, [true, false, false, false]);
    }

    #[test]
    fn a_tests_closure_names_packages_not_variants() {
        let listed = [
            package("c", &[]),
            package("b", &["c"]),
            package("a", &["b"]),
            package("a [a.test]", &["b", "c"]),
            package("a.test", &["a [a.test]"]),
            package("other", &[]),
        ];
        let graph = Graph::new(&listed);
        let closure = graph.closure("a.test");
        assert!(["a", "b", "c"].iter().all(|path| closure.contains(path)));
        assert!(!closure.contains("other"));
        assert_eq!(graph.packages().count(), 4);
    }
}
