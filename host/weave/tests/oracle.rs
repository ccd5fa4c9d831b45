//! Declarations are those that go/parser finds.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::Command;

use weft_weave::syntax::{ParameterNode, SourceFile};

const FOLDERS: [&str; 9] = [
    "archive/tar",
    "cmp",
    "database/sql",
    "encoding/json",
    "go/types",
    "iter",
    "net/http",
    "runtime",
    "slices",
];

fn list(parameters: &[ParameterNode<'_>], file: &SourceFile) -> String {
    let mut all = Vec::new();
    for parameter in parameters {
        let name = parameter.name.map_or("", |name| file.text_of(name));
        let spelled = parameter.spelled(file).replace([' ', ';', '\t'], "");
        all.push(format!("{name}:{spelled}"));
    }
    all.join(",")
}

#[test]
fn declarations_are_those_of_go_parser() {
    let root = Command::new("go")
        .args(["env", "GOROOT"])
        .env("GOTOOLCHAIN", "local")
        .output()
        .unwrap();
    let root = String::from_utf8(root.stdout).unwrap().trim().to_owned();
    let mut files = Vec::new();
    for folder in FOLDERS {
        for entry in fs::read_dir(Path::new(&root).join("src").join(folder)).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|extension| extension == "go") {
                files.push(path.to_string_lossy().into_owned());
            }
        }
    }
    let program = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/oracle/main.go");
    let output = Command::new("go")
        .args(["run", program, "--"])
        .args(&files)
        .env("GOTOOLCHAIN", "local")
        .output()
        .unwrap();
    let expected = String::from_utf8(output.stdout).unwrap();
    let expected = expected.lines().collect::<BTreeSet<_>>();
    let mut found = String::new();
    for path in &files {
        let file = SourceFile::parse(path, &fs::read_to_string(path).unwrap());
        for function in file.functions() {
            writeln!(
                found,
                "{path}|{}|{}|{}|{}|{}|{}",
                file.line_of(function.node.start_byte()),
                list(&function.receiver().into_iter().collect::<Vec<_>>(), &file),
                function.name(),
                list(&function.parameters(), &file),
                list(&function.results(), &file),
                function.body().is_some()
            )
            .unwrap();
        }
    }
    let found = found.lines().collect::<BTreeSet<_>>();
    assert!(expected.len() > 10_000, "{} declarations", expected.len());
    let missing = expected.difference(&found).take(10).collect::<Vec<_>>();
    let extra = found.difference(&expected).take(10).collect::<Vec<_>>();
    assert!(
        missing.is_empty() && extra.is_empty(),
        "missing {missing:#?}\nextra {extra:#?}"
    );
}
