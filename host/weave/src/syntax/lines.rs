//! Positions as the Go compiler reports them, with line directives in force
//! (`cmd/compile`, "Compiler Directives"; `src/cmd/compile/internal/syntax/parser.go`, `updateBase`).

use std::path::Path;

use super::SourceFile;

/// Largest line or column that a directive may name (`syntax.PosMax`).
const POS_MAX: u32 = 1 << 30;

/// The line directives of a file.
#[derive(Debug)]
pub struct Lines<'t> {
    text: &'t str,
    starts: Vec<usize>,
    directives: Vec<Directive<'t>>,
}

#[derive(Debug)]
struct Directive<'t> {
    /// Where the position it gives is in force from.
    from: usize,
    file: &'t str,
    line: u32,
    /// None: columns are unknown until the next directive.
    column: Option<u32>,
}

impl<'t> Lines<'t> {
    /// Reads the directives of a file.
    pub fn of(source: &'t SourceFile) -> Self {
        let text = source.text.as_str();
        let starts = std::iter::once(0)
            .chain(text.match_indices('\n').map(|(at, _)| at + 1))
            .collect();
        let mut directives = Vec::new();
        if text.contains("//line ") || text.contains("/*line ") {
            for comment in source.comments() {
                let end = comment.start + comment.text.len();
                let found = if let Some(rest) = comment.text.strip_prefix("//line ") {
                    let next = text[end..].find('\n').map_or(text.len(), |at| end + at + 1);
                    comment.at_line_start.then(|| directive(rest, next))
                } else {
                    comment
                        .text
                        .strip_prefix("/*line ")
                        .and_then(|rest| rest.strip_suffix("*/"))
                        .map(|rest| directive(rest, end))
                };
                directives.extend(found.flatten());
            }
        }
        Self {
            text,
            starts,
            directives,
        }
    }

    /// Whether a directive names a file by a path that is not absolute.
    pub fn names_relative_files(&self) -> bool {
        let is_relative = |directive: &Directive<'_>| {
            !directive.file.is_empty() && !Path::new(directive.file).is_absolute()
        };
        self.directives.iter().any(is_relative)
    }

    /// A comment that, put just before the byte at `offset`, gives what follows the position it has now.
    pub fn restore(&self, offset: usize) -> String {
        let (row, column) = self.physical(offset);
        let current = self
            .directives
            .iter()
            .rfind(|directive| directive.from <= offset);
        let Some(current) = current else {
            return format!("/*line :{row}:{column}*/");
        };
        let (base_row, base_column) = self.physical(current.from);
        let line = row - base_row + current.line;
        match current.column {
            Some(from) if row == base_row => {
                format!("/*line :{line}:{}*/", column - base_column + from)
            }
            Some(_) => format!("/*line :{line}:{column}*/"),
            // Without a column an empty name would not stand for the file's, so it is written out.
            None => format!("/*line {}:{line}*/", current.file),
        }
    }

    /// 1-based line and byte column.
    fn physical(&self, offset: usize) -> (u32, u32) {
        let row = self.starts.partition_point(|start| *start <= offset).max(1);
        let narrow = |n: usize| u32::try_from(n).unwrap_or(POS_MAX);
        (narrow(row), narrow(offset - self.starts[row - 1] + 1))
    }

    /// True when nothing but white space follows `offset` on its line.
    pub fn is_line_end(&self, offset: usize) -> bool {
        let rest = &self.text[offset..];
        rest.split('\n')
            .next()
            .is_none_or(|line| line.trim().is_empty())
    }
}

/// Reads `name:line` or `name:line:column`; None for what the compiler ignores or refuses.
fn directive(text: &str, from: usize) -> Option<Directive<'_>> {
    let (head, last) = trailing_number(text)?;
    let (file, line, column) = match trailing_number(head) {
        Some((file, line)) => (file, line, Some(last)),
        None => (head, last, None),
    };
    let valid = |n: u32| n > 0 && n <= POS_MAX;
    (valid(line) && column.is_none_or(valid)).then_some(Directive {
        from,
        file,
        line,
        column,
    })
}

fn trailing_number(text: &str) -> Option<(&str, u32)> {
    let (head, digits) = text.rsplit_once(':')?;
    Some((head, digits.parse().ok()?))
}
