//! The programs and tests that a build links: where hooks come in.

use std::collections::BTreeSet;
use std::path::Path;

use super::PlanError;
use super::graph::Graph;
use crate::gocmd::{self, GoCommand, GoEnvironment, ListedPackage, Subcommand};
use crate::overlay::{Anchor, MainModule};

/// One program or test binary.
#[derive(Debug)]
pub struct Program {
    /// The package that it is linked from: a main package, or a generated test main.
    pub root: String,
    /// The main module whose virtual packages it links.
    pub module: MainModule,
    /// The file that links them.
    pub anchor: Anchor,
    /// Whether the user named Go files, so that the anchor's file has to be named too.
    pub named_by_files: bool,
}

/// Finds the programs of a build. Tests of packages in the module cache and in the standard library run
/// as they are: cmd/go lets no overlay add files there.
pub fn find(
    command: &GoCommand,
    graph: &Graph<'_>,
    environment: &GoEnvironment,
    directory: &Path,
) -> Result<Vec<Program>, PlanError> {
    let testing = command.subcommand == Subcommand::Test;
    let wanted = |package: &&ListedPackage| {
        let tested = !package.test_go_files.is_empty() || !package.x_test_go_files.is_empty();
        !package.dep_only
            && if testing {
                tested && !is_fixed(package, environment)
            } else {
                package.is_main()
            }
    };
    let mut programs = Vec::new();
    for package in graph.packages().filter(wanted) {
        if is_fixed(package, environment) {
            return Err(PlanError::ReadOnlyProgram {
                program: package.import_path.clone(),
                directory: package.dir.clone(),
            });
        }
        programs.push(Program {
            root: if testing {
                format!("{}.test", package.import_path)
            } else {
                package.import_path.clone()
            },
            module: main_module(package, command, directory)?,
            anchor: anchor(package, testing),
            named_by_files: command.names_files(directory),
        });
    }
    Ok(programs)
}

/// Whether cmd/go refuses overlay files in the package's folder.
///
/// Source: `cmd/go/internal/modload`: "overlay contains a replacement for a file beneath GOMODCACHE".
fn is_fixed(package: &ListedPackage, environment: &GoEnvironment) -> bool {
    package.standard || package.dir.starts_with(&environment.gomodcache)
}

fn anchor(package: &ListedPackage, testing: bool) -> Anchor {
    let tests = package
        .test_go_files
        .iter()
        .chain(&package.x_test_go_files)
        .map(String::as_str);
    let ignored = package.ignored_go_files.iter().map(String::as_str);
    let taken: BTreeSet<_> = package
        .compiled_files()
        .chain(tests)
        .chain(ignored)
        .map(str::to_owned)
        .collect();
    let directory = package.dir.clone();
    if testing {
        Anchor::Test {
            directory,
            package: package.name.clone(),
            taken,
        }
    } else {
        Anchor::Main { directory, taken }
    }
}

/// The main module that a program's virtual packages live in: its own, or the first one for programs of
/// replaced modules and for programs named by their files.
fn main_module(
    package: &ListedPackage,
    command: &GoCommand,
    directory: &Path,
) -> Result<MainModule, PlanError> {
    if let Some(module) = package.module.as_ref().filter(|module| module.main)
        && let Some(root) = module.root()
    {
        return Ok(MainModule {
            path: module.path.clone(),
            directory: root,
        });
    }
    let modules = gocmd::main_modules(command, directory)?;
    let holding = |inside: bool| {
        modules.iter().find_map(|module| {
            let root = module
                .dir
                .as_ref()
                .filter(|root| !inside || package.dir.starts_with(root))?;
            Some(MainModule {
                path: module.path.clone(),
                directory: root.clone(),
            })
        })
    };
    holding(true)
        .or_else(|| holding(false))
        .ok_or_else(|| PlanError::NoModule {
            program: package.import_path.clone(),
        })
}
