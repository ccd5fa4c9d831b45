//! Embeds what the binary brings along: the Go runtime's sources, the first-party plugins, and the
//! launcher of compile steps.
//!
//! Plugins are built and packed before the host. The result is `embedded.rs` in `OUT_DIR`, which
//! `src/embedded.rs` includes.

#[path = "build/step.rs"]
mod step;

use std::error::Error;
use std::fmt::Write as _;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// Where `host/pack` puts the plugins.
const PACKED: &str = "plugins/target/packed";

/// Sources that decide what a plan and a woven file look like; they are part of the build id.
const HOST_SOURCES: [&str; 4] = [
    "host/src",
    "host/step/src",
    "host/weave/src",
    "host/plugin/src",
];

fn main() {
    if let Err(error) = embed() {
        // Cargo prints one line for each `cargo::error`.
        for line in error.to_string().lines() {
            println!("cargo::error={line}");
        }
    }
}

fn embed() -> Result<(), Box<dyn Error>> {
    let manifest = PathBuf::from(std::env::var("CARGO_MANIFEST_DIR")?);
    let root = manifest
        .parent()
        .ok_or("the host's folder has no parent")?
        .to_path_buf();
    let out = PathBuf::from(std::env::var("OUT_DIR")?);
    let mut id = blake3::Hasher::new();

    let mut generated = String::new();
    embed_runtime(&root, &mut generated, &mut id)?;
    embed_plugins(&root, &mut generated, &mut id)?;
    step::embed(&root, &out, &mut generated)?;
    fs::write(out.join("embedded.rs"), generated)?;

    for folder in HOST_SOURCES {
        for file in files_with_extension(&root.join(folder), "rs")? {
            add_to_id(&mut id, &relative(&root, &file), &read(&file)?);
        }
        rerun_if_changed(&root.join(folder));
    }
    for file in ["Cargo.lock", "wit/plugin.wit"] {
        add_to_id(&mut id, file, &read(&root.join(file))?);
        rerun_if_changed(&root.join(file));
    }
    for file in ["build.rs", "build/step.rs"] {
        println!("cargo::rerun-if-changed={file}");
    }
    println!("cargo::rustc-env=WEFT_BUILD_ID={}", id.finalize().to_hex());
    Ok(())
}

/// The package of the runtime that is for tests only.
const TESTING: &str = "trace/tracetest/";

/// Writes `RUNTIME`: the Go runtime without its tests and without modules nested in it; and `TESTING`:
/// what the tests of hooks need besides.
fn embed_runtime(
    root: &Path,
    generated: &mut String,
    id: &mut blake3::Hasher,
) -> Result<(), Box<dyn Error>> {
    let folder = root.join("sdk/go");
    let (mut runtime, mut testing) = (String::new(), String::new());
    for file in files_with_extension(&folder, "go")? {
        let name = relative(&folder, &file);
        if name.ends_with("_test.go") {
            continue;
        }
        let list = if name.starts_with(TESTING) {
            &mut testing
        } else {
            add_to_id(id, &name, &read(&file)?);
            &mut runtime
        };
        writeln!(list, "    ({name:?}, include_str!({})),", literal(&file))?;
    }
    write!(
        generated,
        "/// The Go runtime: slash-separated path below its module's root, and text. Sorted by path.\n\
         pub static RUNTIME: &[(&str, &str)] = &[\n{runtime}];\n\
         /// Packages of the runtime that are for the tests of hooks, and no part of a woven program.\n\
         pub static TESTING: &[(&str, &str)] = &[\n{testing}];\n",
    )?;
    rerun_if_changed(&folder);
    Ok(())
}

/// Writes `PLUGINS`: the packed plugins.
fn embed_plugins(
    root: &Path,
    generated: &mut String,
    id: &mut blake3::Hasher,
) -> Result<(), Box<dyn Error>> {
    let folder = root.join(PACKED);
    rerun_if_changed(&folder);
    let components = files_with_extension(&folder, "wasm").unwrap_or_default();
    if components.is_empty() {
        return Err(format!(
            "there are no plugins in {}\n\
             hint: run `./dev build`, which builds and packs the plugins before the host",
            folder.display()
        )
        .into());
    }
    generated.push_str(
        "/// The first-party plugins. Sorted by name.\n\
         pub static PLUGINS: &[Packed] = &[\n",
    );
    for file in components {
        let name = relative(&folder, &file.with_extension(""));
        add_to_id(id, &name, &read(&file)?);
        for extension in ["wasm", "cwasm", "json"] {
            rerun_if_changed(&file.with_extension(extension));
        }
        writeln!(
            generated,
            "    // SAFETY: `pack-plugins` has made the code of the component, just before this was built.\n\
             \x20   unsafe {{ Packed::new({name:?}, include_bytes!({}), include_bytes!({}), include_str!({})) }},",
            literal(&file),
            literal(&file.with_extension("cwasm")),
            literal(&file.with_extension("json")),
        )?;
    }
    generated.push_str("];\n");
    Ok(())
}

/// Files below a folder, sorted by path. Leaves out what the go command leaves out as well: test data,
/// folders whose name begins with `.` or `_`, and nested modules.
fn files_with_extension(folder: &Path, extension: &str) -> io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    let mut pending = vec![folder.to_path_buf()];
    while let Some(current) = pending.pop() {
        for entry in fs::read_dir(&current)? {
            let path = entry?.path();
            if path.is_dir() {
                let name = path
                    .file_name()
                    .map(|name| name.to_string_lossy().into_owned())
                    .unwrap_or_default();
                let skipped = name == "testdata" || name.starts_with(['.', '_']);
                if !skipped && !path.join("go.mod").exists() {
                    pending.push(path);
                }
            } else if path.extension().is_some_and(|found| found == extension) {
                files.push(path);
            }
        }
    }
    files.sort();
    Ok(files)
}

/// Names and contents both end up in the id, each with its length, so that no two sets of files
/// have the same bytes.
fn add_to_id(id: &mut blake3::Hasher, name: &str, content: &[u8]) {
    for part in [name.as_bytes(), content] {
        id.update(&(part.len() as u64).to_le_bytes());
        id.update(part);
    }
}

fn read(file: &Path) -> Result<Vec<u8>, String> {
    fs::read(file).map_err(|error| format!("cannot read {}: {error}", file.display()))
}

/// The path below a folder, with slashes on every system.
fn relative(folder: &Path, file: &Path) -> String {
    file.strip_prefix(folder)
        .unwrap_or(file)
        .components()
        .map(|part| part.as_os_str().to_string_lossy())
        .collect::<Vec<_>>()
        .join("/")
}

/// The path as a Rust string literal.
fn literal(path: &Path) -> String {
    format!("{:?}", path.to_string_lossy())
}

fn rerun_if_changed(path: &Path) {
    println!("cargo::rerun-if-changed={}", path.display());
}
