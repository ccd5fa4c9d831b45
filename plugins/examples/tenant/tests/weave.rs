//! What is woven into net/http and gRPC, by which settings.

use weft_plugin::harness::{Advice, Sources, describe};
use weft_plugin_tenant::Tenant;
use weft_plugins_testing::{module, points, standard};

fn setting(name: &str, json: &str) -> Vec<(String, String)> {
    vec![(name.to_owned(), json.to_owned())]
}

fn woven(sources: &Sources) -> String {
    points(&sources.weave(&Tenant).expect("it can be woven"))
}

#[test]
fn describes_itself() {
    assert_eq!(describe(&Tenant, &[]).unwrap().name, "tenant");
}

#[test]
fn installed_go() {
    insta::assert_snapshot!(woven(&standard("net/http")));
}

#[test]
fn lowest_and_newest_grpc() {
    let [lowest, newest] =
        ["v1.20.0", "v1.85.0"].map(|version| woven(&module("google.golang.org/grpc", version, "")));
    assert_eq!(lowest, newest);
    insta::assert_snapshot!(newest);
}

#[test]
fn settings_name_the_header_and_the_attribute() {
    let sources = standard("net/http")
        .setting("header", "\"x-customer\"")
        .setting("attribute", "\"customer.id\"");
    for advice in sources.weave(&Tenant).unwrap().advice {
        let Advice::Hook(hook) = advice else {
            panic!("{advice:?}");
        };
        let constants: Vec<&str> = hook.constants.iter().map(String::as_str).collect();
        match hook.before.as_deref() {
            Some("accept") => assert_eq!(constants, ["x-customer"]),
            Some("mark") => assert_eq!(constants, ["x-customer", "customer.id"]),
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn settings_that_cannot_be_are_refused() {
    for (name, json, problem) in [
        ("header", "\"X-Tenant-Id\"", "lower-case"),
        ("header", "\"\"", "1 to 64"),
        ("header", "\"x tenant\"", "lower-case"),
        ("header", "\"x-tenant\\r\\n\"", "lower-case"),
        ("header", "\"authorization\"", "another meaning"),
        ("header", "\"grpc-tenant\"", "another meaning"),
        ("header", "7", "invalid type"),
        ("attribute", "\"\"", "empty"),
        ("headers", "\"x-tenant-id\"", "unknown setting"),
    ] {
        let failure = describe(&Tenant, &setting(name, json)).unwrap_err();
        let told = failure.to_string();
        assert!(told.contains(problem), "{name} = {json}: {told}");
    }
}
