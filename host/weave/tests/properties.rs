//! Properties of weaving that hold for any file.
#![expect(clippy::unwrap_used, reason = "a test says so when it cannot go on")]

mod common;

use std::collections::BTreeMap;

use common::unweave::assert_only_added;
use proptest::prelude::*;
use weft_weave::hooks::{HookPackages, rewrite_imports};
use weft_weave::model::{Advice, Matcher, MatcherTarget};
use weft_weave::plan::FilePlan;
use weft_weave::syntax::SourceFile;
use weft_weave::weave::weave_file;

/// Hooks every function of a file.
fn plan_all(text: &str) -> Option<FilePlan> {
    let syntax = common::single("example.com/p", "p", text);
    let matchers = [None, Some("T"), Some("*T"), Some("*G")].map(|receiver| Matcher {
        target: MatcherTarget::Function {
            receiver: receiver.map(str::to_owned),
            name: "*".to_owned(),
        },
        must_match: false,
    });
    let package = common::package(&syntax, &matchers);
    let mut imports = BTreeMap::new();
    let mut source = "package hooks\n\ntype Token struct{}\n\n".to_owned();
    let mut advice = Vec::new();
    for n in 0..u32::try_from(package.join_points.len()).unwrap() {
        let hook =
            common::hook_everything(&package, n, &format!("before{n}"), &format!("after{n}"));
        source += &common::hook_source(&package, &hook, &mut imports);
        advice.push(Advice::Hook(hook));
    }
    let hooks = HookPackages::parse(&BTreeMap::from([("hooks.go".to_owned(), source)])).unwrap();
    let resolved = common::resolve_one(&syntax, &package, &hooks, &advice).ok()?;
    resolved.plan.files.into_iter().next()
}

fn parameter_type() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "int",
        "string",
        "*T",
        "T",
        "error",
        "any",
        "[]byte",
        "map[string]*T",
        "chan<- int",
        "<-chan (chan int)",
        "func(int, ...string) (T, error)",
        "struct{ X int }",
        "interface{ M() }",
        "[4]int",
        "[1 << 2]T",
        "secret",
        "(int)",
        "*G[int, T]",
        "struct {\n\t\tX int\n\t}",
    ])
}

/// A list of parameters or results, all with names or all without.
fn parameters(prefix: &'static str) -> impl Strategy<Value = (String, bool)> {
    let groups = prop::collection::vec((parameter_type(), 1..3usize, 0..5u8), 0..4);
    (groups, any::<bool>()).prop_map(move |(all, unnamed)| {
        let mut n = 0;
        let mut out = Vec::new();
        for (go_type, count, blank) in all {
            if unnamed {
                out.push(go_type.to_owned());
                continue;
            }
            let names = (0..count)
                .map(|i| {
                    if blank == 0 {
                        "_".to_owned()
                    } else {
                        format!("{prefix}{}", n + i)
                    }
                })
                .collect::<Vec<_>>();
            n += count;
            out.push(format!("{} {go_type}", names.join(", ")));
        }
        (out.join(", "), unnamed)
    })
}

fn declaration() -> impl Strategy<Value = String> {
    let receiver = prop::sample::select(vec!["", "(t T) ", "(t *T) ", "(g *G[K, V]) "]);
    let body = prop::sample::select(vec![
        "{ panic(1) }",
        "{\n\tpanic(1)\n}",
        "{ /* a */ panic(1) } /* b */",
        "{\n\tfor {\n\t}\n}",
        "{ panic(`\n`) }",
    ]);
    let between = prop::sample::select(vec!["\n", "\n\n", "; ", " // c\n", "\n// d\n\n"]);
    let variadic = prop::sample::select(vec!["", "...int", "...*T"]);
    (
        receiver,
        parameters("a"),
        variadic,
        parameters("r"),
        body,
        between,
    )
        .prop_map(
            |(receiver, (first, unnamed), variadic, (results, _), body, between)| {
                let separator = if first.is_empty() || variadic.is_empty() {
                    ""
                } else {
                    ", "
                };
                let variadic = if variadic.is_empty() || unnamed {
                    variadic.to_owned()
                } else {
                    format!("v {variadic}")
                };
                let results = if results.is_empty() {
                    String::new()
                } else {
                    format!("({results}) ")
                };
                format!(
                    "func {receiver}NAME({first}{separator}{variadic}) {results}{body}{between}"
                )
            },
        )
}

fn file() -> impl Strategy<Value = String> {
    let declarations = prop::collection::vec(declaration(), 1..8);
    (declarations, any::<bool>(), any::<bool>()).prop_map(|(declarations, carriage_returns, last_break)| {
        let mut text = "package p\n\ntype T struct{}\n\ntype secret int\n\ntype G[K comparable, V any] struct{}\n\n"
            .to_owned();
        for (n, declaration) in declarations.iter().enumerate() {
            text += &declaration.replace("NAME", &format!("F{n}"));
        }
        if carriage_returns {
            text = text.replace('\n', "\r\n");
        }
        if !last_break {
            text.truncate(text.trim_end().len());
        }
        text
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn woven_text_without_what_was_added_is_the_original(text in file()) {
        let plan = plan_all(&text).unwrap();
        let woven = weave_file(&plan, &text, "x.go").unwrap();
        prop_assert_eq!(assert_only_added(&text, &woven.text), Ok(()));
        prop_assert!(assert_only_added(&text, &woven.text.replacen("secret int", "secret uint", 1)).is_err());
    }

    #[test]
    fn weaving_is_a_function_of_plan_and_text(text in file()) {
        let plan = plan_all(&text).unwrap();
        prop_assert_eq!(&plan, &plan_all(&text).unwrap());
        let stored = serde_json::to_string(&plan).unwrap();
        prop_assert_eq!(&plan, &serde_json::from_str::<FilePlan>(&stored).unwrap());
        prop_assert_eq!(weave_file(&plan, &text, "x.go"), weave_file(&plan, &text, "x.go"));
    }

    /// A plan meets another text than it was made for: it is woven or refused, never broken.
    #[test]
    fn a_damaged_text_is_woven_whole_or_refused(text in file(), at in any::<prop::sample::Index>(), with in ".{0,3}") {
        let plan = plan_all(&text).unwrap();
        let at = at.index(text.len());
        prop_assume!(text.is_char_boundary(at));
        let mut damaged = text;
        damaged.insert_str(at, &with);
        if let Ok(woven) = weave_file(&plan, &damaged, "x.go") {
            let before = SourceFile::parse("x.go", &damaged).errors().len();
            prop_assert!(SourceFile::parse("x.go", &woven.text).errors().len() <= before);
            prop_assert_eq!(assert_only_added(&damaged, &woven.text), Ok(()));
        }
    }

    #[test]
    fn any_text_parses(text in "\\PC*") {
        let file = SourceFile::parse("x.go", &text);
        prop_assert!(file.functions().len() <= text.len());
        prop_assert_eq!(rewrite_imports(&text, &[("a/b", "c")]), text);
    }
}

/// With what weaving adds, these mistakes behind a function are read as another one: the function is gone.
#[test]
fn a_mistake_that_would_be_read_anew_is_not_woven() {
    let signature = "func F0(_ error, v ...int) (_ <-chan (chan int), _ map[string]*T)";
    let end = format!("package p\n\n{signature} {{ /* a */ panic(1) }} /* b */ // c");
    let two = "package p\n\nfunc F0() (r0, _, _ T, _ int) { panic(1) } /* b */\nfunc F1(_ T) (_ T) { panic(1) }";
    for (text, mistake) in [(end.as_str(), "/* b */"), (two, "F1(_ T) (_ T) {")] {
        let plan = plan_all(text).unwrap();
        for sign in ["|", "`"] {
            let damaged = text.replace(mistake, &format!("{mistake}{sign}"));
            let woven = weave_file(&plan, &damaged, "x.go");
            let whole = woven.map_or(Ok(()), |woven| assert_only_added(&damaged, &woven.text));
            assert_eq!(whole, Ok(()), "{damaged}");
        }
    }
}

#[test]
fn imports_are_rewritten_in_place() {
    let text = "package p // go.weft.dev/sdk\n\nimport (\n\t\"go.weft.dev/sdk\"\n\thook `go.weft.dev/sdk/hook` // go.weft.dev/sdk/hook\n\t\"go.weft.dev/sdkx\"\n)\n\nconst a = \"go.weft.dev/sdk\"\n";
    let expected = text
        .replace("\t\"go.weft.dev/sdk\"", "\t\"m/_weft/sdk\"")
        .replace("`go.weft.dev/sdk/hook`", "`m/_weft/sdk/hook`");
    assert_eq!(
        rewrite_imports(text, &[("go.weft.dev/sdk", "m/_weft/sdk")]),
        expected
    );
}

/// Go 1.26 lets `new` take an expression, which the grammar does not know: generated code uses it all over.
#[test]
fn new_of_an_expression_does_not_keep_functions_from_being_woven() {
    let expressions = [
        "1",
        "\"a\"",
        "`a`",
        "'a'",
        "-x",
        "!b",
        "^x",
        "&t",
        "*p",
        "<-c",
        "x + 1",
        "f()",
        "a.b.c",
        "s[1:2]",
        "f(new(1))",
        "T{1}",
        "[]int{1}",
        "func() int { return 1 }()",
        "(x + 1)",
        "a.b.c()",
        "m[\"a\"]",
        "x.(int)",
        "1 + new",
        "struct{ X int }{1}",
        "map[string]*int{\"a\": new(1)}",
        "a.b[1].c",
        "len(s)",
        "G[int]{}",
        "[2]int{1, 2}",
        "int64(1)",
    ];
    for (n, expression) in expressions.iter().enumerate() {
        let line = format!("\t_ = new({expression})\n");
        let text = format!(
            "package p\n\nfunc F0() {{\n{line}}}\n\nfunc F1() {{ a(new({expression}), \"b\") }}\n"
        );
        let file = SourceFile::parse("x.go", &text);
        assert!(file.errors().is_empty(), "{n}: {text}");
    }
    let mut text = "package p\n\n".to_owned();
    for n in 0..300 {
        let expression = expressions[n % expressions.len()];
        let value = format!("&T{{A: new({expression}), B: new(int)}}");
        text.extend([
            "func F",
            &n.to_string(),
            "() *T {\n\treturn ",
            &value,
            "\n}\n\n",
        ]);
    }
    let file = SourceFile::parse("x.go", &text);
    assert!(file.errors().is_empty(), "{:?}", file.errors());
    let names = file
        .functions()
        .iter()
        .map(|f| f.name().to_owned())
        .collect::<Vec<_>>();
    assert_eq!(names.len(), 300);
}

/// Tables and generated code are longer than most tools expect, and have lines longer than the compiler's columns.
#[test]
fn a_file_of_more_than_a_megabyte_is_woven() {
    let mut text = "package p\r\n\r\n".to_owned();
    for n in 0..60 {
        let row = "0x1f, ".repeat(4000);
        let number = n.to_string();
        text.extend(["var table", &number, " = []byte{", &row, "}\r\n\r\n"]);
        text.extend([
            "func F",
            &number,
            "(int, _ string) []byte { return table",
            &number,
            " }\r\n\r\n",
        ]);
    }
    assert!(text.len() > 1 << 20);
    let plan = plan_all(&text).unwrap();
    assert_eq!(plan.functions.len(), 60);
    let woven = weave_file(&plan, &text, "x.go").unwrap();
    assert_eq!(assert_only_added(&text, &woven.text), Ok(()));
}
