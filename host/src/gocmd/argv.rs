//! Reads a go command as people type it and writes it again with what weft adds.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

use super::GoError;
use super::flags::{LISTING, Shape, shape};
use super::goflags;

/// Flags that weft gives to the go command itself, with what the user's say worked in.
const TAKEN_OVER: [&str; 4] = ["coverpkg", "gcflags", "mod", "overlay"];

/// What the name of the program begins with that stands for weft in `-toolexec`.
pub const LAUNCHER: &str = "weft-step";

/// The go subcommands that weft weaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subcommand {
    /// `go build`
    Build,
    /// `go run`
    Run,
    /// `go test`
    Test,
    /// `go install`
    Install,
}

impl Subcommand {
    fn parse(word: &OsStr) -> Option<Self> {
        match word.to_str()? {
            "build" => Some(Self::Build),
            "run" => Some(Self::Run),
            "test" => Some(Self::Test),
            "install" => Some(Self::Install),
            _ => None,
        }
    }

    /// The word on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Build => "build",
            Self::Run => "run",
            Self::Test => "test",
            Self::Install => "install",
        }
    }
}

/// One flag of the go command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flag {
    /// Without dashes and without the `test.` prefix.
    pub name: String,
    /// None for a switch without `=value`.
    pub value: Option<String>,
}

/// A go command that builds something.
#[derive(Debug, Clone)]
pub struct GoCommand {
    /// Which one.
    pub subcommand: Subcommand,
    /// The value of `-C`, which cmd/go wants as first flag.
    pub chdir: Option<PathBuf>,
    /// Known flags of the command line, in order.
    pub flags: Vec<Flag>,
    /// Flags from GOFLAGS, which the command line's flags override.
    pub goflags: Vec<Flag>,
    /// Packages or Go files named; empty means the package in the current directory.
    pub packages: Vec<OsString>,
    /// Everything after the subcommand and `-C`, but for the packages and [`TAKEN_OVER`]: before the
    /// packages, and after them.
    before_packages: Vec<OsString>,
    after_packages: Vec<OsString>,
}

impl GoCommand {
    /// Reads the words after `go`. None when it is not a command that weft weaves, or asks for help:
    /// such a command passes through untouched.
    pub fn parse(words: &[OsString]) -> Result<Option<Self>, GoError> {
        let mut words = words;
        let mut chdir = None;
        // cmd/go allows -C before the subcommand too.
        if let Some((directory, rest)) = take_chdir(words)? {
            chdir = Some(directory);
            words = rest;
        }
        let Some((subcommand, mut rest)) = words
            .split_first()
            .and_then(|(word, rest)| Some((Subcommand::parse(word)?, rest)))
        else {
            return Ok(None);
        };
        if chdir.is_none()
            && let Some((directory, tail)) = take_chdir(rest)?
        {
            chdir = Some(directory);
            rest = tail;
        }
        let mut command = Self {
            subcommand,
            chdir,
            flags: Vec::new(),
            goflags: Vec::new(),
            packages: Vec::new(),
            before_packages: Vec::new(),
            after_packages: Vec::new(),
        };
        let understood = if subcommand == Subcommand::Test {
            command.parse_test(rest)?
        } else {
            command.parse_build(rest)?
        };
        Ok(understood.then_some(command))
    }

    /// `go build`, `install` and `run`: flags, then packages; for `run`, then the program's arguments.
    fn parse_build(&mut self, mut words: &[OsString]) -> Result<bool, GoError> {
        while let Some((word, rest)) = words.split_first() {
            let Some((name, value)) = split_flag(word) else {
                break;
            };
            words = rest;
            if word == "--" {
                // Ends the flags, also where the go command reads them.
                self.before_packages.push(word.clone());
                break;
            }
            let Some(shape) = shape(self.subcommand, name) else {
                return Ok(false); // -h, or unknown: the go command says so better
            };
            words = self.take_flag(name, value, shape, word, words)?;
        }
        if self.subcommand == Subcommand::Run {
            let files = words
                .iter()
                .take_while(|word| has_go_extension(word))
                .count();
            let packages = if files > 0 { files } else { words.len().min(1) };
            if packages == 0 {
                return Ok(false); // the go command says what is missing
            }
            self.packages = words[..packages].to_vec();
            self.after_packages = words[packages..].to_vec();
        } else {
            self.packages = words.to_vec();
        }
        Ok(true)
    }

    /// Source: `cmd/go/internal/test.testFlags`.
    fn parse_test(&mut self, mut words: &[OsString]) -> Result<bool, GoError> {
        let mut seen_packages = false;
        let mut in_packages = false;
        let mut after_unknown_flag = false;
        while let Some((word, rest)) = words.split_first() {
            let was_after_unknown_flag = std::mem::take(&mut after_unknown_flag);
            let Some((name, value)) = split_flag(word) else {
                if seen_packages && !in_packages {
                    if was_after_unknown_flag {
                        self.after_packages.push(word.clone());
                        words = rest;
                        continue;
                    }
                    // Flags that go elsewhere may be all that keeps it from being a package or a value.
                    self.after_packages.push("-args".into());
                    self.after_packages.extend_from_slice(words);
                    break;
                }
                in_packages = true;
                seen_packages = true;
                self.packages.push(word.clone());
                words = rest;
                continue;
            };
            in_packages = false;
            if name.is_empty() || name == "args" {
                self.after_packages.extend_from_slice(words);
                break;
            }
            words = rest;
            if matches!(name, "h" | "help") && !seen_packages {
                return Ok(false);
            }
            if let Some(shape) = shape(self.subcommand, name) {
                words = self.take_flag(name, value, shape, word, words)?;
            } else {
                seen_packages = true;
                after_unknown_flag = value.is_none();
                self.after_packages.push(word.clone());
            }
        }
        Ok(true)
    }

    /// Records one flag and returns the words after it and its value.
    fn take_flag<'a>(
        &mut self,
        name: &str,
        value: Option<&str>,
        shape: Shape,
        word: &OsString,
        rest: &'a [OsString],
    ) -> Result<&'a [OsString], GoError> {
        let mut raw = vec![word.clone()];
        let mut tail = rest;
        let mut value = value.map(str::to_owned);
        if shape == Shape::Value && value.is_none() {
            let (next, after) = rest.split_first().ok_or_else(|| GoError::MissingValue {
                flag: name.to_owned(),
            })?;
            value = Some(next.to_string_lossy().into_owned());
            raw.push(next.clone());
            tail = after;
        }
        let name = name.strip_prefix("test.").unwrap_or(name);
        if !TAKEN_OVER.contains(&name) {
            // In `go test`, flags may follow the packages, or flags of the test; there the order is kept.
            let after = !(self.packages.is_empty() && self.after_packages.is_empty());
            if self.subcommand == Subcommand::Test && after {
                self.after_packages.extend(raw);
            } else {
                self.before_packages.extend(raw);
            }
        }
        self.flags.push(Flag {
            name: name.to_owned(),
            value,
        });
        Ok(tail)
    }

    /// Adds the flags of GOFLAGS, and checks what weft cannot share with the user.
    pub fn with_goflags(mut self, goflags: &str) -> Result<Self, GoError> {
        for word in goflags::split(goflags)? {
            if let Some((name, value)) = split_flag(OsStr::new(&word)) {
                let value = value.map(str::to_owned);
                self.goflags.push(Flag {
                    name: name.to_owned(),
                    value,
                });
            }
        }
        for (flags, origin) in [
            (&self.flags, "the command line"),
            (&self.goflags, "GOFLAGS"),
        ] {
            let value = |name| last_value(flags, name).unwrap_or_default().to_owned();
            let toolexec = value("toolexec");
            if !toolexec.is_empty() {
                let program = goflags::split(&toolexec)?
                    .into_iter()
                    .next()
                    .unwrap_or_default();
                let name = Path::new(&program).file_stem().unwrap_or_default();
                let name = name.to_string_lossy();
                let is_weft = name == "weft" || name.starts_with(LAUNCHER);
                return Err(if is_weft {
                    GoError::Nested {
                        value: toolexec,
                        origin,
                    }
                } else {
                    GoError::UserToolexec {
                        value: toolexec,
                        origin,
                    }
                });
            }
            let compiler = value("compiler");
            if !compiler.is_empty() && compiler != "gc" {
                return Err(GoError::Compiler { value: compiler });
            }
        }
        Ok(self)
    }

    /// The effective value of a flag that may be given once.
    pub fn value(&self, name: &str) -> Option<&str> {
        last_value(&self.flags, name).or_else(|| last_value(&self.goflags, name))
    }

    /// Whether the build counts which lines run.
    ///
    /// Source: `cmd/go/internal/work.AddCoverFlags`: each of these flags turns coverage on.
    pub fn covers(&self) -> bool {
        self.flags
            .iter()
            .chain(&self.goflags)
            .any(|flag| match flag.name.as_str() {
                "cover" => !matches!(
                    flag.value.as_deref(),
                    Some("false" | "0" | "f" | "F" | "False" | "FALSE")
                ),
                "covermode" | "coverpkg" | "coverprofile" => true,
                _ => false,
            })
    }

    /// All `-gcflags` values, GOFLAGS' first, in the order in which cmd/go reads them.
    pub fn gcflags(&self) -> impl Iterator<Item = &str> {
        self.goflags
            .iter()
            .chain(&self.flags)
            .filter(|flag| flag.name == "gcflags")
            .filter_map(|flag| flag.value.as_deref())
    }

    /// Whether the go command may change go.mod and go.sum. It has done so when `go list` was asked for the
    /// packages; after that it would write down what only the virtual packages import.
    pub fn updates_go_mod(&self) -> bool {
        self.value("mod") == Some("mod") && !self.names_versions()
    }

    /// The flags that `go list` needs to see the same packages and files.
    pub fn listing_flags(&self) -> Vec<String> {
        self.flags
            .iter()
            .filter(|flag| LISTING.contains(&flag.name.as_str()))
            .map(|flag| match &flag.value {
                Some(value) => format!("-{}={value}", flag.name),
                None => format!("-{}", flag.name),
            })
            .collect()
    }

    /// Whether no package is named, which for cmd/go means the one in the current directory.
    pub fn names_nothing(&self) -> bool {
        self.packages.is_empty()
    }

    /// Whether Go files are named instead of packages, for a go command in this directory.
    ///
    /// Source: `cmd/go/internal/load.PackagesAndErrors`.
    pub fn names_files(&self, directory: &Path) -> bool {
        let is_file = |word: &OsString| has_go_extension(word) && directory.join(word).is_file();
        self.packages.iter().any(is_file)
    }

    /// Whether a package of another module's version is asked for: `go run example.com/cmd@v1.2.3`.
    pub fn names_versions(&self) -> bool {
        self.packages.iter().any(|word| {
            word.to_str().is_some_and(|text| {
                text.contains('@') && !text.starts_with('.') && !Path::new(text).is_absolute()
            })
        })
    }

    /// The arguments for `go`, without `-C`: the caller runs it in that directory. `added` comes after
    /// the user's own `-gcflags` and `-mod`, so that it wins; `files` are named beside the user's Go files.
    pub fn arguments(&self, added: &[String], files: &[PathBuf]) -> Vec<OsString> {
        let mut arguments: Vec<OsString> = vec![self.subcommand.name().into()];
        // What is added overrides these, as it has what they say.
        let overridden = self
            .flags
            .iter()
            .filter(|flag| ["gcflags", "mod"].contains(&flag.name.as_str()));
        arguments.extend(overridden.map(|flag| {
            let value = flag.value.as_deref().unwrap_or_default();
            format!("-{}={value}", flag.name).into()
        }));
        arguments.extend(added.iter().map(OsString::from));
        arguments.extend(self.before_packages.iter().cloned());
        arguments.extend(self.packages.iter().cloned());
        // cmd/go wants all files named in one directory, spelled alike.
        let directory = self
            .packages
            .first()
            .and_then(|word| Path::new(word).parent());
        let directory = directory.unwrap_or(Path::new(""));
        let names = files.iter().filter_map(|file| file.file_name());
        arguments.extend(names.map(|name| directory.join(name).into_os_string()));
        arguments.extend(self.after_packages.iter().cloned());
        arguments
    }
}

fn last_value<'a>(flags: &'a [Flag], name: &str) -> Option<&'a str> {
    flags
        .iter()
        .rev()
        .find(|flag| flag.name == name)?
        .value
        .as_deref()
}

/// Splits `-name`, `--name` or `-name=value`; None for a word that is not a flag. The name is empty
/// for `--`.
fn split_flag(word: &OsStr) -> Option<(&str, Option<&str>)> {
    let text = word.to_str()?;
    let text = text.strip_prefix('-').filter(|text| !text.is_empty())?;
    let text = text.strip_prefix('-').unwrap_or(text);
    Some(match text.split_once('=') {
        Some((name, value)) => (name, Some(value)),
        None => (text, None),
    })
}

fn take_chdir(words: &[OsString]) -> Result<Option<(PathBuf, &[OsString])>, GoError> {
    let Some((word, rest)) = words.split_first() else {
        return Ok(None);
    };
    match split_flag(word) {
        Some(("C", Some(value))) => Ok(Some((value.into(), rest))),
        Some(("C", None)) => {
            let (directory, rest) = rest
                .split_first()
                .ok_or_else(|| GoError::MissingValue { flag: "C".into() })?;
            Ok(Some((directory.into(), rest)))
        }
        _ => Ok(None),
    }
}

fn has_go_extension(word: &OsString) -> bool {
    Path::new(word).extension() == Some(OsStr::new("go"))
}

#[cfg(test)]
#[path = "argv_tests.rs"]
mod tests;
