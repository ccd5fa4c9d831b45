//! The guard of a shell in which `go` weaves: a flag in GOFLAGS that makes a go command fail when it is
//! started past weft, instead of building without telemetry.

use std::path::Path;
use std::process::Command;

use super::goflags;

/// The subcommand of weft that the flag names. It refuses to run a tool.
pub const GUARD: &str = "refuse-unwoven";

const GOFLAGS: &str = "GOFLAGS";

/// The flag, as GOFLAGS takes it. None when the path of weft has blanks or quotes that GOFLAGS cannot
/// express.
pub fn guard_flag(weft: &Path) -> Option<String> {
    let program = goflags::quote(weft.to_str()?)?;
    goflags::quote(&format!("-toolexec={program} {GUARD}"))
}

/// The text of GOFLAGS without the guard; None when it is not in there.
pub fn without_guard(goflags: &str) -> Option<String> {
    // Flags that do not split are for the go command to refuse.
    let words = goflags::words(goflags).ok()?;
    let rest: Vec<_> = words.iter().filter(|word| !is_guard(word.text)).collect();
    let written: Vec<_> = rest.iter().map(|word| word.written).collect();
    (rest.len() < words.len()).then(|| written.join(" "))
}

/// Whether a flag is the guard, of this weft or of another one.
fn is_guard(flag: &str) -> bool {
    flag.strip_prefix("--toolexec=")
        .or_else(|| flag.strip_prefix("-toolexec="))
        .and_then(|program| goflags::split(program).ok())
        .is_some_and(|words| words.len() == 2 && words[1] == GUARD)
}

/// Starts a go command without the guard: weft itself starts it.
pub fn lift_guard(command: &mut Command) {
    let Some(rest) = std::env::var(GOFLAGS)
        .ok()
        .and_then(|goflags| without_guard(&goflags))
    else {
        return;
    };
    if rest.is_empty() {
        // An empty variable would hide what `go env -w` has set.
        command.env_remove(GOFLAGS);
    } else {
        command.env(GOFLAGS, rest);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_guard_is_taken_out_and_the_users_flags_stay_as_they_are() {
        for path in ["/bin/weft", "/a b/weft", "/it's/weft", r#"/a"b/weft"#] {
            let guard = guard_flag(Path::new(path)).unwrap();
            for user in ["", "-mod=mod", r#"'-ldflags=-s -w' -tags="a b" -X=o'k"#] {
                let both = format!("{user} {guard}");
                assert_eq!(without_guard(&both).as_deref(), Some(user), "{both}");
                assert_eq!(without_guard(user), None);
            }
        }
        assert_eq!(guard_flag(Path::new("/'\"/weft")), None);
    }

    #[test]
    fn other_toolexec_flags_are_no_guard() {
        for flags in [
            "-toolexec=refuse-unwoven",
            "'-toolexec=weft toolexec a b'",
            "'-toolexec=/usr/bin/env refuse-unwoven x'",
            "'open",
        ] {
            assert_eq!(without_guard(flags), None, "{flags}");
        }
    }
}
