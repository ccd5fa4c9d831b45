//! Splices: byte ranges of a text replaced so that no line moves and every position stays what it was.

use std::ops::Range;

use crate::syntax::Lines;

/// Largest column that the compiler tells apart (`src/cmd/internal/src/pos.go`, `colMax`).
const COLUMNS: usize = 255;

/// Edits of one text.
#[derive(Debug, Default)]
pub struct Edits {
    edits: Vec<(Range<usize>, String)>,
}

impl Edits {
    /// Puts `text` before the byte at `at`. Insertions at one place keep their order.
    pub fn insert(&mut self, at: usize, text: impl Into<String>) {
        self.replace(at..at, text);
    }

    /// Puts `text`, which holds no line break, in place of `range`.
    pub fn replace(&mut self, range: Range<usize>, text: impl Into<String>) {
        self.edits.push((range, text.into()));
    }

    /// Applies all edits. After each, a line directive gives what follows its old position: the rest of the
    /// line, and the next lines too where the edit has taken a line break away.
    /// Where that would be beyond the columns the compiler tells apart, and a statement has just ended,
    /// it goes on a line of its own, which the same directive makes the old one.
    pub fn apply(mut self, text: &str, lines: &Lines<'_>) -> String {
        self.edits
            .sort_by_key(|(range, _)| (range.start, range.end));
        let mut out = String::with_capacity(text.len() + 256 * self.edits.len());
        let mut at = 0;
        let mut joined = false;
        let mut rest = self.edits.into_iter().peekable();
        while let Some((range, replacement)) = rest.next() {
            out.push_str(&text[at..range.start]);
            out.push_str(&replacement);
            at = range.end;
            joined |= text[range].contains('\n');
            let more = rest.peek().is_some_and(|(next, _)| next.start == at);
            if !more && (joined || !lines.is_line_end(at)) {
                joined = false;
                let line = out.rfind('\n').map_or(0, |newline| newline + 1);
                let rest_of_line = text[at..].find('\n').unwrap_or(text.len() - at);
                if out.len() - line + rest_of_line > COLUMNS && out.ends_with(';') {
                    out.push('\n');
                }
                out.push_str(&lines.restore(at));
            }
        }
        out.push_str(&text[at..]);
        out
    }
}
