//! Client spans of `github.com/redis/go-redis/v9`.

use weft_plugin::{Advices, Descriptor, Package, Plugin, Result, Settings, export, hooks, method};

/// See the crate.
pub struct Redis;

export!(Redis);

const VERSIONS: &str = ">=9.0, <10";

impl Plugin for Redis {
    fn describe(&self, d: &mut Descriptor, _: &Settings) -> Result {
        d.hooks(hooks!["hooks.go"]);
        d.interest("github.com/redis/go-redis/v9", VERSIONS)
            .requiring(method("*baseClient", "process"))
            .requiring(method("*baseClient", "processPipeline"))
            .requiring(method("*baseClient", "processTxPipeline"))
            .requiring(method("*ClusterClient", "processPipeline"))
            .requiring(method("*ClusterClient", "processTxPipeline"))
            .matching(method("*clusterNode", "updateLatency"))
            .matching(method("*ringSharding", "Heartbeat"))
            .matching(method("*sentinelFailover", "listen"));
        d.interest("github.com/redis/go-redis/v9/internal/pool", VERSIONS)
            .matching(method("*ConnPool", "addIdleConn"))
            .matching(method("*ConnPool", "tryDial"));
        Ok(())
    }

    fn advise(&self, p: &Package, out: &mut Advices) -> Result {
        for f in p.functions() {
            let (before, after) = match f.name() {
                "process" => ("beforeProcess", "afterProcess"),
                "processPipeline" => ("beforePipeline", "afterPipeline"),
                "processTxPipeline" => ("beforeTxPipeline", "afterPipeline"),
                // Goroutines that keep connections and topology up to date.
                _ => {
                    out.detach(f);
                    continue;
                }
            };
            if f.receiver() == Some("*baseClient") {
                out.hook(f).before(before).after(after).arguments([
                    "recv.opt",
                    "recv.connPool",
                    "0",
                    "1",
                ]);
            } else {
                let before = before.replace("before", "beforeCluster");
                out.hook(f)
                    .before(&before)
                    .after(after)
                    .arguments(["0", "1"]);
            }
        }
        Ok(())
    }
}
