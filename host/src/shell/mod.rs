//! A shell in which the plain `go` command weaves, for builds that something else starts: make, a
//! script, an editor.
//!
//! Invariant: `go` in such a shell is woven or fails. A shim comes first on PATH and runs `weft go`, which
//! plans each build anew; a guard in GOFLAGS refuses what is started past the shim.

mod quote;
mod shim;

use std::ffi::OsString;
use std::path::Path;

use crate::build::Options;
use crate::cache::{Cache, Kind};
use crate::failure::Failure;
use crate::gocmd::{self, GoCommand, GoEnvironment, SHIM_FOLDER};
pub use quote::Shell;

const PATH: &str = "PATH";
const GOFLAGS: &str = "GOFLAGS";

/// What becomes of the variables of a shell.
#[derive(Debug, Default)]
pub struct Variables {
    /// To be exported with these values.
    pub set: Vec<(&'static str, OsString)>,
    /// To be removed.
    pub unset: Vec<&'static str>,
}

/// What makes `go` weave. In a shell where it does already, the outcome is the same.
pub fn enter(options: &Options) -> Result<Variables, Failure> {
    let environment = GoEnvironment::read(Path::new("."))?;
    environment.check_release()?;
    let build = GoCommand::parse(&["build".into()])?;
    // What a build would refuse is told now.
    build
        .map(|build| build.with_goflags(&environment.goflags))
        .transpose()?;
    let cache = Cache::open()?;
    let weft = std::env::current_exe().map_err(Failure::no_executable)?;
    let guard = gocmd::guard_flag(&weft).ok_or_else(|| Failure::unquotable(&weft))?;
    let folder = shim::install(&cache, &weft, options)?;
    let mut folders = vec![folder.clone()];
    folders.extend(gocmd::without_shims(
        &std::env::var_os(PATH).unwrap_or_default(),
        &cache.folder(Kind::Shims),
    ));
    let path = std::env::join_paths(&folders).map_err(|_| Failure::unquotable(&folder))?;
    let goflags = [environment.goflags.trim(), &guard];
    let goflags: Vec<_> = goflags
        .into_iter()
        .filter(|flag| !flag.is_empty())
        .collect();
    Ok(Variables {
        set: vec![
            (PATH, path),
            (GOFLAGS, goflags.join(" ").into()),
            (SHIM_FOLDER, folder.into()),
        ],
        unset: Vec::new(),
    })
}

/// What makes `go` the go command again: nothing where it is.
pub fn leave() -> Result<Variables, Failure> {
    let mut variables = Variables::default();
    let shims = Cache::location()?.join(Kind::Shims.folder());
    let path = std::env::var_os(PATH).unwrap_or_default();
    let rest = gocmd::without_shims(&path, &shims);
    if rest.len() < std::env::split_paths(&path).count()
        && let Ok(rest) = std::env::join_paths(rest)
    {
        variables.set.push((PATH, rest));
    }
    if let Ok(flags) = std::env::var(GOFLAGS)
        && let Some(rest) = gocmd::without_guard(&flags)
    {
        if rest.is_empty() || gocmd::goflags_without_variable().is_ok_and(|flags| flags == rest) {
            variables.unset.push(GOFLAGS);
        } else {
            variables.set.push((GOFLAGS, rest.into()));
        }
    }
    if std::env::var_os(SHIM_FOLDER).is_some() {
        variables.unset.push(SHIM_FOLDER);
    }
    Ok(variables)
}
