//! Checks a component's imports and exports against the contract before anything is linked, so that a
//! mismatch reads as one.

use wasmtime::component::Component;
use wasmtime::component::types::ComponentItem;

use crate::error::{FileKind, Problem};

/// The version of the contract that this host offers.
pub(super) const OFFERED: &str = "0.1";

const PACKAGE: &str = "weft:plugin/";
const INTERFACES: [&str; 2] = ["types", "log"];
const EXPORTS: [&str; 2] = ["describe", "advise"];

/// Checks what the file is, by its first bytes.
pub(super) fn check_header(bytes: &[u8]) -> Result<(), Problem> {
    // Magic number, then version and layer: https://github.com/WebAssembly/component-model Binary.md.
    match bytes {
        [0, b'a', b's', b'm', _, _, 1, 0, ..] => Ok(()),
        [0, b'a', b's', b'm', 1, 0, 0, 0, ..] => Err(Problem::NotAComponent(FileKind::CoreModule)),
        _ if wasmtime::Engine::detect_precompiled(bytes).is_some() => {
            Err(Problem::NotAComponent(FileKind::Precompiled))
        }
        [] => Err(Problem::NotAComponent(FileKind::Empty)),
        _ => Err(Problem::NotAComponent(FileKind::Other)),
    }
}

/// Checks imports and exports.
pub(super) fn check(engine: &wasmtime::Engine, component: &Component) -> Result<(), Problem> {
    let component = component.component_type();
    let mut forbidden = Vec::new();
    let mut needed = None;
    for (import, _) in component.imports(engine) {
        match Import::parse(import) {
            Import::Contract(version) if track(version) != OFFERED => {
                needed = Some(version.to_owned());
            }
            Import::Contract(_) => {}
            Import::Forbidden => forbidden.push(import.to_owned()),
        }
    }
    if let Some(needed) = needed {
        return Err(Problem::Contract {
            needed: track(&needed).to_owned(),
            offered: OFFERED,
        });
    }
    if !forbidden.is_empty() {
        forbidden.sort_unstable();
        return Err(Problem::ForbiddenImports(forbidden));
    }
    for export in EXPORTS {
        match component.get_export(engine, export).map(|export| export.ty) {
            Some(ComponentItem::ComponentFunc(_)) => {}
            _ => {
                return Err(Problem::NotAPlugin(format!(
                    "does not export the function `{export}`"
                )));
            }
        }
    }
    Ok(())
}

enum Import<'a> {
    /// An interface of the contract, in this version.
    Contract(&'a str),
    Forbidden,
}

impl<'a> Import<'a> {
    fn parse(name: &'a str) -> Self {
        let Some(rest) = name.strip_prefix(PACKAGE) else {
            return Self::Forbidden;
        };
        let (interface, version) = rest.split_once('@').unwrap_or((rest, "0.0"));
        if track(version) == OFFERED && !INTERFACES.contains(&interface) {
            return Self::Forbidden;
        }
        Self::Contract(version)
    }
}

/// `0.1` of `0.1.3`: patch releases of the contract do not change it.
fn track(version: &str) -> &str {
    let end = version
        .match_indices('.')
        .nth(1)
        .map_or(version.len(), |(at, _)| at);
    &version[..end]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tracks() {
        assert_eq!(track("0.1.0"), "0.1");
        assert_eq!(track("0.3"), "0.3");
        assert_eq!(track("1.2.3-rc.1"), "1.2");
        assert_eq!(track("1"), "1");
    }
}
