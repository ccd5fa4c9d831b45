//! Audits the Go code that a plugin brings along. The WebAssembly sandbox protects the build; the audit
//! protects the program that is built.
//!
//! It looks at the syntax tree and refuses what it does not know to be harmless, unless the plugin asks
//! for a [`Permission`]. What it cannot see: hooks run in the program and get its values, so what they
//! do with these in ordinary Go is theirs to answer for.

mod file;
mod grant;
mod initialiser;
mod platform;

use std::collections::BTreeMap;
use std::fmt;

use weft_weave::model::Descriptor;

use grant::Grant;
pub use grant::Permission;
pub use platform::suffix as platform_suffix;

/// Something in hook code that no permission covers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Path of the file below the plugin's hook folder.
    pub file: String,
    /// 1-based line.
    pub line: u32,
    /// 1-based column, in bytes.
    pub column: usize,
    /// The line's text.
    pub excerpt: String,
    /// What is wrong and why, as a lower-case fragment.
    pub reason: String,
    /// The permission that would allow it; None when nothing does.
    pub permission: Option<String>,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            file,
            line,
            column,
            excerpt,
            reason,
            permission,
        } = self;
        write!(f, "{file}:{line}:{column}: {reason}")?;
        if !excerpt.trim().is_empty() {
            write!(f, "\n    {}", excerpt.trim())?;
        }
        match permission {
            Some(permission) => write!(f, "\n    allowed by the permission `{permission}`"),
            None => write!(f, "\n    no permission allows this"),
        }
    }
}

/// Audits a plugin's hook code against the permissions that its descriptor asks for.
///
/// # Errors
///
/// All that is not covered, by file and line.
pub fn audit(descriptor: &Descriptor) -> Result<(), Vec<Finding>> {
    let grant = Grant::new(descriptor);
    let mut findings = Vec::new();
    let mut folders: BTreeMap<&str, Vec<file::HookFile>> = BTreeMap::new();
    for (path, text) in &descriptor.hook_files {
        match file::HookFile::parse(path, text) {
            Ok(file) => {
                let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
                folders.entry(folder).or_default().push(file);
            }
            Err(finding) => findings.push(*finding),
        }
    }
    for files in folders.values() {
        let mut names = file::PackageNames::default();
        for file in files {
            file.declare(&mut names);
        }
        for file in files {
            file.audit(&grant, &names, &mut findings);
        }
    }
    if findings.is_empty() {
        return Ok(());
    }
    findings.sort_by(|a, b| (&a.file, a.line, a.column).cmp(&(&b.file, b.line, b.column)));
    Err(findings)
}

#[cfg(test)]
mod tests;
