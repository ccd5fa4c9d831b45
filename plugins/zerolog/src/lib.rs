//! The ids of the current span on records of `github.com/rs/zerolog`, and the records themselves.

use weft_plugin::{Advices, Descriptor, Package, Plugin, Result, Settings, export, hooks, method};

/// See the crate.
pub struct Zerolog;

export!(Zerolog);

impl Plugin for Zerolog {
    fn describe(&self, d: &mut Descriptor, _: &Settings) -> Result {
        d.hooks(hooks!["hooks.go"]);
        d.interest("github.com/rs/zerolog", ">=1.15, <2")
            .requiring(method("*Event", "write"));
        Ok(())
    }

    fn advise(&self, p: &Package, out: &mut Advices) -> Result {
        for f in p.functions() {
            out.hook(f)
                .before("beforeWrite")
                .arguments(["recv", "recv.level", "recv.buf"]);
        }
        Ok(())
    }
}
