//! The ids of the current span on lines of the package `log`, and the records themselves.

use weft_plugin::{Advices, Descriptor, Package, Plugin, Result, Settings, export, hooks, method};

/// See the crate.
pub struct StdLog;

export!(StdLog);

impl Plugin for StdLog {
    fn describe(&self, d: &mut Descriptor, _: &Settings) -> Result {
        d.hooks(hooks!["hooks.go"]);
        d.interest("log", "").requiring(method("*Logger", "output"));
        Ok(())
    }

    fn advise(&self, p: &Package, out: &mut Advices) -> Result {
        for f in p.functions() {
            out.hook(f)
                .before("beforeOutput")
                .arguments(["recv", "pc", "appendOutput"])
                .replaces(["appendOutput"]);
        }
        Ok(())
    }
}
