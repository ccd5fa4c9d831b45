//! The ids of the current span on records of `log/slog`, and the records themselves.

use weft_plugin::{
    Advices, Descriptor, Package, Plugin, Result, Settings, export, function, hooks, method,
};

/// See the crate.
pub struct Slog;

export!(Slog);

impl Plugin for Slog {
    fn describe(&self, d: &mut Descriptor, _: &Settings) -> Result {
        d.hooks(hooks![
            "hooks.go",
            "line.go",
            "json.go",
            "text.go",
            "record.go",
            "attributes.go"
        ]);
        d.interest("log/slog", "")
            .requiring(method("*Logger", "log"))
            .requiring(method("*Logger", "logAttrs"))
            .requiring(method("*Logger", "With"))
            .requiring(method("*Logger", "WithGroup"))
            .requiring(method("*handlerWriter", "Write"))
            .requiring(function("NewJSONHandler"))
            .requiring(function("NewTextHandler"))
            .requiring(method("*handleState", "appendNonBuiltIns"));
        Ok(())
    }

    fn advise(&self, p: &Package, out: &mut Advices) -> Result {
        for f in p.functions() {
            match f.name() {
                "log" => {
                    out.hook(f)
                        .before("beforeLog")
                        .arguments(["recv", "ctx", "level", "msg", "args"])
                        .replaces(["args"]);
                }
                "logAttrs" => {
                    out.hook(f)
                        .before("beforeLogAttrs")
                        .arguments(["recv", "ctx", "level", "msg", "attrs"])
                        .replaces(["attrs"]);
                }
                "With" => {
                    out.hook(f).before("beforeWith").after("afterWith");
                }
                "WithGroup" => {
                    out.hook(f).before("beforeWithGroup").after("afterWith");
                }
                "NewJSONHandler" | "NewTextHandler" => {
                    out.hook(f).before("beforeNewHandler").arguments(["opts"]);
                }
                "Write" => {
                    out.hook(f).before("beforeHandlerWrite").arguments([
                        "recv.h",
                        "recv.level",
                        "0",
                    ]);
                }
                _ => {
                    out.hook(f)
                        .before("beforeAttrs")
                        .after("afterAttrs")
                        .arguments(["recv.buf", "recv.h.groups"]);
                }
            }
        }
        Ok(())
    }
}
