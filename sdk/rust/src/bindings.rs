//! Bindings of contract track 0.1, generated from `wit/`. Authors use the types around it.

#![expect(clippy::same_length_and_capacity, reason = "generated")]

wit_bindgen::generate!({
    path: "../../wit",
    world: "plugin",
    additional_derives: [Clone, PartialEq],
    default_bindings_module: "weft_plugin::bindings",
    export_macro_name: "export_component",
    pub_export_macro: true,
});
