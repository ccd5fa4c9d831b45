//! The same input gives the same bytes, and the input stays as it is.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use weft_tests::App;

fn build(app: &App, flags: &[&str], name: &str) -> Vec<u8> {
    let out = app.out(name);
    app.weft(["go", "build"])
        .args(flags)
        .args(["-o".as_ref(), out.as_os_str(), "./cmd/flags".as_ref()])
        .env("WEFT_CACHE", app.out(&format!("{name}.weft")))
        .ok();
    std::fs::read(out).unwrap()
}

#[test]
fn two_directories_give_the_same_bytes_with_trimpath() {
    let apps = [(); 2].map(|()| App::copy("small").plainly_built());
    assert_ne!(apps[0].directory(), apps[1].directory());
    let [first, second] = apps.map(|app| build(&app, &["-trimpath"], "trimmed"));
    assert!(first == second, "the binaries differ");
    let text = String::from_utf8_lossy(&first);
    assert!(
        !text.contains(&*std::env::temp_dir().join(".tmp").to_string_lossy()),
        "a directory is in the binary"
    );
}

#[test]
fn two_builds_with_caches_of_their_own_give_the_same_bytes() {
    let app = App::copy("small").plainly_built();
    let first = build(&app, &[], "first");
    // The same directory, but everything woven is compiled again.
    std::fs::remove_dir_all(app.go_cache()).unwrap();
    let app = app.plainly_built();
    let second = build(&app, &[], "second");
    assert!(first == second, "the binaries differ");
}

#[test]
fn the_tree_is_not_touched() {
    let app = App::copy("small");
    set_writable(app.directory(), false);
    let before = state(&app);
    app.weft(["go", "build", "-o"])
        .args([app.out("out/")])
        .args(["./..."])
        .ok();
    app.weft(["go", "test", "./..."])
        .env("OTEL_TRACES_EXPORTER", "none")
        .ok();
    app.weft(["go", "vet", "./..."]).ok();
    app.weft(["plan", "./..."]).ok();
    let after = state(&app);
    set_writable(app.directory(), true);
    assert!(before == after, "the tree has changed");
}

/// Content and time of change of everything in the app's directory. A file that was made and removed
/// again shows in its directory's time.
fn state(app: &App) -> BTreeMap<PathBuf, (Option<Vec<u8>>, SystemTime)> {
    let mut state: BTreeMap<_, _> = app
        .tree()
        .into_iter()
        .map(|(path, content)| {
            let changed = std::fs::metadata(&path).unwrap().modified().unwrap();
            (path, (content, changed))
        })
        .collect();
    let top = std::fs::metadata(app.directory())
        .unwrap()
        .modified()
        .unwrap();
    state.insert(app.directory().to_owned(), (None, top));
    state
}

fn set_writable(path: &Path, writable: bool) {
    use std::os::unix::fs::PermissionsExt as _;
    let bits = |mode: u32| {
        if writable {
            mode | 0o200
        } else {
            mode & !0o222
        }
    };
    let mode = std::fs::metadata(path).unwrap().permissions().mode();
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(bits(mode))).unwrap();
    if path.is_dir() {
        for entry in std::fs::read_dir(path).unwrap() {
            set_writable(&entry.unwrap().path(), writable);
        }
    }
}
