//! Go versions and build caches.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use anyhow::Context as _;

use crate::command::{Tool, repository};

/// `GOFLAGS` of the tests: what the version control system says must not be in a binary, since it
/// changes while tests run.
pub(crate) const FLAGS: &str = "-buildvcs=false";

/// The Go versions to test on, as `GOTOOLCHAIN` takes them. `WEFT_GO_VERSIONS` chooses others, with
/// blanks between them.
pub fn versions() -> Vec<String> {
    std::env::var("WEFT_GO_VERSIONS")
        .unwrap_or_else(|_| "go1.24.10 go1.25.4 go1.26.8 go1.27.3".to_owned())
        .split_whitespace()
        .map(str::to_owned)
        .collect()
}

/// Where the tests keep what a later run can use.
fn kept() -> PathBuf {
    repository().join("target/tests")
}

/// The build cache that tests share when isolation is not their point. It is kept between runs.
///
/// # Panics
///
/// When the directory cannot be made.
pub fn shared_cache() -> &'static Path {
    static CACHE: LazyLock<PathBuf> = LazyLock::new(|| {
        let path = kept().join("go-build");
        std::fs::create_dir_all(&path).expect("target is writable");
        path
    });
    &CACHE
}

/// weft's own cache that tests share. It is kept between runs.
pub fn shared_weft_cache() -> PathBuf {
    kept().join("weft")
}

/// A build cache that only plain `go build` has written to: with `./...` of the app built.
///
/// The result is a copy of its own, made of hard links: cmd/go replaces or rewrites with equal bytes
/// what a cache has, so copies do not disturb one another.
///
/// # Errors
///
/// When the app does not build or files cannot be linked.
pub fn plain_cache(app: &Path, into: &Path) -> anyhow::Result<()> {
    let kept = kept();
    let plain = kept.join("go-build-plain");
    std::fs::create_dir_all(&plain)?;
    let lock = File::create(kept.join("go-build-plain.lock"))?;
    lock.lock()?;
    Tool::new("go")
        .args(["build", "./..."])
        .env("GOFLAGS", FLAGS)
        .env("GOCACHE", &plain)
        .directory(app)
        .ok();
    link_tree(&plain, into)
}

/// Copies a tree by hard links.
///
/// # Errors
///
/// When a folder cannot be read or a link cannot be made.
pub fn link_tree(from: &Path, to: &Path) -> anyhow::Result<()> {
    std::fs::create_dir_all(to)?;
    for entry in std::fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            link_tree(&entry.path(), &target)?;
        } else {
            std::fs::hard_link(entry.path(), &target)
                .with_context(|| format!("failed to link {}", target.display()))?;
        }
    }
    Ok(())
}
