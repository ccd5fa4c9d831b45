//! Join points: where matchers match.

use std::collections::HashSet;

use super::package::ParsedFile;
use super::{Declaration, PackageSyntax, node};
use crate::model::{Call, JoinPoint, JoinPointKind, Matcher, MatcherTarget, title};

/// Most candidates that a [`MatchError`] lists.
const CANDIDATES: usize = 5;

/// Directives of functions that run where Go code may not call Go code
/// (`src/cmd/compile/internal/noder/lex.go`).
const UNWEAVABLE_DIRECTIVES: [&str; 8] = [
    "//go:nosplit",
    "//go:systemstack",
    "//go:nowritebarrier",
    "//go:nowritebarrierrec",
    "//go:yeswritebarrierrec",
    "//go:cgo_unsafe_args",
    "//go:uintptrkeepalive",
    "//go:norace",
];

/// Whether a comment is this directive, with or without words behind it.
fn is_directive(comment: &str, directive: &str) -> bool {
    let rest = comment.strip_prefix(directive);
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '\t']))
}

/// A matcher that must match and does not.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct MatchError {
    /// What is wrong.
    pub message: String,
    /// The nearest candidates, such as `(*baseClient).process`.
    pub candidates: Vec<String>,
    /// What to do about it.
    pub help: Option<String>,
}

/// What matchers found in a package.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Matched {
    /// The join points, by file and line, without duplicates.
    pub join_points: Vec<JoinPoint>,
    /// Functions that a matcher names and that cannot be woven, without duplicates.
    pub refused: Vec<Refused>,
}

impl Matched {
    /// True when the package declares a matched function twice, which the compiler refuses.
    pub fn has_duplicates(&self) -> bool {
        let mut seen = HashSet::new();
        let is_function = |point: &&JoinPoint| matches!(point.kind, JoinPointKind::Function(_));
        let mut functions = self.join_points.iter().filter(is_function);
        functions.any(|point| !seen.insert(point.title()))
    }
}

/// A function that a matcher names and that cannot be woven.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Refused {
    /// Place and reason, as a sentence.
    pub text: String,
    /// The function, such as `(*baseClient).process`.
    pub target: String,
}

/// A function that a package declares.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Declared {
    /// As people name it; see [`title`].
    pub title: String,
    /// Base name of the file.
    pub file: String,
    /// 1-based line.
    pub line: u32,
    /// Why it cannot be woven, as the end of a sentence about it; None when it can.
    pub unweavable: Option<String>,
}

impl PackageSyntax {
    /// All functions and methods that the package declares, in the order of its files.
    pub fn declared_functions(&self) -> Vec<Declared> {
        self.parsed_with(|_| true)
            .flat_map(|file| {
                let declared = |function: Declaration<'_>| Declared {
                    title: function.title(),
                    file: file.source.name.clone(),
                    line: node::line(function.node),
                    unweavable: why_not_weavable(&function),
                };
                file.source.functions().into_iter().map(declared)
            })
            .collect()
    }

    /// What `matchers` name. Functions that cannot be woven are no join points; those that a matcher
    /// asks for by name are told apart.
    pub fn join_points(&self, matchers: &[Matcher]) -> Result<Matched, MatchError> {
        let mut out = Vec::new();
        let mut all_refused = Vec::new();
        for matcher in matchers {
            let before = out.len();
            let mut refused = Vec::new();
            match &matcher.target {
                MatcherTarget::Function { receiver, name } => {
                    self.match_functions(receiver.as_deref(), name, &mut out, &mut refused);
                }
                MatcherTarget::Call { import_path, name } => {
                    self.match_calls(import_path, name, &mut out);
                }
                MatcherTarget::Directive { directive } => {
                    let has = |function: &Declaration<'_>| {
                        let mut directives = function.directives().into_iter();
                        directives.any(|comment| is_directive(comment.text, directive))
                    };
                    let wanted = |text: &str| text.contains(directive.as_str());
                    self.match_declarations(wanted, has, true, &mut out, &mut refused);
                }
            }
            if matcher.must_match
                && out.len() == before
                && !(refused.is_empty() && self.may_lack(&matcher.target))
            {
                return Err(self.unmatched(&matcher.target, refused.pop()));
            }
            all_refused.append(&mut refused);
        }
        out.sort_by(|a, b| (&a.file, a.line, a.title()).cmp(&(&b.file, b.line, b.title())));
        out.dedup();
        all_refused.sort();
        all_refused.dedup();
        Ok(Matched {
            join_points: out,
            refused: all_refused,
        })
    }

    fn match_functions(
        &self,
        receiver: Option<&str>,
        name: &str,
        out: &mut Vec<JoinPoint>,
        refused: &mut Vec<Refused>,
    ) {
        let any = name == "*";
        let wanted = |text: &str| any || node::words(text, name).next().is_some();
        let is_it = |function: &Declaration<'_>| {
            (any || function.name() == name) && function.receiver_type().as_deref() == receiver
        };
        // `*` asks for what can be woven, not for each function.
        self.match_declarations(wanted, is_it, !any, out, refused);
    }

    /// Declarations in the files whose text is `wanted`; `by_name` says whether those that cannot be woven
    /// are told of.
    fn match_declarations(
        &self,
        wanted: impl Fn(&str) -> bool,
        is_it: impl Fn(&Declaration<'_>) -> bool,
        by_name: bool,
        out: &mut Vec<JoinPoint>,
        refused: &mut Vec<Refused>,
    ) {
        for file in self.parsed_with(wanted) {
            for function in file.source.functions() {
                if !is_it(&function) {
                    continue;
                }
                if let Some(reason) = why_not_weavable(&function) {
                    if by_name {
                        let target = function.title();
                        let line = node::line(function.node);
                        refused.push(Refused {
                            text: format!("{}:{line}: {target} {reason}", file.source.name),
                            target,
                        });
                    }
                    continue;
                }
                out.push(JoinPoint {
                    file: file.source.name.clone(),
                    line: node::line(function.node),
                    kind: JoinPointKind::Function(self.describe(file, function)),
                });
            }
        }
    }

    fn match_calls(&self, import_path: &str, name: &str, out: &mut Vec<JoinPoint>) {
        let wanted =
            |text: &str| text.contains(import_path) && node::words(text, name).next().is_some();
        for file in self.parsed_with(wanted) {
            let references = file.references(import_path, name);
            let Some(first) = references.first() else {
                continue;
            };
            out.push(JoinPoint {
                file: file.source.name.clone(),
                line: node::line(*first),
                kind: JoinPointKind::Call(Call {
                    import_path: import_path.to_owned(),
                    name: name.to_owned(),
                    count: u32::try_from(references.len()).unwrap_or(u32::MAX),
                    declaration: None,
                }),
            });
        }
    }

    /// Tests, and plugins of a program, are made of main packages that may be without a `main`; of the others,
    /// the linker asks for it.
    fn may_lack(&self, target: &MatcherTarget) -> bool {
        let MatcherTarget::Function { receiver, name } = target else {
            return false;
        };
        let is_main = self.name == "main" && receiver.is_none() && name == "main";
        is_main
            && self
                .parsed_with(|_| true)
                .all(|file| file.source.errors().is_empty())
    }

    fn unmatched(&self, target: &MatcherTarget, refused: Option<Refused>) -> MatchError {
        let package = &self.import_path;
        match target {
            MatcherTarget::Call { import_path, name } => MatchError {
                message: format!("package {package} does not use {import_path}.{name}"),
                candidates: Vec::new(),
                help: None,
            },
            MatcherTarget::Directive { directive } => MatchError {
                message: format!("package {package} has no function with {directive}"),
                candidates: Vec::new(),
                help: None,
            },
            MatcherTarget::Function { receiver, name } => {
                let wanted = title(receiver.as_deref(), name);
                if let Some(refused) = refused {
                    return MatchError {
                        message: format!(
                            "{wanted} of package {package} cannot be woven: {}",
                            refused.text
                        ),
                        candidates: Vec::new(),
                        help: None,
                    };
                }
                let all = self
                    .parsed_with(|_| true)
                    .flat_map(|file: &ParsedFile| file.source.functions())
                    .map(|function| function.title());
                MatchError {
                    message: format!("package {package} has no function {wanted}"),
                    candidates: nearest(&wanted, all),
                    help: Some(
                        "this version of the package is not one that the plugin knows; look for a newer \
                         plugin or an older version of the package"
                            .to_owned(),
                    ),
                }
            }
        }
    }
}

/// Why a function cannot be woven, as the end of a sentence about it; None when it can.
pub fn why_not_weavable(function: &Declaration<'_>) -> Option<String> {
    let Some(body) = function.body() else {
        return Some("has no body in Go".to_owned());
    };
    if matches!(function.name(), "_")
        || (function.name() == "init" && function.receiver().is_none())
    {
        return Some("has no name that tells it from others".to_owned());
    }
    if let Some(directive) = function.directives().iter().find(|directive| {
        UNWEAVABLE_DIRECTIVES
            .contains(&directive.text.split_whitespace().next().unwrap_or_default())
    }) {
        return Some(format!("is marked {}", directive.text));
    }
    if function
        .file
        .error_in(&(function.node.start_byte()..body.end_byte()))
        .is_some()
    {
        return Some("does not parse".to_owned());
    }
    let names = function
        .receiver()
        .into_iter()
        .chain(function.parameters())
        .chain(function.results())
        .filter_map(|parameter| parameter.name)
        .map(|name| function.file.text_of(name).to_owned())
        .chain(function.type_parameters());
    for name in names {
        if name == "nil" {
            return Some("names a parameter nil".to_owned());
        }
        if name.starts_with("weft_") {
            return Some(format!("names a parameter {name}, which weaving reserves"));
        }
    }
    None
}

/// The candidates nearest to `wanted` by edit distance, nearest first.
pub fn nearest(wanted: &str, candidates: impl Iterator<Item = String>) -> Vec<String> {
    let limit = wanted.len() / 2 + 2;
    let mut ranked = candidates
        .map(|candidate| (distance(wanted, &candidate), candidate))
        .filter(|(distance, _)| *distance <= limit)
        .collect::<Vec<_>>();
    ranked.sort();
    ranked.dedup();
    ranked.truncate(CANDIDATES);
    ranked.into_iter().map(|(_, candidate)| candidate).collect()
}

/// Levenshtein distance, case counting half: a renamed method is often only a differently cased one.
fn distance(a: &str, b: &str) -> usize {
    let b = b.chars().collect::<Vec<_>>();
    let mut row = (0..=b.len()).map(|n| n * 2).collect::<Vec<_>>();
    for (i, from) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = (i + 1) * 2;
        for (j, to) in b.iter().enumerate() {
            let change = if from == *to {
                0
            } else if from.eq_ignore_ascii_case(to) {
                1
            } else {
                2
            };
            let next = (diagonal + change).min(row[j] + 2).min(row[j + 1] + 2);
            diagonal = row[j + 1];
            row[j + 1] = next;
        }
    }
    row[b.len()].div_ceil(2)
}
