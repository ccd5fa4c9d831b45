//! Client spans of `gorm.io/gorm`, one for each operation in place of those of its driver.

use weft_plugin::{Advices, Descriptor, Package, Plugin, Result, Settings, export, hooks, method};

/// See the crate.
pub struct Gorm;

export!(Gorm);

impl Plugin for Gorm {
    fn describe(&self, d: &mut Descriptor, _: &Settings) -> Result {
        d.hooks(hooks!["hooks.go"]);
        d.interest("gorm.io/gorm", ">=1.20, <2")
            .requiring(method("*processor", "Execute"));
        Ok(())
    }

    fn advise(&self, p: &Package, out: &mut Advices) -> Result {
        for f in p.functions() {
            // Scopes may make another *DB of it, which is returned since 1.22.
            let after = if f.results().is_empty() {
                "afterExecuteInPlace"
            } else {
                "afterExecute"
            };
            out.hook(f)
                .before("beforeExecute")
                .after(after)
                .arguments(["recv", "db"]);
        }
        Ok(())
    }
}
