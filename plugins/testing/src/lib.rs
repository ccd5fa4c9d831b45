//! Real Go packages for the tests of the plugins: of the installed Go, and of modules.
#![cfg(not(target_arch = "wasm32"))]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

use weft_plugin::harness::{Sources, Woven};

/// A package of the installed Go's standard library.
///
/// # Panics
///
/// Without a go command.
pub fn standard(import_path: &str) -> Sources {
    let root = go(&["env", "GOROOT"]);
    sources(import_path, &Path::new(&root).join("src").join(import_path))
}

/// A package of a module at a version, which is fetched if it is not in the module cache. `folder` is the
/// package's folder in the module, empty for the top.
///
/// # Panics
///
/// Without a go command, or when the module cannot be fetched.
pub fn module(module: &str, version: &str, folder: &str) -> Sources {
    let root = PathBuf::from(
        go(&["mod", "download", "-json", &format!("{module}@{version}")])
            .lines()
            .find_map(|line| {
                line.trim()
                    .strip_prefix("\"Dir\": \"")?
                    .split('"')
                    .next()
                    .map(str::to_owned)
            })
            .expect("go mod download names the folder"),
    );
    let import_path = if folder.is_empty() {
        module.to_owned()
    } else {
        format!("{module}/{folder}")
    };
    sources(&import_path, &root.join(folder)).version(version)
}

/// What is woven, as one line each for a function and what happens there, whatever its place.
pub fn points(woven: &Woven) -> String {
    let points: BTreeSet<String> = woven
        .points
        .iter()
        .map(|point| format!("{}: {}", point.target, point.action))
        .collect();
    points.into_iter().collect::<Vec<_>>().join("\n")
}

/// Files that a build for linux leaves out by their names would be second declarations.
fn sources(import_path: &str, folder: &Path) -> Sources {
    let mut sources = Sources::new(import_path);
    let entries = std::fs::read_dir(folder).expect("the package has a folder");
    for entry in entries {
        let path = entry.expect("the folder can be read").path();
        let name = path
            .file_name()
            .and_then(|name| name.to_str())
            .unwrap_or_default()
            .to_owned();
        let elsewhere = ["_test.go", "_js.go", "_plan9.go", "_windows.go", "_wasm.go"];
        if name.ends_with(".go") && !elsewhere.iter().any(|suffix| name.ends_with(suffix)) {
            let text = std::fs::read_to_string(&path).expect("Go files are UTF-8");
            sources = sources.file(&name, &text);
        }
    }
    sources
}

fn go(arguments: &[&str]) -> String {
    let output = Command::new("go")
        .args(arguments)
        .output()
        .expect("the go command runs");
    assert!(
        output.status.success(),
        "go {arguments:?}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}
