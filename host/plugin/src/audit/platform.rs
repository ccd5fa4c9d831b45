//! Names of files that tie them to a platform, as the go command reads them.

/// `internal/syslist.KnownOS` of the Go sources.
const KNOWN_OS: [&str; 20] = [
    "aix",
    "android",
    "darwin",
    "dragonfly",
    "freebsd",
    "hurd",
    "illumos",
    "ios",
    "js",
    "linux",
    "nacl",
    "netbsd",
    "openbsd",
    "plan9",
    "solaris",
    "wasip1",
    "wasip2",
    "windows",
    "zos",
    "tinygo",
];

/// `internal/syslist.KnownArch` of the Go sources.
const KNOWN_ARCH: [&str; 28] = [
    "386",
    "amd64",
    "amd64p32",
    "arm",
    "armbe",
    "arm64",
    "arm64be",
    "loong64",
    "mips",
    "mipsle",
    "mips64",
    "mips64le",
    "mips64p32",
    "mips64p32le",
    "ppc",
    "ppc64",
    "ppc64le",
    "riscv",
    "riscv64",
    "s390",
    "s390x",
    "sparc",
    "sparc64",
    "wasm",
    "wasm32",
    "wasm64",
    "avr",
    "xtensa",
];

/// The platform that a file's name ties it to, if any: `linux` of `notify_linux.go`.
pub fn suffix(path: &str) -> Option<&str> {
    let file = path.rsplit('/').next().unwrap_or(path);
    let stem = file.split('.').next().unwrap_or(file);
    // Only what follows an underscore counts (go/build.goodOSArchFile).
    let (_, last) = stem.rsplit_once('_')?;
    (KNOWN_OS.contains(&last) || KNOWN_ARCH.contains(&last)).then_some(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn platforms() {
        assert_eq!(suffix("a/notify_linux.go"), Some("linux"));
        assert_eq!(suffix("x_linux_amd64.go"), Some("amd64"));
        assert_eq!(suffix("linux.go"), None);
        assert_eq!(suffix("a_b.go"), None);
    }
}
