//! What is added to the go command so that it follows a plan.

use std::path::Path;

use weft_step::MARKER;

use super::graph::Graph;
use super::{Plan, PlanError, Record};
use crate::cache::{Cache, Kind};
use crate::gocmd::{self, GoCommand, GoEnvironment, PackageFlags, PackageIdentity, Subcommand};
use crate::overlay::MainModule;
use crate::toolexec::{self, CompileStep};

/// Adds `-toolexec` with this program as the compile step, through the launcher where that can be started.
pub fn toolexec(cache: &Cache, overlay: &Path, record: &mut Record) -> Result<(), PlanError> {
    let program = std::env::current_exe().map_err(PlanError::Executable)?;
    let quoted = |path: &Path| {
        path.to_str()
            .and_then(gocmd::quote)
            .ok_or_else(|| PlanError::Unquotable {
                path: path.to_owned(),
            })
    };
    let mut words = Vec::new();
    if let Some(launcher) = toolexec::install(cache)? {
        words.push(quoted(&launcher)?);
        record.add_written([launcher]);
    }
    words.extend([
        quoted(&program)?,
        "toolexec".to_owned(),
        quoted(&cache.folder(Kind::Plans))?,
        quoted(overlay)?,
    ]);
    record.flags.push(format!("-toolexec={}", words.join(" ")));
    Ok(())
}

/// The flag that compiles a module's virtual packages without what debuggers read, which is a ninth of what
/// they add to a binary. Stack traces and profiles do not need it. None for a build without optimisations,
/// which is one for a debugger.
pub fn plainer(module: &MainModule, user_flags: &PackageFlags) -> Option<String> {
    let (import_path, directory) = module.virtual_root();
    let flags = user_flags.of(PackageIdentity {
        import_path: &format!("{import_path}/sdk/hook"),
        directory: &directory.join("sdk/hook"),
        standard: false,
        named: false,
        in_main_module: true,
    });
    let debugged = flags.split_whitespace().any(|flag| flag == "-N");
    let space = if flags.is_empty() { "" } else { " " };
    (!debugged).then(|| format!("-gcflags={import_path}/...={flags}{space}-dwarf=false"))
}

/// Whether patterns of folders mean packages to this go command. To `go test` of Go 1.27 they do not where only
/// tests import the package: it looks for flags when it knows of a package no more than the import path, and no
/// longer looks again (`loadImport` and `TestPackagesAndErrors` of cmd/go/internal/load).
pub fn knows_folders(command: &GoCommand, environment: &GoEnvironment) -> bool {
    command.subcommand != Subcommand::Test || environment.release() < Some((1, 27))
}

/// Writes what the compile step of each woven package has to know, and marks the package with it: by its folder
/// where the go command knows that, since it compares folders faster than import paths.
pub fn mark(
    user_flags: &PackageFlags,
    by_folder: bool,
    directory: &Path,
    cache: &Cache,
    plan: &Plan,
    graph: &Graph<'_>,
    record: &mut Record,
) -> Result<(), PlanError> {
    let last = plan.packages.len() - 1;
    let mut step_hasher = blake3::Hasher::new();
    for source in toolexec::SOURCES {
        step_hasher.update(source.as_bytes());
    }
    for (index, package) in plan.packages.iter().enumerate() {
        let step = CompileStep {
            plan: package.plan.clone(),
            replaced: package.replaced.clone(),
        };
        let content = serde_json::to_vec(&step).expect("a plan is valid JSON");
        // The sources and the plan's own hash cover step and weaver; the content's covers where replaced files are.
        let mut hasher = step_hasher.clone();
        hasher.update(package.plan.hash().as_bytes());
        hasher.update(&content);
        let name = hasher.finalize().to_hex()[..32].to_owned();
        let file = format!("{name}.json");
        cache.keep(Kind::Plans, &file, &content)?;
        record.add_written([cache.folder(Kind::Plans).join(file)]);
        let flags = user_flags.of(graph.identity(&package.import_path));
        let space = if flags.is_empty() { "" } else { " " };
        // cmd/go records the last one in the binary: that one must not depend on where the tree is.
        let pattern = (by_folder && index < last && graph.is_alone_in_folder(&package.import_path))
            .then(|| gocmd::folder_pattern(&package.directory, directory))
            .flatten()
            .unwrap_or_else(|| package.import_path.clone());
        record
            .flags
            .push(format!("-gcflags={pattern}={flags}{space}{MARKER}={name}"));
    }
    record.packages = plan.packages.len();
    record.hooks = plan
        .packages
        .iter()
        .map(|package| package.points.len())
        .sum();
    Ok(())
}

/// `go test` runs vet in each package's folder, which virtual packages do not have: it is turned off
/// there, and the same checks run on the user's packages beside it.
///
/// Source: `cmd/go/internal/test.defaultVetFlags`.
pub fn vet_beside(command: &GoCommand, environment: &GoEnvironment, record: &mut Record) {
    const DEFAULT_CHECKS: [&str; 11] = [
        "atomic",
        "bools",
        "buildtag",
        "directive",
        "errorsas",
        "ifaceassert",
        "nilfunc",
        "printf",
        "slog",
        "stringintconv",
        "tests",
    ];
    const SINCE_GO_1_27: [&str; 1] = ["stdversion"];
    let flag = |check: &str| format!("-{check}");
    record.vet = match command.value("vet") {
        Some("off") => return,
        Some("all") => Some(Vec::new()),
        Some(checks) if !checks.is_empty() => Some(checks.split(',').map(flag).collect()),
        _ => {
            let newer = environment.release() >= Some((1, 27));
            let newer = SINCE_GO_1_27.into_iter().filter(|_| newer);
            Some(DEFAULT_CHECKS.into_iter().chain(newer).map(flag).collect())
        }
    };
    record.flags.push("-vet=off".into());
}
