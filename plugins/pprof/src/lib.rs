//! Keeps the current span when a program sets profiler labels, which share a place with it.

use weft_plugin::{
    Advices, Descriptor, Package, Plugin, Result, Settings, export, function, hooks,
};

/// See the crate.
pub struct Pprof;

export!(Pprof);

impl Plugin for Pprof {
    fn describe(&self, d: &mut Descriptor, _: &Settings) -> Result {
        d.hooks(hooks!["hooks.go"]);
        d.interest("runtime/pprof", "")
            .requiring(function("SetGoroutineLabels"));
        Ok(())
    }

    fn advise(&self, p: &Package, out: &mut Advices) -> Result {
        for f in p.functions() {
            out.hook(f)
                .before("beforeSetLabels")
                .after("afterSetLabels")
                .arguments([]);
        }
        Ok(())
    }
}
