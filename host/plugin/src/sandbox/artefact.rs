//! Precompiled components.

use std::hash::{Hash, Hasher};

use wasmtime::component::Component;

use super::sealed::Sealed;
use crate::digest::Digest;
use crate::error::Problem;

/// Compiles components, and keeps what came out for the next run.
pub(super) struct Store<'a> {
    pub(super) cache: Option<&'a Sealed>,
    pub(super) host_build: &'a str,
}

impl Store<'_> {
    /// The component, precompiled if it has been compiled before.
    pub(super) fn component(
        &self,
        engine: &wasmtime::Engine,
        digest: Digest,
        bytes: &[u8],
    ) -> Result<Component, Problem> {
        let Some(cache) = self.cache else {
            return Component::from_binary(engine, bytes).map_err(|error| invalid(&error));
        };
        let name = self.name(engine, digest);
        if let Some(component) = load(cache, engine, &name) {
            return Ok(component);
        }
        let component = Component::from_binary(engine, bytes).map_err(|error| invalid(&error))?;
        let kept = component
            .serialize()
            .map(|artefact| cache.put(&name, &artefact));
        if let Err(error) | Ok(Err(error)) = kept.map(|put| put.map_err(wasmtime::Error::from)) {
            tracing::debug!(%error, "a compiled plugin is not kept");
        }
        Ok(component)
    }

    /// Names an artefact for all that decides its content.
    fn name(&self, engine: &wasmtime::Engine, digest: Digest) -> String {
        let mut hasher = blake3::Hasher::new_derive_key("weft 2026 precompiled plugin");
        hasher.update(digest.as_bytes());
        let mut fields = Fields(&mut hasher);
        self.host_build.hash(&mut fields);
        // Covers wasmtime's version, the target and all settings.
        engine.precompile_compatibility_hash().hash(&mut fields);
        format!("{}.cwasm", hasher.finalize().to_hex())
    }
}

/// Loads an artefact that this user's key vouches for.
fn load(cache: &Sealed, engine: &wasmtime::Engine, name: &str) -> Option<Component> {
    let artefact = cache.get(name)?;
    // SAFETY: `deserialize` runs whatever code the bytes hold, so they must come from `serialize`.
    // `Sealed::get` returns only bytes with a tag made with this user's key, over this name, in a folder
    // and file that only this user can write; `put` above is the only maker of such tags for names that
    // end in `.cwasm`, and it is given what `serialize` returned. The bytes are in memory when they are
    // checked, so they cannot change in between. wasmtime checks its own version and settings besides.
    #[expect(unsafe_code, reason = "loads machine code from the cache")]
    let component = unsafe { Component::deserialize(engine, &artefact) };
    component
        .inspect_err(|error| tracing::debug!(%error, "a compiled plugin is compiled anew"))
        .ok()
}

fn invalid(error: &wasmtime::Error) -> Problem {
    Problem::Invalid(format!("{error:#}"))
}

/// Feeds what hashes itself to BLAKE3.
struct Fields<'a>(&'a mut blake3::Hasher);

impl Hasher for Fields<'_> {
    fn write(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    fn finish(&self) -> u64 {
        unreachable!("only the BLAKE3 digest is asked for")
    }
}
