//! What [`export!`](crate::export) expands to. Not for authors.

use crate::bindings::weft::plugin::types;
use crate::{Advices, Descriptor, Package, Plugin, Settings};

/// The Cargo package of the plugin.
#[derive(Debug, Clone, Copy)]
pub struct Cargo {
    /// `CARGO_PKG_NAME`.
    pub name: &'static str,
    /// `CARGO_PKG_VERSION`.
    pub version: &'static str,
    /// `CARGO_PKG_LICENSE`.
    pub license: &'static str,
    /// `CARGO_PKG_DESCRIPTION`.
    pub description: &'static str,
    /// `CARGO_MANIFEST_DIR`; empty in a component, so that it is the same from every folder.
    pub folder: &'static str,
}

/// Implemented by [`export!`](crate::export).
pub trait Exported: Plugin {
    /// The plugin's Cargo package.
    const CARGO: Cargo;
}

/// The contract's `describe`.
pub fn describe<P: Exported>(
    plugin: &P,
    settings: types::Attrs,
) -> Result<types::Descriptor, types::PluginError> {
    report_panics();
    let settings = Settings::new(settings);
    let mut descriptor = Descriptor::new(&P::CARGO);
    plugin.describe(&mut descriptor, &settings)?;
    settings.refuse_unknown()?;
    Ok(descriptor.into_wit())
}

/// The contract's `advise`.
pub fn advise<P: Exported>(
    plugin: &P,
    package: types::GoPackage,
    settings: types::Attrs,
) -> Result<Vec<types::Advice>, types::PluginError> {
    report_panics();
    let package = Package::new(package, Settings::new(settings));
    let mut advices = Advices::new(&package);
    plugin.advise(&package, &mut advices)?;
    Ok(advices.into_wit()?)
}

/// A panic ends the instance without a message; the log line before it becomes the host's message.
fn report_panics() {
    #[cfg(target_arch = "wasm32")]
    std::panic::set_hook(Box::new(|panic| crate::debug(&panic.to_string())));
}

/// Makes a plugin a component: `weft_plugin::export!(Redis);` for a unit struct that implements
/// [`Plugin`](crate::Plugin).
#[macro_export]
macro_rules! export {
    ($plugin:ident) => {
        impl $crate::guest::Exported for $plugin {
            const CARGO: $crate::guest::Cargo = $crate::guest::Cargo {
                name: env!("CARGO_PKG_NAME"),
                version: env!("CARGO_PKG_VERSION"),
                license: env!("CARGO_PKG_LICENSE"),
                description: env!("CARGO_PKG_DESCRIPTION"),
                #[cfg(target_arch = "wasm32")]
                folder: "",
                #[cfg(not(target_arch = "wasm32"))]
                folder: env!("CARGO_MANIFEST_DIR"),
            };
        }

        #[cfg(target_arch = "wasm32")]
        const _: () = {
            use $crate::bindings::weft::plugin::types;

            impl $crate::bindings::Guest for $plugin {
                fn describe(
                    _: types::HostInfo,
                    settings: types::Attrs,
                ) -> Result<types::Descriptor, types::PluginError> {
                    $crate::guest::describe(&$plugin, settings)
                }

                fn advise(
                    target: types::GoPackage,
                    settings: types::Attrs,
                ) -> Result<Vec<types::Advice>, types::PluginError> {
                    $crate::guest::advise(&$plugin, target, settings)
                }
            }

    $crate::bindings::export_component!($plugin with_types_in $crate::bindings);
        };
    };
}

/// The named Go files of the folder `go/` beside the plugin's `Cargo.toml`, with their text:
/// `hooks!["hooks.go", "signal/notify.go"]`.
#[macro_export]
macro_rules! hooks {
    ($($path:literal),+ $(,)?) => {
        [$($crate::HookFile {
            path: $path,
            text: include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/go/", $path)),
        }),+]
    };
}
