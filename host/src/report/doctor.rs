//! What `weft doctor` found, for people and for scripts.

use std::fmt::Write as _;

use super::{output, pretty};
use crate::doctor::{Check, Status};
use crate::failure::Failure;

/// Prints checks.
pub fn checks(checks: &[Check], json: bool) -> Result<(), Failure> {
    if json {
        let worst = checks.iter().map(|check| check.status).max();
        let value = serde_json::json!({
            "version": 1,
            "status": worst.unwrap_or(Status::Ok),
            "checks": checks,
        });
        return output(pretty(&value).as_bytes());
    }
    output(text(checks).as_bytes())
}

fn text(checks: &[Check]) -> String {
    let width = checks.iter().map(|check| check.name.len()).max();
    let width = width.unwrap_or(0);
    let mut text = String::new();
    for check in checks {
        let status = match check.status {
            Status::Ok => "ok",
            Status::Warning => "warning",
            Status::Error => "error",
        };
        let code = check
            .code
            .map(|code| format!("{code}: "))
            .unwrap_or_default();
        let found = format!("{code}{}", check.finding);
        let mut lines = found.lines();
        let first = lines.next().unwrap_or_default();
        // Writing to a string does not fail.
        let _ = writeln!(text, "{status:7}  {:width$}  {first}", check.name);
        let help = check.help.as_deref().filter(|_| check.status != Status::Ok);
        for line in lines.chain(help.into_iter().flat_map(str::lines)) {
            let _ = writeln!(text, "{:7}  {:width$}  {line}", "", "");
        }
    }
    text
}
