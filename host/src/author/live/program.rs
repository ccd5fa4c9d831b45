//! A live program, built with certain versions of the libraries that it uses.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde::Deserialize;
use tempfile::TempDir;
use weft_plugin_host::pattern;
use weft_weave::model::Descriptor;

use crate::author::library::{go, words};
use crate::author::trial::{Subject, is_anybodys};
use crate::author::{AuthorError, Built};
use crate::failure::Failure;
use crate::gocmd::{GoEnvironment, GoError, ListedPackage};

/// A program's sources.
#[derive(Debug)]
pub struct Program {
    folder: PathBuf,
    /// What it goes by: its folder below the plugin's.
    name: String,
    /// The libraries of the plugin that its go.mod requires, each with the lowest and the newest version.
    libraries: Vec<Library>,
    /// The modules that its go.mod replaces, each with the version of that.
    replaced: Vec<Module>,
}

#[derive(Debug)]
struct Library {
    module: String,
    ends: Vec<String>,
}

/// The versions of the libraries that a program is built with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// The lowest of each range.
    Lowest,
    /// The newest of each range.
    Newest,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
#[derive(Default)]
struct Module {
    path: String,
    version: String,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct GoMod {
    require: Option<Vec<Module>>,
    replace: Option<Vec<Replace>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Replace {
    old: Module,
}

impl Program {
    /// Reads which of the libraries a program uses.
    pub fn open(folder: &Path, name: &str, subjects: &[Subject]) -> Result<Self, AuthorError> {
        let failed = |error: &GoError| AuthorError::LiveBuild {
            program: name.to_owned(),
            with: "what its go.mod says".to_owned(),
            reason: words(error),
        };
        let output = go(folder, &["mod", "edit", "-json"]).map_err(|error| failed(&error))?;
        let module: GoMod = serde_json::from_slice(&output).map_err(|error| {
            failed(&GoError::Output {
                command: "go mod edit -json".to_owned(),
                reason: error.to_string(),
            })
        })?;
        let required = module.require.unwrap_or_default();
        let libraries = subjects
            .iter()
            .filter(|subject| required.iter().any(|m| m.path == subject.library.module))
            .map(|subject| Library {
                module: subject.library.module.clone(),
                ends: subject.ends(),
            })
            .filter(|library| !library.ends.is_empty())
            .collect();
        let replaced = module.replace.unwrap_or_default();
        Ok(Self {
            folder: folder.to_owned(),
            name: name.to_owned(),
            libraries,
            replaced: replaced.into_iter().map(|replace| replace.old).collect(),
        })
    }

    /// What it is to be built with: one of them where there is one version of all.
    pub fn ends(&self) -> &'static [End] {
        if self.libraries.iter().all(|library| library.ends.len() == 1) {
            return &[End::Newest];
        }
        &[End::Lowest, End::Newest]
    }

    /// Selects versions, in a go.mod beside the program's own.
    pub fn with(&self, end: End) -> Result<Choice<'_>, Failure> {
        let folder = TempDir::with_prefix("weft-live-").map_err(|source| AuthorError::File {
            action: "write",
            path: std::env::temp_dir(),
            source,
        })?;
        for name in ["go.mod", "go.sum"] {
            let (from, to) = (self.folder.join(name), folder.path().join(name));
            if from.is_file() {
                std::fs::copy(&from, &to).map_err(|source| AuthorError::File {
                    action: "read",
                    path: from,
                    source,
                })?;
            }
        }
        let module = folder.path().join("go.mod");
        let mut edit = vec!["mod".to_owned(), "edit".to_owned()];
        let mut chosen = Vec::new();
        for Library { module, ends } in &self.libraries {
            let version = match end {
                End::Lowest => ends.first(),
                End::Newest => ends.last(),
            };
            let version = version.expect("libraries without versions were left out");
            edit.push(format!("-require={module}@{version}"));
            for old in self.replaced.iter().filter(|old| old.path == *module) {
                let at = if old.version.is_empty() { "" } else { "@" };
                edit.push(format!("-dropreplace={module}{at}{}", old.version));
            }
            chosen.push((&**module, &**version));
        }
        edit.push(module.to_string_lossy().into_owned());
        let title = if chosen.is_empty() {
            GoEnvironment::read(&self.folder)?.goversion
        } else {
            let titles = chosen.iter().map(|(module, v)| format!("{module}@{v}"));
            titles.collect::<Vec<_>>().join(", ")
        };
        let mut choice = Choice {
            program: self,
            modfile: format!("-modfile={}", module.display()),
            title,
            folder,
            packages: Vec::new(),
        };
        if !chosen.is_empty() {
            choice.go(&edit.iter().map(String::as_str).collect::<Vec<_>>())?;
        }
        choice.go(&["mod", "tidy", &choice.modfile])?;
        choice.list()?;
        choice.check(&chosen)?;
        Ok(choice)
    }
}

/// A program with the versions that it is built with.
#[derive(Debug)]
pub struct Choice<'a> {
    program: &'a Program,
    modfile: String,
    /// Modules and versions, as `module@version`; the Go version where there are none.
    pub title: String,
    folder: TempDir,
    packages: Vec<ListedPackage>,
}

impl Choice<'_> {
    /// Whether the program has a package that the plugin is for.
    pub fn uses(&self, descriptor: &Descriptor) -> bool {
        descriptor.interests.iter().any(|interest| {
            is_anybodys(&interest.import_path)
                || self
                    .packages
                    .iter()
                    .any(|package| pattern::matches(&interest.import_path, &package.import_path))
        })
    }

    /// Builds it with plain `go build`.
    pub fn build_plain(&self) -> Result<PathBuf, AuthorError> {
        let file = self.executable("plain");
        let name = file.to_string_lossy();
        self.go(&["build", "-buildvcs=false", &self.modfile, "-o", &name, "."])?;
        Ok(file)
    }

    /// Builds it with the plugin and the built-in ones woven in.
    pub fn build_woven(&self, built: &Built) -> Result<PathBuf, AuthorError> {
        let file = self.executable("woven");
        let failed = |reason: String| AuthorError::LiveWeave {
            program: self.program.name.clone(),
            with: self.title.clone(),
            reason,
        };
        let weft = std::env::current_exe().map_err(|error| failed(error.to_string()))?;
        let plugin = std::path::absolute(&built.file).map_err(|error| failed(error.to_string()))?;
        let mut command = Command::new(weft);
        command.arg("--quiet").arg("--plugin").arg(plugin);
        for permission in &built.descriptor.permissions {
            let name = &built.descriptor.name;
            command.args(["--plugin-permission", &format!("{name}={permission}")]);
        }
        command
            .args(["go", "build", "-buildvcs=false", "-mod=mod", &self.modfile])
            .arg("-o")
            .args([file.as_os_str(), ".".as_ref()])
            .current_dir(&self.program.folder)
            .env("GOWORK", "off")
            // It is the author who names the plugin here, whatever the machine is for.
            .env("WEFT_LOCKED", "0")
            .env_remove("WEFT_PLUGINS")
            .env_remove("WEFT_PLUGIN_PERMISSIONS")
            .stdin(Stdio::null());
        let output = command
            .output()
            .map_err(|error| failed(error.to_string()))?;
        if !output.status.success() {
            let words = String::from_utf8_lossy(&output.stderr);
            return Err(failed(words.trim().to_owned()));
        }
        Ok(file)
    }

    fn executable(&self, name: &str) -> PathBuf {
        // Both have one name, which programs print: the folders differ.
        let file = format!("live{}", std::env::consts::EXE_SUFFIX);
        self.folder.path().join(name).join(file)
    }

    fn go(&self, words: &[&str]) -> Result<Vec<u8>, AuthorError> {
        go(&self.program.folder, words).map_err(|error| self.failed(&error))
    }

    fn failed(&self, error: &GoError) -> AuthorError {
        AuthorError::LiveBuild {
            program: self.program.name.clone(),
            with: self.title.clone(),
            reason: words(error),
        }
    }

    fn list(&mut self) -> Result<(), AuthorError> {
        let command = [
            "list",
            "-deps",
            "-json=ImportPath,Name,DepOnly,Module",
            &self.modfile,
            ".",
        ];
        let output = self.go(&command)?;
        let listed = serde_json::Deserializer::from_slice(&output).into_iter();
        let listed: Result<_, _> = listed.collect();
        self.packages = listed.map_err(|error| {
            self.failed(&GoError::Output {
                command: "go list -deps -json".to_owned(),
                reason: error.to_string(),
            })
        })?;
        let mut named = self.packages.iter().filter(|package| !package.dep_only);
        if named.all(ListedPackage::is_main) {
            return Ok(());
        }
        Err(AuthorError::LiveModule {
            directory: self.program.folder.clone(),
        })
    }

    /// Fails where something else that the program needs asks for a newer version of a library.
    fn check(&self, chosen: &[(&str, &str)]) -> Result<(), AuthorError> {
        let modules = self.packages.iter().filter_map(|p| p.module.as_ref());
        for module in modules {
            let wanted = chosen.iter().find(|(path, _)| *path == module.path);
            if let Some((path, version)) = wanted.filter(|(_, v)| *v != module.version) {
                return Err(AuthorError::LiveVersion {
                    program: self.program.name.clone(),
                    module: (*path).to_owned(),
                    wanted: (*version).to_owned(),
                    selected: module.version.clone(),
                });
            }
        }
        Ok(())
    }
}
