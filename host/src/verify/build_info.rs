//! What the go command notes in each binary that it links: Go's version, modules, settings.
//!
//! Source: `debug/buildinfo`, `runtime/debug.ParseBuildInfo`. The form is that of Go 1.18 and later.

use object::{Object, ObjectSection, ObjectSegment, SectionKind, SegmentFlags};
use serde::Serialize;

const MAGIC: &[u8] = b"\xff Go buildinf:";
/// Where the magic may begin.
const ALIGNMENT: usize = 16;
/// Magic, pointer size, flags and, before Go 1.18, two pointers.
const HEADER: usize = 32;
/// The flag that says that the texts follow the header.
const INLINE: u8 = 2;
/// Random bytes around the module text.
const FENCE: usize = 16;

/// What the go command notes.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct BuildInfo {
    /// Go's version.
    pub version: String,
    /// Import path of the main package.
    pub path: String,
    /// The main module; None for programs outside one.
    pub main: Option<Module>,
    /// All other modules that packages come from.
    pub modules: Vec<Module>,
    /// Flags and variables of the build, in order.
    pub settings: Vec<(String, String)>,
}

/// A module of a build.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Module {
    /// Module path.
    pub path: String,
    /// Version; `(devel)` for a main module without one.
    pub version: String,
    /// As in go.sum; empty where it is replaced by a folder.
    pub sum: String,
    /// What is built in its place.
    pub replaced_by: Option<Box<Module>>,
}

impl Module {
    /// The module whose sources are built.
    pub fn built(&self) -> &Self {
        self.replaced_by.as_deref().unwrap_or(self)
    }
}

/// Reads the note of an executable or library; None where there is none.
pub fn read(binary: &object::File<'_>) -> Option<BuildInfo> {
    let named = |name: &str| binary.section_by_name(name)?.data().ok();
    let notes = named(".go.buildinfo").or_else(|| named("__go_buildinfo"));
    if let Some(found) = notes.and_then(find) {
        return Some(found);
    }
    // PE has no section for it, and ELF may have lost its table of sections.
    let mut data = binary
        .sections()
        .filter(|section| section.kind() == SectionKind::Data);
    data.find_map(|section| find(section.data().ok()?))
        .or_else(|| {
            let mut segments = binary.segments().filter(is_writable);
            segments.find_map(|segment| find(segment.data().ok()?))
        })
}

fn is_writable<'d>(segment: &impl ObjectSegment<'d>) -> bool {
    match segment.flags() {
        SegmentFlags::Elf { p_flags, .. } => p_flags & object::elf::PF_W != 0,
        _ => true,
    }
}

fn find(data: &[u8]) -> Option<BuildInfo> {
    data.chunks(ALIGNMENT)
        .enumerate()
        .filter(|(_, chunk)| chunk.starts_with(MAGIC))
        .find_map(|(index, _)| parse(&data[index * ALIGNMENT..]))
}

/// Reads a note at the beginning of the bytes.
fn parse(data: &[u8]) -> Option<BuildInfo> {
    let (header, rest) = data.split_at_checked(HEADER)?;
    if header[MAGIC.len() + 1] & INLINE == 0 {
        return None;
    }
    let (version, rest) = text(rest)?;
    let (modules, _) = text(rest)?;
    // Source: `debug/buildinfo.readRawBuildInfo`.
    let fenced = modules.len() > 2 * FENCE && modules[modules.len() - FENCE - 1] == b'\n';
    let modules = if fenced {
        &modules[FENCE..modules.len() - FENCE]
    } else {
        &[]
    };
    let mut info = BuildInfo {
        version: std::str::from_utf8(version).ok()?.to_owned(),
        ..BuildInfo::default()
    };
    info.read_modules(std::str::from_utf8(modules).ok()?);
    Some(info)
}

/// A text with its length before it, as Go's varint, and what follows.
fn text(data: &[u8]) -> Option<(&[u8], &[u8])> {
    let mut length: u64 = 0;
    for (index, byte) in data.iter().take(10).enumerate() {
        length |= u64::from(byte & 0x7f).checked_shl(7 * u32::try_from(index).ok()?)?;
        if byte & 0x80 == 0 {
            let rest = &data[index + 1..];
            return rest.split_at_checked(usize::try_from(length).ok()?);
        }
    }
    None
}

impl BuildInfo {
    fn read_modules(&mut self, text: &str) {
        for line in text.lines() {
            let mut fields = line.split('\t');
            let kind = fields.next().unwrap_or_default();
            let mut field = || fields.next().unwrap_or_default().to_owned();
            match kind {
                "path" => self.path = field(),
                "build" => {
                    if let Some((key, value)) = line["build\t".len()..].split_once('=') {
                        self.settings.push((unquoted(key), unquoted(value)));
                    }
                }
                "mod" | "dep" | "=>" => {
                    let module = Module {
                        path: field(),
                        version: field(),
                        sum: field(),
                        replaced_by: None,
                    };
                    match kind {
                        "mod" => self.main = Some(module),
                        "dep" => self.modules.push(module),
                        _ => {
                            if let Some(last) = self.modules.last_mut().or(self.main.as_mut()) {
                                last.replaced_by = Some(Box::new(module));
                            }
                        }
                    }
                }
                _ => {}
            }
        }
    }
}

/// Go quotes keys and values with blanks or quotes in them.
///
/// Source: `runtime/debug.quoteKey`, `quoteValue`.
fn unquoted(text: &str) -> String {
    // The forms that strconv.Quote and a JSON string share are all that builds have.
    if text.starts_with('"')
        && let Ok(plain) = serde_json::from_str(text)
    {
        return plain;
    }
    text.trim_matches('`').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn note(version: &str, modules: &str) -> Vec<u8> {
        let mut note = MAGIC.to_vec();
        note.extend([8, INLINE]);
        note.resize(HEADER, 0);
        let mut push = |text: &[u8]| {
            let mut length = text.len();
            while length >= 0x80 {
                note.push(u8::try_from(length & 0x7f).unwrap() | 0x80);
                length >>= 7;
            }
            note.push(u8::try_from(length).unwrap());
            note.extend(text);
        };
        push(version.as_bytes());
        push(&[&[1; FENCE], modules.as_bytes(), &[2; FENCE]].concat());
        note
    }

    #[test]
    fn modules_replacements_and_settings_are_read() {
        let text = "path\texample.com/app/cmd\nmod\texample.com/app\t(devel)\t\n\
                    dep\texample.com/a\tv1.0.0\th1:abc=\ndep\texample.com/b\tv1.1.0\n=>\t./b\t\t\n\
                    build\t-ldflags=\"-s -w\"\nbuild\tCGO_ENABLED=1\n";
        let data = [vec![0; 48], note("go1.26.8", text)].concat();
        let info = find(&data).unwrap();
        assert_eq!(info.version, "go1.26.8");
        assert_eq!(info.path, "example.com/app/cmd");
        assert_eq!(info.main.unwrap().version, "(devel)");
        assert_eq!(info.modules[0].sum, "h1:abc=");
        assert_eq!(info.modules[1].built().path, "./b");
        let setting = |key: &str, value: &str| (key.to_owned(), value.to_owned());
        assert_eq!(
            info.settings,
            [setting("-ldflags", "-s -w"), setting("CGO_ENABLED", "1")]
        );
    }

    #[test]
    fn a_note_that_ends_early_or_has_pointers_is_none() {
        let whole = note("go1.26.8", "path\tp\n");
        for length in 0..whole.len() {
            assert_eq!(find(&whole[..length]), None, "{length}");
        }
        let mut old = whole;
        old[15] = 0;
        assert_eq!(find(&old), None);
    }

    proptest::proptest! {
        #[test]
        fn foreign_bytes_are_read_without_harm(bytes: Vec<u8>, text: String) {
            let hostile = [MAGIC, &[8, INLINE], &[0; 16], &bytes].concat();
            let _ = find(&hostile);
            let _ = find(&note("go1", &text));
            if let Ok(file) = object::File::parse(bytes.as_slice()) {
                let _ = read(&file);
            }
        }

        /// Real headers with damage in them, as container formats are what an attacker would bend.
        #[test]
        fn damaged_executables_are_read_without_harm(
            which in 0..SAMPLES.len(),
            damage in proptest::collection::vec((0_usize..512, proptest::prelude::any::<u8>()), 0..8),
            length in 0_usize..1024,
        ) {
            let mut sample = SAMPLES[which].to_vec();
            sample.resize(1024, 0);
            for (at, byte) in damage {
                sample[at] = byte;
            }
            sample.truncate(length);
            if let Ok(file) = object::File::parse(sample.as_slice()) {
                let _ = read(&file);
            }
        }
    }

    /// Beginnings of executables: ELF, PE, Mach-O.
    const SAMPLES: [&[u8]; 3] = [
        b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0\x02\0\x3e\0\x01\0\0\0\0\0\x40\0\0\0\0\0\x40\0\0\0\0\0\0\0\
          \xc0\x01\0\0\0\0\0\0\0\0\0\0\x40\0\x38\0\x02\0\x40\0\x04\0\x03\0\
          \x01\0\0\0\x06\0\0\0\0\x01\0\0\0\0\0\0\0\0\x40\0\0\0\0\0\0\0\x40\0\0\0\0\0\x80\0\0\0\0\0\0\0\x80\0\0\0\0\0\0\0",
        b"MZ\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\
          \x40\0\0\0PE\0\0\x64\x86\x02\0\0\0\0\0\0\0\0\0\0\0\0\0\xf0\0\x22\x02\x0b\x02",
        b"\xcf\xfa\xed\xfe\x07\0\0\x01\x03\0\0\0\x02\0\0\0\x02\0\0\0\x98\0\0\0\0\0\0\0\0\0\0\0\
          \x19\0\0\0\x98\0\0\0__DATA\0\0\0\0\0\0\0\0\0\0\0\0\x01\0\0\0\0\0\0\x10\0\0\0\0\0\0\0\x02\0\0\0\0\0\0\0\x02\0\0\0\0\0\0\
          \x03\0\0\0\x03\0\0\0\x01\0\0\0\0\0\0\0",
    ];
}
