//! Decides what is woven into which package: lists packages, asks plugins about those that interest
//! them, and verifies what they answer.
//!
//! Invariant: a plan is a function of its inputs; the same inputs give the same bytes.

mod coverage;
mod error;
mod essence;
mod flags;
mod graph;
mod inputs;
mod package;
mod previous;
mod program;
mod record;
mod stance;

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::SystemTime;

use weft_weave::syntax::{Declared, GuessedNames, PackageSyntax};

pub use error::PlanError;
pub use package::{Skipped, WovenPackage, read};
pub use record::{Record, key};
pub use stance::{Stance, target_title};

use crate::cache::{Cache, CacheError};
use crate::gocmd::{self, GoCommand, GoEnvironment, ListedPackage, PackageFlags, Subcommand};
use crate::manifest::{self, Manifest, Weft, WovenFunction};
use crate::overlay::{self, MainModule, Overlay};
use crate::plugins::{PluginChoice, PluginSet};
use essence::{Essences, essences};
use graph::Graph;
use inputs::{Inputs, Stamp};
use package::{Callees, Weaving};
use previous::{Known, Previous, Remains};
use program::Program;

/// A plan and what the go command needs to follow it.
#[derive(Debug)]
pub struct Planned {
    /// For the build, and for the next one.
    pub record: Record,
    /// For people.
    pub plan: Plan,
    /// What it was made of.
    pub build: Build,
    callees: Callees,
    essences: Essences,
}

impl Planned {
    /// Keeps the plan, so that the next build with the same key makes only what has changed.
    pub fn store(self, cache: &Cache, key: &str) -> Result<Record, CacheError> {
        let Self {
            record,
            plan,
            build,
            callees,
            essences,
        } = self;
        let record = Previous::store(cache, key, build, plan, callees, essences, record)?;
        record.store(cache, key)?;
        Ok(record)
    }
}

/// What a plan is made of.
#[derive(Debug)]
pub struct Build {
    /// The plugins.
    pub plugins: PluginSet,
    /// The packages, as the go command lists them.
    pub packages: Vec<ListedPackage>,
    environment: GoEnvironment,
    replaced: BTreeMap<PathBuf, PathBuf>,
}

impl Build {
    /// The version that people know a package by: its module's, or that of Go.
    pub fn version(&self, package: &ListedPackage) -> String {
        package::version(package, &self.environment)
    }

    /// The functions that a package declares.
    pub fn functions(&self, package: &ListedPackage) -> Result<Vec<Declared>, PlanError> {
        let files = package::read(package, &self.replaced)?;
        let names = &GuessedNames;
        let syntax = PackageSyntax::parse(&package.import_path, &package.name, files, names);
        Ok(syntax.declared_functions())
    }
}

/// All that is woven in one build.
#[derive(Debug)]
pub struct Plan {
    /// How many programs and tests are linked: without any, nothing is woven.
    pub programs: usize,
    /// Packages that are woven, by import path.
    pub packages: Vec<WovenPackage>,
    /// What a plugin names but what is not woven, and why.
    pub skipped: Vec<Skipped>,
    /// How plugins stand to the packages that they name.
    pub stances: Vec<Stance>,
    /// Packages that do not parse, or declare a function twice, where something should be woven: the
    /// compiler is to refuse them.
    pub unparsed: Vec<String>,
    /// Plugins that take part, as name and version.
    pub plugins: Vec<(String, String)>,
}

/// Makes the plan of a go command run in `directory`.
pub fn make(
    command: &GoCommand,
    directory: &Path,
    cache: &Cache,
    choice: &PluginChoice,
) -> Result<Planned, PlanError> {
    let started = SystemTime::now();
    let environment = GoEnvironment::read(directory)?;
    environment.check_release()?;
    let command = command.clone().with_goflags(&environment.goflags)?;
    if command.names_versions() {
        return Err(PlanError::VersionedProgram);
    }
    let replaced = match command.value("overlay") {
        Some(path) if !path.is_empty() => overlay::read_user_overlay(Path::new(path), directory)?,
        _ => BTreeMap::new(),
    };
    let mut inputs = Inputs::default();
    inputs.add_surroundings(
        &environment,
        &command,
        directory,
        &choice.files_read(directory),
    );
    let (packages, plugins) = thread::scope(|scope| {
        let plugins = scope.spawn(|| PluginSet::load(cache, choice));
        let packages = gocmd::list(&command, directory);
        let plugins = plugins
            .join()
            .unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        (packages, plugins)
    });
    // What the go command says of the packages comes first: it is told of in any case.
    let (packages, plugins) = (packages?, plugins?);
    inputs.add_sources(&packages, &environment, &command, &replaced);
    // Before sources are read, so that a change made meanwhile shows next time.
    let stamps = inputs.stamps(started);
    let known = Known {
        essences: essences(&stamps),
        ..Known::default()
    };
    let build = Build {
        plugins,
        packages,
        environment,
        replaced,
    };
    decide(&command, directory, cache, build, stamps, known)
}

/// Makes the plan of a go command that was planned before: `last` is the record of that, with new stamps
/// for what has changed since. After edits below the imports, only the files edited are read again.
pub fn update(
    command: &GoCommand,
    directory: &Path,
    cache: &Cache,
    choice: &PluginChoice,
    key: &str,
    last: Option<(Record, Vec<Stamp>)>,
) -> Result<Planned, PlanError> {
    let remains = match last {
        Some((record, changed)) => Previous::after(cache, key, &record, changed)?,
        None => None,
    };
    let Some(remains) = remains else {
        return make(command, directory, cache, choice);
    };
    let Remains {
        environment,
        packages,
        replaced,
        stamps,
        known,
    } = remains;
    let command = command.clone().with_goflags(&environment.goflags)?;
    let build = Build {
        plugins: PluginSet::load(cache, choice)?,
        packages,
        environment,
        replaced,
    };
    decide(&command, directory, cache, build, stamps, known)
}

/// Decides what is woven into the packages of a build.
fn decide(
    command: &GoCommand,
    directory: &Path,
    cache: &Cache,
    build: Build,
    stamps: Vec<Stamp>,
    mut known: Known,
) -> Result<Planned, PlanError> {
    let graph = Graph::new(&build.packages);
    let programs = program::find(command, &graph, &build.environment, directory)?;
    let mut plan = Plan {
        programs: programs.len(),
        packages: Vec::new(),
        skipped: Vec::new(),
        stances: Vec::new(),
        unparsed: Vec::new(),
        plugins: build.plugins.names(),
    };
    let mut record = Record::new(stamps);
    let weaving = Weaving {
        plugins: &build.plugins,
        graph: &graph,
        environment: &build.environment,
        replaced: &build.replaced,
        tags: command.value("tags").unwrap_or_default(),
        cache,
        callees: RefCell::new(std::mem::take(&mut known.callees)),
    };
    // Without a program to link, nothing is woven.
    for package in graph.packages().filter(|_| !programs.is_empty()) {
        if !known.take(&package.import_path, &mut plan) {
            weaving.weave(package, &mut plan)?;
        }
    }
    let callees = weaving.callees.into_inner();
    plan.packages
        .sort_by(|a, b| a.import_path.cmp(&b.import_path));
    record.skipped = plan.skipped.iter().map(ToString::to_string).collect();
    if !plan.packages.is_empty() {
        let overlay = link(&plan, &build.plugins, &graph, &programs, &mut record)?;
        let (overlay, written) = overlay.write(cache, &build.replaced)?;
        if command.updates_go_mod() {
            record.flags.push("-mod=readonly".into());
        }
        record.flags.push(format!("-overlay={}", overlay.display()));
        flags::toolexec(cache, &overlay, &mut record)?;
        record.add_written(written);
        let user_flags = PackageFlags::parse(command.gcflags(), directory);
        let modules: BTreeSet<_> = programs.iter().map(|program| &program.module).collect();
        let plainer = modules
            .into_iter()
            .filter_map(|module| flags::plainer(module, &user_flags));
        record.flags.extend(plainer);
        let by_folder = flags::knows_folders(command, &build.environment);
        flags::mark(
            &user_flags,
            by_folder,
            directory,
            cache,
            &plan,
            &graph,
            &mut record,
        )?;
        record
            .flags
            .extend(coverage::flag(command, &graph, directory));
        if command.subcommand == Subcommand::Test {
            flags::vet_beside(command, &build.environment, &mut record);
        }
    }
    Ok(Planned {
        record,
        plan,
        build,
        callees,
        essences: known.essences,
    })
}

/// The virtual packages and the files that link them into each program.
fn link(
    plan: &Plan,
    plugins: &PluginSet,
    graph: &Graph<'_>,
    programs: &[Program],
    record: &mut Record,
) -> Result<Overlay, PlanError> {
    let folders_of = |closure: &HashSet<&str>| {
        let reached = plan
            .packages
            .iter()
            .filter(|package| closure.contains(package.import_path.as_str()));
        plugins.hook_folders(reached.flat_map(|package| &package.plugs))
    };
    let mut overlay = Overlay::default();
    let mut modules: BTreeMap<&MainModule, HashSet<&str>> = BTreeMap::new();
    for program in programs {
        let closure = graph.closure(&program.root);
        let manifest = manifest(plan, plugins, program, &closure);
        let file = overlay.add_anchor(
            &program.module,
            &folders_of(&closure)?,
            &manifest::encode(&manifest),
            &program.anchor,
        );
        if program.named_by_files {
            record.files.push(file);
        }
        modules.entry(&program.module).or_default().extend(closure);
    }
    for (module, closure) in modules {
        overlay.add_packages(module, &folders_of(&closure)?);
    }
    Ok(overlay)
}

/// What is woven into one program.
fn manifest(
    plan: &Plan,
    plugins: &PluginSet,
    program: &Program,
    closure: &HashSet<&str>,
) -> Manifest {
    let mut names = BTreeSet::new();
    let mut packages = Vec::new();
    let woven = plan.packages.iter();
    for package in woven.filter(|package| closure.contains(package.import_path.as_str())) {
        let mut functions: Vec<_> = package
            .points
            .iter()
            .map(|point| WovenFunction {
                target: point.target.clone(),
                plugin: point.plugin.clone(),
                action: point.action.clone(),
            })
            .collect();
        // Calls of one function may be in several files.
        functions.sort();
        functions.dedup();
        names.extend(package.points.iter().map(|point| point.plugin.as_str()));
        packages.push(manifest::WovenPackage {
            import_path: package.import_path.clone(),
            version: package.version.clone(),
            plan: package.plan.hash(),
            functions,
        });
    }
    Manifest {
        format: manifest::FORMAT,
        weft: Weft::this(),
        program: program.root.clone(),
        plugins: names
            .into_iter()
            .map(|name| plugins.woven_by(name))
            .collect(),
        packages,
    }
}
