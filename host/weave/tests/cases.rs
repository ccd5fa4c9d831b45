//! Golden tests: each Markdown file under `tests/cases` is a table of small Go files, the advice for
//! them, and what becomes of them.
//!
//! A case is a heading, a Go block, one line of advice and a block of the woven text (without its first
//! line) or of the error. `just bless` writes the blocks anew.
//!
//! Advice: `hook FUNCTION [before] [after] [args 0,1.field] [replaces 0] [results 0] [gives 0]`,
//! `call pkg.F` with the same words, or `detach FUNCTION`; several are joined by `;`. A case whose title
//! ends in `Go 1.17` is of a module without type parameters.
#![expect(clippy::unwrap_used, reason = "a test says so when it cannot go on")]

mod common;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use weft_weave::hooks::HookPackages;
use weft_weave::model::{Advice, Argument, Hook, JoinPoint, JoinPointKind};
use weft_weave::syntax::SourceFile;
use weft_weave::weave::weave_file;

fn numbers(text: &str) -> Vec<u32> {
    text.split(',').map(|n| n.parse().unwrap()).collect()
}

fn argument(text: &str) -> Argument {
    let mut parts = text.split('.');
    Argument {
        index: parts.next().unwrap().parse().unwrap(),
        fields: parts.map(str::to_owned).collect(),
    }
}

/// Matchers, advice and hook functions of a line of advice.
fn read_advice(text: &str) -> (Vec<weft_weave::model::Matcher>, Vec<Advice>, String) {
    let mut matchers = Vec::new();
    let mut advice = Vec::new();
    let mut source = "package hooks\n\ntype Token struct{}\n".to_owned();
    for (n, part) in text.split(';').enumerate() {
        let join_point = u32::try_from(n).unwrap();
        let mut words = part.split_whitespace();
        let kind = words.next().unwrap();
        let target = words.next().unwrap();
        let mut hook = Hook {
            join_point,
            ..Hook::default()
        };
        match kind {
            "detach" => {
                matchers.push(common::function(target));
                advice.push(Advice::Detach { join_point });
                continue;
            }
            "call" => matchers.push(common::call(target)),
            _ => matchers.push(common::function(target)),
        }
        while let Some(word) = words.next() {
            match word {
                "before" => hook.before = Some(format!("before{n}")),
                "after" => hook.after = Some(format!("after{n}")),
                "args" => hook.arguments = words.next().unwrap().split(',').map(argument).collect(),
                "replaces" => hook.replaces = numbers(words.next().unwrap()),
                "results" => hook.results = numbers(words.next().unwrap()),
                "gives" => hook.replaces_results = numbers(words.next().unwrap()),
                other => panic!("{other} in {text}"),
            }
        }
        let around = hook.before.is_some() && hook.after.is_some();
        let list = |count: usize, first: Option<&str>| {
            let first = first.map(str::to_owned).into_iter();
            first
                .chain((0..count).map(|_| "any".to_owned()))
                .collect::<Vec<_>>()
                .join(", ")
        };
        let token = around.then_some("*Token");
        writeln!(
            source,
            "func before{n}({}) ({}) {{ panic(0) }}\nfunc after{n}({}) ({}) {{ panic(0) }}",
            list(hook.arguments.len(), None),
            list(hook.replaces.len(), token),
            list(hook.results.len(), token),
            list(hook.replaces_results.len(), None),
        )
        .unwrap();
        advice.push(Advice::Hook(hook));
    }
    (matchers, advice, source)
}

/// The join point, with the declaration of the function that it uses.
fn declared(mut point: JoinPoint) -> JoinPoint {
    if let JoinPointKind::Call(call) = &mut point.kind {
        let text = match call.import_path.as_str() {
            "os" => "func Exit(code int) {}\nfunc Getenv(key string) string",
            "os/signal" => {
                "import (\n\"context\"\n\"os\"\n)\n\n\
                 func NotifyContext(parent context.Context, signals ...os.Signal) \
                 (ctx context.Context, stop context.CancelFunc) {}"
            }
            "time" => {
                "type Duration int64\ntype Timer struct{}\n\
                 func AfterFunc(d Duration, f func()) *Timer"
            }
            "fmt" => "func Println(a ...any) (n int, err error)",
            _ => "",
        };
        let name = call.import_path.rsplit('/').next().unwrap();
        let text = format!("package {name}\n\n{text}\n");
        let package = common::single(&call.import_path, name, &text);
        call.declaration = package.function(&call.name);
    }
    point
}

fn run(title: &str, go: &str, advice: &str) -> Result<String, String> {
    let (matchers, mut advice, source) = read_advice(advice);
    let name = SourceFile::parse("x.go", go)
        .package_name()
        .unwrap_or("p")
        .to_owned();
    let mut syntax = common::single("example.com/p", &name, go);
    syntax.type_parameters_allowed = !title.ends_with("Go 1.17");
    let hooks = HookPackages::parse(&BTreeMap::from([("hooks.go".to_owned(), source)])).unwrap();
    let mut points = Vec::new();
    for matcher in &matchers {
        let found = syntax
            .join_points(std::slice::from_ref(matcher))
            .map_err(|error| format!("{error}\nnear: {}", error.candidates.join(", ")))?
            .join_points;
        points.push(declared(found[0].clone()));
    }
    let mut package = common::package(&syntax, &[]);
    package.join_points = points;
    for (n, advice) in advice.iter_mut().enumerate() {
        let n = u32::try_from(n).unwrap();
        match advice {
            Advice::Hook(hook) => hook.join_point = n,
            Advice::Detach { join_point } => *join_point = n,
        }
    }
    let resolved = common::resolve_one(&syntax, &package, &hooks, &advice).map_err(|errors| {
        let lines = errors.iter().map(|error| match &error.help {
            Some(help) => format!("{error}\nhelp: {help}"),
            None => error.to_string(),
        });
        lines.collect::<Vec<_>>().join("\n")
    })?;
    let woven =
        weave_file(&resolved.plan.files[0], go, "x.go").map_err(|error| error.to_string())?;
    let text = woven
        .text
        .strip_prefix("//line x.go:1:1\n")
        .unwrap_or(&woven.text);
    let sockets = woven.sockets.strip_prefix("//line x.go:1:1\n").unwrap();
    let mut woven = format!("{text}\n// The first file of the package:\n{sockets}");
    // Ids are hashes; a reader of the cases is better served by numbers.
    let mut ids = Vec::new();
    for plug in &resolved.plugs {
        ids.push(plug.id.clone());
    }
    for (n, id) in ids.iter().enumerate() {
        woven = woven.replace(id.as_str(), &format!("{n}"));
    }
    for call in &resolved.plan.files[0].calls {
        let wrapper = call.in_place.split('(').next().unwrap();
        woven = woven.replace(wrapper, &format!("weft_{}", call.name));
    }
    Ok(woven)
}

fn block<'t>(text: &'t str, kind: &str) -> Option<&'t str> {
    let (_, rest) = text.split_once(&format!("```{kind}\n"))?;
    Some(rest.split_once("```").unwrap().0)
}

#[test]
fn cases() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let mut failed = Vec::new();
    let mut count = 0;
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let document = fs::read_to_string(&path).unwrap();
        let mut parts = document.split("\n## ");
        let mut blessed = parts.next().unwrap().trim_end().to_owned();
        for part in parts {
            count += 1;
            let title = part.lines().next().unwrap();
            let go = block(part, "go").unwrap();
            let advice = part
                .lines()
                .find_map(|line| line.strip_prefix("> "))
                .unwrap();
            // Marks for what an editor would not keep.
            let source = go.replace('␍', "\r").replace("␀\n", "");
            let (kind, text) = match run(title, &source, advice) {
                Ok(woven) => ("woven", woven.replace('\r', "␍")),
                Err(error) => ("error", error + "\n"),
            };
            if block(part, kind) != Some(text.as_str()) {
                failed.push(format!("{}: {title}\n{text}", path.display()));
            }
            write!(
                blessed,
                "\n\n## {title}\n\n```go\n{go}```\n\n> {advice}\n\n```{kind}\n{text}```"
            )
            .unwrap();
        }
        if std::env::var_os("WEFT_BLESS").is_some() {
            fs::write(&path, blessed + "\n").unwrap();
        }
    }
    assert!(count > 20, "{count} cases");
    assert!(
        failed.is_empty() || std::env::var_os("WEFT_BLESS").is_some(),
        "{}",
        failed.join("\n")
    );
}
