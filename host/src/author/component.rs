//! Makes a component of a core module.

use wit_component::{ComponentEncoder, StringEncoding, embed_component_metadata};
use wit_parser::Resolve;

/// The contract.
pub const WIT: &str = include_str!("../../../wit/plugin.wit");

/// Begins the name of the section in which bindings of other languages say what a module is made for.
const METADATA: &[u8] = b"component-type";

/// Makes a component of a module; a component stays as it is. A module that does not say what it is made
/// for is taken to be made for the contract, as it is in C.
///
/// # Errors
///
/// What is wrong with the module, as a lower-case fragment.
pub fn of(module: Vec<u8>) -> Result<Vec<u8>, String> {
    // Version and layer: https://github.com/WebAssembly/component-model Binary.md.
    let is_component = module.get(6..8) == Some(&[1, 0]);
    if is_component {
        return Ok(module);
    }
    encode(module).map_err(|error| format!("{error:#}"))
}

fn encode(mut module: Vec<u8>) -> anyhow::Result<Vec<u8>> {
    let says_its_world = module
        .windows(METADATA.len())
        .any(|bytes| bytes == METADATA);
    if !says_its_world {
        let mut resolve = Resolve::default();
        let package = resolve.push_source("plugin.wit", WIT)?;
        let world = resolve.select_world(&[package], Some("plugin"))?;
        embed_component_metadata(&mut module, &resolve, world, StringEncoding::UTF8)?;
    }
    ComponentEncoder::default()
        .module(&module)?
        .validate(true)
        .encode()
}
