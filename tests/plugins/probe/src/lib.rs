//! A plugin for tests. It hooks functions of every shape in `example.com/shapes`, and misbehaves in the
//! way that a build tag names.

use weft_plugin::{
    Advices, Descriptor, HookFile, Package, Plugin, Result, Settings, export, function, hooks,
    method,
};

/// See the crate.
pub struct Probe;

export!(Probe);

/// A hook that is no Go: it is text, so that tools for Go files do not stumble over it.
const UNTYPED: HookFile = HookFile {
    path: "untyped/hooks.go",
    text: "package untyped\n\nfunc before(values string) { var n int = values; _ = n }\n",
};

impl Plugin for Probe {
    fn describe(&self, d: &mut Descriptor, _: &Settings) -> Result {
        d.hooks(hooks!["shapes/shapes.go"])
            .hooks([UNTYPED])
            .permission("stdio");
        d.interest("example.com/shapes", "")
            .requiring(function("Variadic"))
            .requiring(function("Named"))
            .requiring(function("Unnamed"))
            .requiring(function("Blank"))
            .requiring(function("Generic"))
            .requiring(function("OneLine"))
            .requiring(function("Hidden"))
            .requiring(function("Panics"))
            .requiring(function("Replaced"))
            .requiring(method("*Box", "Put"))
            .requiring(method("Point", "Add"));
        d.interest("example.com/misled", "")
            .matching(function("Target"));
        d.interest("example.com/vanished", "")
            .requiring(function("Vanished"));
        Ok(())
    }

    fn advise(&self, p: &Package, out: &mut Advices) -> Result {
        if p.import_path() == "example.com/misled" {
            mislead(p, out);
            return Ok(());
        }
        for f in p.functions() {
            let name = f.name();
            let hook = out
                .hook(f)
                .folder("shapes")
                .before(&format!("before{name}"))
                .after(&format!("after{name}"));
            if name == "Replaced" {
                hook.replaces(["text", "count"])
                    .replaces_results(["0", "1"]);
            }
        }
        Ok(())
    }
}

/// Answers as the build tag says.
fn mislead(p: &Package, out: &mut Advices) {
    for f in p.functions() {
        match p.tags().first().map(String::as_str) {
            Some("trap") => panic!("told to"),
            Some("loop") => loop {
                std::hint::black_box(0);
            },
            Some("untyped") => {
                out.hook(f).folder("untyped").before("before");
            }
            Some("nohook") => {
                out.hook(f).folder("shapes").before("beforeNothing");
            }
            Some("nofolder") => {
                out.hook(f).folder("nowhere").before("before");
            }
            _ => {}
        }
    }
}
