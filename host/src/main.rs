//! `weft go build`: builds Go programs with telemetry woven in.

mod author;
mod build;
mod cache;
mod cli;
mod doctor;
mod embedded;
mod explain;
mod failure;
mod gocmd;
mod manage;
mod manifest;
mod overlay;
mod plan;
mod plugins;
mod project;
mod report;
mod shell;
mod toolexec;
mod verify;

use std::ffi::OsString;
use std::process::ExitCode;
use std::time::Duration;

use clap::{CommandFactory, Parser};

use crate::author::{TestOptions, Wish};
use crate::cache::Cache;
use crate::cli::{AuthorCommand, Cli, Command, EnvArguments, PluginCommand, VerifyArguments};
use crate::failure::Failure;
use crate::manage::{Addition, Candidate, Change, Publication, Workshop};
use crate::project::Lock;
use crate::report::VerifyStyle;
use crate::shell::Shell;

fn main() -> ExitCode {
    // The compile step runs once a package: nothing may come before it.
    let mut arguments = std::env::args_os();
    if arguments.nth(1).is_some_and(|word| word == "toolexec") {
        return finish(toolexec::run(arguments).map_err(Failure::from));
    }
    if std::env::args_os()
        .nth(1)
        .is_some_and(|word| word == gocmd::GUARD)
    {
        return finish(Err(Failure::past_weft()));
    }
    let cli = Cli::parse();
    let options = build::Options {
        quiet: cli.quiet,
        shim: matches!(cli.command, Command::Shim { .. }),
        plugins: cli.plugins,
        permissions: cli.permissions,
        supply: build::Supply {
            locked: cli.locked,
            offline: cli.offline,
        },
    };
    finish(match cli.command {
        Command::Go { arguments } | Command::Shim { arguments } => build::go(&options, &arguments),
        Command::Plan(arguments) => {
            let arguments = arguments.normalize();
            let words = build_words(arguments.test, arguments.arguments);
            let style = match (arguments.json, arguments.diff) {
                (true, _) => report::PlanStyle::Json,
                (_, true) => report::PlanStyle::Diff,
                _ => report::PlanStyle::Text,
            };
            build::plan(&options, &words, style)
        }
        Command::Explain(arguments) => {
            let words = build_words(arguments.test, arguments.arguments);
            build::explain(&options, &arguments.subject, &words, arguments.json)
        }
        Command::Plugin(command) => plugin(&options, command),
        Command::Doctor { json } => {
            let checks = doctor::examine(&options);
            let stops = checks
                .iter()
                .any(|check| check.status == doctor::Status::Error);
            report::checks(&checks, json).map(|()| i32::from(stops))
        }
        Command::Verify(arguments) => verify(&arguments),
        Command::Env(arguments) => env(&options, &arguments).map(|()| 0),
        Command::Clean => Cache::open()
            .and_then(Cache::remove)
            .map(|()| 0)
            .map_err(Failure::from),
        Command::Completions { shell } => {
            clap_complete::generate(shell, &mut Cli::command(), "weft", &mut std::io::stdout());
            Ok(0)
        }
    })
}

/// The go command that is planned and not run.
fn build_words(test: bool, arguments: Vec<OsString>) -> Vec<OsString> {
    let subcommand = if test { "test" } else { "build" };
    let mut words = vec![OsString::from(subcommand)];
    words.extend(arguments);
    words
}

/// The commands for those who write plugins.
fn author(quiet: bool, command: &AuthorCommand) -> Result<i32, Failure> {
    match command {
        AuthorCommand::New {
            name,
            import_path,
            lang,
            function,
        } => {
            let wish = Wish {
                name: name.clone(),
                import_path: import_path.clone(),
                language: *lang,
                function: function.clone(),
            };
            report::created(quiet, &author::create(&wish)?);
            Ok(0)
        }
        AuthorCommand::Build { directory } => {
            let built = author::build(&Cache::open()?, directory, quiet)?;
            report::built(quiet, &built);
            Ok(0)
        }
        AuthorCommand::Check { subject, json } => {
            let checked = author::check(&Cache::open()?, subject, quiet)?;
            report::checked(&checked, *json)?;
            Ok(i32::from(!checked.findings.is_empty()))
        }
        AuthorCommand::Test {
            directory,
            bless,
            timeout,
        } => {
            let options = TestOptions {
                bless: *bless,
                longest: Duration::from_secs(*timeout),
                quiet,
            };
            let compared = author::test(&Cache::open()?, directory, options)?;
            report::compared(&compared)?;
            Ok(i32::from(!compared.iter().all(|one| one.outcome.is_good())))
        }
    }
}

fn plugin(options: &build::Options, command: PluginCommand) -> Result<i32, Failure> {
    if let PluginCommand::Author(command) = command {
        return author(options.quiet, &command);
    }
    let mut workshop = Workshop::open(options)?;
    match command {
        PluginCommand::Author(_) => unreachable!("it has returned"),
        PluginCommand::Add {
            subject,
            version,
            signer,
            yes,
        } => {
            let addition = Addition {
                subject,
                version,
                signer,
            };
            let added = manage::add(&mut workshop, &addition, |candidate| {
                report::candidate(candidate);
                report::agree("Add it?", yes)
            })?;
            report::changed(
                options.quiet,
                &format!("{} {} is added", added.descriptor.name, added.version),
            );
        }
        PluginCommand::Remove { name } => {
            manage::remove(&mut workshop, &name)?;
            report::changed(options.quiet, &format!("{name} is removed"));
        }
        PluginCommand::List { json } => report::plugins(&manage::list(&workshop)?, json)?,
        PluginCommand::Info {
            subject,
            code,
            json,
        } => {
            let (descriptor, candidate) = manage::info(&workshop, &subject)?;
            if code {
                report::code(&descriptor)?;
            } else {
                report::plugin(&descriptor, candidate.as_ref(), json)?;
            }
        }
        PluginCommand::Update { names, to, yes } => {
            let agree = |candidate: &Candidate, change: Option<&Change>| {
                match change {
                    Some(change) => report::change(change),
                    None => report::candidate(candidate),
                }
                report::agree("Take it?", yes)
            };
            let updated = manage::update(&mut workshop, &names, to.as_ref(), agree)?;
            if updated.is_empty() {
                report::changed(options.quiet, "all plugins are up to date");
            }
            for (name, version) in updated {
                report::changed(options.quiet, &format!("{name} is at {version}"));
            }
        }
        PluginCommand::Verify { json } => {
            let verified = manage::verify(&workshop);
            report::plugins_verified(&verified, json)?;
            return Ok(i32::from(
                verified.iter().any(|plugin| plugin.problem.is_some()),
            ));
        }
        PluginCommand::Outdated { json } => report::outdated(&manage::outdated(&workshop)?, json)?,
        PluginCommand::Search { words, json } => {
            report::hits(&manage::search(&workshop, &words)?, json)?;
        }
        PluginCommand::Publish { file, to, key } => {
            let publication = Publication {
                file: &file,
                to: &to,
                key: key.as_deref(),
            };
            let published = manage::publish(&workshop, &publication)?;
            report::published(options.quiet, &published);
        }
        PluginCommand::Vendor { folder } => {
            let count = manage::vendor(&mut workshop, &folder)?;
            report::changed(options.quiet, &format!("{count} plugins are in {folder}"));
        }
    }
    Ok(0)
}

fn verify(arguments: &VerifyArguments) -> Result<i32, Failure> {
    let expected = arguments.against.as_deref().map(verify::expected);
    let expected = expected.transpose()?;
    let lock = arguments.lock.as_deref().map(Lock::read).transpose()?;
    let verified = verify::read(&arguments.binary)?;
    let woven = &verified.woven;
    let differences = match (expected, lock) {
        (Some(expected), _) => Some(verify::differences(&expected, woven)),
        (None, Some(lock)) => Some(verify::differences_from_lock(&lock, woven)),
        (None, None) => None,
    };
    let style = match (arguments.json, arguments.sbom) {
        (true, _) => VerifyStyle::Json,
        (_, true) => VerifyStyle::Sbom,
        _ => VerifyStyle::Text,
    };
    report::verified(&verified, differences.as_deref(), style)?;
    Ok(i32::from(
        differences.is_some_and(|found| !found.is_empty()),
    ))
}

fn env(options: &build::Options, arguments: &EnvArguments) -> Result<(), Failure> {
    let variables = if arguments.unset {
        shell::leave()?
    } else {
        shell::enter(options)?
    };
    let shell = (!arguments.json).then(|| arguments.shell.unwrap_or_else(Shell::of_user));
    report::variables(&variables, shell, arguments.unset)
}

/// Turns a result into an exit code, showing a failure on standard error.
fn finish(result: Result<i32, Failure>) -> ExitCode {
    let code = result.unwrap_or_else(|failure| failure.show());
    ExitCode::from(u8::try_from(code).unwrap_or(1))
}
