//! An explanation, for people and for scripts.

use std::fmt::Write as _;

use super::{output, pretty};
use crate::explain::{Explanation, Hook, Status};
use crate::failure::Failure;

/// Prints an explanation.
pub fn explanation(explanation: &Explanation, json: bool) -> Result<(), Failure> {
    if json {
        let mut value = serde_json::to_value(explanation).expect("text is valid JSON");
        value["version"] = 1.into();
        return output(pretty(&value).as_bytes());
    }
    output(text(explanation).as_bytes())
}

fn text(explanation: &Explanation) -> String {
    let Explanation {
        subject,
        version,
        status,
        place,
        hooks,
        calls,
        reasons,
        nearest,
    } = explanation;
    let space = if version.is_empty() { "" } else { " " };
    let status = match status {
        Status::Woven if hooks.is_empty() => "woven where it is used",
        Status::Woven => "woven",
        Status::NotWoven => "not woven",
        Status::NotFound => "not found",
    };
    let mut text = format!("{subject}{space}{version}: {status}\n");
    // Writing to a string does not fail.
    if let (Some(place), true) = (place, hooks.is_empty()) {
        let _ = writeln!(text, "  declared in {place}");
    }
    for Hook {
        place,
        target,
        plugin,
        action,
        ..
    } in hooks
    {
        let _ = writeln!(text, "  {place}  {target}  {plugin}: {action}");
    }
    for Hook {
        package,
        place,
        target,
        plugin,
        action,
    } in calls
    {
        let _ = writeln!(
            text,
            "  {target} used in {package} {place}  {plugin}: {action}"
        );
    }
    for reason in reasons {
        let plugin = reason.plugin.as_deref().map(|plugin| format!("{plugin}: "));
        let _ = writeln!(text, "  {}{}", plugin.unwrap_or_default(), reason.text);
    }
    if !nearest.is_empty() {
        let _ = writeln!(text, "  nearest: {}", nearest.join(", "));
    }
    text
}
