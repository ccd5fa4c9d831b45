//! What can be wrong with a plugin. Every problem has a stable code, words for a person, and help.

use crate::audit::Finding;

/// A plugin and what is wrong with it.
#[derive(Debug, thiserror::Error)]
#[error("plugin `{plugin}`: {problem}")]
pub struct PluginError {
    /// The plugin's name, or its file's where the name is not known yet.
    pub plugin: String,
    /// What is wrong.
    pub problem: Problem,
}

impl PluginError {
    /// Stable code of the problem, such as `W0211`.
    pub fn code(&self) -> &'static str {
        self.problem.code()
    }

    /// What the user can do about it.
    pub fn help(&self) -> Option<String> {
        self.problem.help()
    }
}

/// What is wrong with a plugin.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Problem {
    /// The file is something else.
    #[error("{0}, not a WebAssembly component")]
    NotAComponent(FileKind),
    /// The file is too large to be looked at.
    #[error("the component has {bytes} bytes, more than the {limit} that are allowed")]
    TooLarge {
        /// Its size.
        bytes: usize,
        /// The limit.
        limit: usize,
    },
    /// The component does not validate or uses what the sandbox does not offer.
    #[error("the component is invalid: {0}")]
    Invalid(String),
    /// Built for another version of the contract.
    #[error("needs contract {needed}, this weft has {offered}")]
    Contract {
        /// The version it needs.
        needed: String,
        /// The version this host offers.
        offered: &'static str,
    },
    /// Not built for the contract at all.
    #[error("{0}")]
    NotAPlugin(String),
    /// Wants more than the contract gives.
    #[error("imports {}: plugins may import only weft:plugin/log", .0.join(", "))]
    ForbiddenImports(Vec<String>),
    /// Trapped, for Rust most often by a panic.
    #[error("`{function}` trapped: {cause}{}", last_words(.said.as_deref()))]
    Trap {
        /// The contract's function that was called.
        function: &'static str,
        /// The kind of trap.
        cause: String,
        /// The last line the plugin logged, for Rust the panic's message.
        said: Option<String>,
    },
    /// Used up its fuel.
    #[error("`{function}` ran too long: it used all of its {fuel} instructions")]
    OutOfFuel {
        /// The contract's function that was called.
        function: &'static str,
        /// What it had.
        fuel: u64,
    },
    /// Was still running when the watchdog came.
    #[error("`{function}` was still running after {seconds} s")]
    Watchdog {
        /// The contract's function that was called.
        function: &'static str,
        /// How long it had.
        seconds: u64,
    },
    /// Asked for too much memory.
    #[error("`{function}` wanted more than {mebibytes} MiB of memory")]
    Memory {
        /// The contract's function that was called.
        function: &'static str,
        /// What it may have.
        mebibytes: usize,
    },
    /// Recursed too deeply.
    #[error("`{function}` recursed too deeply: it used all of its {kibibytes} KiB of stack")]
    Stack {
        /// The contract's function that was called.
        function: &'static str,
        /// What it had.
        kibibytes: usize,
    },
    /// Answered or logged too much.
    #[error("`{function}` gave too much: more than {limit} {what}")]
    TooMuch {
        /// The contract's function that was called.
        function: &'static str,
        /// What there was too much of.
        what: &'static str,
        /// The limit.
        limit: usize,
    },
    /// Broke the rules of the component model in its answer.
    #[error("`{function}` answered with what is no value of the contract: {detail}")]
    BadValue {
        /// The contract's function that was called.
        function: &'static str,
        /// What is wrong with it.
        detail: String,
    },
    /// Says itself that it cannot answer.
    #[error("{message}")]
    Declined {
        /// The plugin's words.
        message: String,
        /// The plugin's advice to the user.
        help: Option<String>,
    },
    /// Describes itself wrongly.
    #[error("bad descriptor: {0}")]
    Descriptor(String),
    /// Gave advice for a join point that it was not asked about.
    #[error("bad advice for {import_path}: {detail}")]
    Advice {
        /// The package it was asked about.
        import_path: String,
        /// What is wrong.
        detail: String,
    },
    /// Its Go hook code does what it has no permission for.
    #[error("the audit refuses its Go hook code:\n{}", findings(.0))]
    Audit(Vec<Finding>),
    /// The sandbox itself does not work here.
    #[error("the sandbox does not start: {0}")]
    Sandbox(String),
}

/// What a file is that is no component.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum FileKind {
    /// A WebAssembly module that was not made a component.
    #[error("a core WebAssembly module")]
    CoreModule,
    /// Machine code that was made of a component.
    #[error("a precompiled artefact")]
    Precompiled,
    /// Nothing.
    #[error("an empty file")]
    Empty,
    /// Anything else.
    #[error("a file of another kind")]
    Other,
}

impl Problem {
    /// Stable code, such as `W0211`.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotAComponent(_) => "W0201",
            Self::TooLarge { .. } => "W0202",
            Self::Invalid(_) => "W0203",
            Self::Contract { .. } => "W0204",
            Self::NotAPlugin(_) => "W0205",
            Self::ForbiddenImports(_) => "W0206",
            Self::Trap { .. } => "W0210",
            Self::OutOfFuel { .. } => "W0211",
            Self::Watchdog { .. } => "W0212",
            Self::Memory { .. } => "W0213",
            Self::Stack { .. } => "W0214",
            Self::TooMuch { .. } => "W0215",
            Self::BadValue { .. } => "W0216",
            Self::Declined { .. } => "W0217",
            Self::Descriptor(_) => "W0220",
            Self::Advice { .. } => "W0221",
            Self::Audit(_) => "W0230",
            Self::Sandbox(_) => "W0290",
        }
    }

    /// What the user can do about it.
    pub fn help(&self) -> Option<String> {
        let help = match self {
            Self::NotAComponent(FileKind::CoreModule) => {
                "make it a component, for example with `wasm-tools component new`"
            }
            Self::NotAComponent(FileKind::Precompiled) => {
                "precompiled code is never taken from others; give the plugin's .wasm file"
            }
            Self::NotAComponent(_)
            | Self::TooLarge { .. }
            | Self::Invalid(_)
            | Self::NotAPlugin(_) => {
                "is this the right file? A plugin is a component for the world weft:plugin/plugin"
            }
            Self::Contract { needed, offered } if number(needed) > number(offered) => {
                "take a newer weft, or an older release of the plugin"
            }
            Self::Contract { .. } => {
                "take a newer release of the plugin, or ask its author to build it anew"
            }
            Self::ForbiddenImports(_) => {
                "plugins have no files, clock, randomness or network; tell the plugin's author to build \
                 it for wasm32-unknown-unknown"
            }
            Self::Trap { .. }
            | Self::OutOfFuel { .. }
            | Self::Watchdog { .. }
            | Self::Memory { .. }
            | Self::Stack { .. }
            | Self::TooMuch { .. }
            | Self::BadValue { .. }
            | Self::Descriptor(_)
            | Self::Advice { .. } => {
                "this is a fault of the plugin: tell its author, and leave the plugin out until then"
            }
            Self::Declined { help, .. } => return help.clone(),
            Self::Audit(findings) => {
                let mut permissions: Vec<&str> = findings
                    .iter()
                    .filter_map(|finding| finding.permission.as_deref())
                    .collect();
                permissions.sort_unstable();
                permissions.dedup();
                if permissions.is_empty() {
                    "no permission allows this: tell the plugin's author"
                } else {
                    return Some(format!(
                        "the plugin's author can have it ask for: {}",
                        permissions.join(", ")
                    ));
                }
            }
            Self::Sandbox(_) => "plugins run as WebAssembly; is this platform supported?",
        };
        Some(help.to_owned())
    }

    /// The problem, of a named plugin.
    pub fn of(self, plugin: &str) -> PluginError {
        PluginError {
            plugin: plugin.to_owned(),
            problem: self,
        }
    }
}

fn last_words(said: Option<&str>) -> String {
    said.map(|said| format!(": {said}")).unwrap_or_default()
}

fn findings(findings: &[Finding]) -> String {
    findings
        .iter()
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join("\n")
}

/// The numbers of a contract's version.
fn number(version: &str) -> Vec<u64> {
    let parts = version.split('.').map(str::parse);
    parts.map_while(Result::ok).collect()
}
