//! Client and server spans of `google.golang.org/grpc`: of calls and of all kinds of streams.

use weft_plugin::{
    Advices, Descriptor, Package, Plugin, Result, Settings, export, function, hooks, method,
};

/// See the crate.
pub struct Grpc;

export!(Grpc);

const VERSIONS: &str = ">=1.20, <2";

impl Plugin for Grpc {
    fn describe(&self, d: &mut Descriptor, _: &Settings) -> Result {
        d.hooks(hooks!["client.go", "server.go"]);
        d.permission("import:google.golang.org/grpc/...");
        d.interest("google.golang.org/grpc", VERSIONS)
            .requiring(method("*ClientConn", "Invoke"))
            .requiring(method("*ClientConn", "NewStream"))
            .requiring(function("newClientStream"))
            .requiring(method("*clientStream", "finish"))
            .requiring(method("*Server", "handleStream"))
            .requiring(function("NewContextWithServerTransportStream"))
            .matching(method("*Server", "processUnaryRPC"))
            .matching(method("*Server", "processStreamingRPC"))
            .matching(method("*Server", "processRPC")) // both, since 1.84
            .matching(method("*Server", "serverWorker"))
            .matching(method("*ClientConn", "scWatcher"))
            .matching(method("*ccBalancerWrapper", "watcher"))
            .matching(method("*addrConn", "resetTransport"))
            .matching(method("*addrConn", "resetTransportAndUnlock"));
        d.interest("google.golang.org/grpc/internal/transport", VERSIONS)
            .requiring(method("*http2Client", "reader"))
            .requiring(method("*http2Client", "keepalive"))
            .requiring(method("*loopyWriter", "run"));
        d.interest("google.golang.org/grpc/internal/grpcsync", VERSIONS)
            .matching(method("*CallbackSerializer", "run"));
        d.interest("google.golang.org/grpc/internal/resolver/dns", VERSIONS)
            .matching(method("*dnsResolver", "watcher"));
        Ok(())
    }

    fn advise(&self, p: &Package, out: &mut Advices) -> Result {
        for f in p.functions() {
            match f.name() {
                "Invoke" | "NewStream" => {
                    out.hook(f)
                        .before(&format!("before{}", f.name()))
                        .after(&format!("after{}", f.name()))
                        .arguments(["recv.target", "ctx", "method"])
                        .replaces(["ctx"]);
                }
                "newClientStream" => {
                    out.hook(f)
                        .before("beforeSend")
                        .arguments(["ctx"])
                        .replaces(["ctx"]);
                }
                "finish" => {
                    out.hook(f)
                        .before("beforeFinish")
                        .arguments(["recv.ctx", "err"]);
                }
                "handleStream" => {
                    out.hook(f)
                        .before("beforeHandle")
                        .after("afterHandle")
                        .arguments(["stream"]);
                }
                "NewContextWithServerTransportStream" => {
                    out.hook(f).before("beforeContext").replaces(["ctx"]);
                }
                "processUnaryRPC" | "processStreamingRPC" | "processRPC" => {
                    // What is nil for methods that only a handler of unknown ones serves.
                    let service = f
                        .parameters()
                        .iter()
                        .find(|p| ["*service", "*serviceInfo"].contains(&p.go_type.as_str()))
                        .map_or("info", |p| &p.name);
                    out.hook(f)
                        .before("beforeProcess")
                        .after("afterProcess")
                        .arguments(["stream", service]);
                }
                // Goroutines of connections and of the server live longer than the call that starts them.
                _ => out.detach(f),
            }
        }
        Ok(())
    }
}
