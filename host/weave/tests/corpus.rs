//! Every function of a wide part of the standard library is woven and compiled by the real toolchain,
//! with the hooks and plugs that belong to it.
#![expect(clippy::unwrap_used, reason = "a test says so when it cannot go on")]

mod common;

use std::collections::BTreeMap;
use std::fs;
use std::process::Command;

use common::library;
use common::unweave::assert_only_added;
use weft_weave::plug::plug_file;
use weft_weave::syntax::{SourceFile, why_not_weavable};
use weft_weave::weave::weave_file;

/// Packages with every kind of declaration, few others that depend on them, and a small closure.
const PACKAGES: &str = "archive/tar bufio container/list context database/sql encoding/json encoding/xml \
    go/ast go/parser iter log/slog maps math/big net/textproto net/url os/signal path/filepath regexp \
    runtime/pprof slices text/tabwriter text/template";

/// Every token is reported where it was.
fn assert_same_positions(pairs: &[String]) {
    let program = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/tests/oracle/positions/main.go"
    );
    let mut arguments = vec!["run", program, "--"];
    arguments.extend(pairs.iter().map(String::as_str));
    let output = library::go(&arguments).output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    let found = said.trim().strip_prefix("found ").map(str::parse::<u32>);
    assert!(
        matches!(found, Some(Ok(100_000..))),
        "{said}{}",
        String::from_utf8_lossy(&output.stderr)
    );
}

#[test]
fn standard_library_is_woven_and_compiles() {
    let dir = tempfile::tempdir().unwrap();
    let root = dir.path();
    let at = |name: &str| root.join(name).to_string_lossy().into_owned();
    fs::create_dir_all(root.join("sdk/hook")).unwrap();
    fs::write(root.join("go.mod"), "module example.com/app\n\ngo 1.24\n").unwrap();
    fs::write(
        root.join("sdk/hook/hook.go"),
        "package hook\n\nfunc Recover(plugin, function string) {}\n",
    )
    .unwrap();
    let mut replace = BTreeMap::new();
    let mut pairs = Vec::new();
    let mut count = 0;
    for (p, listed) in library::list(PACKAGES).iter().enumerate() {
        let hooked = library::hook_all(listed).unwrap();
        count += hooked.hooks.len();
        for plan in &hooked.resolved.plan.files {
            let mut files = hooked.files.iter();
            let (_, original) = files.find(|(name, _)| *name == plan.file).unwrap();
            let path = format!("{}/{}", listed.dir, plan.file);
            let woven = weave_file(plan, original, &path).unwrap();
            assert_only_added(original, &woven.text)
                .unwrap_or_else(|error| panic!("{path}: {error}"));
            let out = at(&format!("woven/{p}/{}", plan.file));
            fs::create_dir_all(root.join(format!("woven/{p}"))).unwrap();
            // Under a name that the oracle gives to both.
            let renamed = woven.text.replacen(&path, "x.go", 1);
            let beside = format!("{out}.renamed");
            fs::write(&beside, renamed).unwrap();
            pairs.extend([path.clone(), beside]);
            fs::write(&out, woven.text).unwrap();
            replace.insert(path, out);
            let out = library::first(&at(&format!("woven/{p}")), &plan.file);
            fs::write(&out, woven.sockets).unwrap();
            replace.insert(library::first(&listed.dir, &plan.file), out);
        }
        let folder = root.join(format!("hooks{p}"));
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("hooks.go"), hooked.hook_source).unwrap();
        fs::write(
            folder.join("weft_plugs.go"),
            plug_file("hooks", "example.com/app/sdk", &hooked.resolved.plugs),
        )
        .unwrap();
    }
    assert!(count > 2000, "{count} functions woven");
    assert_same_positions(&pairs);
    let unformatted = Command::new("gofmt")
        .args(["-e", "-l", &at("woven")])
        .output()
        .unwrap();
    assert!(
        unformatted.status.success(),
        "{}",
        String::from_utf8_lossy(&unformatted.stderr)
    );
    let overlay = serde_json::to_string(&BTreeMap::from([("Replace", replace)])).unwrap();
    fs::write(root.join("overlay.json"), overlay).unwrap();
    // The plugs name types of the plain packages, so they are compiled against those.
    let go = |arguments: &[&str]| {
        let output = library::go(arguments).current_dir(root).output().unwrap();
        let errors = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(
            output.status.success(),
            "go {arguments:?}\n{}",
            &errors[..errors.len().min(4000)]
        );
    };
    go(&["build", "./hooks..."]);
    let overlay = format!("-overlay={}", at("overlay.json"));
    let mut build = vec!["build", overlay.as_str()];
    build.extend(PACKAGES.split_whitespace());
    go(&build);
}

/// Functions that do not parse with the grammar are left out by [`why_not_weavable`]; there must be next
/// to none.
#[test]
fn nearly_all_of_the_standard_library_parses() {
    let mut broken = Vec::new();
    for listed in library::list("std") {
        for name in &listed.files {
            let path = format!("{}/{name}", listed.dir);
            let file = SourceFile::parse(name, &fs::read_to_string(&path).unwrap());
            if !file.errors().is_empty() {
                let lost = file
                    .functions()
                    .iter()
                    .filter_map(why_not_weavable)
                    .collect::<Vec<_>>();
                broken.push((path, file.errors().to_vec(), lost));
            }
        }
    }
    assert!(broken.is_empty(), "{broken:#?}");
}
