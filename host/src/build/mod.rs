//! From a command line to a woven build: plans, or finds the plan of last time, and runs `go`.

mod process;

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::Instant;

use crate::cache::Cache;
use crate::explain::{self, Status};
use crate::failure::Failure;
use crate::gocmd::{GoCommand, GoError, Subcommand};
use crate::plan::{self, Planned, Record};
use crate::plugins::PluginChoice;
use crate::project::{Project, ProjectError};
use crate::report::{self, PlanStyle, Progress, Summary};

/// What the user asked of weft itself, for any command.
#[derive(Debug, Clone)]
pub struct Options {
    /// Say nothing but errors.
    pub quiet: bool,
    /// Started by the shim of `weft env`: programs that belong to no main module, such as tools that a
    /// Makefile installs, are built as they are.
    pub shim: bool,
    /// Plugins named on the command line.
    pub plugins: Vec<PathBuf>,
    /// Permissions granted on the command line, as `name=permission`.
    pub permissions: Vec<String>,
    /// Where plugins may come from.
    pub supply: Supply,
}

/// Where plugins may come from, as the command line says.
#[derive(Debug, Clone, Copy)]
pub struct Supply {
    /// Use only those that `weft.lock` names.
    pub locked: bool,
    /// Fetch nothing.
    pub offline: bool,
}

impl Options {
    /// Which plugins are used in a directory: of the project, the command line and the environment.
    pub fn plugin_choice(&self, directory: &Path) -> Result<PluginChoice, ProjectError> {
        let listed = std::env::var_os("WEFT_PLUGINS").unwrap_or_default();
        let listed = std::env::split_paths(&listed).filter(|path| !path.as_os_str().is_empty());
        let granted = std::env::var("WEFT_PLUGIN_PERMISSIONS").unwrap_or_default();
        let granted = granted
            .split(',')
            .map(str::trim)
            .filter(|grant| !grant.is_empty());
        Ok(PluginChoice {
            files: self.plugins.iter().cloned().chain(listed).collect(),
            permissions: self
                .permissions
                .iter()
                .cloned()
                .chain(granted.map(str::to_owned))
                .collect(),
            project: Project::read(directory)?,
            locked: self.why_locked(),
            offline: self.supply.offline || is_true("WEFT_OFFLINE").unwrap_or(false),
        })
    }

    /// Why only plugins that `weft.lock` names are used, if so it is.
    pub fn why_locked(&self) -> Option<&'static str> {
        match (self.supply.locked, is_true("WEFT_LOCKED"), is_true("CI")) {
            (true, _, _) => Some("--locked is given"),
            (false, Some(true), _) => Some("WEFT_LOCKED is set"),
            (false, None, Some(true)) => Some("CI is set"),
            _ => None,
        }
    }
}

/// Whether a variable says yes or no; None where it is not set.
fn is_true(variable: &str) -> Option<bool> {
    let value = std::env::var(variable).ok()?;
    let no = ["", "0", "false", "no", "off"];
    Some(!no.contains(&value.to_ascii_lowercase().as_str()))
}

/// Runs a go command, woven where it builds something. Returns the exit code.
pub fn go(options: &Options, words: &[OsString]) -> Result<i32, Failure> {
    let Some(command) = GoCommand::parse(words)? else {
        return Ok(process::replace(words, None)?);
    };
    let started = Instant::now();
    let directory = working_directory(&command)?;
    let cache = Cache::open()?;
    let choice = options.plugin_choice(&directory)?;
    let key = plan::key(words, &directory, &choice);
    let record = match Record::load(&cache, &key)? {
        Some((record, changed)) if changed.is_empty() => record,
        last => {
            let progress = Progress::start(options.quiet);
            let planned = plan::update(&command, &directory, &cache, &choice, &key, last);
            progress.finish();
            let planned = match planned {
                Ok(planned) => planned,
                Err(error) if options.shim && error.is_about_a_program_of_others() => {
                    report::skipped(options.quiet, &[format!("nothing is woven: {error}")]);
                    return Ok(process::replace(words, None)?);
                }
                Err(error) => return go_failed(error),
            };
            if !planned.plan.unparsed.is_empty() {
                return refused_by_compiler(&command, &directory, &planned);
            }
            planned.store(&cache, &key)?
        }
    };
    let summary = Summary {
        packages: record.packages,
        hooks: record.hooks,
        planning: started.elapsed(),
    };
    report::skipped(options.quiet, &record.skipped);
    let arguments = command.arguments(&record.flags, &record.files);
    if command.subcommand == Subcommand::Run {
        // The program's output follows: say what was woven first, then get out of the way.
        report::summary(options.quiet, &summary);
        return Ok(process::replace(&arguments, Some(&directory))?);
    }
    let vetted = match &record.vet {
        Some(vet) => process::run(&vet_arguments(&command, vet), &directory)?,
        None => 0,
    };
    let code = match command.subcommand {
        // Tests are programs of the user's, and without flags there is no compile step.
        Subcommand::Test => process::run(&arguments, &directory)?,
        _ if record.flags.is_empty() => process::run(&arguments, &directory)?,
        _ => process::run_tools_only(&arguments, &directory)?,
    };
    if code == 0 {
        report::summary(options.quiet, &summary);
    }
    // What cannot be removed today can be another day, and takes nothing from the build.
    let _ = cache.trim(Record::named);
    Ok(if code == 0 { vetted } else { code })
}

/// Builds what does not parse, for the compiler's own message. A compiler that takes it knows more of Go
/// than weft does; then the program lacks its telemetry, and nobody should miss that.
fn refused_by_compiler(
    command: &GoCommand,
    directory: &Path,
    planned: &Planned,
) -> Result<i32, Failure> {
    let arguments = command.arguments(&planned.record.flags, &planned.record.files);
    match process::run(&arguments, directory)? {
        0 => Err(Failure::unparsed(&planned.plan.unparsed)),
        code => Ok(code),
    }
}

/// Shows the plan of a go command instead of building.
pub fn plan(options: &Options, words: &[OsString], style: PlanStyle) -> Result<i32, Failure> {
    only_plan(options, "weft plan", words, |planned, _| {
        report::plan(planned, style)?;
        Ok(0)
    })
}

/// Explains how a function or package stands in the build of a go command: of all packages below the
/// directory, where none is named.
pub fn explain(
    options: &Options,
    subject: &str,
    words: &[OsString],
    json: bool,
) -> Result<i32, Failure> {
    let mut words = words.to_vec();
    if GoCommand::parse(&words)?.is_some_and(|command| command.names_nothing()) {
        words.push("./...".into());
    }
    only_plan(options, "weft explain", &words, |planned, directory| {
        let explanation = explain::explain(subject, planned, directory)?;
        report::explanation(&explanation, json)?;
        Ok(i32::from(explanation.status == Status::NotFound))
    })
}

/// Makes the plan of a go command, for `then` to show.
fn only_plan(
    options: &Options,
    asked: &str,
    words: &[OsString],
    then: impl FnOnce(&Planned, &Path) -> Result<i32, Failure>,
) -> Result<i32, Failure> {
    let Some(command) = GoCommand::parse(words)? else {
        return Err(Failure::from(GoError::Output {
            command: asked.into(),
            reason: "only flags of `go build` and packages may be given".into(),
        }));
    };
    let directory = working_directory(&command)?;
    let cache = Cache::open()?;
    let choice = options.plugin_choice(&directory)?;
    let progress = Progress::start(options.quiet);
    let planned = plan::make(&command, &directory, &cache, &choice);
    progress.finish();
    match planned {
        Ok(planned) => then(&planned, &directory),
        Err(error) => go_failed(error),
    }
}

/// A message of the go command is shown as it is: it says best what is wrong with the user's packages.
fn go_failed(error: plan::PlanError) -> Result<i32, Failure> {
    match error {
        plan::PlanError::Go(GoError::Failed { stderr, code, .. }) => {
            report::raw(&stderr);
            Ok(code)
        }
        other => Err(other.into()),
    }
}

/// The directory in which cmd/go will see itself.
fn working_directory(command: &GoCommand) -> Result<PathBuf, Failure> {
    let current = std::env::current_dir().map_err(|error| Failure::no_directory(&error))?;
    // As Go's os.Getwd: $PWD is preferred where it names the same directory, so that paths keep the
    // links that the user sees.
    let shown = std::env::var_os("PWD").map(PathBuf::from).filter(|shown| {
        shown.is_absolute() && std::fs::canonicalize(shown).is_ok_and(|real| real == current)
    });
    let current = shown.unwrap_or(current);
    Ok(match &command.chdir {
        Some(directory) => current.join(directory),
        None => current,
    })
}

/// `go vet` as `go test` runs it, on the user's packages alone: the virtual packages have no folder for
/// vet to run in.
fn vet_arguments(command: &GoCommand, checks: &[String]) -> Vec<OsString> {
    let mut arguments: Vec<OsString> = vec!["vet".into()];
    arguments.extend(checks.iter().map(OsString::from));
    arguments.extend(command.listing_flags().into_iter().map(OsString::from));
    arguments.extend(command.packages.iter().cloned());
    arguments
}
