//! Commands that change variables, in the languages of shells.

use std::ffi::{OsStr, OsString};
use std::path::Path;

use super::Variables;

/// A shell, by the language of its commands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Shell {
    /// Any POSIX shell.
    Sh,
    /// The same as `sh`.
    Bash,
    /// The same as `sh`.
    Zsh,
    /// fish
    Fish,
    /// `PowerShell`
    Powershell,
}

impl Shell {
    /// The shell that the user works in, as the variable SHELL names it; where nothing does, what is usual
    /// on the system.
    pub fn of_user() -> Self {
        let shell = std::env::var_os("SHELL").unwrap_or_default();
        match Path::new(&shell).file_stem().and_then(OsStr::to_str) {
            Some("fish") => Self::Fish,
            Some("pwsh" | "powershell") => Self::Powershell,
            None if cfg!(windows) => Self::Powershell,
            _ => Self::Sh,
        }
    }

    /// The commands that change variables, and a comment that says how to have the shell run what
    /// `weft` with `arguments` prints. Each ends with a semicolon: without quotes around it, sh's
    /// command substitution makes blanks of line ends.
    pub fn commands(self, variables: &Variables, arguments: &str) -> Vec<u8> {
        let mut text = Vec::new();
        for (name, value) in &variables.set {
            text.extend(match self {
                Self::Sh | Self::Bash | Self::Zsh => format!("export {name}=").into_bytes(),
                Self::Fish => format!("set -gx {name} ").into_bytes(),
                Self::Powershell => format!("$env:{name} = ").into_bytes(),
            });
            // fish keeps PATH as a list.
            let values: Vec<OsString> = if self == Self::Fish && *name == "PATH" {
                std::env::split_paths(value).map(OsString::from).collect()
            } else {
                vec![value.clone()]
            };
            let values: Vec<_> = values.iter().map(|value| self.quoted(value)).collect();
            text.extend(values.join(&b' '));
            text.extend(b";\n");
        }
        for name in &variables.unset {
            text.extend(match self {
                Self::Sh | Self::Bash | Self::Zsh => format!("unset {name};\n").into_bytes(),
                Self::Fish => format!("set -e {name};\n").into_bytes(),
                Self::Powershell => {
                    format!("Remove-Item Env:{name} -ErrorAction SilentlyContinue;\n").into_bytes()
                }
            });
        }
        let how = match self {
            Self::Sh | Self::Bash | Self::Zsh => format!("eval \"$(weft {arguments})\""),
            Self::Fish => format!("weft {arguments} | source"),
            Self::Powershell => format!("weft {arguments} | Out-String | Invoke-Expression"),
        };
        text.extend(format!("# To have your shell do that: {how}\n").into_bytes());
        text
    }

    /// A value as one word that stands for itself. Bytes that are no text stay as they are.
    fn quoted(self, value: &OsStr) -> Vec<u8> {
        let mut quoted = vec![b'\''];
        for chunk in value.as_encoded_bytes().utf8_chunks() {
            for character in chunk.valid().chars() {
                let escape = match (self, character) {
                    (Self::Sh | Self::Bash | Self::Zsh, '\'') => r"'\'",
                    (Self::Fish, '\'' | '\\') => r"\",
                    // Source: about_Quoting_Rules: a doubled quote stands for one, and typographic ones
                    // are quotes too.
                    (Self::Powershell, '\'') => "'",
                    (Self::Powershell, '‘') => "‘",
                    (Self::Powershell, '’') => "’",
                    (Self::Powershell, '‚') => "‚",
                    (Self::Powershell, '‛') => "‛",
                    _ => "",
                };
                quoted.extend(escape.bytes());
                quoted.extend(character.encode_utf8(&mut [0; 4]).bytes());
            }
            quoted.extend(chunk.invalid());
        }
        quoted.push(b'\'');
        quoted
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn commands(shell: Shell) -> String {
        let path = std::env::join_paths(["/it's", "/a b\\c"]).unwrap();
        let variables = Variables {
            set: vec![("PATH", path), ("GOFLAGS", "'-a=\"b\" c’'".into())],
            unset: vec!["WEFT_ENV"],
        };
        String::from_utf8(shell.commands(&variables, "env")).unwrap()
    }

    #[test]
    fn each_shell_is_told_in_its_own_language() {
        assert_eq!(
            commands(Shell::Sh),
            "export PATH='/it'\\''s:/a b\\c';\n\
             export GOFLAGS=''\\''-a=\"b\" c’'\\''';\n\
             unset WEFT_ENV;\n\
             # To have your shell do that: eval \"$(weft env)\"\n"
        );
        assert_eq!(
            commands(Shell::Fish),
            "set -gx PATH '/it\\'s' '/a b\\\\c';\n\
             set -gx GOFLAGS '\\'-a=\"b\" c’\\'';\n\
             set -e WEFT_ENV;\n\
             # To have your shell do that: weft env | source\n"
        );
        assert_eq!(
            commands(Shell::Powershell),
            "$env:PATH = '/it''s:/a b\\c';\n\
             $env:GOFLAGS = '''-a=\"b\" c’’''';\n\
             Remove-Item Env:WEFT_ENV -ErrorAction SilentlyContinue;\n\
             # To have your shell do that: weft env | Out-String | Invoke-Expression\n"
        );
    }
}
