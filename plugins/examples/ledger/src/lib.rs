//! Client spans of `example.com/ledger`: the example of `docs/write-a-plugin.md`.

use weft_plugin::{Advices, Descriptor, Package, Plugin, Result, Settings, export, hooks, method};

/// See the crate.
pub struct Ledger;

export!(Ledger);

impl Plugin for Ledger {
    fn describe(&self, d: &mut Descriptor, _: &Settings) -> Result {
        d.hooks(hooks!["hooks.go"]);
        d.interest("example.com/ledger", ">=1.2, <2")
            .requiring(method("*Client", "Post"));
        Ok(())
    }

    fn advise(&self, p: &Package, out: &mut Advices) -> Result {
        for f in p.functions() {
            out.hook(f)
                .before("beforePost")
                .after("afterPost")
                .arguments(["recv.address", "ctx", "entry"])
                .replaces(["ctx"])
                .results(["err"]);
        }
        Ok(())
    }
}
