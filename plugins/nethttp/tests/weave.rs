//! What is woven into `net/http`, as it is and as the installed Go has it.

use weft_plugin::harness::{Sources, describe};
use weft_plugin_nethttp::NetHttp;
use weft_plugins_testing::{module, points, standard};

#[test]
fn describes_itself() {
    assert_eq!(describe(&NetHttp, &[]).unwrap().name, "nethttp");
}

#[test]
fn woven_source() {
    let woven = Sources::new("golang.org/x/net/http2")
        .version("v0.50.0")
        .file(
            "server.go",
            r#"package http2

import "net/http"

type responseWriterState struct {
	req *http.Request
}

func (rws *responseWriterState) writeHeader(code int) {
	println(code)
}
"#,
        )
        .weave(&NetHttp)
        .unwrap();
    insta::assert_snapshot!(woven);
}

#[test]
fn installed_go() {
    let woven = standard("net/http").weave(&NetHttp).unwrap();
    let points = points(&woven);
    let without_new: Vec<&str> = points
        .lines()
        .filter(|line| !line.contains("ClientConn).RoundTrip"))
        .collect();
    insta::assert_snapshot!(without_new.join("\n"));
}

/// HTTP/2 of programs that bring it along, which tells panics of handlers as net/http does.
#[test]
fn http2_of_a_module() {
    for version in ["v0.43.0", "v0.62.0"] {
        let woven = module("golang.org/x/net", version, "http2")
            .weave(&NetHttp)
            .unwrap();
        insta::assert_snapshot!("http2_of_a_module", points(&woven), version);
    }
}
