//! Which functions a rule names.

use weft_plugin::{Error, Result};

/// `example.com/app/billing.(*Service).Charge`, as stack traces name functions. The package may have `...`, as
/// the go command's patterns have, and the name `*`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pattern<'a> {
    /// Pattern of import paths.
    pub package: &'a str,
    /// The receiver's type, such as `*Service`; None for functions without one.
    pub receiver: Option<&'a str>,
    /// The name, with `*` for any text.
    pub name: &'a str,
}

impl<'a> Pattern<'a> {
    /// Reads a pattern.
    pub fn parse(text: &'a str) -> Result<Self> {
        let wrong = || {
            Error::new(format!("{text:?} names no functions")).with_help(
                "write example.com/app/billing.Charge, or example.com/app/billing.(*Service).Charge for a method; \
                 * stands for any name, and ... for any packages",
            )
        };
        let (package, receiver, name) = if let Some((package, rest)) = text.split_once(".(") {
            let (receiver, name) = rest.split_once(").").ok_or_else(wrong)?;
            (package, Some(receiver), name)
        } else {
            let (package, name) = text.rsplit_once('.').ok_or_else(wrong)?;
            (package, None, name)
        };
        let bad_name = name.is_empty() || name.contains(['.', '/', '(', ' ']);
        let bad_receiver = receiver.is_some_and(|r| r.trim_start_matches('*').is_empty());
        if package.is_empty() || package.ends_with('/') || bad_name || bad_receiver {
            return Err(wrong());
        }
        Ok(Self {
            package,
            receiver,
            name,
        })
    }

    /// Whether it names one function of each package.
    pub fn is_exact(&self) -> bool {
        !self.name.contains('*')
    }

    /// Whether it names a function.
    pub fn names(&self, package: &str, receiver: Option<&str>, name: &str) -> bool {
        matches(self.package, "...", package)
            && self.receiver == receiver
            && matches(self.name, "*", name)
    }
}

/// Whether a text fits a pattern in which `any` stands for any text; `x/...` fits `x`, too.
fn matches(pattern: &str, any: &str, text: &str) -> bool {
    if let Some(parent) = pattern.strip_suffix("/...").filter(|_| any == "...")
        && matches(parent, any, text)
    {
        return true;
    }
    let mut pieces = pattern.split(any);
    let first = pieces.next().unwrap_or_default();
    let Some(mut rest) = text.strip_prefix(first) else {
        return false;
    };
    let mut pieces = pieces.peekable();
    if pieces.peek().is_none() {
        return rest.is_empty();
    }
    while let Some(piece) = pieces.next() {
        if pieces.peek().is_none() {
            return rest.ends_with(piece);
        }
        let Some(at) = rest.find(piece) else {
            return false;
        };
        rest = &rest[at + piece.len()..];
    }
    true
}
