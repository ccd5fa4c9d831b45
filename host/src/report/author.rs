//! What those who write plugins are told.

use std::fmt::Write as _;

use serde_json::json;

use super::{changed, harmless, output, plural, pretty};
use crate::author::{Built, Checked, Compared, Created, Outcome};
use crate::failure::Failure;

/// Says what was made, and what to do with it.
pub fn created(quiet: bool, created: &Created) {
    let Created {
        directory,
        function,
        version,
    } = created;
    let directory = directory.display();
    changed(
        quiet,
        &format!("{directory} hooks {function}, as {version} has it"),
    );
    changed(
        quiet,
        &format!("next: weft plugin build {directory}, weft plugin test {directory} --bless"),
    );
}

/// Says what was built.
pub fn built(quiet: bool, built: &Built) {
    let Built {
        file,
        descriptor,
        size,
    } = built;
    let (interests, hooks) = (descriptor.interests.len(), descriptor.hook_files.len());
    changed(
        quiet,
        &harmless(&format!(
            "{} is {} {}, {size} bytes: {interests} {}, {hooks} hook {}, audited",
            file.display(),
            descriptor.name,
            descriptor.version,
            plural(interests, "interest"),
            plural(hooks, "file"),
        )),
    );
}

/// Prints what a check has found.
pub fn checked(checked: &Checked, json: bool) -> Result<(), Failure> {
    let Checked {
        plugin,
        tried,
        findings,
    } = checked;
    if json {
        let value = json!({ "version": 1, "plugin": plugin, "tried": tried, "findings": findings });
        return output(pretty(&value).as_bytes());
    }
    let mut text = String::new();
    // Writing to a string does not fail.
    for finding in findings {
        let _ = writeln!(text, "{finding}");
    }
    let count = findings.len();
    let tried = if tried.is_empty() {
        "no library".to_owned()
    } else {
        tried.join(", ")
    };
    let _ = writeln!(
        text,
        "{plugin}: {count} {}, tried on {tried}",
        plural(count, "finding")
    );
    output(harmless(&text).as_bytes())
}

/// Prints how what is woven, and what programs do then, compares with what is expected.
pub fn compared(compared: &[Compared]) -> Result<(), Failure> {
    let mut text = String::new();
    for Compared {
        version,
        file,
        outcome,
    } in compared
    {
        let file = file.display();
        let _ = match outcome {
            Outcome::Same => writeln!(text, "ok       {version}"),
            Outcome::Blessed => writeln!(text, "written  {version}: {file}"),
            Outcome::Missing => writeln!(
                text,
                "missing  {version}: there is no {file}; --bless writes it"
            ),
            Outcome::Differs(diff) => writeln!(
                text,
                "differs  {version}: {file}; --bless accepts it\n{diff}"
            ),
            Outcome::Breaks(diff) => writeln!(
                text,
                "breaks   {version}: the program does something else when it is woven\n{diff}"
            ),
            Outcome::Unused => writeln!(
                text,
                "note     {version}: no program there uses the library, so nothing was run"
            ),
        };
    }
    output(harmless(&text).as_bytes())
}
