//! The ids of the current span on records of `github.com/sirupsen/logrus`, and the records themselves.

use weft_plugin::{Advices, Descriptor, Package, Plugin, Result, Settings, export, hooks, method};

/// See the crate.
pub struct Logrus;

export!(Logrus);

impl Plugin for Logrus {
    fn describe(&self, d: &mut Descriptor, _: &Settings) -> Result {
        d.hooks(hooks!["hooks.go"]);
        d.interest("github.com/sirupsen/logrus", ">=1.4, <2")
            .requiring(method("*Entry", "fireHooks"))
            .requiring(method("*Entry", "write"));
        Ok(())
    }

    fn advise(&self, p: &Package, out: &mut Advices) -> Result {
        for f in p.functions() {
            let before = match f.name() {
                "fireHooks" => "beforeFireHooks",
                _ => "beforeWrite",
            };
            out.hook(f).before(before).arguments(["recv"]);
        }
        Ok(())
    }
}
