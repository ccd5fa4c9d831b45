//! Plugins that a host brings along.

use weft_plugin_host::{Limits, Packed, Settings, precompile};

use super::guest::Guest;
use super::{engine, package};

fn leak<T: ?Sized>(value: Box<T>) -> &'static T {
    Box::leak(value)
}

/// A plugin that says other things than its descriptor, so that one can tell which is asked.
fn packed(code: Vec<u8>, descriptor: &str) -> &'static Packed {
    let component = leak(Guest::good().component().into_boxed_slice());
    let code = leak(code.into_boxed_slice());
    let descriptor = leak(descriptor.to_owned().into_boxed_str());
    // SAFETY: the code is what `precompile` makes of this very component, or nothing that wasmtime takes
    // for code.
    #[expect(unsafe_code, reason = "this is the test of it")]
    let packed = unsafe { Packed::new("packed", component, code, descriptor) };
    leak(Box::new(packed))
}

/// The descriptor of the guest, under another name.
fn descriptor() -> String {
    let plugin = engine(Limits::default()).load("x", Guest::good().component());
    let mut descriptor = plugin.descriptor(&Settings::new()).unwrap();
    "from-json".clone_into(&mut descriptor.name);
    serde_json::to_string(&descriptor).unwrap()
}

#[test]
fn a_packed_plugin_runs_its_code_and_is_not_asked_what_it_is() {
    let code = precompile("good", &Guest::good().component()).unwrap();
    let engine = engine(Limits::default());
    let plugin = engine.load_packed(packed(code, &descriptor()));
    let said = plugin.descriptor(&Settings::new()).unwrap();
    assert_eq!(
        (said.name.as_str(), plugin.name()),
        ("from-json", "from-json")
    );
    assert!(!engine.is_started());
    assert!(plugin.advise(&package(), &Settings::new()).is_ok());
    assert!(plugin.runs_packed_code());
}

#[test]
fn with_settings_it_is_asked() {
    let code = precompile("good", &Guest::good().component()).unwrap();
    let plugin = engine(Limits::default()).load_packed(packed(code, &descriptor()));
    let settings = Settings::from([("a".to_owned(), "1".to_owned())]);
    assert_eq!(plugin.descriptor(&settings).unwrap().name, "good");
}

#[test]
fn code_that_does_not_fit_is_made_anew() {
    let plugin = engine(Limits::default()).load_packed(packed(b"of old".to_vec(), "{}"));
    assert_eq!(plugin.descriptor(&Settings::new()).unwrap().name, "good");
    assert!(plugin.advise(&package(), &Settings::new()).is_ok());
    assert!(!plugin.runs_packed_code());
}

#[test]
fn what_is_no_component_is_not_compiled() {
    assert_eq!(precompile("x", b"not wasm").unwrap_err().code(), "W0203");
}
