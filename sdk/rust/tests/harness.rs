//! The SDK through its test harness: builders, names of values, and what fails a plugin.

use weft_plugin::harness::{Sources, Woven, describe};
use weft_plugin::{
    Advices, Descriptor, HookFile, Package, Plugin, Result, Settings, call, export, function,
    method,
};
use weft_weave::model::Advice;

const HOOKS: &str = r"package ledger

import (
	`context`

	`go.weft.dev/sdk/trace`
)

func beforePost(address string, ctx context.Context, entry any) (*trace.Span, context.Context) {
	return nil, ctx
}

func afterPost(span *trace.Span, err error) error { return err }

func beforeAll(c, ctx, entry any) *trace.Span { return nil }

func afterAll(span *trace.Span, id string, err error) {}

func beforeExit(code int) {}
";

const LEDGER: &str = r#"package ledger

import (
	"context"
	"os"
)

type Client struct{ address string }

type Entry struct{}

func (c *Client) Post(ctx context.Context, entry Entry) (id string, err error) {
	return "", nil
}

func (c *Client) loop() {}

func fail() { os.Exit(1) }
"#;

/// Advice is given by a function, so that each test says what it does.
macro_rules! plugin {
    ($name:ident, $advise:expr) => {
        struct $name;

        export!($name);

        impl Plugin for $name {
            fn describe(&self, d: &mut Descriptor, settings: &Settings) -> Result {
                d.name("ledger").hooks([HookFile {
                    path: "hooks.go",
                    text: HOOKS,
                }]);
                let range = settings.get_or("range", ">=1.2, <2".to_owned())?;
                d.interest("example.com/ledger", &range)
                    .requiring(method("*Client", "Post"))
                    .matching(method("*Client", "loop"))
                    .matching(call("os", "Exit"));
                Ok(())
            }

            fn advise(&self, p: &Package, out: &mut Advices) -> Result {
                let advise: fn(&Package, &mut Advices) = $advise;
                advise(p, out);
                Ok(())
            }
        }
    };
}

fn sources() -> Sources {
    Sources::new("example.com/ledger")
        .version("v1.3.0")
        .file("ledger.go", LEDGER)
        .callee("os", "package os\n\nfunc Exit(code int) {}\n")
}

#[test]
fn all_kinds_of_advice() {
    plugin!(All, |p, out| {
        for f in p.functions() {
            if f.is_method("*Client", "Post") {
                out.hook(f)
                    .before("beforePost")
                    .after("afterPost")
                    .arguments(["recv.address", "ctx", "1"])
                    .replaces(["ctx"])
                    .results(["err"])
                    .replaces_results(["err"])
                    .order(3);
            } else {
                out.detach(f);
            }
        }
        for c in p.calls().filter(|c| c.is("os", "Exit")) {
            out.hook(c).before("beforeExit");
        }
    });
    let Woven {
        advice,
        points,
        files,
        ..
    } = sources().weave(&All).unwrap();
    let Advice::Hook(hook) = &advice[0] else {
        panic!("{advice:?}");
    };
    let arguments: Vec<_> = hook
        .arguments
        .iter()
        .map(|a| (a.index, a.fields.join(".")))
        .collect();
    assert_eq!(
        arguments,
        [
            (0, "address".into()),
            (1, String::new()),
            (2, String::new())
        ]
    );
    assert_eq!((&*hook.replaces, &*hook.results), (&[1][..], &[1][..]));
    assert_eq!((&*hook.replaces_results, hook.order), (&[1][..], 3));
    let targets: Vec<_> = points.iter().map(|p| (p.line, p.target.as_str())).collect();
    assert_eq!(
        targets,
        [
            (12, "(*Client).Post"),
            (16, "(*Client).loop"),
            (18, "os.Exit")
        ]
    );
    assert!(
        files["ledger.go"].contains("func fail() { weft_"),
        "{files:?}"
    );
}

#[test]
fn without_more_words_a_hook_gets_everything() {
    plugin!(Plain, |p, out| {
        let f = p.functions().next().expect("a join point");
        out.hook(f).before("beforeAll").after("afterAll");
    });
    let woven = sources().weave(&Plain).unwrap();
    let Advice::Hook(hook) = &woven.advice[0] else {
        panic!("{woven}");
    };
    let arguments: Vec<u32> = hook.arguments.iter().map(|a| a.index).collect();
    assert_eq!((&*arguments, &*hook.results), (&[0, 1, 2][..], &[0, 1][..]));
    assert!(hook.replaces.is_empty() && hook.replaces_results.is_empty());
}

#[test]
fn a_hook_function_that_does_not_exist() {
    plugin!(Dangling, |p, out| {
        let f = p.functions().next().expect("a join point");
        out.hook(f).before("beforeNothing");
    });
    let failure = sources().weave(&Dangling).unwrap_err().to_string();
    assert!(
        failure.ends_with("ledger.go:12: hook package ledger has no function beforeNothing"),
        "{failure}"
    );
}

#[test]
fn names_that_a_function_does_not_have() {
    plugin!(Misnamed, |p, out| {
        let f = p.functions().next().expect("a join point");
        out.hook(f).before("beforePost").arguments(["recv", "item"]);
    });
    let failure = sources().weave(&Misnamed).unwrap_err().to_string();
    assert!(
        failure.starts_with(
            "example.com/ledger.(*Client).Post: no parameter `item`; it has: recv, ctx, entry"
        ),
        "{failure}"
    );
    plugin!(Misread, |p, out| {
        let f = p.functions().next().expect("a join point");
        out.hook(f).after("afterPost").results(["2"]);
    });
    let failure = sources().weave(&Misread).unwrap_err().to_string();
    assert!(
        failure.contains("no result `2`; it has: id, err"),
        "{failure}"
    );
    plugin!(Overreaching, |p, out| {
        let f = p.functions().next().expect("a join point");
        out.hook(f).before("beforePost").replaces(["c.address"]);
    });
    let failure = sources().weave(&Overreaching).unwrap_err().to_string();
    assert!(
        failure.contains("the field `c.address` cannot be replaced"),
        "{failure}"
    );
}

#[test]
fn packages_and_versions_of_no_interest() {
    plugin!(Idle, |_, _| {});
    let fails = |sources: Sources| sources.weave(&Idle).unwrap_err().to_string();
    assert_eq!(
        fails(sources().version("v2.0.0")),
        "no interest of the plugin names example.com/ledger v2.0.0"
    );
    assert_eq!(fails(sources()), "nothing is woven into example.com/ledger");
    let empty = Sources::new("example.com/ledger").file("a.go", "package ledger\n");
    assert!(fails(empty).contains("Post"));
}

#[test]
fn settings() {
    plugin!(Configured, |p, out| {
        let range: Option<String> = p.settings().get("range").expect("a string");
        assert_eq!(range.as_deref(), Some(">=2"));
        p.functions().for_each(|f| out.detach(f));
    });
    let configured = sources().version("v2.0.0").setting("range", "\">=2\"");
    configured.weave(&Configured).unwrap();
    let failure = describe(&Configured, &[("rnage".to_owned(), "1".to_owned())]).unwrap_err();
    assert_eq!(
        failure.to_string(),
        "unknown setting `rnage`\nhelp: its settings are: range"
    );
}

#[test]
fn hooks_are_audited() {
    struct Evil;
    export!(Evil);
    impl Plugin for Evil {
        fn describe(&self, d: &mut Descriptor, _: &Settings) -> Result {
            d.interest("net/http", "").matching(function("Get"));
            d.hooks([HookFile {
                path: "hooks.go",
                text: "package h\n\nimport `os/exec`\n",
            }]);
            Ok(())
        }

        fn advise(&self, _: &Package, _: &mut Advices) -> Result {
            Ok(())
        }
    }
    let failure = describe(&Evil, &[]).unwrap_err().to_string();
    assert!(
        failure.contains("hooks.go:3:8: imports \"os/exec\""),
        "{failure}"
    );
}
