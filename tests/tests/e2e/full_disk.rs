//! Disks that are full: said in words, and once there is room the build works.

use std::path::Path;

use weft_tests::{App, Finished, Tool, weft_binary};

/// Runs a command with a file system of so many KiB, of its own, mounted over a folder.
fn with_small_disk(app: &App, folder: &Path, kib: u32, variable: &str) -> Finished {
    std::fs::create_dir_all(folder).unwrap();
    let script = format!(
        "mount -t tmpfs -o size={kib}k none \"$0\" && export {variable}=\"$0\" && exec \"$@\""
    );
    app.tool(
        "unshare",
        ["--user", "--map-root-user", "--mount", "sh", "-c"],
    )
    .args([script])
    .args([folder])
    .args([weft_binary()])
    .args(["go", "build", "-o"])
    .args([app.out("flags")])
    .args(["./cmd/flags"])
    .run()
}

/// Whether this system lets a test mount something for itself.
fn can_mount() -> bool {
    let words = [
        "--user",
        "--map-root-user",
        "--mount",
        "mount",
        "-t",
        "tmpfs",
        "none",
        "/mnt",
    ];
    Tool::new("unshare").args(words).run().status.success()
}

#[test]
fn a_full_disk_is_told_and_leaves_nothing_behind() {
    if !can_mount() {
        eprintln!("left out: this system lets nobody but root mount");
        return;
    }
    let app = App::copy("small");
    let tree = app.tree();
    for kib in [4, 64, 256] {
        let finished = with_small_disk(&app, &app.out("cache"), kib, "WEFT_CACHE");
        assert_eq!(finished.status.code(), Some(2), "{kib}: {finished}");
        finished.assert_stderr(&["W0501", "No space left on device", "WEFT_CACHE"]);
    }
    let finished = with_small_disk(&app, &app.out("work"), 64, "GOTMPDIR");
    assert!(!finished.status.success(), "{finished}");
    finished.assert_stderr(&["no space left on device"]);
    assert!(!app.out("flags").exists());
    assert_eq!(app.tree(), tree);
    let finished = with_small_disk(&app, &app.out("cache"), 16 << 10, "WEFT_CACHE");
    assert!(finished.status.success(), "{finished}");
}
