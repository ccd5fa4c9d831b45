//! Go modules that only tests know, in a folder that the go command takes for a module proxy.

use std::path::Path;

use tempfile::TempDir;

/// A module proxy in a folder.
///
/// Source: <https://go.dev/ref/mod#goproxy-protocol>.
#[derive(Debug)]
pub struct ModuleProxy {
    directory: TempDir,
}

impl Default for ModuleProxy {
    fn default() -> Self {
        Self::new()
    }
}

impl ModuleProxy {
    /// An empty one.
    ///
    /// # Panics
    ///
    /// When there can be no temporary folder.
    pub fn new() -> Self {
        Self {
            directory: TempDir::new().expect("the temporary directory is writable"),
        }
    }

    /// For the variable GOPROXY.
    pub fn url(&self) -> String {
        format!("file://{}", self.directory.path().display())
    }

    /// Adds a version of a module; its go.mod is made.
    ///
    /// # Panics
    ///
    /// When the folder cannot be written to.
    pub fn put(&self, module: &str, version: &str, files: &[(&str, &str)]) {
        let folder = self.directory.path().join(module).join("@v");
        std::fs::create_dir_all(&folder).expect("the folder is ours");
        let manifest = format!("module {module}\n\ngo 1.24\n");
        let put = |name: &str, content: &[u8]| {
            std::fs::write(folder.join(name), content).expect("the folder is ours");
        };
        let list = folder.join("list");
        let listed = std::fs::read_to_string(&list).unwrap_or_default();
        put("list", format!("{listed}{version}\n").as_bytes());
        let info = format!("{{\"Version\":\"{version}\",\"Time\":\"2025-01-01T00:00:00Z\"}}");
        put(&format!("{version}.info"), info.as_bytes());
        put(&format!("{version}.mod"), manifest.as_bytes());
        let all = files.iter().copied().chain([("go.mod", &*manifest)]);
        let named: Vec<_> = all
            .map(|(name, text)| (format!("{module}@{version}/{name}"), text))
            .collect();
        put(&format!("{version}.zip"), &zip(&named));
    }

    /// Has a module have these versions only, which the go command then gets from the next proxy of its list: what is
    /// newest does not depend on the day.
    ///
    /// # Panics
    ///
    /// When the folder cannot be written to.
    pub fn list(&self, module: &str, versions: &[&str]) {
        let folder = self.directory.path().join(module).join("@v");
        std::fs::create_dir_all(&folder).expect("the folder is ours");
        std::fs::write(folder.join("list"), versions.join("\n")).expect("the folder is ours");
    }

    /// The folder.
    pub fn directory(&self) -> &Path {
        self.directory.path()
    }
}

/// A zip file whose entries are not compressed.
///
/// Source: APPNOTE.TXT of PKWARE, 4.3.
fn zip(files: &[(String, &str)]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut directory = Vec::new();
    for (name, text) in files {
        let offset = u32::try_from(out.len()).expect("it is small");
        let size = u32::try_from(text.len())
            .expect("it is small")
            .to_le_bytes();
        let name_length = u16::try_from(name.len())
            .expect("it is short")
            .to_le_bytes();
        // Version 2.0, no flags, stored, midnight of the first day that there is.
        let mut common = vec![20, 0, 0, 0, 0, 0, 0, 0, 0x21, 0];
        common.extend(crc32(text.as_bytes()).to_le_bytes());
        common.extend([size, size].concat());
        common.extend(name_length);
        common.extend([0, 0]);
        out.extend(b"PK\x03\x04");
        out.extend(&common);
        out.extend(name.as_bytes());
        out.extend(text.as_bytes());
        directory.extend(b"PK\x01\x02\x14\x00");
        directory.extend(&common);
        directory.extend([0; 10]);
        directory.extend(offset.to_le_bytes());
        directory.extend(name.as_bytes());
    }
    let count = u16::try_from(files.len())
        .expect("they are few")
        .to_le_bytes();
    let (start, size) = (out.len(), directory.len());
    out.extend(directory);
    out.extend(b"PK\x05\x06\0\0\0\0");
    out.extend([count, count].concat());
    out.extend(u32::try_from(size).expect("it is small").to_le_bytes());
    out.extend(u32::try_from(start).expect("it is small").to_le_bytes());
    out.extend([0, 0]);
    out
}

/// The checksum of zip files.
fn crc32(bytes: &[u8]) -> u32 {
    let mut sum = u32::MAX;
    for byte in bytes {
        sum ^= u32::from(*byte);
        for _ in 0..8 {
            sum = (sum >> 1) ^ (0xedb8_8320 & (sum & 1).wrapping_neg());
        }
    }
    !sum
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_checksum_is_that_of_zip_files() {
        // The check value of CRC-32/ISO-HDLC.
        assert_eq!(super::crc32(b"123456789"), 0xcbf4_3926);
    }
}
