//! The Go programs under `tests/apps`.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::command::{Finished, Tool, repository, weft_binary};
use crate::go;

/// An app, in its place or copied, with the environment to build it in.
///
/// Methods panic when the file system does not do what it should: in a test there is nothing else
/// to do about it.
#[derive(Debug)]
pub struct App {
    directory: PathBuf,
    go_cache: PathBuf,
    toolchain: String,
    modules: String,
    out: TempDir,
}

impl App {
    /// The app in its place. Building it must not change it, so tests can share it, and what they
    /// compile of it.
    ///
    /// # Panics
    ///
    /// When there is no such app.
    pub fn shared(name: &str) -> Self {
        let directory = repository().join("tests/apps").join(name);
        assert!(directory.is_dir(), "no app {name:?}");
        let out = TempDir::new().expect("the temporary directory is writable");
        Self::at(directory, out)
    }

    /// What is in a directory, with one for what is built of it.
    fn at(directory: PathBuf, out: TempDir) -> Self {
        Self {
            directory,
            go_cache: go::shared_cache().to_owned(),
            toolchain: "local".to_owned(),
            modules: String::new(),
            out,
        }
    }

    /// A copy of the app that a test may change.
    pub fn copy(name: &str) -> Self {
        Self::copy_into(name, Path::new("src").join(name))
    }

    /// The same, in a folder of this name, which may have several parts.
    pub fn copy_into(name: &str, folder: impl AsRef<Path>) -> Self {
        let shared = Self::shared(name);
        let directory = shared.out.path().join(folder);
        copy_tree(&shared.directory, &directory);
        Self {
            directory,
            ..shared
        }
    }

    /// A copy of a module of the proxy, given as `path@version`, to be built as a main module.
    ///
    /// # Errors
    ///
    /// When the go command cannot download it, or it cannot be copied.
    pub fn of_module(module: &str) -> anyhow::Result<Self> {
        let out = TempDir::new()?;
        let downloaded = Tool::new("go")
            .args(["mod", "download", "-json", module])
            .directory(out.path())
            .run();
        let described: serde_json::Value = serde_json::from_str(&downloaded.stdout)?;
        let Some(from) = described["Dir"].as_str() else {
            anyhow::bail!("{module}: {}", described["Error"]);
        };
        let directory = out.path().join("src");
        copy_tree(Path::new(from), &directory);
        let app = Self::at(directory, out);
        app.take_released_neighbours()?;
        Ok(app)
    }

    /// Modules that lie side by side, or within one another, in one repository replace one another by folders,
    /// which the proxy does not have: takes what was released with the same version instead.
    fn take_released_neighbours(&self) -> anyhow::Result<()> {
        let described = self.go(["mod", "edit", "-json"]).ok().stdout;
        let described: serde_json::Value = serde_json::from_str(&described)?;
        let replaced = described["Replace"].as_array().into_iter().flatten();
        let neighbours = replaced
            .filter(|replace| {
                let by = replace["New"]["Path"].as_str();
                by.is_some_and(|path| path.starts_with("./") || path.starts_with("../"))
            })
            .filter_map(|replace| replace["Old"]["Path"].as_str())
            .map(|path| format!("-dropreplace={path}"))
            .collect::<Vec<_>>();
        if !neighbours.is_empty() {
            self.go(["mod", "edit"]).args(neighbours).ok();
            self.update_go_mod();
        }
        Ok(())
    }

    /// Has the go command write down what the module's packages import, with sums.
    pub(crate) fn update_go_mod(&self) {
        let list = self.go(["list", "-deps", "./..."]);
        list.env("GOFLAGS", "-mod=mod").ok();
    }

    /// A new module of the given files.
    pub fn of(files: &[(&str, &str)]) -> Self {
        let out = TempDir::new().expect("the temporary directory is writable");
        let app = Self::at(out.path().join("src"), out);
        for (path, text) in files {
            app.write(path, text);
        }
        app
    }

    /// Builds with this Go version, as `GOTOOLCHAIN` takes it.
    #[must_use]
    pub fn toolchain(mut self, version: &str) -> Self {
        version.clone_into(&mut self.toolchain);
        self
    }

    /// Builds with the versions of this file in place of go.mod.
    #[must_use]
    pub fn modules(mut self, file: &str) -> Self {
        file.clone_into(&mut self.modules);
        self
    }

    /// Builds with an empty build cache of its own.
    #[must_use]
    pub fn cold(mut self) -> Self {
        self.go_cache = self.out.path().join("go-build");
        self
    }

    /// Builds with a build cache of its own, in which a plain `go build ./...` of this app has been.
    #[must_use]
    pub fn plainly_built(self) -> Self {
        let app = self.cold();
        go::plain_cache(&app.directory, &app.go_cache).expect("a cache can be copied");
        app
    }

    /// The app's directory.
    pub fn directory(&self) -> &Path {
        &self.directory
    }

    /// The build cache.
    pub fn go_cache(&self) -> &Path {
        &self.go_cache
    }

    /// A path for something built; each name is a different place.
    pub fn out(&self, name: &str) -> PathBuf {
        self.out.path().join(name)
    }

    /// `go` with the arguments, in the app's directory.
    pub fn go(&self, arguments: impl IntoIterator<Item = impl AsRef<OsStr>>) -> Tool {
        self.tool("go", arguments)
    }

    /// `weft` with the arguments, in the app's directory.
    pub fn weft(&self, arguments: impl IntoIterator<Item = impl AsRef<OsStr>>) -> Tool {
        self.tool(weft_binary(), arguments)
    }

    /// A program that builds Go, with the arguments, in the app's directory.
    pub fn tool(
        &self,
        program: impl AsRef<OsStr>,
        arguments: impl IntoIterator<Item = impl AsRef<OsStr>>,
    ) -> Tool {
        Tool::new(program)
            .args(arguments)
            .directory(&self.directory)
            .env("GOCACHE", &self.go_cache)
            .env("GOFLAGS", go::FLAGS)
            .env("GOTOOLCHAIN", &self.toolchain)
            .env("WEFT_CACHE", go::shared_weft_cache())
    }

    /// The words of `-toolexec` with which weft builds a main package: a program and its first arguments.
    #[track_caller]
    pub fn compile_step(&self, package: &str, cache: &Path) -> Vec<String> {
        let real = self.go(["env", "GOROOT"]).ok().stdout.trim().to_owned() + "/bin/go";
        let telling = format!(
            "[ \"$1\" = build ] || exec '{real}' \"$@\"\nfor word; do case $word in -toolexec=*) echo \"${{word#*=}}\" ;; esac; done"
        );
        let path = self.script("telling", "go", &telling);
        let told = self
            .weft(["--quiet", "go", "build", package])
            .env("PATH", path)
            .env("WEFT_CACHE", cache)
            .ok();
        told.stdout.split_whitespace().map(str::to_owned).collect()
    }

    /// Weaves a main package, and returns the executable's path.
    #[track_caller]
    pub fn woven(&self, package: &str) -> PathBuf {
        let out = self.executable("woven", package);
        self.build(self.weft(["go"]), &out, package);
        out
    }

    /// Builds a main package with plain `go build`, and returns the executable's path.
    #[track_caller]
    pub fn plain(&self, package: &str) -> PathBuf {
        let out = self.executable("plain", package);
        self.build(self.go([] as [&str; 0]), &out, package);
        out
    }

    #[track_caller]
    fn build(&self, go: Tool, out: &Path, package: &str) {
        let mut go = go.args(["build"]);
        if !self.modules.is_empty() {
            go = go.args([format!("-modfile={}", self.modules)]);
        }
        go.args(["-o"]).args([out]).args([package]).ok();
    }

    fn executable(&self, folder: &str, package: &str) -> PathBuf {
        let name = package
            .rsplit('/')
            .next()
            .filter(|name| *name != ".")
            .unwrap_or("main");
        self.out(folder).join(name)
    }

    /// Writes a shell script to a folder of the app's own, and returns a PATH with that folder first.
    pub fn script(&self, folder: &str, name: &str, text: &str) -> String {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = self.out(folder);
        let file = folder.join(name);
        std::fs::create_dir_all(&folder).expect("the folder can be written to");
        std::fs::write(&file, format!("#!/bin/sh\n{text}\n"))
            .expect("the folder can be written to");
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o755))
            .expect("the file is ours");
        let path = std::env::var("PATH").expect("there is a PATH");
        format!("{}:{path}", folder.display())
    }

    /// Writes a file of the app.
    pub fn write(&self, path: &str, text: &str) {
        let path = self.directory.join(path);
        let parent = path.parent().expect("a file is in a directory");
        std::fs::create_dir_all(parent).expect("a copy can be written to");
        std::fs::write(path, text).expect("a copy can be written to");
    }

    /// Copies a folder of the repository into one of the app.
    pub fn take(&self, folder: &str, into: &str) {
        copy_tree(&repository().join(folder), &self.directory.join(into));
    }

    /// Replaces a text that a file of the app must have.
    pub fn replace(&self, path: &str, from: &str, to: &str) {
        let text = std::fs::read_to_string(self.directory.join(path)).expect("the file is there");
        assert!(text.contains(from), "no {from:?} in {path}");
        self.write(path, &text.replace(from, to));
    }

    /// What the app's directory holds: path to content. Directories have none.
    pub fn tree(&self) -> BTreeMap<PathBuf, Option<Vec<u8>>> {
        let mut tree = BTreeMap::new();
        read_tree(&self.directory, &mut tree);
        tree
    }
}

/// Runs an executable to its end, exporting to a sink, and returns what it printed and sent.
///
/// # Panics
///
/// When it fails.
#[track_caller]
pub fn run(executable: &Path, arguments: &[&str]) -> (Finished, crate::Trace) {
    let sink = crate::Sink::start().expect("a loopback port is free");
    let finished = Tool::new(executable)
        .args(arguments)
        .exporting(&sink, "app")
        .ok();
    let trace = sink.trace();
    (finished, trace)
}

fn copy_tree(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("the temporary directory is writable");
    for entry in std::fs::read_dir(from).expect("an app can be read") {
        let entry = entry.expect("an app can be read");
        let target = to.join(entry.file_name());
        if entry.file_type().expect("an app can be read").is_dir() {
            copy_tree(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).expect("the temporary directory is writable");
        }
    }
}

fn read_tree(directory: &Path, tree: &mut BTreeMap<PathBuf, Option<Vec<u8>>>) {
    for entry in std::fs::read_dir(directory).expect("the app can be read") {
        let path = entry.expect("the app can be read").path();
        if path.is_dir() {
            read_tree(&path, tree);
            tree.insert(path, None);
        } else {
            let content = std::fs::read(&path).expect("the app can be read");
            tree.insert(path, Some(content));
        }
    }
}
