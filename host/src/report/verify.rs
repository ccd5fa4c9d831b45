//! What a binary carries, for people and for scripts.

use std::fmt::Write as _;

use super::{output, plural, pretty};
use crate::failure::Failure;
use crate::manifest::Manifest;
use crate::verify::{Difference, Verified, sbom};

/// How `weft verify` prints.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VerifyStyle {
    /// For people.
    Text,
    /// For scripts, and for a later `--against`.
    Json,
    /// A bill of materials.
    Sbom,
}

/// Prints what a binary carries and, where it was compared, what differs.
pub fn verified(
    verified: &Verified,
    differences: Option<&[Difference]>,
    style: VerifyStyle,
) -> Result<(), Failure> {
    let text = match (style, differences) {
        (VerifyStyle::Sbom, _) => pretty(&sbom(verified)),
        (VerifyStyle::Json, None) => pretty(verified),
        (VerifyStyle::Json, Some(differences)) => {
            let mut value = serde_json::to_value(verified).expect("text is valid JSON");
            value["differences"] = serde_json::json!(differences);
            pretty(&value)
        }
        (VerifyStyle::Text, None) => manifest(&verified.woven, &verified.go.version),
        (VerifyStyle::Text, Some(differences)) => differing(&verified.woven, differences),
    };
    output(text.as_bytes())
}

fn manifest(manifest: &Manifest, go: &str) -> String {
    let Manifest {
        weft,
        program,
        plugins,
        packages,
        ..
    } = manifest;
    let mut text = format!(
        "{program}: woven by weft {}, built with {go}\n",
        weft.version
    );
    // Writing to a string does not fail.
    for plugin in plugins {
        let _ = writeln!(
            text,
            "plugin {} {}  {}",
            plugin.name, plugin.version, plugin.digest
        );
    }
    for package in packages {
        let space = if package.version.is_empty() { "" } else { " " };
        let _ = writeln!(text, "{}{space}{}", package.import_path, package.version);
        for function in &package.functions {
            let _ = writeln!(
                text,
                "  {}  {}: {}",
                function.target, function.plugin, function.action
            );
        }
    }
    text
}

fn differing(manifest: &Manifest, differences: &[Difference]) -> String {
    if differences.is_empty() {
        return format!("{}: woven as expected\n", manifest.program);
    }
    let count = differences.len();
    let mut text = format!(
        "{}: {count} {} from what is expected\n",
        manifest.program,
        plural(count, "difference")
    );
    for Difference {
        about,
        expected,
        found,
    } in differences
    {
        let _ = writeln!(text, "{about}");
        if let Some(expected) = expected {
            let _ = writeln!(text, "- {expected}");
        }
        if let Some(found) = found {
            let _ = writeln!(text, "+ {found}");
        }
    }
    text
}
