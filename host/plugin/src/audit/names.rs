//! Names of files and platforms, as the go command reads them.

/// `internal/syslist.KnownOS` of the Go sources.
const KNOWN_OS: [&str; 20] = [
    "aix", "android", "darwin", "dragonfly", "freebsd", "hurd", "illumos", "ios", "js", "linux", "nacl",
    "netbsd", "openbsd", "plan9", "solaris", "wasip1", "wasip2", "windows", "zos", "tinygo",
];

/// `internal/syslist.KnownArch` of the Go sources.
const KNOWN_ARCH: [&str; 28] = [
    "386", "amd64", "amd64p32", "arm", "armbe", "arm64", "arm64be", "loong64", "mips", "mipsle", "mips64",
    "mips64le", "mips64p32", "mips64p32le", "ppc", "ppc64", "ppc64le", "riscv", "riscv64", "s390", "s390x",
    "sparc", "sparc64", "wasm", "wasm32", "wasm64", "avr", "xtensa",
];

/// The platform that a file's name ties it to, if any: `linux` of `notify_linux.go`.
pub(super) fn platform_suffix(path: &str) -> Option<&str> {
    let file = path.rsplit('/').next().unwrap_or(path);
    let stem = file.split('.').next().unwrap_or(file);
    // Only what follows an underscore counts (go/build.goodOSArchFile).
    let (_, last) = stem.rsplit_once('_')?;
    (KNOWN_OS.contains(&last) || KNOWN_ARCH.contains(&last)).then_some(last)
}

/// The name a package most likely has, by its import path.
pub(super) fn guessed_package(import_path: &str) -> &str {
    let mut elements = import_path.rsplit('/');
    let last = elements.next().unwrap_or(import_path);
    let is_major = last.strip_prefix('v').is_some_and(|n| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit()));
    let name = if is_major { elements.next().unwrap_or(last) } else { last };
    let name = name.split_once(".v").map_or(name, |(name, _)| name);
    name.strip_prefix("go-").unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn platforms() {
        assert_eq!(platform_suffix("a/notify_linux.go"), Some("linux"));
        assert_eq!(platform_suffix("x_linux_amd64.go"), Some("amd64"));
        assert_eq!(platform_suffix("linux.go"), None);
        assert_eq!(platform_suffix("a_b.go"), None);
    }

    #[test]
    fn package_names() {
        assert_eq!(guessed_package("net/http"), "http");
        assert_eq!(guessed_package("github.com/redis/go-redis/v9"), "redis");
        assert_eq!(guessed_package("gopkg.in/yaml.v3"), "yaml");
    }
}
