//! Go that is newer than the grammar: `new` of an expression, as Go 1.26 has it, and methods with type
//! parameters, as Go 1.27 has them.

use std::collections::HashMap;
use std::ops::Range;

use tree_sitter::Tree;

use super::file::{errors_of, parse_tree};
use super::generic_method;

/// Most reparses that a parse spends on constructs newer than the grammar, and the bytes in
/// all that they may come to.
const REPAIR_TRIES: usize = 64;
const REPAIR_BYTES: usize = 32 << 20;

/// How often a repair may change one place: there, and back.
const CHANGES: u8 = 2;

/// Hides type parameters of methods, then `new(` and `make(` where the grammar wants a type and finds an
/// expression: those that surely hold one at once, the others where errors are. Returns what is best, and where
/// type parameters are hidden.
pub(super) fn repair(
    text: &str,
    tree: Tree,
    errors: Vec<Range<usize>>,
) -> (Tree, Vec<Range<usize>>, Vec<Range<usize>>) {
    let mut best = Repaired {
        masked: text.to_owned(),
        tree,
        errors,
    };
    let hidden = generic_method::hide(text)
        .and_then(|(masked, hidden)| best.improve(masked).then_some(hidden))
        .unwrap_or_default();
    if best.errors.is_empty() {
        return (best.tree, best.errors, hidden);
    }
    let shown = best.masked.clone();
    let text = shown.as_str();
    best.toggle(text, &sites(text, 0..text.len(), takes_expression));
    let mut changed = HashMap::new();
    let tries = (REPAIR_BYTES / text.len().max(1)).clamp(1, REPAIR_TRIES);
    for _ in 0..tries {
        let near = repair_sites(text, &best.errors, &changed);
        let Some(first) = near.first() else {
            break;
        };
        // One for each error. What was right as it was is an error then, and is changed back.
        if best.toggle(text, &near) {
            for site in near {
                *changed.entry(site).or_default() += 1;
            }
        } else {
            best.toggle(text, &[*first]);
            changed.insert(*first, CHANGES);
        }
    }
    (best.tree, best.errors, hidden)
}

/// The best tree so far, and the text it is of.
struct Repaired {
    masked: String,
    tree: Tree,
    errors: Vec<Range<usize>>,
}

impl Repaired {
    /// Hides the calls at these places behind other names, or shows those that are hidden, if less is wrong
    /// then.
    fn toggle(&mut self, text: &str, sites: &[usize]) -> bool {
        let mut attempt = self.masked.clone();
        for site in sites {
            let shown = &text[*site..=*site];
            let other = if attempt[*site..].starts_with(shown) {
                "X"
            } else {
                shown
            };
            attempt.replace_range(*site..=*site, other);
        }
        self.improve(attempt)
    }

    /// Takes another masked text if less is wrong with it.
    fn improve(&mut self, masked: String) -> bool {
        let tree = parse_tree(&masked);
        let errors = errors_of(&tree);
        let weight = |errors: &[Range<usize>]| errors.iter().map(|e| e.len() + 1).sum::<usize>();
        let better = weight(&errors) < weight(&self.errors);
        if better {
            *self = Self {
                masked,
                tree,
                errors,
            };
        }
        better
    }
}

/// True for what follows `new(` where it is an expression, or as good as one to the grammar: names are.
fn takes_expression(argument: &str) -> bool {
    let argument = argument.trim_start();
    let types = [
        "[",
        "*",
        "(",
        "<-",
        "map[",
        "chan",
        "func",
        "struct",
        "interface",
    ];
    !types.iter().any(|start| argument.starts_with(start))
}

/// Where `new(` and `make(` are called in a part of a text, with such an argument.
fn sites(text: &str, part: Range<usize>, wanted: impl Fn(&str) -> bool) -> Vec<usize> {
    let inside = |c: char| c == '_' || c == '.' || c.is_alphanumeric();
    let calls = ["new(", "make("].into_iter().flat_map(|call| {
        let found = text[part.clone()].match_indices(call);
        found.map(|(at, _)| (part.start + at, part.start + at + call.len()))
    });
    calls
        .filter(|(at, argument)| wanted(&text[*argument..]) && !text[..*at].ends_with(inside))
        .map(|(at, _)| at)
        .collect()
}

/// For each error, a call near it that was changed least: on the lines of the error or on the two before, for
/// the grammar notices late.
fn repair_sites(text: &str, errors: &[Range<usize>], changed: &HashMap<usize, u8>) -> Vec<usize> {
    let mut out = Vec::new();
    for error in errors {
        let mut start = error.start;
        for _ in 0..3 {
            start = text[..start].rfind('\n').unwrap_or(0);
        }
        let end = text[error.end..]
            .find('\n')
            .map_or(text.len(), |at| error.end + at);
        let near = sites(text, start..end, |_| true);
        let times = |at: &usize| changed.get(at).copied().unwrap_or(0);
        let open = near
            .into_iter()
            .filter(|at| times(at) < CHANGES && !out.contains(at));
        let next = open.min_by_key(times);
        out.extend(next);
    }
    out
}
