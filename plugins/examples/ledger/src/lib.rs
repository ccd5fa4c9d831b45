//! Client spans of `example.com/ledger`: the example of `docs/write-a-plugin.md`.

use weft_plugin::{Advices, Descriptor, Package, Plugin, Result, Settings, export, hooks, method};

/// See the crate.
pub struct Ledger;

export!(Ledger);

impl Plugin for Ledger {
    fn describe(&self, d: &mut Descriptor, _: &Settings) -> Result {
        d.hooks(hooks!["hooks.go"]);
        d.interest("example.com/ledger", ">=1.2, <2")
            .requiring(method("*Client", "Post"));
        Ok(())
    }

    fn advise(&self, p: &Package, out: &mut Advices) -> Result {
        for f in p.functions() {
            out.hook(f)
                .before("beforePost")
                .after("afterPost")
                .arguments(["recv.address", "ctx", "entry"])
                .replaces(["ctx"])
                .results(["err"]);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use weft_plugin::harness::{Sources, describe};

    use super::Ledger;

    fn sources(version: &str) -> Sources {
        let library = include_str!("../library/ledger.go");
        Sources::new("example.com/ledger")
            .version(version)
            .file("ledger.go", library)
    }

    #[test]
    fn describes_itself() {
        assert_eq!(describe(&Ledger, &[]).unwrap().name, "ledger");
    }

    #[test]
    fn weaves_post() {
        insta::assert_snapshot!(sources("v1.2.0").weave(&Ledger).unwrap());
    }

    #[test]
    fn leaves_other_versions_alone() {
        let failure = sources("v2.0.0").weave(&Ledger).unwrap_err();
        assert_eq!(
            failure.to_string(),
            "no interest of the plugin names example.com/ledger v2.0.0"
        );
    }
}
