//! The ids of the current span on records of `log/slog`.

use weft_plugin::{Advices, Descriptor, Package, Plugin, Result, Settings, export, hooks, method};

/// See the crate.
pub struct Slog;

export!(Slog);

impl Plugin for Slog {
    fn describe(&self, d: &mut Descriptor, _: &Settings) -> Result {
        d.hooks(hooks!["hooks.go", "handler.go"]);
        d.interest("log/slog", "")
            .requiring(method("*Logger", "log"))
            .requiring(method("*Logger", "logAttrs"))
            .requiring(method("*handleState", "appendNonBuiltIns"));
        Ok(())
    }

    fn advise(&self, p: &Package, out: &mut Advices) -> Result {
        for f in p.functions() {
            match f.name() {
                "log" => {
                    out.hook(f)
                        .before("beforeLog")
                        .arguments(["recv", "ctx", "level", "args"])
                        .replaces(["args"]);
                }
                "logAttrs" => {
                    out.hook(f)
                        .before("beforeLogAttrs")
                        .arguments(["recv", "ctx", "level", "attrs"])
                        .replaces(["attrs"]);
                }
                _ => {
                    out.hook(f)
                        .before("beforeAttrs")
                        .arguments([
                            "recv.buf",
                            "recv.sep",
                            "recv.h.json",
                            "recv.h.groups",
                            "recv.h.preformattedAttrs",
                            "r",
                        ])
                        .replaces(["r"]);
                }
            }
        }
        Ok(())
    }
}
