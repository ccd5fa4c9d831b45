//! Routes of `github.com/gin-gonic/gin` on the server spans of `net/http`.

use weft_plugin::{Advices, Descriptor, Package, Plugin, Result, Settings, export, hooks, method};

/// See the crate.
pub struct Gin;

export!(Gin);

impl Plugin for Gin {
    fn describe(&self, d: &mut Descriptor, _: &Settings) -> Result {
        d.hooks(hooks!["hooks.go"]);
        d.interest("github.com/gin-gonic/gin", ">=1.5, <2")
            .requiring(method("*Engine", "handleHTTPRequest"));
        Ok(())
    }

    fn advise(&self, p: &Package, out: &mut Advices) -> Result {
        for f in p.functions() {
            out.hook(f)
                .before("beforeHandle")
                .after("afterHandle")
                .arguments(["c"]);
        }
        Ok(())
    }
}
