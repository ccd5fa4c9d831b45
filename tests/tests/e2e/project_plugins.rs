//! Plugins that a project has: `weft.toml`, `weft.lock`, and `weft plugin`.

use weft_tests::artifact::{component, with_version};
use weft_tests::process::Signal;
use weft_tests::{App, Tool};

/// A module with a function that the hostile plugin hooks when it behaves.
pub fn victim() -> App {
    App::of(&[
        ("go.mod", "module example.com/victim\n\ngo 1.24.0\n"),
        (
            "victim.go",
            "package victim\n\nvar Secret = \"s\"\n\nfunc Target() {}\n",
        ),
        (
            "cmd/main.go",
            "package main\n\nimport \"example.com/victim\"\n\nfunc main() { victim.Target() }\n",
        ),
    ])
}

/// The plugin, in a file of the app's own directory.
pub fn put(app: &App, name: &str, component: &[u8]) {
    std::fs::write(app.directory().join(name), component).unwrap();
}

pub fn plugin(app: &App, words: &[&str]) -> Tool {
    app.weft(["plugin"]).args(words)
}

pub fn read(app: &App, name: &str) -> String {
    std::fs::read_to_string(app.directory().join(name)).unwrap_or_default()
}

/// The files of the plugin in a vendor folder.
pub fn vendored(app: &App, folder: &str) -> Vec<String> {
    let entries = std::fs::read_dir(app.directory().join(folder)).unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    names.filter(|name| name.starts_with("hostile-")).collect()
}

pub fn build(app: &App) -> Tool {
    let out = app.out("victim");
    app.weft(["go", "build", "-o"]).args([&out]).args(["./cmd"])
}

fn hooks(app: &App) -> String {
    build(app).ok().stderr
}

#[test]
fn a_plugin_is_shown_agreed_to_added_used_and_removed() {
    let app = victim();
    put(&app, "hostile.wasm", &component("weft_plugin_hostile"));
    let before = app.tree();
    let shown = plugin(&app, &["add", "hostile.wasm"]).fails();
    shown.assert_stderr(&[
        "hostile 1.1.0, Apache-2.0",
        "A plugin for tests.",
        "signed by  nobody",
        "example.com/victim",
        "Target",
        "1 Go file of 3 lines",
        "It asks for no permission beyond the default.",
        "W0739",
        "--yes",
    ]);
    assert_eq!(app.tree(), before);
    assert!(!hooks(&app).contains("victim: "));

    plugin(&app, &["add", "hostile.wasm", "--yes"]).ok();
    assert_eq!(
        read(&app, "weft.toml"),
        "[plugins.hostile]\nsource = \"hostile.wasm\"\n"
    );
    let plan = app.weft(["plan", "./cmd"]).ok().stdout;
    assert!(plan.contains("example.com/victim"), "{plan}");
    let listed = plugin(&app, &["list"]).ok().stdout;
    assert!(listed.contains("hostile"), "{listed}");
    plugin(&app, &["verify"]).ok();
    plugin(&app, &["add", "hostile.wasm", "--yes"])
        .fails()
        .assert_stderr(&["W0731", "has the plugin hostile already"]);

    plugin(&app, &["remove", "hostil"])
        .fails()
        .assert_stderr(&["W0730", "nearest: hostile"]);
    plugin(&app, &["remove", "hostile"]).ok();
    assert_eq!(read(&app, "weft.toml"), "");
    let plan = app.weft(["plan", "./cmd"]).ok().stdout;
    assert!(!plan.contains("hostile"), "{plan}");
}

#[test]
fn on_a_terminal_a_plugin_is_added_when_somebody_says_so() {
    let app = victim();
    put(&app, "good.wasm", &component("weft_plugin_hostile"));
    let before = app.tree();
    for answer in ["n\n", "\n", "yesterday\n", ""] {
        let said = plugin(&app, &["add", "good.wasm"])
            .on_a_terminal(answer)
            .fails();
        assert!(said.stdout.contains("[y/N]"), "{answer:?}: {said}");
        assert!(said.stdout.contains("W0739"), "{answer:?}: {said}");
        assert_eq!(app.tree(), before, "{answer:?}");
    }
    plugin(&app, &["add", "good.wasm"])
        .on_a_terminal("Y\n")
        .ok();
    assert!(read(&app, "weft.lock").contains("good.wasm"));
}

#[test]
fn what_people_wrote_into_the_file_stays() {
    let app = victim();
    put(&app, "hostile.wasm", &component("weft_plugin_hostile"));
    let text = "# Ours.\nvendor = \"third-party\" # in the repository\n\n[plugins.zap]\nenabled = false # noisy\n";
    app.write("weft.toml", text);
    plugin(
        &app,
        &["add", "./hostile.wasm", "--version", "1.1", "--yes"],
    )
    .ok();
    let added = "\n[plugins.hostile]\nsource = \"hostile.wasm\"\nversion = \"^1.1\"\n";
    assert_eq!(read(&app, "weft.toml"), format!("{text}{added}"));
    app.write("third-party/ours.wasm", "not weft's to remove");
    assert_eq!(vendored(&app, "third-party").len(), 1);
    plugin(&app, &["remove", "hostile"]).ok();
    assert_eq!(read(&app, "weft.toml"), text);
    assert_eq!(vendored(&app, "third-party"), Vec::<String>::new());
    assert!(app.directory().join("third-party/ours.wasm").exists());
}

#[test]
fn a_build_uses_only_what_was_locked_and_only_while_it_is_the_same() {
    let app = victim();
    let good = component("weft_plugin_hostile");
    put(&app, "hostile.wasm", &good);
    plugin(&app, &["add", "hostile.wasm", "--yes"]).ok();
    build(&app).ok();

    // What was built is what was locked, and no other lock's.
    let binary = app.out("victim");
    let verify = |lock: &str| app.weft(["verify", "--lock", lock]).args([&binary]);
    let told = verify("weft.lock").ok().stdout;
    assert_eq!(told, "example.com/victim/cmd: woven as expected\n");
    let lock = read(&app, "weft.lock");
    app.write("other.lock", &lock.replace("digest = \"", "digest = \"0"));
    let other = verify("other.lock").fails();
    assert!(
        other.stdout.contains("plugin hostile\n- 1.1.0, digest 0"),
        "{other}"
    );
    app.write("other.lock", "format = 1\n");
    let missing = verify("other.lock").fails();
    assert!(
        missing.stdout.contains("plugin hostile\n+ 1.1.0"),
        "{missing}"
    );

    // Another file under the name.
    let newer = with_version(&good, "1.1.0", "1.2.0");
    put(&app, "hostile.wasm", &newer);
    build(&app)
        .fails()
        .assert_stderr(&["W0711", "hostile.wasm", "weft plugin update"]);
    let shown = plugin(&app, &["update"]).fails();
    shown.assert_stderr(&["hostile 1.1.0 -> 1.2.0", "the same as before", "W0739"]);
    plugin(&app, &["update", "--yes"]).ok();
    build(&app).ok();

    // An older one.
    put(&app, "hostile.wasm", &good);
    plugin(&app, &["update", "--yes"])
        .fails()
        .assert_stderr(&["W0735", "1.1.0", "1.2.0"]);
    plugin(&app, &["update", "hostile", "--to", "1.1.0", "--yes"]).ok();
    build(&app).ok();

    // No entry.
    let lock = read(&app, "weft.lock");
    std::fs::remove_file(app.directory().join("weft.lock")).unwrap();
    build(&app).fails().assert_stderr(&["W0710", "no entry"]);
    app.write("weft.lock", &lock);
    build(&app).ok();

    // In CI, nothing that is not locked.
    let other = app.out("other.wasm");
    std::fs::write(&other, &good).unwrap();
    build(&app)
        .env("WEFT_PLUGINS", &other)
        .env("CI", "true")
        .env("WEFT_LOCKED", "1")
        .fails()
        .assert_stderr(&["W0722", "WEFT_LOCKED is set"]);
}

#[test]
fn settings_reach_a_plugin_and_decide_about_its_plan() {
    let app = victim();
    put(&app, "hostile.wasm", &component("weft_plugin_hostile"));
    plugin(&app, &["add", "hostile.wasm", "--yes"]).ok();
    build(&app).ok();
    let text = read(&app, "weft.toml");
    app.write(
        "weft.toml",
        &format!("{text}settings.attack = \"trap in advise\"\n"),
    );
    build(&app).fails().assert_stderr(&["W0210", "hostile"]);
    app.write("weft.toml", &format!("{text}enabled = false\n"));
    assert!(hooks(&app).contains("nothing to weave") || !hooks(&app).contains("hostile"));
    app.write("weft.toml", "[plugins.hostile]\nsource = 3\n");
    build(&app)
        .fails()
        .assert_stderr(&["W0703", "weft.toml:2", "source = 3"]);
    app.write("weft.toml", "[plugins.nosuch]\n");
    build(&app).fails().assert_stderr(&["W0705", "nosuch"]);
}

#[test]
fn policies_refuse_sources_signers_permissions_and_packages() {
    let app = victim();
    let good = component("weft_plugin_hostile");
    put(&app, "hostile.wasm", &good);
    let machine = app.out("policy.toml");
    let add = |policy: &str, attack: &str| {
        std::fs::write(&machine, policy).unwrap();
        app.write(
            "weft.toml",
            &format!("[plugins.hostile.settings]\nattack = \"{attack}\"\n"),
        );
        plugin(&app, &["add", "hostile.wasm", "--yes"]).env("WEFT_POLICY", &machine)
    };
    let attack = "permission that nobody reads";
    add("[policy]\nsources = [\"oci://ghcr.io/acme\"]\n", "")
        .fails()
        .assert_stderr(&["W0714", "hostile.wasm is none of", "policy.toml"]);
    add("[policy]\nsigners = [\"nobody-knows\"]\n", "")
        .fails()
        .assert_stderr(&["W0703", "nobody-knows"]);
    add("[policy]\ndeny-permissions = [\"import:os/...\"]\n", attack)
        .fails()
        .assert_stderr(&["W0714", "import:os/exec"]);
    add("[policy]\ndeny-packages = [\"os/exec\"]\n", attack)
        .fails()
        .assert_stderr(&["W0714", "os/exec", "denied"]);
    assert_eq!(read(&app, "weft.lock"), "");
    add("[policy]\nsources = [\"file\"]\n", "").ok();
    // The policy of the project's own file is not the machine's: both must hold.
    let told = build(&app).ok();
    assert!(
        told.stderr.contains("1 package woven") || !told.stderr.contains("denies"),
        "{told}"
    );
    std::fs::write(
        &machine,
        "[policy]\ndeny-packages = [\"example.com/victim\"]\n",
    )
    .unwrap();
    build(&app)
        .env("WEFT_POLICY", &machine)
        .ok()
        .assert_stderr(&[
            "example.com/victim: not woven by hostile: the policy of",
            "policy.toml",
        ]);
}

/// Whatever the moment, the files say the old or the new, and what they say can be used.
#[test]
fn a_command_that_is_killed_leaves_the_old_state_or_the_new_one() {
    let hostile = component("weft_plugin_hostile");
    let newer = with_version(&hostile, "1.1.0", "1.2.0");
    for n in 0..16 {
        let app = victim();
        put(&app, "hostile.wasm", &hostile);
        let updates = n % 2 == 1;
        if updates {
            plugin(&app, &["add", "hostile.wasm", "--yes"]).ok();
            put(&app, "hostile.wasm", &newer);
        }
        let words: &[&str] = if updates {
            &["update", "--yes"]
        } else {
            &["add", "hostile.wasm", "--yes"]
        };
        let process = plugin(&app, words).start();
        std::thread::sleep(std::time::Duration::from_millis(n * 3));
        // It may have ended by itself.
        let _ = process.signal(Signal::KILL);
        process.wait().unwrap();
        let has = read(&app, "weft.toml").contains("hostile");
        let at = read(&app, "weft.lock");
        if updates {
            assert!(
                has && (at.contains("1.1.0") != at.contains("1.2.0")),
                "{at}"
            );
        } else {
            // An entry that weft.toml does not name has no effect.
            assert!(!has || at.contains("1.1.0"), "{at}");
            plugin(&app, &["verify"]).ok();
            build(&app).ok();
        }
        // And the next command finds nothing in its way.
        plugin(&app, &["update", "--yes"]).ok();
        build(&app).ok();
    }
}

#[test]
fn commands_at_the_same_time_lose_nothing() {
    let app = victim();
    put(&app, "hostile.wasm", &component("weft_plugin_hostile"));
    put(&app, "probe.wasm", &component("weft_plugin_probe"));
    let running: Vec<_> = ["hostile.wasm", "probe.wasm"]
        .iter()
        .map(|file| plugin(&app, &["add", file, "--yes"]).start())
        .collect();
    for process in running {
        let (status, lines) = process.wait().unwrap();
        assert!(status.success(), "{lines:?}");
    }
    let (settings, lock) = (read(&app, "weft.toml"), read(&app, "weft.lock"));
    for name in ["hostile", "probe"] {
        assert!(
            settings.contains(&format!("[plugins.{name}]")),
            "{settings}"
        );
        assert!(lock.contains(&format!("name = \"{name}\"")), "{lock}");
    }
    plugin(&app, &["verify"]).ok();
}
