//! The ids of the current span on records of `go.uber.org/zap`, and the records themselves.

use weft_plugin::{Advices, Descriptor, Package, Plugin, Result, Settings, export, hooks, method};

/// See the crate.
pub struct Zap;

export!(Zap);

impl Plugin for Zap {
    fn describe(&self, d: &mut Descriptor, _: &Settings) -> Result {
        d.hooks(hooks!["hooks.go", "encoder.go", "record.go"]);
        d.permission("import:go.uber.org/zap/buffer");
        d.interest("go.uber.org/zap/zapcore", ">=1.10, <2")
            .requiring(method("*CheckedEntry", "Write"))
            .requiring(method("*jsonEncoder", "EncodeEntry"))
            .requiring(method("consoleEncoder", "EncodeEntry"))
            .requiring(method("consoleEncoder", "writeContext"));
        Ok(())
    }

    fn advise(&self, p: &Package, out: &mut Advices) -> Result {
        for f in p.functions() {
            match (f.receiver().unwrap_or_default(), f.name()) {
                ("*CheckedEntry", _) => {
                    out.hook(f)
                        .before("beforeWrite")
                        .after("afterWrite")
                        .arguments(["recv", "fields"])
                        .replaces(["fields"]);
                }
                ("*jsonEncoder", _) => {
                    out.hook(f)
                        .before("beforeJSON")
                        .after("afterJSON")
                        .arguments(["recv.buf", "recv.openNamespaces", "ent", "fields"])
                        .replaces(["fields"])
                        .results(["0"]);
                }
                (_, "EncodeEntry") => {
                    out.hook(f)
                        .before("beforeConsole")
                        .arguments(["recv.jsonEncoder.buf", "ent", "fields"])
                        .replaces(["fields"]);
                }
                _ => {
                    out.hook(f)
                        .before("beforeContext")
                        .after("afterContext")
                        .arguments(["recv.jsonEncoder.openNamespaces", "line", "extra"])
                        .replaces(["extra"]);
                }
            }
        }
        Ok(())
    }
}
