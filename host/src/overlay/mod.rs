//! The virtual Go packages that a woven program links: the runtime, the hook packages and their plugs,
//! and one file per main package that imports them.
//!
//! Invariant: nothing is written outside the cache; cmd/go sees the files through `-overlay` only.

mod language;
mod merge;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use weft_weave::hooks::rewrite_imports;
use weft_weave::plug::{Plug, plug_file};

use crate::cache::{Cache, CacheError, Kind};
use crate::embedded;
use crate::gocmd::GoError;
use language::with_language;
use merge::merge;

/// The runtime's module path in its own sources.
const RUNTIME: &str = "go.weft.dev/sdk";
/// The module path that a plugin's hook packages have in their own sources, before the plugin's name.
const PLUGINS: &str = "go.weft.dev/plugins";
/// Folder of the virtual packages in a main module. `./...` passes over names that begin with `_`.
const FOLDER: &str = "_weft";
/// The generated file of a hook package.
const PLUG_FILE: &str = "weft_plugs.go";

/// The file that holds most of a package of the runtime.
const MERGED_FILE: &str = "weft_runtime.go";

/// A package of hooks, and the plugs that connect them.
#[derive(Debug)]
pub struct HookFolder<'a> {
    /// Slash-separated path below the virtual folder.
    pub path: String,
    /// Package name.
    pub package: &'a str,
    /// Go files by name.
    pub files: Vec<(&'a str, &'a str)>,
    /// Plugs for this folder.
    pub plugs: Vec<Plug>,
}

impl<'a> HookFolder<'a> {
    /// A folder of a plugin's hook files; `folder` is empty for the top one.
    pub fn of_plugin(
        plugin: &str,
        folder: &str,
        package: &'a str,
        files: Vec<(&'a str, &'a str)>,
    ) -> Self {
        let path = if folder.is_empty() {
            format!("plugins/{plugin}")
        } else {
            format!("plugins/{plugin}/{folder}")
        };
        Self {
            path,
            package,
            files,
            plugs: Vec::new(),
        }
    }

    /// The package of detached goroutines' plugs, which needs no plugin's files.
    pub fn of_detach() -> Self {
        Self {
            path: "detach".into(),
            package: "detach",
            files: Vec::new(),
            plugs: Vec::new(),
        }
    }
}

/// A main module that gets virtual packages.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct MainModule {
    /// Module path.
    pub path: String,
    /// Its folder.
    pub directory: PathBuf,
}

impl MainModule {
    /// Import path and folder of what its virtual packages are below.
    pub fn virtual_root(&self) -> (String, PathBuf) {
        (
            format!("{}/{FOLDER}", self.path),
            self.directory.join(FOLDER),
        )
    }
}

/// Where hooks are linked in.
#[derive(Debug)]
pub enum Anchor {
    /// A main package: a file is added to it.
    Main {
        /// Its folder.
        directory: PathBuf,
        /// Names that its files have already.
        taken: BTreeSet<String>,
    },
    /// A tested package: an external test file is added to it.
    Test {
        /// Its folder.
        directory: PathBuf,
        /// Its package name.
        package: String,
        /// Names that its files have already.
        taken: BTreeSet<String>,
    },
}

/// The format of cmd/go's `-overlay` file.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct OverlayFile {
    replace: BTreeMap<String, String>,
}

/// Virtual files by path.
#[derive(Debug, Default)]
pub struct Overlay {
    files: BTreeMap<PathBuf, String>,
}

impl Overlay {
    /// Adds the runtime and the hook packages to a main module.
    pub fn add_packages(&mut self, module: &MainModule, folders: &[HookFolder<'_>]) {
        let (prefix, root) = module.virtual_root();
        let runtime = format!("{prefix}/sdk");
        let plugins = format!("{prefix}/plugins");
        // The main module may be called as they are.
        let prefixes = [(RUNTIME, &*runtime), (PLUGINS, &*plugins)];
        let mut packages: BTreeMap<&str, Vec<(&str, &str)>> = BTreeMap::new();
        for (path, text) in embedded::RUNTIME {
            let (folder, name) = path.split_at(path.rfind('/').map_or(0, |slash| slash + 1));
            packages.entry(folder).or_default().push((name, text));
        }
        for (folder, files) in packages {
            for (name, text) in merge(MERGED_FILE, &files) {
                let text = rewrite_imports(&text, &prefixes);
                self.add(root.join("sdk").join(folder).join(name), &text);
            }
        }
        for folder in folders {
            let directory = root.join(&folder.path);
            for (name, text) in &folder.files {
                let text = rewrite_imports(text, &prefixes);
                self.add(directory.join(name), &text);
            }
            if !folder.plugs.is_empty() {
                let text = plug_file(folder.package, &runtime, &folder.plugs);
                self.add(directory.join(PLUG_FILE), &text);
            }
        }
    }

    /// Adds a file of a virtual package.
    fn add(&mut self, path: PathBuf, text: &str) {
        self.files.insert(path, with_language(text));
    }

    /// Adds the file that links the hook packages and the manifest into one program or test, and returns
    /// its path.
    pub fn add_anchor(
        &mut self,
        module: &MainModule,
        folders: &[HookFolder<'_>],
        manifest: &[u8],
        anchor: &Anchor,
    ) -> PathBuf {
        let (directory, taken, package, suffix) = match anchor {
            Anchor::Main { directory, taken } => (directory, taken, "main".to_owned(), ""),
            Anchor::Test {
                directory,
                package,
                taken,
            } => (directory, taken, format!("{package}_test"), "_test"),
        };
        let mut text = format!("package {package}\n\n");
        let mut folders = folders.iter().filter(|folder| !folder.plugs.is_empty());
        if let Some(first) = folders.next() {
            for folder in std::iter::once(first).chain(folders) {
                // Writing to a string does not fail.
                let _ = writeln!(
                    text,
                    "import _ \"{}/{FOLDER}/{}\"",
                    module.path, folder.path
                );
            }
            text.push_str(&manifest_variable(manifest));
        }
        let mut name = format!("weft_hooks{suffix}.go");
        let mut number = 0;
        while taken.contains(&name) {
            number += 1;
            name = format!("weft_hooks{number}{suffix}.go");
        }
        let path = directory.join(name);
        self.files.insert(path.clone(), text);
        path
    }

    /// Writes the files and the overlay description, merged with the user's own overlay, to the cache.
    /// Returns the description's path, and the paths of all that the build reads.
    pub fn write(
        self,
        cache: &Cache,
        user: &BTreeMap<PathBuf, PathBuf>,
    ) -> Result<(PathBuf, Vec<PathBuf>), CacheError> {
        let mut description = OverlayFile::default();
        let entry = |path: &Path, actual: &Path| {
            (
                path.to_string_lossy().into_owned(),
                actual.to_string_lossy().into_owned(),
            )
        };
        description
            .replace
            .extend(user.iter().map(|(path, actual)| entry(path, actual)));
        let mut written = Vec::new();
        for (path, text) in &self.files {
            // The compiler names this file in errors: its own name helps.
            let base = path.file_name().unwrap_or_default().to_string_lossy();
            let name = format!("{}-{base}", blake3::hash(text.as_bytes()).to_hex());
            cache.keep(Kind::Files, &name, text.as_bytes())?;
            let actual = cache.folder(Kind::Files).join(name);
            description.replace.extend([entry(path, &actual)]);
            written.push(actual);
        }
        let content =
            serde_json::to_vec_pretty(&description).expect("paths and text are valid JSON");
        let name = format!("{}.json", blake3::hash(&content).to_hex());
        cache.keep(Kind::Overlays, &name, &content)?;
        let path = cache.folder(Kind::Overlays).join(name);
        written.push(path.clone());
        Ok((path, written))
    }
}

/// The variable that holds the manifest. Package hook of the runtime declares it too, without a value,
/// and refers to it when a program starts: so the linker keeps it. It is no statement, which coverage
/// would count.
fn manifest_variable(manifest: &[u8]) -> String {
    let mut text = String::from(
        "import _ \"unsafe\" // for go:linkname\n\n//go:linkname weft_manifest weft.manifest\nvar weft_manifest = \"",
    );
    for byte in manifest {
        match byte {
            b'"' | b'\\' => text.extend(['\\', char::from(*byte)]),
            b' '..=b'~' => text.push(char::from(*byte)),
            other => {
                // Writing to a string does not fail.
                let _ = write!(text, "\\x{other:02x}");
            }
        }
    }
    text.push_str("\"\n");
    text
}

/// Reads an overlay description that [`Overlay::write`] made.
pub fn read(path: &Path) -> Result<BTreeMap<String, String>, std::io::Error> {
    let content = std::fs::read(path)?;
    let description: OverlayFile = serde_json::from_slice(&content)?;
    Ok(description.replace)
}

/// Reads the user's own `-overlay` file: absolute paths of replaced files to the files shown instead;
/// an empty path hides a file.
///
/// Source: `cmd/go/internal/fsys.Init`: relative paths are relative to the go command's directory.
pub fn read_user_overlay(
    path: &Path,
    directory: &Path,
) -> Result<BTreeMap<PathBuf, PathBuf>, GoError> {
    let failed = |reason: String| GoError::Overlay {
        path: path.to_owned(),
        reason,
    };
    let content = std::fs::read(directory.join(path)).map_err(|error| failed(error.to_string()))?;
    let overlay: OverlayFile =
        serde_json::from_slice(&content).map_err(|error| failed(error.to_string()))?;
    let absolute = |path: String| {
        if path.is_empty() {
            PathBuf::new()
        } else {
            directory.join(path)
        }
    };
    Ok(overlay
        .replace
        .into_iter()
        .map(|(from, to)| (absolute(from), absolute(to)))
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_taken_name_is_avoided() {
        let module = MainModule {
            path: "example.com/app".into(),
            directory: "/app".into(),
        };
        let taken = BTreeSet::from(["weft_hooks.go".to_owned()]);
        let anchor = Anchor::Main {
            directory: "/app/cmd".into(),
            taken,
        };
        let path = Overlay::default().add_anchor(&module, &[], &[], &anchor);
        assert_eq!(path, Path::new("/app/cmd/weft_hooks1.go"));
    }

    #[test]
    fn the_users_overlay_is_read_from_its_directory() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(
            folder.path().join("o.json"),
            r#"{"Replace":{"a.go":"b.go","/x/y.go":""}}"#,
        )
        .unwrap();
        let overlay = read_user_overlay(Path::new("o.json"), folder.path()).unwrap();
        assert_eq!(
            overlay[&folder.path().join("a.go")],
            folder.path().join("b.go")
        );
        assert_eq!(overlay[Path::new("/x/y.go")], Path::new(""));
        assert!(read_user_overlay(Path::new("none.json"), folder.path()).is_err());
    }
}
