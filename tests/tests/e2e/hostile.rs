//! Plugins that attack. Each attack is refused with a message of its own, and the table of them in
//! docs/security.md is what this test saw.

use std::fmt::Write as _;

use weft_tests::artifact::component;
use weft_tests::{App, Finished, command};

use super::project_plugins::{plugin, put, victim};

/// When an attack is noticed.
#[derive(Clone, Copy, PartialEq)]
enum At {
    /// Before the plugin is added: nothing is written.
    Adding,
    /// At a build, which ends without a program.
    Building,
}

/// Attacks of `tests/hostile`, in the order of the table: when it is noticed, and what the message says.
const ATTACKS: [(&str, At, &str); 38] = [
    ("loop in describe", At::Adding, "ran too long"),
    ("loop in advise", At::Building, "ran too long"),
    (
        "memory in describe",
        At::Adding,
        "more than 64 MiB of memory",
    ),
    (
        "memory in advise",
        At::Building,
        "more than 64 MiB of memory",
    ),
    ("recursion in describe", At::Adding, "recursed too deeply"),
    ("recursion in advise", At::Building, "recursed too deeply"),
    ("trap in describe", At::Adding, "trapped"),
    ("trap in advise", At::Building, "trapped"),
    ("giant output in describe", At::Adding, "gave too much"),
    ("giant output in advise", At::Building, "gave too much"),
    (
        "advice outside its interests",
        At::Building,
        "does not exist",
    ),
    (
        "interest in the runtime",
        At::Adding,
        "nearly every package",
    ),
    ("name that is a path", At::Adding, "lower-case letters"),
    (
        "name of a built-in plugin",
        At::Adding,
        "has the plugin nethttp already",
    ),
    (
        "permission that nobody reads",
        At::Adding,
        "no terminal to ask at",
    ),
    (
        "description that draws on the terminal",
        At::Adding,
        "no terminal to ask at",
    ),
    (
        "error that draws on the terminal",
        At::Adding,
        "all is well",
    ),
    (
        "path out of the hook folder",
        At::Adding,
        "must stay below the hook folder",
    ),
    (
        "absolute path",
        At::Adding,
        "must stay below the hook folder",
    ),
    ("assembly", At::Adding, "only Go files"),
    ("os/exec without a grant", At::Adding, "imports \"os/exec\""),
    ("os/exec behind a build tag", At::Adding, "build constraint"),
    ("os/exec in a file for one system", At::Adding, "linux only"),
    ("os/exec by a dot import", At::Adding, "with a dot"),
    (
        "os/exec under another name",
        At::Adding,
        "imports \"os/exec\"",
    ),
    ("os/exec spelled with escapes", At::Adding, "escapes"),
    ("linkname into the runtime", At::Adding, "private function"),
    ("unsafe", At::Adding, "unsafe"),
    ("cgo in a comment", At::Adding, "cgo"),
    ("embedded file", At::Adding, "embeds"),
    ("init that opens a connection", At::Adding, "runs code"),
    ("init that is a variable", At::Adding, "initialiser"),
    ("goroutine", At::Adding, "goroutine"),
    (
        "change of another package's variable",
        At::Adding,
        "changes",
    ),
    ("letters that look alike", At::Adding, "beyond ASCII"),
    ("text that reads backwards", At::Adding, "U+202E"),
    ("line directive", At::Adding, "positions"),
    ("Go that does not parse", At::Adding, "syntax error"),
];

/// Attacks on what is kept, in the order of the table: what is done to a project with a signed plugin, and the
/// message at the next build.
type Tampering = (&'static str, fn(&App), &'static str);

const TAMPERING: [Tampering; 7] = [
    (
        "the file is swapped",
        |app| put(app, "hostile.wasm", b"\0asm"),
        "is not the one that weft.lock names",
    ),
    (
        "the digest in weft.lock is edited",
        |app| edit(app, "digest = \"", "digest = \"0"),
        "is not the one that weft.lock names",
    ),
    (
        "the version in weft.lock is edited",
        |app| edit(app, "version = \"1.1.0\"", "version = \"1.0.0\""),
        "what is not so: version 1.0.0",
    ),
    (
        "the name in weft.lock is edited",
        |app| edit(app, "name = \"hostile\"", "name = \"friendly\""),
        "no entry for it",
    ),
    (
        "the source in weft.lock is edited",
        |app| edit(app, "source = \"hostile.wasm\"", "source = \"other.wasm\""),
        "weft.toml says hostile.wasm",
    ),
    (
        "permissions in weft.lock are edited",
        |app| edit(app, "digest = ", "permissions = [\"unsafe\"]\ndigest = "),
        "what is not so: permissions unsafe",
    ),
    (
        "a signer in weft.lock is made up",
        |app| edit(app, "digest = ", "signer = \"acme\"\ndigest = "),
        "what is not so: signer acme",
    ),
];

fn edit(app: &App, from: &str, to: &str) {
    app.replace("weft.lock", from, to);
}

fn build(app: &App) -> Finished {
    let out = app.out("victim");
    let finished = app
        .weft(["go", "build", "-o"])
        .args([&out])
        .args(["./cmd"])
        .run();
    assert_eq!(finished.status.success(), out.exists(), "{finished}");
    finished
}

/// The code and the sentence that a person is told.
fn told(finished: &Finished) -> (String, String) {
    let lines = finished.stderr.lines();
    let mut lines = lines.skip_while(|line| !line.starts_with("weft: W"));
    let code = lines.next().expect("a code").trim_start_matches("weft: ");
    let said = lines.map(|line| line.trim_start_matches([' ', '×', '│']));
    let said = said.take_while(|line| !line.starts_with("help:"));
    let said: Vec<_> = said.filter(|line| !line.is_empty()).collect();
    (code.to_owned(), said.join(" "))
}

#[test]
fn each_attack_is_refused_in_its_own_words() {
    let hostile = component("weft_plugin_hostile");
    let mut table = String::from("| attack | noticed | refused with |\n| --- | --- | --- |\n");
    for (attack, at, expected) in ATTACKS {
        let app = victim();
        put(&app, "hostile.wasm", &hostile);
        app.write(
            "weft.toml",
            &format!("[plugins.hostile.settings]\nattack = \"{attack}\"\n"),
        );
        let before = app.tree();
        let asked = plugin(&app, &["add", "hostile.wasm"]).run();
        let finished = if at == At::Adding {
            assert_eq!(app.tree(), before, "{attack}");
            asked
        } else {
            plugin(&app, &["add", "hostile.wasm", "--yes"]).ok();
            build(&app)
        };
        assert!(finished.status.code() == Some(2), "{attack}: {finished}");
        assert!(
            !finished.stderr.contains(['\u{1b}', '\u{202e}']),
            "{finished}"
        );
        let (code, said) = told(&finished);
        assert!(
            said.contains(expected),
            "{attack}: no {expected:?} in {said}"
        );
        let when = if at == At::Adding {
            "before it is added"
        } else {
            "at a build"
        };
        let _ = writeln!(table, "| {attack} | {when} | {code}: {expected} |");
    }
    for (attack, tamper, expected) in TAMPERING {
        let app = victim();
        put(&app, "hostile.wasm", &hostile);
        plugin(&app, &["add", "hostile.wasm", "--yes"]).ok();
        tamper(&app);
        let finished = build(&app);
        assert!(finished.status.code() == Some(2), "{attack}: {finished}");
        let (code, said) = told(&finished);
        assert!(
            said.contains(expected),
            "{attack}: no {expected:?} in {said}"
        );
        let _ = writeln!(table, "| {attack} | at a build | {code}: {expected} |");
    }
    let page = command::repository().join("docs/security.md");
    let text = std::fs::read_to_string(&page).unwrap();
    if text.contains(&table) {
        return;
    }
    let (before, rest) = text
        .split_once("| attack |")
        .expect("the page has the table");
    let after = rest.split_once("\n\n").map_or("", |(_, after)| after);
    if std::env::var_os("WEFT_BLESS").is_some() {
        std::fs::write(&page, format!("{before}{table}\n{after}")).unwrap();
    } else {
        panic!("docs/security.md has another table; run with WEFT_BLESS=1:\n{table}");
    }
}

/// What weft has compiled of a plugin is native code: what was put there by another is not run.
#[test]
fn compiled_code_that_was_swapped_is_compiled_anew() {
    let app = victim();
    put(&app, "hostile.wasm", &component("weft_plugin_hostile"));
    let cache = app.out("weft-cache");
    let weft = |words: &[&str]| app.weft(words).env("WEFT_CACHE", &cache);
    weft(&["plugin", "add", "hostile.wasm", "--yes"]).ok();
    let plan = weft(&["plan", "./cmd"]).ok().stdout;
    let folder = cache.join("plugins/plugins-1");
    let mut swapped = 0;
    for entry in std::fs::read_dir(&folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_file() && std::fs::metadata(&path).unwrap().len() > 1000 {
            let mut bytes = std::fs::read(&path).unwrap();
            let middle = bytes.len() / 2;
            bytes[middle] ^= 0xff;
            std::fs::write(&path, bytes).unwrap();
            swapped += 1;
        }
    }
    assert!(swapped > 0, "nothing is kept in {}", folder.display());
    std::fs::remove_dir_all(cache.join("advice")).unwrap();
    assert_eq!(weft(&["plan", "./cmd"]).ok().stdout, plan);
}

/// A link in the store leads out of it: what is behind it is not read, let alone used.
#[test]
fn a_link_in_the_store_is_not_followed() {
    let app = victim();
    let hostile = component("weft_plugin_hostile");
    put(&app, "hostile.wasm", &hostile);
    let server = weft_tests::artifact::WebServer::start().unwrap();
    server.put("hostile.wasm", &hostile);
    let cache = app.out("weft-cache");
    let weft = |words: &[&str]| {
        app.weft(words)
            .env("WEFT_CACHE", &cache)
            .env("SSL_CERT_FILE", server.authority())
    };
    weft(&["plugin", "add", &server.url("hostile.wasm"), "--yes"]).ok();
    let mut entries = std::fs::read_dir(cache.join("components")).unwrap();
    let kept = entries
        .find_map(|entry| {
            let path = entry.unwrap().path();
            path.extension()
                .is_some_and(|e| e == "wasm")
                .then_some(path)
        })
        .expect("the component is kept");
    std::fs::remove_file(&kept).unwrap();
    std::os::unix::fs::symlink(app.directory().join("hostile.wasm"), &kept).unwrap();
    weft(&[
        "go",
        "build",
        "-o",
        app.out("victim").to_str().unwrap(),
        "./cmd",
    ])
    .fails()
    .assert_stderr(&["W0501", "components"]);
}
