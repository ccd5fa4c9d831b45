//! Runs programs that use a plugin's libraries, plain and woven, and compares what they do, and the spans
//! that they make.
//!
//! They are woven with the built-in plugins too: so users' programs are.

mod program;
mod receiver;
mod run;
mod span;
mod tree;

use std::path::{Path, PathBuf};

use similar::TextDiff;

use super::snapshot::{Compared, Outcome, outcome};
use super::test::TestOptions;
use super::trial::Subject;
use super::{AuthorError, Built};
use crate::failure::Failure;
use program::{Choice, End, Program};
use receiver::Receiver;
use run::Site;
use tree::Expected;

/// Folder of the programs, in the plugin's: it is one program, or has one in each of its folders.
const FOLDER: &str = "live";

/// The spans that a program makes.
const SPANS: &str = "spans.txt";

/// Those with the lowest versions, where they differ.
const SPANS_LOWEST: &str = "spans-lowest.txt";

/// Runs the live programs of a plugin, and compares their spans with `spans.txt`, or writes that.
pub fn compare(
    directory: &Path,
    built: &Built,
    subjects: &[Subject],
    options: TestOptions,
) -> Result<Vec<Compared>, Failure> {
    let folder = directory.join(FOLDER);
    if !folder.is_dir() {
        return Ok(vec![unused(FOLDER)]);
    }
    let mut compared = Vec::new();
    for path in programs(&folder)? {
        let name = path.strip_prefix(directory).unwrap_or(&path);
        let name = name.to_string_lossy().replace('\\', "/");
        compared.extend(of_program(&path, &name, built, subjects, options)?);
    }
    Ok(compared)
}

/// The folders of programs: those with a go.mod.
fn programs(folder: &Path) -> Result<Vec<PathBuf>, AuthorError> {
    let is_program = |folder: &Path| folder.join("go.mod").is_file();
    if is_program(folder) {
        return Ok(vec![folder.to_owned()]);
    }
    let failed = |source| AuthorError::File {
        action: "read",
        path: folder.to_owned(),
        source,
    };
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        if is_program(&path) {
            found.push(path);
        }
    }
    if found.is_empty() {
        return Err(AuthorError::LiveModule {
            directory: folder.to_owned(),
        });
    }
    found.sort();
    Ok(found)
}

fn of_program(
    path: &Path,
    name: &str,
    built: &Built,
    subjects: &[Subject],
    options: TestOptions,
) -> Result<Vec<Compared>, Failure> {
    let TestOptions { bless, longest, .. } = options;
    let program = Program::open(path, name, subjects)?;
    let expected = Expected::read(&path.join(SPANS))?;
    let mut tried = Vec::new();
    for end in program.ends() {
        let choice = program.with(*end)?;
        if !choice.uses(&built.descriptor) {
            if expected.exists {
                let program = name.to_owned();
                return Err(AuthorError::LiveUnused { program }.into());
            }
            return Ok(vec![unused(name)]);
        }
        let site = Site {
            folder: path,
            program: name,
            longest,
        };
        tried.push((*end, run(&choice, &site, built, &expected)?));
    }
    // The newest version decides what is in the file for all.
    let newest = tried.iter().find(|(end, _)| *end == End::Newest);
    let newest = newest.map(|(_, run)| run.spans.clone());
    let mut compared = Vec::new();
    for (end, Run { title, spans }) in tried {
        let file = match end {
            End::Lowest if bless && newest.as_ref() != Some(&spans) => SPANS_LOWEST,
            End::Lowest if !bless && path.join(SPANS_LOWEST).is_file() => SPANS_LOWEST,
            _ => SPANS,
        };
        let outcome = match spans {
            Ok(text) => outcome(&path.join(file), &text, bless)?,
            Err(diff) => Outcome::Breaks(diff),
        };
        compared.push(Compared {
            version: format!("{title}, {name}"),
            file: Path::new(name).join(file),
            outcome,
        });
        if end == End::Lowest && bless && file == SPANS {
            remove(&path.join(SPANS_LOWEST))?;
        }
    }
    Ok(compared)
}

/// What running a program has come to.
struct Run {
    /// The versions that it was built with.
    title: String,
    /// Its spans; or how it differs from the plain one.
    spans: Result<String, String>,
}

fn run(
    choice: &Choice<'_>,
    site: &Site<'_>,
    built: &Built,
    expected: &Expected,
) -> Result<Run, Failure> {
    let plain = run::run(&choice.build_plain()?, site, None)?;
    let executable = choice.build_woven(built)?;
    let receiver = Receiver::start()?;
    let woven = run::run(&executable, site, Some(&receiver))?;
    let spans = receiver.spans()?;
    let (before, now) = (plain.text(), woven.text());
    Ok(Run {
        title: choice.title.clone(),
        spans: if before == now {
            Ok(tree::text(&woven.code, &spans, &expected.varying))
        } else {
            let diff = TextDiff::from_lines(&before, &now);
            Err(diff.unified_diff().header("plain", "woven").to_string())
        },
    })
}

fn unused(name: &str) -> Compared {
    Compared {
        version: name.to_owned(),
        file: PathBuf::from(name),
        outcome: Outcome::Unused,
    }
}

fn remove(path: &Path) -> Result<(), AuthorError> {
    match std::fs::remove_file(path) {
        Err(source) if source.kind() != std::io::ErrorKind::NotFound => Err(AuthorError::File {
            action: "remove",
            path: path.to_owned(),
            source,
        }),
        _ => Ok(()),
    }
}
