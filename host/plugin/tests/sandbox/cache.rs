//! What is kept between runs, and what a spoilt cache does.

use std::fs;
use std::path::{Path, PathBuf};

use cap_std::ambient_authority;
use cap_std::fs::Dir;
use weft_plugin_host::{Config, Engine, Limits, Settings};

use super::guest::Guest;
use super::package;

fn engine(folder: &Path, host_build: &str) -> Engine {
    Engine::new(Config {
        cache: Some(Dir::open_ambient_dir(folder, ambient_authority()).unwrap()),
        host_version: "0.1.0".to_owned(),
        host_build: host_build.to_owned(),
        limits: Limits::default(),
    })
}

fn run(engine: &Engine) {
    let plugin = engine.load("good.wasm", Guest::good().component());
    plugin.descriptor(&Settings::new()).unwrap();
    plugin.advise(&package(), &Settings::new()).unwrap();
}

fn entries(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder.join("plugins-1"))
        .unwrap()
        .map(|entry| entry.unwrap().path());
    entries
        .filter(|path| path.extension().is_some_and(|e| e == extension))
        .collect()
}

#[test]
fn a_known_descriptor_needs_no_webassembly() {
    let folder = tempfile::tempdir().unwrap();
    run(&engine(folder.path(), "a"));
    let again = engine(folder.path(), "a");
    let plugin = again.load("good.wasm", Guest::good().component());
    assert_eq!(plugin.descriptor(&Settings::new()).unwrap().name, "good");
    assert!(!again.is_started());
    assert_eq!(plugin.name(), "good");
}

#[test]
fn a_descriptor_is_that_of_its_settings_and_host() {
    let folder = tempfile::tempdir().unwrap();
    run(&engine(folder.path(), "a"));
    let settings = Settings::from([("mode".to_owned(), "1".to_owned())]);
    for (build, settings) in [("a", settings), ("b", Settings::new())] {
        let engine = engine(folder.path(), build);
        engine
            .load("x", Guest::good().component())
            .descriptor(&settings)
            .unwrap();
        assert!(engine.is_started(), "{build}");
    }
}

#[test]
fn an_artefact_is_that_of_its_host_build() {
    let folder = tempfile::tempdir().unwrap();
    run(&engine(folder.path(), "a"));
    run(&engine(folder.path(), "a"));
    assert_eq!(entries(folder.path(), "cwasm").len(), 1);
    run(&engine(folder.path(), "b"));
    assert_eq!(entries(folder.path(), "cwasm").len(), 2);
}

#[test]
fn a_spoilt_artefact_is_compiled_anew() {
    let folder = tempfile::tempdir().unwrap();
    run(&engine(folder.path(), "a"));
    let path = entries(folder.path(), "cwasm").remove(0);
    let good = fs::read(&path).unwrap();
    let mut flipped = good.clone();
    *flipped.last_mut().unwrap() ^= 1;
    for spoilt in [
        flipped,
        Vec::new(),
        b"text".to_vec(),
        good[..good.len() / 2].to_vec(),
    ] {
        fs::write(&path, &spoilt).unwrap();
        run(&engine(folder.path(), "a"));
        assert_ne!(
            fs::read(&path).unwrap(),
            spoilt,
            "the spoilt file has been replaced"
        );
    }
}

#[test]
fn an_artefact_in_place_of_another_is_compiled_anew() {
    let folder = tempfile::tempdir().unwrap();
    run(&engine(folder.path(), "a"));
    let first = entries(folder.path(), "cwasm").remove(0);
    run(&engine(folder.path(), "b"));
    let second = entries(folder.path(), "cwasm")
        .into_iter()
        .find(|path| *path != first)
        .unwrap();
    fs::copy(&first, &second).unwrap();
    run(&engine(folder.path(), "b"));
    assert_ne!(fs::read(&first).unwrap(), fs::read(&second).unwrap());
}

#[test]
fn a_spoilt_descriptor_is_asked_for_anew() {
    let folder = tempfile::tempdir().unwrap();
    run(&engine(folder.path(), "a"));
    let path = entries(folder.path(), "json").remove(0);
    let text = fs::read(&path).unwrap();
    let forged = String::from_utf8_lossy(&text).replace("good", "evil");
    fs::write(&path, forged).unwrap();
    let engine = engine(folder.path(), "a");
    let descriptor = engine
        .load("x", Guest::good().component())
        .descriptor(&Settings::new())
        .unwrap();
    assert_eq!(descriptor.name, "good");
    assert!(engine.is_started());
}

#[test]
fn a_cache_that_cannot_be_used_is_done_without() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("plugins-1"), "a file").unwrap();
    run(&engine(folder.path(), "a"));
    assert_eq!(
        fs::read(folder.path().join("plugins-1")).unwrap(),
        b"a file"
    );
}

#[test]
fn precompiled_code_is_not_a_plugin() {
    let folder = tempfile::tempdir().unwrap();
    run(&engine(folder.path(), "a"));
    let artefact = fs::read(entries(folder.path(), "cwasm").remove(0)).unwrap();
    let error = engine(folder.path(), "a")
        .load("evil.cwasm", artefact[32..].to_vec())
        .descriptor(&Settings::new())
        .unwrap_err();
    assert_eq!(error.code(), "W0201");
    assert!(
        error.to_string().contains("a precompiled artefact"),
        "{error}"
    );
}
