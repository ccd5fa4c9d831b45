//! Plugins that answer what is not so.

use weft_plugin_host::model::{Call, JoinPointKind};
use weft_plugin_host::{Limits, Settings};

use super::guest::{ADVICE_WORDS, Guest};
use super::{advise_fails, describe_fails, engine, package, words};

fn describing(name: &str, hook_files: &[(&str, &str)]) -> (&'static str, String) {
    let mut guest = Guest::good();
    let answer = guest.memory.descriptor(name, hook_files);
    guest.describe = format!("(i32.const {answer})");
    describe_fails(guest.component(), Limits::default())
}

#[test]
fn bad_descriptors() {
    let (code, words) = describing("../x", &[]);
    assert_eq!(code, "W0220");
    assert!(words.contains("bad descriptor: name \"../x\""), "{words}");
    let (code, words) = describing("x", &[("../../go.mod", "module m\n")]);
    assert_eq!(code, "W0220");
    assert!(
        words.contains("hook file \"../../go.mod\": the path must stay below the hook folder"),
        "{words}"
    );
    let (code, words) = describing("x", &[("a.go", "package a\n"), ("a.go", "package b\n")]);
    assert_eq!(code, "W0220");
    assert!(
        words.contains("hook file \"a.go\" is given twice"),
        "{words}"
    );
}

#[test]
fn hook_code_without_permission() {
    let (code, words) = describing(
        "x",
        &[(
            "a.go",
            "package a\n\nimport \"os/exec\"\n\nvar _ exec.Cmd\n",
        )],
    );
    assert_eq!(code, "W0230");
    assert!(words.contains("a.go:3:8: imports \"os/exec\""), "{words}");
    assert!(
        words.contains("allowed by the permission `import:os/exec`"),
        "{words}"
    );
}

#[test]
fn advice_about_what_was_not_asked() {
    let mut guest = Guest::good();
    let answer = guest.memory.detaches(&[1]);
    guest.advise = format!("(i32.const {answer})");
    let (code, words) = advise_fails(&guest, Limits::default());
    assert_eq!(
        (code, words.as_str()),
        (
            "W0221",
            "plugin `good`: bad advice for net/http: join point 1 of 1 does not exist"
        )
    );
}

#[test]
fn advice_of_the_wrong_kind() {
    let mut guest = Guest::good();
    let answer = guest.memory.detaches(&[0]);
    guest.advise = format!("(i32.const {answer})");
    let mut target = package();
    target.join_points[0].kind = JoinPointKind::Call(Call {
        import_path: "os".to_owned(),
        name: "Exit".to_owned(),
        count: 1,
        declaration: None,
    });
    let plugin = engine(Limits::default()).load("bad.wasm", guest.component());
    plugin.descriptor(&Settings::new()).unwrap();
    let (code, words) = words(&plugin.advise(&target, &Settings::new()).unwrap_err());
    assert_eq!(code, "W0221");
    assert!(
        words.ends_with("join point 0 is a call, and only a goroutine's function can be detached"),
        "{words}"
    );
    let mut guest = Guest::good();
    let advice = guest.memory.words(&[0; ADVICE_WORDS]);
    let answer = guest.memory.words(&[0, advice, 1]);
    guest.advise = format!("(i32.const {answer})");
    let (_, words) = advise_fails(&guest, Limits::default());
    assert!(
        words.ends_with("the hook at join point 0 calls nothing"),
        "{words}"
    );
}

#[test]
fn values_that_are_none() {
    let mut guest = Guest::good();
    let name = guest.memory.text([0xff, 0xfe]);
    let answer = guest.memory.descriptor_named(name, &[]);
    guest.describe = format!("(i32.const {answer})");
    let (code, words) = describe_fails(guest.component(), Limits::default());
    assert_eq!(code, "W0216", "{words}");
    // Beyond the end of memory.
    for answer in ["(i32.const -4)", "(i32.const 3)"] {
        let guest = Guest {
            advise: answer.to_owned(),
            ..Guest::good()
        };
        assert_eq!(
            advise_fails(&guest, Limits::default()).0,
            "W0216",
            "{answer}"
        );
    }
}
