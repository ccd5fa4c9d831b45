//! What the documentation says is checked against the sources.

#![allow(
    clippy::unwrap_used,
    reason = "in a test, a panic is how a failure is told"
)]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .unwrap()
        .to_path_buf()
}

fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// Files below a folder with one of the extensions, without what is built there.
fn files(folder: &Path, extensions: &[&str]) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.is_dir() {
            if !name.starts_with('.') && !["target", "testdata", "node_modules"].contains(&&*name) {
                found.extend(files(&path, extensions));
            }
        } else if path
            .extension()
            .is_some_and(|extension| extensions.iter().any(|wanted| extension == *wanted))
        {
            found.push(path);
        }
    }
    found
}

/// String literals of a source file that begin with a prefix and go on with capitals, digits and `_`.
fn literals(text: &str, prefix: &str) -> Vec<String> {
    text.split('"')
        .skip(1)
        .filter(|part| part.starts_with(prefix) && part.len() > prefix.len())
        .filter(|part| {
            part.chars()
                .all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_')
        })
        .map(str::to_owned)
        .collect()
}

#[test]
fn every_error_code_has_an_entry_and_every_entry_a_code() {
    let is_code = |word: &str| word.len() == 5 && word[1..].bytes().all(|b| b.is_ascii_digit());
    let in_sources: BTreeSet<String> = files(&root().join("host"), &["rs"])
        .iter()
        .flat_map(|file| literals(&fs::read_to_string(file).unwrap(), "W"))
        .filter(|word| is_code(word))
        .collect();
    let documented: BTreeSet<String> = read("docs/errors.md")
        .lines()
        .filter_map(|line| line.strip_prefix("## "))
        .map(str::to_owned)
        .collect();
    assert!(!in_sources.is_empty(), "no codes found in the sources");
    assert_eq!(
        documented, in_sources,
        "docs/errors.md (left) and the sources (right) differ"
    );
}

#[test]
fn every_environment_variable_is_documented() {
    let documented = read("docs/configure.md");
    let mut missing = BTreeSet::new();
    for folder in ["sdk/go", "host/src", "host/plugin/src"] {
        for file in files(&root().join(folder), &["go", "rs"]) {
            let name = file.to_string_lossy();
            if name.ends_with("_test.go")
                || name.contains("/bench/")
                || name.contains("/conformance/")
            {
                continue;
            }
            let text = fs::read_to_string(&file).unwrap();
            for variable in ["OTEL_", "WEFT_"]
                .iter()
                .flat_map(|prefix| literals(&text, prefix))
            {
                // A name that ends in `_` is the beginning of several; the build id is not for users.
                if variable.ends_with('_') || variable == "WEFT_BUILD_ID" {
                    continue;
                }
                if !documented.contains(&format!("`{variable}`")) {
                    missing.insert(variable);
                }
            }
        }
    }
    assert!(
        missing.is_empty(),
        "docs/configure.md does not mention {missing:?}"
    );
}

#[test]
fn the_guide_shows_code_of_the_example() {
    let example = files(&root().join("plugins/examples/ledger"), &["rs", "go"])
        .iter()
        .map(|file| fs::read_to_string(file).unwrap())
        .collect::<String>();
    let page = read("docs/write-a-plugin.md");
    let blocks: Vec<&str> = page
        .split("```")
        .skip(1)
        .step_by(2)
        .filter_map(|block| block.strip_prefix("rust\n").or(block.strip_prefix("go\n")))
        .collect();
    assert!(blocks.len() >= 3, "the guide shows {} blocks", blocks.len());
    let spans = read("plugins/examples/ledger/live/spans.txt");
    assert!(page.contains(&format!("```text\n{spans}```")), "{spans}");
    for block in blocks {
        assert!(
            example.contains(block),
            "not in plugins/examples/ledger:\n{block}"
        );
    }
}

#[test]
fn links_between_pages_lead_somewhere() {
    let mut broken = Vec::new();
    for page in files(&root(), &["md"]) {
        let text = fs::read_to_string(&page).unwrap();
        // Blocks of code hold no links, whatever they look like.
        let text = text.split("```").step_by(2).collect::<String>();
        for (_, rest) in text
            .match_indices("](")
            .map(|(at, _)| text.split_at(at + 2))
        {
            let link = rest.split([')', '#', ' ']).next().unwrap();
            if link.is_empty() || link.contains("://") || link.starts_with("mailto:") {
                continue;
            }
            if !page.parent().unwrap().join(link).exists() {
                broken.push(format!("{}: {link}", page.display()));
            }
        }
    }
    assert!(broken.is_empty(), "{broken:#?}");
}
