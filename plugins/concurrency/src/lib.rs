//! Takes the current span to where work runs that was handed to a timer, a worker pool or a scheduler:
//! `time.AfterFunc`, `context.AfterFunc`, `github.com/panjf2000/ants` and `github.com/robfig/cron`.
//!
//! Goroutines inherit the current span from the one that starts them, so groups of goroutines such as
//! `golang.org/x/sync/errgroup` need nothing.

use weft_plugin::{
    Advices, Descriptor, Package, Plugin, Result, Settings, call, export, function, hooks, method,
};

/// See the crate.
pub struct Concurrency;

export!(Concurrency);

impl Plugin for Concurrency {
    fn describe(&self, d: &mut Descriptor, _: &Settings) -> Result {
        d.hooks(hooks!["timers.go", "pools.go"]);
        d.interest("...", "")
            .matching(call("time", "AfterFunc"))
            .matching(call("context", "AfterFunc"));
        d.interest("github.com/panjf2000/ants/v2", ">=2.4, <3")
            .requiring(method("*Pool", "Submit"))
            .requiring(method("*PoolWithFunc", "Invoke"))
            .requiring(function("NewPoolWithFunc"))
            .requiring(method("*goWorker", "run"))
            .requiring(method("*goWorkerWithFunc", "run"))
            .matching(method("*goWorkerWithFuncGeneric", "run"))
            // Goroutines that look after a pool: of each kind of pool, or since 2.11 of all.
            .matching(method("*Pool", "purgePeriodically"))
            .matching(method("*Pool", "purgeStaleWorkers"))
            .matching(method("*Pool", "ticktock"))
            .matching(method("*PoolWithFunc", "purgePeriodically"))
            .matching(method("*PoolWithFunc", "purgeStaleWorkers"))
            .matching(method("*PoolWithFunc", "ticktock"))
            .matching(method("*poolCommon", "purgeStaleWorkers"))
            .matching(method("*poolCommon", "ticktock"));
        for (module, versions) in [
            ("github.com/robfig/cron", ">=1.2, <2"),
            ("github.com/robfig/cron/v3", ">=3.0, <4"),
        ] {
            d.interest(module, versions)
                .requiring(method("*Cron", "run"));
        }
        Ok(())
    }

    fn advise(&self, p: &Package, out: &mut Advices) -> Result {
        for c in p.calls() {
            let before = if c.import_path() == "time" {
                "beforeAfterFunc"
            } else {
                "beforeContextAfterFunc"
            };
            out.hook(c).before(before).replaces(["f"]);
        }
        for f in p.functions() {
            let (before, argument) = match f.name() {
                "Submit" => ("beforeSubmit", "0"),
                "Invoke" => ("beforeInvoke", "0"),
                "NewPoolWithFunc" => ("beforeNewPool", "1"),
                "run" => {
                    out.hook(f)
                        .before("beforeWorker")
                        .after("afterWorker")
                        .arguments([]);
                    continue;
                }
                _ => {
                    out.detach(f);
                    continue;
                }
            };
            out.hook(f)
                .before(before)
                .arguments([argument])
                .replaces([argument]);
        }
        Ok(())
    }
}
