//! A bill of materials: CycloneDX 1.6 as JSON.
//!
//! Source: <https://cyclonedx.org/docs/1.6/json/>, <https://github.com/package-url/purl-spec>. Without time
//! and random number, so that the same binary gives the same text.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::{Module, Verified};
use crate::manifest::WovenBy;

/// The bill of a binary: its Go modules, the standard library, weft's runtime, and the plugins whose hooks
/// are in it.
pub fn sbom(verified: &Verified) -> Value {
    let Verified { woven, go, .. } = verified;
    let mut components = vec![standard_library(&go.version), runtime(verified)];
    components.extend(go.modules.iter().map(library));
    components.extend(woven.plugins.iter().map(plugin));
    let program = program(verified);
    let references: Vec<_> = components
        .iter()
        .map(|part| part["bom-ref"].clone())
        .collect();
    let content = json!([program, components]).to_string();
    json!({
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": format!("urn:uuid:{}", uuid(content.as_bytes())),
        "version": 1,
        "metadata": {
            "tools": { "components": [{
                "type": "application",
                "name": "weft",
                "version": env!("CARGO_PKG_VERSION"),
            }] },
            "component": program,
        },
        "components": components,
        "dependencies": [{ "ref": program["bom-ref"], "dependsOn": references }],
    })
}

fn program(verified: &Verified) -> Value {
    let Verified { woven, go, .. } = verified;
    let main = go.main.as_ref();
    let version = main.map_or("", |module| module.version.as_str());
    let reference = main.map_or_else(
        || woven.program.clone(),
        |module| purl(&module.path, version),
    );
    let settings = go
        .settings
        .iter()
        .map(|(name, value)| property(&format!("go:build:{name}"), value));
    let packages = woven.packages.iter().map(|package| {
        let name = format!("weft:woven:{}", package.import_path);
        property(&name, &package.plan)
    });
    json!({
        "bom-ref": format!("{reference}#{}", woven.program),
        "type": "application",
        "name": woven.program,
        "version": version,
        "properties": settings.chain(packages).collect::<Vec<_>>(),
    })
}

/// The sources that weft compiles into each program.
fn runtime(verified: &Verified) -> Value {
    let weft = &verified.woven.weft;
    json!({
        "bom-ref": format!("pkg:generic/weft@{}", encoded(&weft.version)),
        "type": "library",
        "name": "weft",
        "version": weft.version,
        "purl": format!("pkg:generic/weft@{}", encoded(&weft.version)),
        "licenses": [{ "expression": env!("CARGO_PKG_LICENSE") }],
        "properties": [property("weft:build", &weft.build)],
    })
}

fn standard_library(version: &str) -> Value {
    // `go1.26.8`, or with experiments: `go1.26.8 X:…`.
    let version = version.split(' ').next().unwrap_or_default();
    let version = version.trim_start_matches("go");
    json!({
        "bom-ref": purl("std", version),
        "type": "library",
        "name": "std",
        "version": version,
        "purl": purl("std", version),
        "licenses": [{ "license": { "id": "BSD-3-Clause" } }],
    })
}

fn library(module: &Module) -> Value {
    let built = module.built();
    let mut component = json!({
        "bom-ref": purl(&module.path, &module.version),
        "type": "library",
        "name": module.path,
        "version": module.version,
        "purl": purl(&module.path, &module.version),
    });
    if module.replaced_by.is_some() {
        // What is built counts, and what it stands for is told.
        let by = format!("{} {}", built.path, built.version);
        component["properties"] = json!([property("go:replaced-by", by.trim())]);
        if !built.version.is_empty() {
            component["name"] = json!(built.path);
            component["version"] = json!(built.version);
            component["purl"] = json!(purl(&built.path, &built.version));
        }
    }
    if let Some(hash) = sum_as_hex(&built.sum) {
        component["hashes"] = json!([{ "alg": "SHA-256", "content": hash }]);
    }
    component
}

fn plugin(plugin: &WovenBy) -> Value {
    let name = format!("weft-plugin-{}", plugin.name);
    let purl = format!(
        "pkg:generic/{}@{}",
        encoded(&name),
        encoded(&plugin.version)
    );
    json!({
        "bom-ref": purl,
        "type": "library",
        "name": name,
        "version": plugin.version,
        "purl": purl,
        "licenses": [{ "expression": plugin.license }],
        "hashes": [{ "alg": "BLAKE3", "content": plugin.digest }],
    })
}

fn property(name: &str, value: &str) -> Value {
    json!({ "name": name, "value": value })
}

fn purl(module: &str, version: &str) -> String {
    let path: Vec<_> = module.split('/').map(encoded).collect();
    let at = if version.is_empty() { "" } else { "@" };
    format!("pkg:golang/{}{at}{}", path.join("/"), encoded(version))
}

/// Percent-encodes what a part of a package URL cannot have.
fn encoded(part: &str) -> String {
    let mut out = String::new();
    for byte in part.bytes() {
        if byte.is_ascii_alphanumeric() || b".-_~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            // Writing to a string does not fail.
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

/// A sum of go.sum, `h1:` and base64 of a SHA-256, in hexadecimal.
fn sum_as_hex(sum: &str) -> Option<String> {
    let text = sum.strip_prefix("h1:")?;
    let mut bits: u32 = 0;
    let mut count = 0;
    let mut out = String::new();
    for byte in text.trim_end_matches('=').bytes() {
        let value = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => return None,
        };
        bits = bits << 6 | u32::from(value);
        count += 6;
        if count >= 8 {
            count -= 8;
            // Writing to a string does not fail.
            let _ = write!(out, "{:02x}", bits >> count & 0xff);
        }
    }
    (out.len() == 64).then_some(out)
}

/// A name-based UUID, of the version for digests of one's own choice.
///
/// Source: RFC 9562, section 5.8.
fn uuid(content: &[u8]) -> String {
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&blake3::hash(content).as_bytes()[..16]);
    bytes[6] = bytes[6] & 0x0f | 0x80;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    let mut hex = String::new();
    for byte in bytes {
        // Writing to a string does not fail.
        let _ = write!(hex, "{byte:02x}");
    }
    [
        &hex[..8],
        &hex[8..12],
        &hex[12..16],
        &hex[16..20],
        &hex[20..],
    ]
    .join("-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_become_hexadecimal() {
        let hex = sum_as_hex("h1:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=");
        let expected = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        assert_eq!(hex.as_deref(), Some(expected));
        for wrong in ["", "h1:", "h1:a b", "h2:47DE", "h1:47DE"] {
            assert_eq!(sum_as_hex(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn package_urls_are_encoded() {
        assert_eq!(
            purl("github.com/a/b+c", "v1.0.0+incompatible"),
            "pkg:golang/github.com/a/b%2Bc@v1.0.0%2Bincompatible"
        );
        assert_eq!(purl("std", ""), "pkg:golang/std");
    }

    #[test]
    fn serial_numbers_are_uuids_of_the_content() {
        let (one, other) = (uuid(b"a"), uuid(b"b"));
        assert_ne!(one, other);
        let groups: Vec<_> = one.split('-').map(str::len).collect();
        assert_eq!(groups, [8, 4, 4, 4, 12]);
        assert_eq!(&one[14..15], "8");
    }
}
