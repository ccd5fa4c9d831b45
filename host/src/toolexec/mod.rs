//! The compile step: what cmd/go runs in place of each tool.
//!
//! Invariant: a step without marker does nothing but start the tool. This room reads plans and Go
//! files; it knows no plugins, and no WebAssembly runs here. Where it can be, a small program is started
//! first, `host/step`, which starts weft for packages with a marker only.

mod launcher;
mod stand_in;
mod tool;

use std::ffi::{OsStr, OsString};
use std::io;
use std::path::{Path, PathBuf};

use cap_std::ambient_authority;
use cap_std::fs::Dir;
use serde::{Deserialize, Serialize};
use weft_step::{MARKER, is_cover, is_marker};
use weft_weave::plan::PackagePlan;
use weft_weave::weave::{WeaveError, weave_file};

pub use launcher::install;
use stand_in::StandIns;

/// The sources that decide what the compiler gets, beside those of the weaver: a change of them is one of each
/// woven package, which the build cache must not have from before.
pub const SOURCES: [&str; 2] = [include_str!("mod.rs"), include_str!("stand_in.rs")];

/// What the compile step of one package has to know: the content of a file in the plans folder.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CompileStep {
    /// The package's plan.
    pub plan: PackagePlan,
    /// Files that the user's own overlay replaces: where their text is, by name.
    pub replaced: std::collections::BTreeMap<String, PathBuf>,
}

/// Why a compile step failed.
#[derive(Debug, thiserror::Error)]
pub enum StepError {
    /// The arguments are not cmd/go's.
    #[error("`weft toolexec` is run by the go command, not by hand")]
    Usage,
    /// The tool cannot be started.
    #[error("failed to start {}: {source}", tool.display())]
    Start {
        /// The tool.
        tool: PathBuf,
        /// The system's reason.
        source: io::Error,
    },
    /// The plan named by the marker cannot be read.
    #[error("failed to read the plan {name} of {package}: {reason}")]
    Plan {
        /// The plan's name.
        name: String,
        /// Import path.
        package: String,
        /// What was wrong.
        reason: String,
    },
    /// A file of the plan is not among the files to compile.
    #[error("the plan of {package} names {file}, which the go command does not compile")]
    FileMissing {
        /// Import path.
        package: String,
        /// The file's name.
        file: String,
    },
    /// A file cannot be read or written.
    #[error("failed to {action} {}: {source}", path.display())]
    File {
        /// `read` or `write`.
        action: &'static str,
        /// The file.
        path: PathBuf,
        /// The system's reason.
        source: io::Error,
    },
    /// Weaving a file failed.
    #[error("failed to weave {}: {source}", path.display())]
    Weave {
        /// The file.
        path: PathBuf,
        /// What the weaver says.
        source: WeaveError,
    },
}

/// Runs one tool: `weft toolexec <plans folder> <overlay> <tool> <arguments…>`. `arguments` starts after
/// `toolexec`. Does not return where the system can replace a process; otherwise returns the tool's
/// exit code.
pub fn run(mut arguments: impl Iterator<Item = OsString>) -> Result<i32, StepError> {
    let (Some(plans), Some(overlay), Some(tool)) =
        (arguments.next(), arguments.next(), arguments.next())
    else {
        return Err(StepError::Usage);
    };
    let mut arguments: Vec<OsString> = arguments.collect();
    if is_cover(&tool) {
        show_virtual_files(Path::new(&overlay), &mut arguments)?;
    }
    let Some(position) = arguments.iter().position(|argument| is_marker(argument)) else {
        return tool::start(&tool, &arguments);
    };
    let marker = arguments.remove(position);
    let name = marker.to_string_lossy()[MARKER.len() + 1..].to_owned();
    let original = arguments.clone();
    match weave(Path::new(&plans), &name, &mut arguments) {
        Ok(()) => tool::compile(&tool, &arguments, &original),
        // The compiler says best what is wrong with a file that does not parse.
        Err(
            error @ StepError::Weave {
                source: WeaveError::Syntax { .. },
                ..
            },
        ) => match tool::wait(&tool, &original)? {
            0 => Err(error),
            code => Ok(code),
        },
        Err(error) => Err(error),
    }
}

/// Gives cmd/cover the files that the overlay shows: cmd/go names them by the paths that only it knows.
fn show_virtual_files(overlay: &Path, arguments: &mut [OsString]) -> Result<(), StepError> {
    let is_virtual = |argument: &OsString| {
        let path = Path::new(argument);
        path.extension() == Some(OsStr::new("go")) && !path.exists()
    };
    if !arguments.iter().any(is_virtual) {
        return Ok(());
    }
    let files = crate::overlay::read(overlay).map_err(|source| StepError::File {
        action: "read",
        path: overlay.to_owned(),
        source,
    })?;
    for argument in arguments.iter_mut().filter(|argument| is_virtual(argument)) {
        if let Some(actual) = argument.to_str().and_then(|path| files.get(path)) {
            *argument = actual.into();
        }
    }
    Ok(())
}

/// Weaves the files that the plan names and puts the woven ones in their place.
fn weave(plans: &Path, name: &str, arguments: &mut Vec<OsString>) -> Result<(), StepError> {
    let package = value_of(arguments, "-p")
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned();
    let step = read_step(plans, name, &package)?;
    let compiled: Vec<usize> = go_files(arguments).collect();
    // Beside the object file: cmd/go's own folder for this package, which it trims from paths in the
    // archive and removes after the build.
    let output = value_of(arguments, "-o")
        .map(PathBuf::from)
        .ok_or(StepError::Usage)?;
    let folder = output.parent().unwrap_or(Path::new(".")).to_owned();
    let find = |file: &str| {
        compiled.iter().copied().find(|&index| {
            let path = Path::new(&arguments[index]);
            // A replacement may have the name of another file.
            match step.replaced.iter().find(|(_, actual)| *actual == path) {
                Some((name, _)) => name == file,
                None => original_name(path, &folder).as_deref() == Some(file),
            }
        })
    };
    let files: Vec<_> = step
        .plan
        .files
        .iter()
        .map(|plan| (&plan.file, plan, find(&plan.file)))
        .collect();
    if files.iter().all(|(_, _, index)| index.is_none())
        && is_companion(&package, arguments, &compiled)
    {
        return Ok(());
    }
    let mut sockets = Vec::new();
    let mut stand_ins = StandIns::new(&folder);
    for (file, plan, index) in files {
        let index = index.ok_or_else(|| StepError::FileMissing {
            package: package.clone(),
            file: file.clone(),
        })?;
        let source = PathBuf::from(&arguments[index]);
        let text = read_text(&source)?;
        let absolute = std::path::absolute(&source).map_err(|source_error| StepError::File {
            action: "read",
            path: source.clone(),
            source: source_error,
        })?;
        let woven = weave_file(plan, &text, &absolute.to_string_lossy()).map_err(|error| {
            StepError::Weave {
                path: source.clone(),
                source: error,
            }
        })?;
        let written = if woven.names_relative_files {
            stand_ins.folder_for(&source)?
        } else {
            folder.clone()
        };
        arguments[index] = write_text(&written, &format!("weft_{file}"), &woven.text)?;
        if !woven.sockets.is_empty() {
            sockets.push(write_text(
                &folder,
                &format!("weft.{file}"),
                &woven.sockets,
            )?);
        }
    }
    // Before all others; see `Woven::sockets`.
    if let Some(first) = compiled.first() {
        arguments.splice(first..first, sockets);
    }
    stand_ins.rename(arguments);
    Ok(())
}

/// cmd/go gives a package's flags to its external tests and its test main too.
///
/// Source: `cmd/go/internal/load.TestPackagesAndErrors`.
fn is_companion(package: &str, arguments: &[OsString], compiled: &[usize]) -> bool {
    let test_main = compiled.len() == 1
        && Path::new(&arguments[compiled[0]]).file_name() == Some(OsStr::new("_testmain.go"));
    package.ends_with("_test") || test_main
}

fn value_of<'a>(arguments: &'a [OsString], flag: &str) -> Option<&'a OsStr> {
    let position = arguments.iter().position(|argument| argument == flag)?;
    arguments.get(position + 1).map(OsString::as_os_str)
}

/// Which arguments are Go files: they come last, and values of flags, such as an import path, may end alike.
///
/// Source: `cmd/go/internal/work.gcToolchain.gc`.
fn go_files(arguments: &[OsString]) -> std::ops::Range<usize> {
    let is_go = |argument: &&OsString| Path::new(argument).extension() == Some(OsStr::new("go"));
    let count = arguments.iter().rev().take_while(is_go).count();
    arguments.len() - count..arguments.len()
}

/// The name of the source file that a file to compile was made of. Into the folder that cmd/go has for
/// the package, cmd/cover writes `x.cover.go` for `x.go`, cgo writes `x.cgo1.go`, and both write
/// `x.cover.cgo1.go`; elsewhere, such names are the user's own.
///
/// Source: `cmd/go/internal/work.(*Builder).build` and `.cgo`.
fn original_name(path: &Path, generated: &Path) -> Option<String> {
    let name = path.file_name()?.to_str()?;
    if path.parent() != Some(generated) {
        return Some(name.to_owned());
    }
    let stem = name
        .strip_suffix(".cgo1.go")
        .or_else(|| name.strip_suffix(".go"))?;
    Some(format!(
        "{}.go",
        stem.strip_suffix(".cover").unwrap_or(stem)
    ))
}

fn read_step(plans: &Path, name: &str, package: &str) -> Result<CompileStep, StepError> {
    let failed = |reason: String| StepError::Plan {
        name: name.to_owned(),
        package: package.to_owned(),
        reason,
    };
    let folder = Dir::open_ambient_dir(plans, ambient_authority())
        .map_err(|error| failed(error.to_string()))?;
    let content = folder
        .read(format!("{name}.json"))
        .map_err(|error| failed(error.to_string()))?;
    serde_json::from_slice(&content).map_err(|error| failed(error.to_string()))
}

fn read_text(path: &Path) -> Result<String, StepError> {
    std::fs::read_to_string(path).map_err(|source| StepError::File {
        action: "read",
        path: path.to_owned(),
        source,
    })
}

/// Writes a file and returns its path.
fn write_text(folder: &Path, name: &str, text: &str) -> Result<OsString, StepError> {
    let path = folder.join(name);
    let written = Dir::open_ambient_dir(folder, ambient_authority())
        .and_then(|folder| folder.write(name, text));
    match written {
        Ok(()) => Ok(path.into_os_string()),
        Err(source) => Err(StepError::File {
            action: "write",
            path,
            source,
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rewritten_files_are_known_by_their_origin() {
        for (path, name) in [
            ("/a/x.go", Some("x.go")),
            ("/a/x.cover.go", Some("x.cover.go")),
            ("./x.cgo1.go", Some("x.cgo1.go")),
            ("/w/b001/x.cover.go", Some("x.go")),
            ("/w/b001/x.cover.cover.go", Some("x.cover.go")),
            ("/w/b001/x.cgo1.go", Some("x.go")),
            ("/w/b001/x.cover.cgo1.go", Some("x.go")),
            ("/w/b001/x.s", None),
        ] {
            let found = original_name(Path::new(path), Path::new("/w/b001"));
            assert_eq!(found.as_deref(), name, "{path}");
        }
    }

    #[test]
    fn a_call_by_hand_is_refused() {
        assert!(matches!(run(std::iter::empty()), Err(StepError::Usage)));
    }
}
