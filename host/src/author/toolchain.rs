//! Compiles a plugin's sources to a WebAssembly module.

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use super::project::PluginProject;
use super::sdk::FOLDER;
use super::{AuthorError, Language};

const TARGET: &str = "wasm32-unknown-unknown";

const INSTALL_CARGO: &str = "install Rust with rustup (https://rustup.rs)";
const INSTALL_TARGET: &str = "run: rustup target add wasm32-unknown-unknown";
const INSTALL_ZIG: &str =
    "run: python3 -m pip install ziglang; or put `zig` 0.15 or newer on PATH, or its path into ZIG";

const INSTALL_NODE: &str =
    "install Node.js 20 or newer (https://nodejs.org), or put its path into NODE";
const INSTALL_COMPONENTIZE: &str = "run `npm install` in the plugin's folder";

/// Compiles; the compiler's own messages go to standard error. Returns the module.
pub fn compile(project: &PluginProject, quiet: bool) -> Result<Vec<u8>, AuthorError> {
    let path = match project.language {
        Language::Rust => cargo(project, quiet)?,
        Language::C => zig(project)?,
        Language::JavaScript => node(project)?,
    };
    std::fs::read(&path).map_err(|source| AuthorError::File {
        action: "read",
        path,
        source,
    })
}

fn variable(name: &str, program: &str) -> OsString {
    let set = std::env::var_os(name).filter(|value| !value.is_empty());
    set.unwrap_or_else(|| program.into())
}

fn cargo(project: &PluginProject, quiet: bool) -> Result<PathBuf, AuthorError> {
    check_target(project)?;
    let mut command = Command::new(variable("CARGO", "cargo"));
    command
        .args(["build", "--release", "--target", TARGET])
        .arg("--message-format=json-render-diagnostics")
        .args(quiet.then_some("--quiet"))
        .current_dir(&project.directory)
        .stdin(Stdio::null())
        .stderr(Stdio::inherit());
    let output = command.output().map_err(|error| AuthorError::Tool {
        tool: "cargo",
        reason: error.to_string(),
        install: INSTALL_CARGO,
    })?;
    if !output.status.success() {
        return Err(AuthorError::Compile { compiler: "cargo" });
    }
    let text = String::from_utf8_lossy(&output.stdout);
    // A workspace may hold other crates; cargo builds the one of the folder last.
    let mut modules = text.lines().filter_map(module_of);
    modules.next_back().ok_or_else(|| AuthorError::Module {
        directory: project.directory.clone(),
        reason: "cargo made no WebAssembly module".to_owned(),
    })
}

/// The module that a message of cargo's tells of.
///
/// Source: <https://doc.rust-lang.org/cargo/reference/external-tools.html#json-messages>.
fn module_of(line: &str) -> Option<PathBuf> {
    let message: serde_json::Value = serde_json::from_str(line).ok()?;
    if message["reason"] != "compiler-artifact" {
        return None;
    }
    let mut kinds = message["target"]["kind"].as_array()?.iter();
    if !kinds.any(|kind| kind == "cdylib") {
        return None;
    }
    let mut files = message["filenames"].as_array()?.iter();
    files
        .find_map(|file| file.as_str().filter(|file| file.ends_with(".wasm")))
        .map(PathBuf::from)
}

/// rustc prints the folder in any case; the target is there where that holds a standard library.
fn check_target(project: &PluginProject) -> Result<(), AuthorError> {
    let mut command = Command::new(variable("RUSTC", "rustc"));
    command
        .args(["--print", "target-libdir", "--target", TARGET])
        .current_dir(&project.directory)
        .stdin(Stdio::null());
    let output = command.output().map_err(|error| AuthorError::Tool {
        tool: "rustc",
        reason: error.to_string(),
        install: INSTALL_CARGO,
    })?;
    let folder = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    let mut files = std::fs::read_dir(&folder).into_iter().flatten().flatten();
    if files.any(|file| file.file_name().to_string_lossy().starts_with("libstd-")) {
        return Ok(());
    }
    Err(AuthorError::Tool {
        tool: "standard library of Rust for wasm32-unknown-unknown",
        reason: format!("{folder:?} has none"),
        install: INSTALL_TARGET,
    })
}

/// Where npm puts what makes a component of JavaScript.
const COMPONENTIZE: &str = "node_modules/@bytecodealliance/componentize-js";

fn node(project: &PluginProject) -> Result<PathBuf, AuthorError> {
    let directory = std::path::absolute(&project.directory).unwrap_or_default();
    if !directory
        .ancestors()
        .any(|folder| folder.join(COMPONENTIZE).is_dir())
    {
        return Err(AuthorError::Tool {
            tool: "componentize-js",
            reason: format!("{} has no {COMPONENTIZE}", project.directory.display()),
            install: INSTALL_COMPONENTIZE,
        });
    }
    let mut command = Command::new(variable("NODE", "node"));
    command
        .arg(".weft/js/componentize.js")
        .current_dir(&project.directory)
        .stdin(Stdio::null());
    run(&mut command, "node", INSTALL_NODE, "componentize-js")?;
    Ok(output(project))
}

/// Where zig and componentize-js are told to put what they make.
fn output(project: &PluginProject) -> PathBuf {
    project.directory.join(FOLDER).join("plugin.wasm")
}

/// Runs a compiler, which says itself what is wrong with the sources.
fn run(
    command: &mut Command,
    tool: &'static str,
    install: &'static str,
    compiler: &'static str,
) -> Result<(), AuthorError> {
    let status = command.status().map_err(|error| AuthorError::Tool {
        tool,
        reason: error.to_string(),
        install,
    })?;
    if status.success() {
        return Ok(());
    }
    Err(AuthorError::Compile { compiler })
}

fn zig(project: &PluginProject) -> Result<PathBuf, AuthorError> {
    let mut command = find_zig()?;
    command
        .args(["cc", "-target", "wasm32-freestanding", "-std=c23", "-Os"])
        .args([
            "-nostdlib",
            "-Wall",
            "-Wextra",
            "-Wl,--no-entry",
            "-Wl,--strip-all",
        ])
        .args(["-I", ".weft/c", "-o", ".weft/plugin.wasm", "plugin.c"])
        .current_dir(&project.directory)
        .stdin(Stdio::null());
    run(&mut command, "zig", INSTALL_ZIG, "zig")?;
    Ok(output(project))
}

/// zig by the variable ZIG, on PATH, or as Python's package `ziglang` brings it.
fn find_zig() -> Result<Command, AuthorError> {
    let mut tried = Vec::new();
    let zig = variable("ZIG", "zig");
    for words in [
        vec![zig],
        ["python3", "-m", "ziglang"].map(OsString::from).to_vec(),
    ] {
        let command = || {
            let mut command = Command::new(&words[0]);
            command.args(&words[1..]);
            command
        };
        let answer = command().arg("version").stdin(Stdio::null()).output();
        if answer.is_ok_and(|answer| answer.status.success()) {
            return Ok(command());
        }
        tried.push(words.join(" ".as_ref()).to_string_lossy().into_owned());
    }
    Err(AuthorError::Tool {
        tool: "zig",
        reason: format!("neither of {} starts", tried.join(", ")),
        install: INSTALL_ZIG,
    })
}
