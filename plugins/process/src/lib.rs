//! Sends off telemetry before a program ends: by return from `main`, by `os.Exit`, by a signal.

use weft_plugin::{
    Advices, Call, Descriptor, Package, Plugin, Result, Settings, call, export, function, hooks,
    method,
};

/// See the crate.
pub struct Process;

export!(Process);

impl Plugin for Process {
    fn describe(&self, d: &mut Descriptor, _: &Settings) -> Result {
        d.hooks(hooks!["exit/exit.go", "signal/signal.go"]);
        d.permission("import:os"); // for os.Signal
        d.permission("import:syscall"); // for the numbers of C's signals
        d.interest("main", "").requiring(function("main"));
        // Patterns leave the standard library alone; of it, log exits over what a program calls fatal.
        let everywhere = d.interest("...", "");
        everywhere
            .matching(call("os", "Exit"))
            .matching(call(LIBC, "Xsignal"));
        for name in SIGNALS {
            everywhere.matching(call("os/signal", name));
        }
        d.interest("log", "").requiring(call("os", "Exit"));
        d.interest("testing", "").requiring(method("*M", "Run"));
        Ok(())
    }

    fn advise(&self, p: &Package, out: &mut Advices) -> Result {
        for f in p.functions() {
            if f.name() == "main" {
                out.hook(f).after("afterMain").folder("exit");
                continue;
            }
            out.hook(f)
                .before("beforeTests")
                .arguments([])
                .folder("exit");
            out.hook(f).after("afterTests").results([]).folder("exit");
        }
        if !LEFT_ALONE.contains(&p.module_path()) {
            for c in p.calls() {
                advise_call(c, out);
            }
        }
        Ok(())
    }
}

/// Functions of os/signal that change what the program does with a signal.
const SIGNALS: [&str; 5] = ["Notify", "NotifyContext", "Stop", "Ignore", "Reset"];

/// The library behind code that is translated from C.
const LIBC: &str = "modernc.org/libc";

/// Modules whose calls are not hooked, because much that is large would be compiled again for little. What is
/// translated from C exits, and asks for signals, where its own callers want it; protobuf exits over
/// descriptors of its own that nobody could have changed.
const LEFT_ALONE: [&str; 2] = [LIBC, "google.golang.org/protobuf"];

fn advise_call(c: Call<'_>, out: &mut Advices) {
    let hook = out.hook(c);
    match c.name() {
        "Exit" => hook.before("beforeExit").folder("exit"),
        "Notify" => hook.before("beforeNotify").folder("signal"),
        "Stop" => hook.before("beforeStop").folder("signal"),
        "NotifyContext" => hook
            .before("beforeNotifyContext")
            .arguments(["1"])
            .after("afterNotifyContext")
            .results(["1"])
            .replaces_results(["1"])
            .folder("signal"),
        "Xsignal" => hook
            .before("beforeSignalInC")
            .arguments(["1", "2"])
            .after("afterSignalInC")
            .results([])
            .folder("signal"),
        name => hook
            .before("beforeSignals")
            .after(&format!("after{name}"))
            .folder("signal"),
    };
}
