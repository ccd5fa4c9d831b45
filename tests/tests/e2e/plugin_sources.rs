//! Where a project's plugins come from, and who has signed them.

use weft_tests::Tool;
use weft_tests::artifact::{KeyPair, Registry, WebServer, component, index, with_version};
use weft_tests::command::weft_binary;

use super::project_plugins::{build, plugin, put, read, vendored, victim};

#[test]
fn signatures_of_minisign_hold_or_the_plugin_is_refused() {
    let app = victim();
    let good = component("weft_plugin_hostile");
    put(&app, "hostile.wasm", &good);
    let (acme, other) = (KeyPair::new(), KeyPair::new());
    let file = app.directory().join("hostile.wasm");
    let beside = app.directory().join("hostile.wasm.minisig");

    // A key that nobody has pinned says nothing, and is told so.
    acme.sign(&file);
    plugin(&app, &["add", "hostile.wasm"])
        .fails()
        .assert_stderr(&["a key that is not pinned"]);
    let pin = format!("acme={}", acme.public);
    plugin(
        &app,
        &["add", "hostile.wasm", "--signer", "acme=key", "--yes"],
    )
    .fails()
    .assert_stderr(&["W0733"]);
    plugin(&app, &["add", "hostile.wasm", "--signer", &pin, "--yes"])
        .ok()
        .assert_stderr(&["signed by  acme"]);
    build(&app).ok();
    assert!(read(&app, "weft.lock").contains("signer = \"acme\""));
    let listed = plugin(&app, &["list"]).ok().stdout;
    assert!(listed.contains("signed by acme"), "{listed}");

    // A newer version that somebody else has signed, or nobody.
    put(&app, "hostile.wasm", &with_version(&good, "1.1.0", "1.2.0"));
    plugin(&app, &["update", "--yes"])
        .fails()
        .assert_stderr(&["W0713", "acme", "other bytes"]);
    other.sign(&file);
    plugin(&app, &["update", "--yes"])
        .fails()
        .assert_stderr(&["W0734", "acme"]);
    std::fs::remove_file(&beside).unwrap();
    plugin(&app, &["update", "--yes"])
        .fails()
        .assert_stderr(&["W0734", "nobody"]);
    acme.sign(&file);
    plugin(&app, &["update", "--yes"]).ok();
    build(&app).ok();

    // The machine wants a signer of its own.
    let machine = app.out("policy.toml");
    let policy =
        |key: &str| format!("[policy]\nsigners = [\"acme\"]\n[signers]\nacme = \"{key}\"\n");
    std::fs::write(&machine, policy(&other.public)).unwrap();
    build(&app)
        .env("WEFT_POLICY", &machine)
        .fails()
        .assert_stderr(&["W0714", "signed by", &acme.public]);
    std::fs::write(&machine, policy(&acme.public)).unwrap();
    build(&app).env("WEFT_POLICY", &machine).ok();
}

#[test]
fn a_plugin_of_a_web_server_is_fetched_once_and_never_without_tls() {
    let app = victim();
    let good = component("weft_plugin_hostile");
    let server = WebServer::start().unwrap();
    server.put("hostile.wasm", &good);
    let key = KeyPair::new();
    let file = app.out("hostile.wasm");
    std::fs::write(&file, &good).unwrap();
    server.put("hostile.wasm.minisig", key.sign(&file).as_bytes());
    let url = server.url("hostile.wasm");
    let cache = app.out("weft-cache");
    let weft = |tool: Tool| {
        tool.env("SSL_CERT_FILE", server.authority())
            .env("WEFT_CACHE", &cache)
    };

    // The authority is nobody that this machine knows.
    plugin(&app, &["add", &url, "--yes"])
        .env("SSL_CERT_FILE", app.out("none"))
        .fails()
        .assert_stderr(&["W0720", &url]);
    weft(plugin(&app, &["add", &server.url("none.wasm"), "--yes"]))
        .fails()
        .assert_stderr(&["W0720", "404"]);
    weft(plugin(
        &app,
        &["add", &server.url("plainly/hostile.wasm"), "--yes"],
    ))
    .fails()
    .assert_stderr(&["W0720"]);
    plugin(&app, &["add", "http://localhost:1/a.wasm", "--yes"])
        .fails()
        .assert_stderr(&["W0723", "https://"]);
    let pin = format!("acme={}", key.public);
    weft(app.weft(["--offline", "plugin", "add", &url, "--yes"]))
        .fails()
        .assert_stderr(&["W0721"]);
    weft(plugin(&app, &["add", &url, "--signer", &pin, "--yes"])).ok();
    drop(server);
    build(&app).env("WEFT_CACHE", &cache).ok();

    // Another machine, without network: what is vendored is there.
    let empty = app.out("empty-cache");
    build(&app)
        .env("WEFT_CACHE", &empty)
        .env("WEFT_OFFLINE", "1")
        .fails()
        .assert_stderr(&["W0721", "in the repository"]);
    plugin(&app, &["vendor"]).env("WEFT_CACHE", &cache).ok();
    build(&app)
        .env("WEFT_CACHE", &empty)
        .env("WEFT_OFFLINE", "1")
        .ok();
    let file = &vendored(&app, "weft-plugins")[0];
    put(&app, &format!("weft-plugins/{file}"), b"swapped");
    build(&app)
        .env("WEFT_CACHE", &empty)
        .fails()
        .assert_stderr(&["W0711", file]);
}

#[test]
fn what_is_published_with_a_key_is_signed_as_minisign_does() {
    let app = victim();
    let good = component("weft_plugin_hostile");
    let registry = Registry::start().unwrap();
    let source = format!("oci://{}/acme/signed", registry.address());
    put(&app, "signed.wasm", &good);
    let file = app.directory().join("signed.wasm");
    // Without a terminal, on which a password could be asked for.
    let publish = |key: &KeyPair| {
        let words = ["plugin", "publish", "signed.wasm", &source, "--key"];
        app.tool("setsid", ["--wait"])
            .args([weft_binary()])
            .args(words)
            .args([key.secret()])
    };

    let (plain, other) = (KeyPair::new(), KeyPair::new());
    publish(&plain).ok().assert_stderr(&[&plain.public]);
    assert!(plain.verifies(&file) && !other.verifies(&file));
    let pin = |key: &KeyPair| format!("acme={}", key.public);
    plugin(&app, &["add", &source, "--signer", &pin(&plain), "--yes"])
        .ok()
        .assert_stderr(&["signed by  acme"]);

    let locked = KeyPair::with_password("correct horse");
    publish(&locked)
        .fails()
        .assert_stderr(&["W0742", "WEFT_SIGNING_PASSWORD"]);
    publish(&locked)
        .env("WEFT_SIGNING_PASSWORD", "battery staple")
        .fails()
        .assert_stderr(&["W0741", "password"]);
    assert!(plain.verifies(&file), "what fails changes nothing");
    publish(&locked)
        .env("WEFT_SIGNING_PASSWORD", "correct horse")
        .ok();
    assert!(locked.verifies(&file));
    publish(&plain).ok();
    let words = ["plugin", "publish", "signed.wasm", &source, "--key"];
    let asking = || app.tool(weft_binary(), words).args([locked.secret()]);
    let asked = asking().on_a_terminal("battery staple\n").fails();
    assert!(asked.stdout.contains("W0741"), "{asked}");
    let asked = asking().on_a_terminal("correct horse\n").ok();
    assert!(asked.stdout.contains("Password of "), "{asked}");
    assert!(locked.verifies(&file));

    let none = app.tool(
        weft_binary(),
        [
            "plugin",
            "publish",
            "signed.wasm",
            &source,
            "--key",
            "signed.wasm",
        ],
    );
    none.fails().assert_stderr(&["W0741", "signed.wasm"]);
}

#[test]
fn a_registry_has_versions_and_an_index_names_them() {
    let app = victim();
    let old = component("weft_plugin_hostile");
    let new = with_version(&old, "1.1.0", "1.1.9");
    let registry = Registry::start().unwrap();
    let source = format!("oci://{}/acme/hostile", registry.address());
    let key = KeyPair::new();
    let publish = |component: &[u8], version: &str| {
        let file = app.out("publish.wasm");
        std::fs::write(&file, component).unwrap();
        key.sign(&file);
        let file = file.to_str().unwrap().to_owned();
        plugin(&app, &["publish", &file, &format!("{source}:{version}")]).ok();
    };
    publish(&old, "1.1.0");
    let pin = format!("acme={}", key.public);
    plugin(&app, &["add", &source, "--signer", &pin, "--yes"]).ok();
    build(&app).ok();
    let lock = read(&app, "weft.lock");
    assert!(
        lock.contains(&format!("location = \"{source}@sha256:")),
        "{lock}"
    );
    assert_eq!(plugin(&app, &["outdated"]).ok().stdout, "");

    publish(&new, "1.1.9");
    let outdated = plugin(&app, &["outdated"]).ok().stdout;
    assert_eq!(outdated, "hostile  1.1.0 -> 1.1.9\n");
    build(&app).ok();
    assert_eq!(read(&app, "weft.lock"), lock);
    plugin(&app, &["update", "--yes"]).ok();
    build(&app).ok();

    // An index knows the digest; a registry that has something else there is found out.
    let indexed = |component: &[u8]| {
        let source = format!("{source}:1.1.9");
        app.write(
            "index.json",
            &index(&[("hostile", "1.1.9", &source, component)]),
        );
    };
    plugin(&app, &["remove", "hostile"]).ok();
    let settings = read(&app, "weft.toml");
    app.write(
        "weft.toml",
        &format!("indexes = [\"index.json\"]\n{settings}"),
    );
    indexed(&old);
    plugin(&app, &["add", "hostile", "--yes"])
        .fails()
        .assert_stderr(&["W0738"]);
    indexed(&new);
    let hits = plugin(&app, &["search", "about"]).ok().stdout;
    assert!(hits.contains("hostile 1.1.9  About hostile."), "{hits}");
    plugin(&app, &["add", "nosuch", "--yes"])
        .fails()
        .assert_stderr(&["W0732"]);
    plugin(&app, &["add", "hostile", "--yes"]).ok();
    build(&app).ok();
}
