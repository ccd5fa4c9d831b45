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
