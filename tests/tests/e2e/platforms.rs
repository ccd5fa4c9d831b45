//! cgo, other operating systems, the race detector.

use opentelemetry_proto::tonic::trace::v1::span::SpanKind;
use weft_tests::{App, app};

#[test]
fn a_main_function_in_a_file_that_imports_c() {
    let cgo = App::shared("cgo");
    let (plain, _) = app::run(&cgo.plain("."), &[]);
    let (woven, trace) = app::run(&cgo.woven("."), &[]);
    assert_eq!(woven.stdout, plain.stdout);
    let kinds: Vec<SpanKind> = trace.iter().map(|span| span.kind).collect();
    assert_eq!(kinds, [SpanKind::Client, SpanKind::Server], "{trace}");
}

#[test]
fn a_plain_cgo_build_shares_the_cache() {
    let cgo = App::copy("cgo");
    cgo.go(["build", "-o"]).args([cgo.out("first")]).ok();
    cgo.woven(".");
    let again = cgo.go(["build", "-v", "-o"]).args([cgo.out("second")]).ok();
    assert_eq!(again.stderr, "");
}

#[test]
fn without_cgo() {
    let nethttp = App::shared("nethttp");
    let out = nethttp.out("pure");
    nethttp
        .weft(["go", "build", "-o"])
        .args([&out])
        .env("CGO_ENABLED", "0")
        .ok();
    let (_, trace) = app::run(&out, &["redirect"]);
    assert_eq!(trace.len(), 4, "{trace}");
}

#[test]
fn other_operating_systems() {
    let small = App::shared("small");
    for (system, architecture, magic) in [
        ("darwin", "arm64", &[0xcf, 0xfa, 0xed, 0xfe][..]),
        ("windows", "amd64", b"MZ"),
    ] {
        let out = small.out(system);
        small
            .weft(["go", "build", "-o"])
            .args([&out])
            .args(["./cmd/exits"])
            .env("GOOS", system)
            .env("GOARCH", architecture)
            .ok();
        let binary = std::fs::read(out).unwrap();
        assert!(binary.starts_with(magic));
        let woven = binary.windows(7).any(|window| window == b"/_weft/");
        assert!(woven, "{system}: nothing of weft is in the binary");
    }
}

#[test]
fn the_race_detector_finds_nothing_in_woven_code() {
    let nethttp = App::shared("nethttp");
    let out = nethttp.out("race");
    nethttp
        .weft(["go", "build", "-race", "-o"])
        .args([&out])
        .ok();
    let scenes = [
        "routes",
        "proxy",
        "goroutine",
        "keepalive",
        "http2",
        "failures",
    ];
    let (finished, trace) = app::run(&out, &scenes);
    assert_eq!(finished.stderr, "");
    assert!(trace.len() > 20, "{trace}");
}

/// Only the go command itself collects garbage less often, and only where the user has not said how often.
#[test]
fn tools_get_the_users_garbage_collection() {
    let cgo = App::copy("cgo");
    let real = cgo.go(["env", "GOROOT"]).ok().stdout.trim().to_owned();
    let seen = |user: Option<&str>| {
        let folder = user.unwrap_or("none");
        let bin = cgo.out(folder);
        let noting = |name: &str, program: &str| {
            let log = bin.join(format!("{name}.log"));
            let note = format!(
                "echo \"${{GOGC-none}} ${{WEFT_GOGC-none}}\" >> '{}'",
                log.display()
            );
            cgo.script(folder, name, &format!("{note}\nexec {program} \"$@\""))
        };
        noting("cc", "gcc");
        let path = noting("go", &format!("'{real}/bin/go'"));
        let tool = cgo.weft(["go", "build", "-o"]).args([bin.join("out")]);
        let tool = tool.env("PATH", path).env("CC", bin.join("cc"));
        let tool = match user {
            Some(value) => tool.env("GOGC", value),
            None => tool,
        };
        tool.ok();
        ["go", "cc"].map(|name| {
            let log = std::fs::read_to_string(bin.join(format!("{name}.log"))).unwrap();
            let mut lines: Vec<String> = log.lines().map(str::to_owned).collect();
            lines.sort_unstable();
            lines.dedup();
            lines
        })
    };
    // The go command asks the C compiler itself which flags it knows; all else goes through the compile step.
    assert_eq!(seen(None), [&["400 400"][..], &["400 400", "none none"]]);
    assert_eq!(seen(Some("50")), [["50 none"], ["50 none"]]);
}
