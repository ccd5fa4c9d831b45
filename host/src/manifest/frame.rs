//! A manifest as bytes of a binary: it has to be found without symbols, in executables of every system.
//!
//! ```text
//! magic, 16 bytes │ length, u32 │ length when inflated, u32 │ BLAKE3 of the rest │ JSON, deflated
//! ```
//!
//! The last byte of the magic is the version of this form. Numbers are little-endian.

use miniz_oxide::deflate::compress_to_vec;
use miniz_oxide::inflate::decompress_to_vec_with_limit;

use super::{FORMAT, Manifest};

/// Begins each manifest. The first byte is in no text, and rare in code.
const MAGIC: [u8; 16] = *b"\xffweft manifest:\x01";

/// Bytes before the deflated JSON.
const HEADER: usize = MAGIC.len() + 4 + 4 + blake3::OUT_LEN;

/// Most bytes that a manifest may inflate to: a hundred times those of a large program.
const LARGEST: usize = 64 << 20;

/// Most manifests that are read of one binary: more are made to keep the reader busy.
const MOST: usize = 16;

/// The best that deflate does: a manifest is made once for each plan.
const LEVEL: u8 = 9;

/// Why bytes that begin as a manifest are none.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FrameError {
    /// Its digest is another, or it ends early.
    #[error("it is damaged")]
    Damaged,
    /// It is of another format.
    #[error("it is of format {found}, and this weft knows {FORMAT}")]
    Format {
        /// The format.
        found: u64,
    },
}

/// A manifest as bytes.
///
/// # Panics
///
/// Never: it is far smaller than 4 GB, and text is valid JSON.
pub fn encode(manifest: &Manifest) -> Vec<u8> {
    let json = serde_json::to_vec(manifest).expect("text is valid JSON");
    let deflated = compress_to_vec(&json, LEVEL);
    let length = |bytes: &[u8]| {
        let length = u32::try_from(bytes.len()).expect("a manifest is small");
        length.to_le_bytes()
    };
    let mut frame = MAGIC.to_vec();
    frame.extend(length(&deflated));
    frame.extend(length(&json));
    frame.extend(blake3::hash(&deflated).as_bytes());
    frame.extend(deflated);
    frame
}

/// The manifests in the bytes of a binary. There may be several, as a program can embed another one; only
/// the first few are read.
pub fn find(binary: &[u8]) -> Vec<Result<Manifest, FrameError>> {
    let mut found = Vec::new();
    let mut rest = binary;
    while let Some(at) = rest.iter().position(|byte| *byte == MAGIC[0]) {
        rest = &rest[at..];
        if rest.starts_with(&MAGIC) {
            found.push(decode(rest));
            if found.len() == MOST {
                break;
            }
        }
        rest = &rest[1..];
    }
    found
}

/// The manifest at the beginning of the bytes.
fn decode(bytes: &[u8]) -> Result<Manifest, FrameError> {
    let (header, rest) = bytes.split_at_checked(HEADER).ok_or(FrameError::Damaged)?;
    let number = |at: usize| {
        let bytes = header[at..at + 4].try_into().expect("four bytes are four");
        usize::try_from(u32::from_le_bytes(bytes)).map_err(|_| FrameError::Damaged)
    };
    let (deflated, inflated) = (number(MAGIC.len())?, number(MAGIC.len() + 4)?);
    let digest = &header[MAGIC.len() + 8..];
    let deflated = rest.get(..deflated).ok_or(FrameError::Damaged)?;
    // Of what is deflated: a bit of it may mean nothing, such as those behind the last code.
    if inflated > LARGEST || blake3::hash(deflated).as_bytes() != digest {
        return Err(FrameError::Damaged);
    }
    let json = decompress_to_vec_with_limit(deflated, inflated).map_err(|_| FrameError::Damaged)?;
    if json.len() != inflated {
        return Err(FrameError::Damaged);
    }
    parse(&json)
}

/// Reads the JSON, of which a later format may have more than this weft knows.
fn parse(json: &[u8]) -> Result<Manifest, FrameError> {
    let value: serde_json::Value = serde_json::from_slice(json).map_err(|_| FrameError::Damaged)?;
    let format = value["format"].as_u64().ok_or(FrameError::Damaged)?;
    if format != u64::from(FORMAT) {
        return Err(FrameError::Format { found: format });
    }
    serde_json::from_value(value).map_err(|_| FrameError::Damaged)
}

#[cfg(test)]
mod tests {
    use super::super::{Weft, WovenPackage};
    use super::*;

    fn manifest() -> Manifest {
        Manifest {
            format: FORMAT,
            weft: Weft::this(),
            program: "example.com/app".into(),
            plugins: Vec::new(),
            packages: vec![WovenPackage {
                import_path: "net/http".into(),
                version: "go1.26.8".into(),
                plan: "0123".into(),
                functions: Vec::new(),
            }],
        }
    }

    #[test]
    fn what_is_encoded_is_found_among_other_bytes() {
        let frame = encode(&manifest());
        assert_eq!(frame, encode(&manifest()));
        let binary = [
            b"\xff\xffweft".as_slice(),
            &frame,
            b"\xffweft manifest:",
            &frame,
        ]
        .concat();
        assert_eq!(find(&binary), [Ok(manifest()), Ok(manifest())]);
    }

    #[test]
    fn a_binary_full_of_manifests_does_not_keep_the_reader_busy() {
        assert_eq!(find(&MAGIC.repeat(1000)).len(), MOST);
    }

    #[test]
    fn damage_anywhere_shows() {
        let frame = encode(&manifest());
        for at in MAGIC.len()..frame.len() {
            let mut damaged = frame.clone();
            damaged[at] ^= 1;
            assert_ne!(find(&damaged), [Ok(manifest())], "byte {at}");
        }
        for length in MAGIC.len()..frame.len() {
            assert_eq!(
                find(&frame[..length]),
                [Err(FrameError::Damaged)],
                "{length}"
            );
        }
    }

    #[test]
    fn a_later_format_is_told_from_damage() {
        let mut value = serde_json::to_value(manifest()).unwrap();
        value["format"] = 2.into();
        value["more"] = true.into();
        let json = serde_json::to_vec(&value).unwrap();
        assert_eq!(parse(&json), Err(FrameError::Format { found: 2 }));
        value["format"] = FORMAT.into();
        let json = serde_json::to_vec(&value).unwrap();
        assert_eq!(parse(&json), Err(FrameError::Damaged));
    }

    proptest::proptest! {
        #[test]
        fn foreign_bytes_are_read_without_harm(bytes: Vec<u8>, header: [u8; 8]) {
            let hostile = [MAGIC.as_slice(), &header, &[0; blake3::OUT_LEN], &bytes].concat();
            let found = find(&hostile);
            proptest::prop_assert_eq!(found.first(), Some(&Err(FrameError::Damaged)));
        }
    }
}
