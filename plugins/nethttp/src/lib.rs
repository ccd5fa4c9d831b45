//! Server and client spans of `net/http`, for HTTP/1 and HTTP/2.

use weft_plugin::{
    Advices, Descriptor, Package, Plugin, Result, Settings, export, function, hooks, method,
};

/// See the crate.
pub struct NetHttp;

export!(NetHttp);

const STANDARD_HTTP2: &str = "net/http/internal/http2";

impl Plugin for NetHttp {
    fn describe(&self, d: &mut Descriptor, _: &Settings) -> Result {
        d.hooks(hooks!["server.go", "client.go", "dump.go"]);
        d.interest("net/http", "")
            .requiring(method("serverHandler", "ServeHTTP"))
            .requiring(method("*ServeMux", "findHandler"))
            .requiring(method("*response", "WriteHeader"))
            .requiring(method("*response", "Hijack"))
            .matching(method("*http2responseWriterState", "writeHeader"))
            .requiring(method("*Transport", "RoundTrip"))
            .requiring(function("setupRewindBody"))
            .matching(method("*ClientConn", "RoundTrip")) // Go 1.26
            .requiring(method("*conn", "serve"))
            .requiring(method("*conn", "close"))
            .requiring(method("*Server", "logf"))
            .matching(method("*http2serverConn", "runHandler"))
            .matching(method("*http2serverConn", "logf"))
            .requiring(method("*Transport", "dialConnFor"))
            .requiring(method("*persistConn", "readLoop"))
            .requiring(method("*persistConn", "writeLoop"))
            .matching(method("*http2ClientConn", "readLoop"));
        d.interest("net/http/httputil", "")
            .requiring(function("DumpRequestOut"));
        // Net/http's own HTTP/2 from Go 1.27 on.
        d.interest(STANDARD_HTTP2, "")
            .requiring(method("*responseWriterState", "writeHeader"))
            .requiring(method("*serverConn", "runHandler"))
            .requiring(method("*serverConn", "logf"))
            .requiring(method("*ClientConn", "readLoop"));
        // Servers that configure HTTP/2 themselves have this one in place of net/http's own copy.
        d.interest("golang.org/x/net/http2", "")
            .matching(method("*responseWriterState", "writeHeader"))
            .matching(method("*serverConn", "runHandler"))
            .matching(method("*serverConn", "logf"))
            .matching(method("*ClientConn", "readLoop"));
        Ok(())
    }

    fn advise(&self, p: &Package, out: &mut Advices) -> Result {
        let without_requests = p.import_path() == STANDARD_HTTP2;
        for f in p.functions() {
            match (f.receiver().unwrap_or_default(), f.name()) {
                (_, "writeHeader") if without_requests => {
                    out.hook(f)
                        .before("beforeWriteStreamHeader")
                        .arguments(["recv.req.URL", "0"]);
                }
                (_, "runHandler") if without_requests => {
                    out.hook(f)
                        .before("beforeRunHandler")
                        .after("afterRunHandler")
                        .arguments(["1.URL"]);
                }
                ("serverHandler", "ServeHTTP") => {
                    out.hook(f)
                        .before("beforeServe")
                        .after("afterServe")
                        .arguments(["1"]);
                }
                ("*ServeMux", "findHandler") => {
                    out.hook(f)
                        .before("beforeFind")
                        .after("afterFind")
                        .arguments(["0"])
                        .results(["1"]);
                }
                (_, "WriteHeader" | "writeHeader") => {
                    out.hook(f)
                        .before("beforeWriteHeader")
                        .arguments(["recv.req", "0"]);
                }
                ("*response", "Hijack") => {
                    out.hook(f)
                        .before("beforeHijack")
                        .after("afterHijack")
                        .arguments(["recv.req"])
                        .results(["2"]);
                }
                ("*Transport", "RoundTrip") => {
                    out.hook(f)
                        .before("beforeRoundTrip")
                        .after("afterRoundTrip")
                        .arguments(["0"]);
                }
                ("", "DumpRequestOut") => {
                    out.hook(f)
                        .before("beforeDump")
                        .after("afterDump")
                        .arguments([])
                        .results([]);
                }
                ("", "setupRewindBody") => {
                    out.hook(f).after("afterSetup").replaces_results(["0"]);
                }
                ("*ClientConn", "RoundTrip") => {
                    out.hook(f)
                        .before("beforeConnRoundTrip")
                        .after("afterConnRoundTrip")
                        .arguments(["0"])
                        .replaces(["0"]);
                }
                // Panics of handlers are recovered and told here.
                (_, "runHandler") => {
                    out.hook(f).after("afterRecovering");
                }
                (_, "logf") => {
                    out.hook(f)
                        .before("beforeLog")
                        .after("afterLog")
                        .arguments(["0", "1"]);
                }
                ("*conn", "close") => {
                    out.hook(f).before("beforeClose");
                }
                // Connections outlive the request in which they were opened.
                (_, name) => {
                    out.detach(f);
                    if name == "serve" {
                        out.hook(f).after("afterRecovering");
                    }
                }
            }
        }
        Ok(())
    }
}
