//! What a plugin's sources are compiled with: weft brings it along and puts it into the project's folder
//! `.weft`, which is not for the repository, so that it always fits the weft that builds.

use std::path::Path;

use super::project::{PluginProject, write_if_changed};
use super::{AuthorError, Language, component};
use crate::embedded;

/// The folder.
pub const FOLDER: &str = ".weft";

/// The Rust SDK, but for its test harness: `weft plugin test` does that, with the weaver that it has.
const RUST: [(&str, &str); 8] = [
    ("advice.rs", include_str!("../../../sdk/rust/src/advice.rs")),
    (
        "bindings.rs",
        include_str!("../../../sdk/rust/src/bindings.rs"),
    ),
    (
        "descriptor.rs",
        include_str!("../../../sdk/rust/src/descriptor.rs"),
    ),
    ("error.rs", include_str!("../../../sdk/rust/src/error.rs")),
    ("guest.rs", include_str!("../../../sdk/rust/src/guest.rs")),
    ("lib.rs", include_str!("../../../sdk/rust/src/lib.rs")),
    (
        "package.rs",
        include_str!("../../../sdk/rust/src/package.rs"),
    ),
    (
        "settings.rs",
        include_str!("../../../sdk/rust/src/settings.rs"),
    ),
];

const HARNESS: &str =
    "#[cfg(all(feature = \"harness\", not(target_arch = \"wasm32\")))]\npub mod harness;\n";

const MANIFEST: &str = include_str!("templates/sdk.Cargo.toml");

const HEADER: &str = include_str!("../../../sdk/c/weft.h");

const MODULE: &str = include_str!("../../../sdk/js/weft.js");

/// Makes a component of `plugin.js`.
const COMPONENTIZE: &str = include_str!("templates/componentize.js");

/// Puts into a project what it is compiled with, as far as it makes use of that.
pub fn put(project: &PluginProject) -> Result<(), AuthorError> {
    let folder = project.directory.join(FOLDER);
    // A Rust project may take the SDK from elsewhere.
    let uses =
        project.language != Language::Rust || project.mentions("Cargo.toml", ".weft/sdk/rust");
    if uses {
        write_if_changed(&folder.join("wit/plugin.wit"), component::WIT.as_bytes())?;
        match project.language {
            Language::C => write_if_changed(&folder.join("c/weft.h"), HEADER.as_bytes())?,
            Language::JavaScript => put_js(project, &folder.join("js"))?,
            Language::Rust => put_rust(&folder.join("sdk/rust"))?,
        }
    }
    if project.mentions("go/go.mod", ".weft/go") {
        for (path, text) in embedded::RUNTIME.iter().chain(embedded::TESTING) {
            write_if_changed(&folder.join("go").join(path), text.as_bytes())?;
        }
        let module = "module go.weft.dev/sdk\n\ngo 1.24\n";
        write_if_changed(&folder.join("go/go.mod"), module.as_bytes())?;
    }
    Ok(())
}

fn put_rust(folder: &Path) -> Result<(), AuthorError> {
    write_if_changed(&folder.join("Cargo.toml"), MANIFEST.as_bytes())?;
    for (name, text) in RUST {
        let text = text.replace(HARNESS, "");
        write_if_changed(&folder.join("src").join(name), text.as_bytes())?;
    }
    Ok(())
}

fn put_js(project: &PluginProject, folder: &Path) -> Result<(), AuthorError> {
    write_if_changed(&folder.join("weft.js"), MODULE.as_bytes())?;
    write_if_changed(&folder.join("componentize.js"), COMPONENTIZE.as_bytes())?;
    write_if_changed(&folder.join("hooks.js"), hook_module(project)?.as_bytes())
}

/// The Go hook files of a project as a module, since JavaScript cannot include text.
fn hook_module(project: &PluginProject) -> Result<String, AuthorError> {
    let mut files = Vec::new();
    let top = project.directory.join("go");
    collect(&top, &top, &mut files)?;
    files.sort();
    let files: Vec<_> = files
        .into_iter()
        .map(|(path, text)| serde_json::json!({ "path": path, "text": text }))
        .collect();
    Ok(format!(
        "// Made of go/ by `weft plugin build`.\nexport const hookFiles = {:#};\n",
        serde_json::Value::Array(files)
    ))
}

/// Adds the Go files of a folder, without its tests, by their paths below `top`.
fn collect(
    top: &Path,
    folder: &Path,
    files: &mut Vec<(String, String)>,
) -> Result<(), AuthorError> {
    let failed = |path: &Path| {
        let path = path.to_owned();
        move |source| AuthorError::File {
            action: "read",
            path,
            source,
        }
    };
    for entry in std::fs::read_dir(folder).map_err(failed(folder))? {
        let path = entry.map_err(failed(folder))?.path();
        let name = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        if path.is_dir() {
            if name != "testdata" {
                collect(top, &path, files)?;
            }
        } else if name.ends_with(".go") && !name.ends_with("_test.go") {
            let below = path.strip_prefix(top).unwrap_or(&path);
            let below: Vec<_> = below.iter().map(|part| part.to_string_lossy()).collect();
            let text = std::fs::read_to_string(&path).map_err(failed(&path))?;
            files.push((below.join("/"), text));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sdk_is_whole_without_its_harness() {
        let mut modules = 0;
        for (name, text) in RUST {
            let text = text.replace(HARNESS, "");
            assert!(!text.contains("pub mod harness"), "{name}");
            for line in text.lines() {
                let module = line.trim_start_matches("pub ").strip_prefix("mod ");
                if let Some(module) = module.and_then(|rest| rest.strip_suffix(';')) {
                    let file = format!("{module}.rs");
                    assert!(RUST.iter().any(|(name, _)| *name == file), "{file}");
                    modules += 1;
                }
            }
        }
        assert_eq!(modules, RUST.len() - 1);
    }

    #[test]
    fn what_tests_of_hooks_need_is_apart_from_what_programs_link() {
        let files = embedded::TESTING.iter().map(|(path, _)| *path);
        assert!(
            files
                .clone()
                .any(|path| path == "trace/tracetest/tracetest.go")
        );
        for (path, text) in embedded::RUNTIME {
            assert!(files.clone().all(|other| other != *path), "{path}");
            assert!(!text.contains("\"testing\"\n"), "{path}");
            assert!(!text.contains("/tracetest\""), "{path}");
        }
    }

    #[test]
    fn the_sdk_has_the_dependencies_of_the_original() {
        let workspace = include_str!("../../../Cargo.toml");
        let dependencies = MANIFEST.split_once("[dependencies]\n").unwrap().1;
        for line in dependencies.lines().filter(|line| !line.is_empty()) {
            assert!(workspace.contains(&format!("\n{line}\n")), "{line}");
        }
        let original = include_str!("../../../sdk/rust/Cargo.toml");
        let original = original.split_once("[dependencies]\n").unwrap().1;
        let original = original.split_once("\n\n").unwrap().0;
        assert_eq!(
            original.lines().count(),
            dependencies.trim().lines().count()
        );
    }
}
