//! Sends off telemetry before a program ends: by return from `main`, by `os.Exit`, by a signal.

use weft_plugin::{
    Advices, Descriptor, Package, Plugin, Result, Settings, call, export, function, hooks, method,
};

/// See the crate.
pub struct Process;

export!(Process);

impl Plugin for Process {
    fn describe(&self, d: &mut Descriptor, _: &Settings) -> Result {
        d.hooks(hooks!["exit/exit.go", "signal/signal.go"]);
        d.permission("import:os"); // for os.Signal
        d.interest("main", "").requiring(function("main"));
        // Patterns leave the standard library alone; of it, log exits over what a program calls fatal.
        d.interest("...", "").matching(call("os", "Exit"));
        d.interest("log", "").requiring(call("os", "Exit"));
        d.interest("testing", "").requiring(method("*M", "Run"));
        d.interest("os/signal", "")
            .requiring(function("Notify"))
            .requiring(function("Stop"))
            .requiring(function("Ignore"))
            .requiring(function("Reset"));
        Ok(())
    }

    fn advise(&self, p: &Package, out: &mut Advices) -> Result {
        // The library behind code translated from C, such as SQLite: what is translated calls C's exit
        // nowhere, and all of it would be compiled again.
        if p.import_path() != "modernc.org/libc" {
            for c in p.calls() {
                out.call(c, "beforeExit").folder("exit");
            }
        }
        for f in p.functions() {
            match f.name() {
                "main" => {
                    out.hook(f).after("afterMain").folder("exit");
                }
                "Run" => {
                    out.hook(f)
                        .before("beforeTests")
                        .arguments([])
                        .folder("exit");
                    out.hook(f).after("afterTests").results([]).folder("exit");
                }
                "Notify" => {
                    out.hook(f).before("beforeNotify").folder("signal");
                }
                "Stop" => {
                    out.hook(f).before("beforeStop").folder("signal");
                }
                name => {
                    out.hook(f)
                        .before("beforeSignals")
                        .after(&format!("after{name}"))
                        .folder("signal");
                }
            }
        }
        Ok(())
    }
}
