//! Files that are no plugins.

use weft_plugin_host::Limits;

use super::describe_fails;

fn refused(component: Vec<u8>, code: &str, expected: &str) {
    let (found, words) = describe_fails(component, Limits::default());
    assert_eq!(found, code, "{words}");
    assert!(words.contains(expected), "{words}");
}

fn wat(text: &str) -> Vec<u8> {
    wat::parse_str(text).unwrap()
}

#[test]
fn other_files() {
    refused(
        b"#!/bin/sh\n".to_vec(),
        "W0201",
        "a file of another kind, not a WebAssembly component",
    );
    refused(Vec::new(), "W0201", "an empty file");
    refused(wat("(module)"), "W0201", "a core WebAssembly module");
    let mut cut = wat("(component (core module (func)))");
    cut.truncate(cut.len() - 3);
    refused(cut, "W0203", "the component is invalid");
}

#[test]
fn components_of_something_else() {
    refused(
        wat("(component)"),
        "W0205",
        "does not export the function `describe`",
    );
    refused(
        wat(r#"(component (import "wasi:filesystem/types@0.2.0" (instance)) (import "x" (func)))"#),
        "W0206",
        "imports wasi:filesystem/types@0.2.0, x: plugins may import only weft:plugin/log",
    );
    refused(
        wat(r#"(component (import "weft:plugin/network@0.1.0" (instance)))"#),
        "W0206",
        "imports weft:plugin/network@0.1.0",
    );
    refused(
        wat(r#"(component
            (core module $m (func (export "f")))
            (core instance $i (instantiate $m))
            (func $f (canon lift (core func $i "f")))
            (export "describe" (func $f))
            (export "advise" (func $f)))"#),
        "W0205",
        "does not fit the contract",
    );
}

#[test]
fn another_contract() {
    refused(
        wat(r#"(component (import "weft:plugin/types@0.3.0" (instance)))"#),
        "W0204",
        "plugin `bad.wasm`: needs contract 0.3, this weft has 0.1",
    );
    refused(
        wat(r#"(component (import "weft:plugin/log@2.0.0" (instance)))"#),
        "W0204",
        "contract 2.0",
    );
}

#[test]
fn features_that_are_off() {
    for module in [
        "(memory 1 1 shared)",
        "(memory i64 1)",
        "(memory 1) (memory 1)",
        "(type (struct))",
        "(func (result v128) (i8x16.relaxed_swizzle (v128.const i64x2 0 0) (v128.const i64x2 0 0)))",
        "(tag)",
        "(func $f return_call $f)",
    ] {
        refused(
            wat(&format!("(component (core module {module}))")),
            "W0203",
            "the component is invalid",
        );
    }
}
