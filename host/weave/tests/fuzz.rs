//! Texts that are nearly Go: parts of real files, cut, doubled and mixed. Whatever they are, they are parsed,
//! and woven whole or not at all.
//!
//! `PROPTEST_CASES` says how many are tried; `just fuzz` tries more. What fails is kept beside this file, and
//! tried first from then on.
#![expect(clippy::unwrap_used, reason = "a test says so when it cannot go on")]

mod common;

use std::sync::LazyLock;

use common::library::{self, Listed};
use common::unweave::{assert_only_added, is_subsequence};
use proptest::prelude::*;
use weft_weave::hooks::{HookPackages, rewrite_imports};
use weft_weave::syntax::{GuessedNames, Lines, SourceFile};
use weft_weave::weave::weave_file;

/// Files of the standard library with many kinds of declarations.
const LIBRARY: &str = "archive/tar container/list iter maps net/url slices text/tabwriter";

/// Go that the library does not have.
const MORE: [&str; 6] = [
    "//line gen.y:7\npackage p\n\n//line :9:3\nfunc F(_ int, _ ...string) (_ int, err error) { /*line a.go:1*/ return }\n",
    "\u{feff}package p; import ( \"os\"; . \"fmt\" ); func init() { os.Exit(1); Println(os.Exit) }",
    "package p\r\n\r\nfunc (*T[_, V]) F(a, b struct {\r\n\tX int `a`\r\n}) func() (int, error) {\r\n\treturn nil\r\n}\r\n",
    "package p\n\n//go:nosplit\nfunc F() {}\n\n//export G\nfunc G(a C.int, b *C.struct_x) C.int { return C.g(a) }\n",
    "package p\n\nfunc F() *int { return new(f(1, \"a\")) }\n\nfunc G() { _ = new([]int{1}); _ = new(T) }\n",
    "package p\n\nfunc é(ä 世界) (界 interface{ M(); ~int | ~string }) { goto L; L: for { select { case <-c: } } }\n",
];

const PIECES: [&str; 36] = [
    "{",
    "}",
    "(",
    ")",
    "[",
    "]",
    "\"",
    "`",
    "'",
    "//",
    "/*",
    "*/",
    "\n",
    "\r\n",
    "\r",
    "\u{feff}",
    ";",
    ",",
    "\n//line x.go:3\n",
    "/*line :5:7*/",
    "//go:nosplit\n",
    "func ",
    "func F() {}\n",
    "type T ",
    "_",
    "nil",
    "weft_p0",
    "new(",
    "new(1)",
    "return",
    "...",
    "C.int",
    "é",
    "\0",
    "package p\n",
    "import \"os\"\n",
];

static SEEDS: LazyLock<Vec<String>> = LazyLock::new(|| {
    let listed = library::list(LIBRARY);
    let files = listed.iter().flat_map(Listed::read).map(|(_, text)| text);
    let more = MORE.iter().map(|text| (*text).to_owned());
    more.chain(files).collect()
});

/// A change of a text, at places given as parts of its length.
#[derive(Debug, Clone)]
enum Change {
    Cut(prop::sample::Index, u8),
    Double(prop::sample::Index, u8),
    Insert(prop::sample::Index, &'static str),
    Mix(
        prop::sample::Index,
        prop::sample::Index,
        prop::sample::Index,
    ),
}

impl Change {
    fn make(&self, text: &mut String) {
        let place = |at: &prop::sample::Index, text: &str| {
            text.floor_char_boundary(at.index(text.len() + 1))
        };
        match self {
            Self::Cut(at, length) => {
                let start = place(at, text);
                let end = text.ceil_char_boundary(start + usize::from(*length));
                text.replace_range(start..end.min(text.len()), "");
            }
            Self::Double(at, length) => {
                let start = place(at, text);
                let end = text
                    .ceil_char_boundary(start + usize::from(*length))
                    .min(text.len());
                let part = text[start..end].to_owned();
                text.insert_str(start, &part);
            }
            Self::Insert(at, piece) => text.insert_str(place(at, text), piece),
            Self::Mix(at, seed, from) => {
                let other = seed.get(&SEEDS);
                let start = place(from, other);
                let end = other.ceil_char_boundary(start + 200).min(other.len());
                text.insert_str(place(at, text), &other[start..end]);
            }
        }
    }
}

fn change() -> impl Strategy<Value = Change> {
    use prop::sample::Index;
    prop_oneof![
        (any::<Index>(), 1..40u8).prop_map(|(at, length)| Change::Cut(at, length)),
        (any::<Index>(), 1..200u8).prop_map(|(at, length)| Change::Double(at, length)),
        (any::<Index>(), prop::sample::select(PIECES.to_vec()))
            .prop_map(|(at, piece)| Change::Insert(at, piece)),
        (any::<Index>(), any::<Index>(), any::<Index>())
            .prop_map(|(at, seed, from)| Change::Mix(at, seed, from)),
    ]
}

/// A part of a seed, changed.
fn text() -> impl Strategy<Value = String> {
    let changes = prop::collection::vec(change(), 0..6);
    (
        any::<prop::sample::Index>(),
        any::<prop::sample::Index>(),
        changes,
    )
        .prop_map(|(seed, from, changes)| {
            let seed = seed.get(&SEEDS);
            // Small texts are tried faster, and their failures are easier to read.
            let declarations = seed
                .match_indices("\n\n")
                .map(|(at, _)| at)
                .collect::<Vec<_>>();
            let start = declarations
                .get(from.index(declarations.len() + 1))
                .copied()
                .unwrap_or(0);
            let end = seed.ceil_char_boundary(start + 1500).min(seed.len());
            let package = if start == 0 { "" } else { "package p" };
            let mut text = format!("{package}{}", &seed[start..end]);
            for change in &changes {
                change.make(&mut text);
            }
            text
        })
}

fn listed(text: &str) -> Listed {
    let package = SourceFile::parse("x.go", text)
        .package_name()
        .unwrap_or("p")
        .to_owned();
    Listed {
        import_path: "example.com/p".to_owned(),
        name: package,
        dir: String::new(),
        files: Vec::new(),
    }
}

proptest! {
    #[test]
    fn fuzz_weaving(text in text()) {
        let files = vec![("x.go".to_owned(), text.clone())];
        if let Ok(hooked) = library::hook(&listed(&text), files, &GuessedNames)
            && let Some(plan) = hooked.resolved.plan.files.first()
            && let Ok(woven) = weave_file(plan, &text, "x.go")
        {
            let file = SourceFile::parse("x.go", &text);
            if file.errors().is_empty() {
                prop_assert_eq!(assert_only_added(&text, &woven.text), Ok(()));
            } else {
                let unmarked = text.trim_start_matches('\u{feff}');
                prop_assert!(is_subsequence(unmarked, &woven.text));
            }
            for error in file.errors() {
                let start = text.floor_char_boundary(error.start.saturating_sub(1));
                let end = text.ceil_char_boundary(error.end + 1).min(text.len());
                let around = text[start..end].trim_start_matches('\u{feff}');
                prop_assert!(woven.text.contains(around), "{:?} is edited", around);
            }
        }
    }

    #[test]
    fn fuzz_reading(text in text()) {
        let file = SourceFile::parse("x.go", &text);
        let lines = Lines::of(&file);
        for (at, _) in text.char_indices() {
            prop_assert!(lines.restore(at).starts_with("/*line "));
        }
        for reference in file.references(&file.imports(), &GuessedNames, "os", "Exit") {
            prop_assert!(file.text_of(reference).ends_with("Exit"));
        }
        // Whatever was read of it, a prefix that no import has leaves it as it is.
        prop_assert_eq!(rewrite_imports(&text, &[("no.such/path", "other")]), text.clone());
        let files = std::collections::BTreeMap::from([("x.go".to_owned(), text)]);
        if let Ok(hooks) = HookPackages::parse(&files) {
            prop_assert!(hooks.folders.len() <= 1);
        }
    }
}
