//! One Go file: its text, its tree and what does not parse.

use std::ops::Range;

use tree_sitter::{Node, Parser, Tree};

use super::{node, repair::repair};

/// A parsed Go file. Parsing never fails: a file that is not Go has a tree of errors.
#[derive(Debug)]
pub struct SourceFile {
    /// Base name.
    pub name: String,
    /// The text as given.
    pub text: String,
    tree: Tree,
    errors: Vec<Range<usize>>,
    /// Type parameters of methods, which the tree does not have.
    hidden: Vec<Range<usize>>,
}

/// A comment of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comment<'t> {
    /// With its `//` or `/* */`, without the line's end.
    pub text: &'t str,
    /// 1-based line of its start.
    pub line: u32,
    /// Where it begins in the text.
    pub start: usize,
    /// It stands at the very start of a line, as directives must.
    pub at_line_start: bool,
}

impl SourceFile {
    /// Parses a file. Constructs that the grammar does not know yet (`new(expr)` of Go 1.26, methods with
    /// type parameters of Go 1.27) are hidden from it by same-length changes to a copy, so all positions are
    /// those of `text`.
    pub fn parse(name: &str, text: &str) -> Self {
        let mut tree = parse_tree(text);
        let mut errors = errors_of(&tree);
        let mut hidden = Vec::new();
        if !errors.is_empty() {
            (tree, errors, hidden) = repair(text, tree, errors);
        }
        Self {
            name: name.to_owned(),
            text: text.to_owned(),
            tree,
            errors,
            hidden,
        }
    }

    /// The type parameters that a method declares itself, as a list with brackets.
    pub(super) fn method_type_parameters(&self, method: Node<'_>) -> Option<&str> {
        let begin = method.child_by_field_name("name")?.end_byte();
        let end = method.child_by_field_name("parameters")?.start_byte();
        let list = self
            .hidden
            .iter()
            .find(|list| begin <= list.start && list.end <= end)?;
        Some(&self.text[list.clone()])
    }

    /// The root of the tree.
    pub fn root(&self) -> Node<'_> {
        self.tree.root_node()
    }

    /// Byte ranges that do not parse.
    pub fn errors(&self) -> &[Range<usize>] {
        &self.errors
    }

    /// The first range that does not parse and touches `range`.
    pub fn error_in(&self, range: &Range<usize>) -> Option<&Range<usize>> {
        self.errors
            .iter()
            .find(|error| error.start <= range.end && error.end >= range.start)
    }

    /// Where the last declaration ends that parses; 0 without any.
    pub fn last_declaration_end(&self) -> usize {
        let declarations = node::children(self.root());
        let last = declarations.iter().rfind(|node| !node.is_error());
        last.map_or(0, Node::end_byte)
    }

    /// 1-based line of a byte offset.
    pub fn line_of(&self, offset: usize) -> u32 {
        let end = offset.min(self.text.len());
        let lines = self.text[..self.text.floor_char_boundary(end)]
            .matches('\n')
            .count();
        u32::try_from(lines + 1).unwrap_or(u32::MAX)
    }

    /// The text of a node.
    pub fn text_of(&self, node: Node<'_>) -> &str {
        node::text(node, &self.text)
    }

    /// The package name; None when there is no package clause.
    pub fn package_name(&self) -> Option<&str> {
        let clause = self.package_clause()?;
        Some(self.text_of(clause))
    }

    /// The identifier in the package clause.
    pub fn package_clause(&self) -> Option<Node<'_>> {
        let mut cursor = self.root().walk();
        let clause = self
            .root()
            .children(&mut cursor)
            .find(|child| child.kind() == "package_clause")?;
        node::children(clause).into_iter().next()
    }

    /// The first identifier that begins with `prefix`.
    pub fn identifier_with_prefix(&self, prefix: &str) -> Option<&str> {
        self.text.match_indices(prefix).find_map(|(at, _)| {
            let node = self
                .root()
                .descendant_for_byte_range(at, at + prefix.len())?;
            let whole = node.start_byte() == at && node.kind().ends_with("identifier");
            whole.then(|| self.text_of(node))
        })
    }

    /// All comments, in order.
    pub fn comments(&self) -> Vec<Comment<'_>> {
        let mut out = Vec::new();
        let mut cursor = self.root().walk();
        loop {
            let node = cursor.node();
            if node.kind() == "comment" {
                let start = node.start_byte();
                out.push(Comment {
                    text: self.text_of(node).trim_end_matches('\r'),
                    line: node::line(node),
                    start,
                    at_line_start: start == 0
                        || matches!(self.text.as_bytes()[start - 1], b'\n')
                        || &self.text[..start] == "\u{feff}",
                });
            }
            if cursor.goto_first_child() || cursor.goto_next_sibling() {
                continue;
            }
            loop {
                if !cursor.goto_parent() {
                    return out;
                }
                if cursor.goto_next_sibling() {
                    break;
                }
            }
        }
    }
}

pub(super) fn parse_tree(text: &str) -> Tree {
    let mut parser = Parser::new();
    parser
        .set_language(&tree_sitter_go::LANGUAGE.into())
        .expect("the grammar is built for this tree-sitter");
    // Some editors leave a mark at the start that is no part of the grammar; a space keeps offsets.
    let hidden = text
        .strip_prefix('\u{feff}')
        .map(|rest| format!("   {rest}"));
    parser
        .parse(hidden.as_deref().unwrap_or(text), None)
        .expect("parsing has neither a deadline nor a cancellation")
}

pub(super) fn errors_of(tree: &Tree) -> Vec<Range<usize>> {
    let mut out = Vec::new();
    collect_errors(tree.root_node(), &mut out);
    out
}

fn collect_errors(node: Node<'_>, out: &mut Vec<Range<usize>>) {
    if !node.has_error() {
        return;
    }
    if node.is_error() || node.is_missing() {
        out.push(node.byte_range());
    }
    let mut cursor = node.walk();
    for child in node.children(&mut cursor) {
        collect_errors(child, out);
    }
}
