//! Plugins, for people and for scripts.

use std::fmt::Write as _;
use std::io::{self, BufRead as _, IsTerminal as _};

use serde_json::json;
use weft_weave::model::Descriptor;

use super::{harmless, output, plural, pretty, raw};
use crate::failure::Failure;
use crate::manage::{
    Candidate, Change, Listed, ManageError, Newer, Origin, Published, SearchHit, Verified,
    abilities,
};

/// Shows a plugin that may be added: all that there is to agree with. On standard error, as a question is.
pub fn candidate(candidate: &Candidate) {
    raw(&described(&candidate.descriptor, Some(candidate)));
}

/// Prints all about a plugin.
pub fn plugin(
    descriptor: &Descriptor,
    candidate: Option<&Candidate>,
    json: bool,
) -> Result<(), Failure> {
    if !json {
        return output(described(descriptor, candidate).as_bytes());
    }
    let value = json!({
        "version": 1,
        "plugin": {
            "name": descriptor.name,
            "version": descriptor.version,
            "license": descriptor.license,
            "description": descriptor.description,
            "source": candidate.map(|candidate| candidate.source.without_secrets()),
            "location": candidate.map(|candidate| candidate.fetched.location.without_secrets()),
            "digest": candidate.map(Candidate::digest),
            "signer": candidate.and_then(|candidate| candidate.signer.name()),
            "abilities": abilities(descriptor),
        },
    });
    output(pretty(&value).as_bytes())
}

/// Prints a plugin's Go hooks.
pub fn code(descriptor: &Descriptor) -> Result<(), Failure> {
    let mut text = String::new();
    for (path, code) in &descriptor.hook_files {
        text.extend(["// ", &descriptor.name, "/", path, "\n\n", code]);
        if !code.ends_with('\n') {
            text.push('\n');
        }
    }
    output(harmless(&text).as_bytes())
}

fn described(descriptor: &Descriptor, candidate: Option<&Candidate>) -> String {
    let mut text = String::new();
    let abilities = abilities(descriptor);
    // Writing to a string does not fail.
    let mut line = |line: &str| {
        let _ = writeln!(text, "{}", line.trim_end());
    };
    let Descriptor {
        name,
        version,
        license,
        description,
        ..
    } = descriptor;
    line(&format!("{name} {version}, {license}"));
    line(&format!("  {description}"));
    if let Some(candidate) = candidate {
        line(&format!(
            "  from       {}",
            candidate.fetched.location.without_secrets()
        ));
        line(&format!("  digest     {}", candidate.digest()));
        line(&format!("  signed by  {}", candidate.signer));
    } else {
        line("  from       weft itself");
    }
    line("");
    line("It weaves into");
    for reach in &abilities.weaves {
        line(&format!("  {} {}", reach.packages, reach.versions));
        for function in &reach.functions {
            line(&format!("    {function}"));
        }
    }
    line("");
    let (files, lines) = (abilities.files, abilities.lines);
    line(&format!(
        "Its hooks, {files} Go {} of {lines} {}, import",
        plural(files, "file"),
        plural(lines, "line")
    ));
    for import in &abilities.imports {
        line(&format!("  {import}"));
    }
    line("");
    if abilities.permissions.is_empty() {
        line("It asks for no permission beyond the default.");
    } else {
        line("Its hooks ask for what others may not:");
        for (permission, meaning) in &abilities.permissions {
            line(&format!("  {permission}: {meaning}"));
        }
    }
    harmless(&text)
}

/// Shows how a version of a plugin differs from the locked one.
pub fn change(change: &Change) {
    let mut text = format!("{} {} -> {}\n", change.name, change.from, change.to);
    let _ = writeln!(text, "  signed by {}", change.signer);
    for (sign, lines) in [('+', &change.added), ('-', &change.removed)] {
        for line in lines {
            let _ = writeln!(text, "  {sign} {line}");
        }
    }
    if change.added.is_empty() && change.removed.is_empty() {
        text.push_str("  it weaves, imports and may do the same as before\n");
    }
    raw(&harmless(&text));
}

/// Asks on a terminal. Elsewhere, only what was agreed to beforehand is agreed to.
pub fn agree(question: &str, yes: bool) -> Result<(), Failure> {
    if yes {
        return Ok(());
    }
    if !io::stdin().is_terminal() || !io::stderr().is_terminal() {
        return Err(ManageError::NobodyToAsk.into());
    }
    raw(&format!("\n{question} [y/N] "));
    let mut answer = String::new();
    let read = io::stdin().lock().read_line(&mut answer);
    match answer.trim().to_ascii_lowercase().as_str() {
        "y" | "yes" if read.is_ok() => Ok(()),
        _ => Err(ManageError::Refused.into()),
    }
}

/// Says what was done.
pub fn changed(quiet: bool, sentence: &str) {
    if !quiet {
        raw(&format!("weft: {sentence}\n"));
    }
}

/// Prints a list of plugins.
pub fn plugins(plugins: &[Listed], json: bool) -> Result<(), Failure> {
    if json {
        return output(pretty(&json!({ "version": 1, "plugins": plugins })).as_bytes());
    }
    let width = |column: fn(&Listed) -> usize| plugins.iter().map(column).max().unwrap_or(0);
    let (names, versions) = (width(|p| p.name.len()), width(|p| p.version.len()));
    let mut text = String::new();
    for plugin in plugins {
        let origin = match &plugin.origin {
            Origin::BuiltIn => "built in".to_owned(),
            Origin::Source(source) => source.without_secrets().to_string(),
        };
        let signer = plugin.signer.as_ref();
        let signer = signer
            .map(|name| format!(", signed by {name}"))
            .unwrap_or_default();
        let disabled = if plugin.enabled { "" } else { ", disabled" };
        let (name, version) = (&plugin.name, &plugin.version);
        let _ = writeln!(
            text,
            "{name:names$}  {version:versions$}  {origin}{signer}{disabled}"
        );
        if let Some(problem) = &plugin.problem {
            let _ = writeln!(text, "{:names$}  {problem}", "");
        }
    }
    output(harmless(&text).as_bytes())
}

/// Prints what checks of plugins came to.
pub fn plugins_verified(plugins: &[Verified], json: bool) -> Result<(), Failure> {
    if json {
        return output(pretty(&json!({ "version": 1, "plugins": plugins })).as_bytes());
    }
    let mut text = String::new();
    for plugin in plugins {
        match &plugin.problem {
            None => {
                let _ = writeln!(text, "ok     {}", plugin.name);
            }
            Some(problem) => {
                let _ = writeln!(
                    text,
                    "error  {}: {}: {}",
                    plugin.name, problem.code, problem.message
                );
                for line in problem.help.iter().flat_map(|help| help.lines()) {
                    let _ = writeln!(text, "       {line}");
                }
            }
        }
    }
    if plugins.is_empty() {
        text.push_str("this project has no plugins but the built-in ones\n");
    }
    output(harmless(&text).as_bytes())
}

/// Prints plugins of which there is a newer version.
pub fn outdated(plugins: &[Newer], json: bool) -> Result<(), Failure> {
    if json {
        return output(pretty(&json!({ "version": 1, "plugins": plugins })).as_bytes());
    }
    let mut text = String::new();
    for plugin in plugins {
        let Newer {
            name,
            locked,
            wanted,
            newest,
        } = plugin;
        let _ = match wanted {
            Some(wanted) if wanted == newest => writeln!(text, "{name}  {locked} -> {newest}"),
            Some(wanted) => writeln!(text, "{name}  {locked} -> {wanted}, newest {newest}"),
            None => writeln!(
                text,
                "{name}  {locked}, newest {newest}, which weft.toml keeps out"
            ),
        };
    }
    output(harmless(&text).as_bytes())
}

/// Prints what indexes have.
pub fn hits(hits: &[SearchHit], json: bool) -> Result<(), Failure> {
    if json {
        return output(pretty(&json!({ "version": 1, "plugins": hits })).as_bytes());
    }
    let mut text = String::new();
    for hit in hits {
        let _ = writeln!(text, "{} {}  {}", hit.name, hit.version, hit.description);
        let _ = writeln!(text, "  {}", hit.index);
    }
    output(harmless(&text).as_bytes())
}

/// Says what was published, and how others make sure of who has signed it.
pub fn published(quiet: bool, published: &Published) {
    let Published {
        location,
        public_key,
    } = published;
    changed(quiet, &format!("published as {location}"));
    if let Some(key) = public_key {
        changed(
            quiet,
            &format!("signed; its users pin the key: weft plugin add … --signer NAME={key}"),
        );
    }
}
