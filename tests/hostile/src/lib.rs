//! A plugin that attacks: the build, while it is asked, or the program, by the Go code that it brings along.
//! Its setting `attack` says how; without one it is an ordinary plugin. It answers by the contract's types
//! themselves, since the SDK would not let it.

#![cfg_attr(
    not(target_arch = "wasm32"),
    expect(dead_code, reason = "only the component calls it")
)]

mod build;
mod code;

#[cfg(target_arch = "wasm32")]
mod component {
    use weft_plugin::bindings::Guest;
    use weft_plugin::bindings::weft::plugin::types::{
        Advice, Attrs, Descriptor, GoPackage, HostInfo, PluginError,
    };

    struct Hostile;

    impl Guest for Hostile {
        fn describe(_: HostInfo, settings: Attrs) -> Result<Descriptor, PluginError> {
            let attack = super::attack(&settings);
            super::build::while_described(&attack);
            if attack == "error that draws on the terminal" {
                return Err(PluginError {
                    message: "all is well\u{1b}[2J\u{202e}".to_owned(),
                    help: None,
                });
            }
            Ok(super::code::descriptor(&attack))
        }

        fn advise(target: GoPackage, settings: Attrs) -> Result<Vec<Advice>, PluginError> {
            Ok(super::build::advice(&super::attack(&settings), &target))
        }
    }

    weft_plugin::bindings::export_component!(Hostile with_types_in weft_plugin::bindings);
}

/// The value of the setting `attack`.
fn attack(settings: &[(String, String)]) -> String {
    let named = settings.iter().find(|(name, _)| name == "attack");
    named
        .and_then(|(_, json)| serde_json::from_str(json).ok())
        .unwrap_or_default()
}
