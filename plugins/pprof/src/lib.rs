//! Keeps the current span when a program sets profiler labels, which share a place with it, and the span out of
//! what profiles show of goroutines.

use weft_plugin::{
    Advices, Descriptor, Package, Plugin, Result, Settings, export, function, hooks, method,
};

/// See the crate.
pub struct Pprof;

export!(Pprof);

impl Plugin for Pprof {
    fn describe(&self, d: &mut Descriptor, _: &Settings) -> Result {
        d.hooks(hooks!["hooks.go"]);
        d.interest("runtime/pprof", "")
            .requiring(function("SetGoroutineLabels"))
            .matching(method("*runtimeProfile", "Label"));
        Ok(())
    }

    fn advise(&self, p: &Package, out: &mut Advices) -> Result {
        for f in p.functions() {
            if f.name() == "Label" {
                out.hook(f)
                    .before("beforeLabel")
                    .arguments(["recv.labels", "i"]);
            } else {
                out.hook(f)
                    .before("beforeSetLabels")
                    .after("afterSetLabels")
                    .arguments([]);
            }
        }
        Ok(())
    }
}
