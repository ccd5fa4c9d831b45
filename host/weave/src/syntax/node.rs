//! Small readings of tree-sitter nodes.

use tree_sitter::Node;

/// The text of a node; empty when the tree is damaged there.
pub fn text<'t>(node: Node<'_>, text: &'t str) -> &'t str {
    text.get(node.byte_range()).unwrap_or_default()
}

/// Named children without comments.
pub fn children(node: Node<'_>) -> Vec<Node<'_>> {
    let mut cursor = node.walk();
    node.named_children(&mut cursor)
        .filter(|child| child.kind() != "comment")
        .collect()
}

/// Children in a field, without the commas that the grammar puts there too.
pub fn fields<'n>(node: Node<'n>, name: &str) -> Vec<Node<'n>> {
    let mut cursor = node.walk();
    node.children_by_field_name(name, &mut cursor)
        .filter(Node::is_named)
        .collect()
}

/// The names that a list of type parameters declares.
pub fn type_parameter_names(list: Node<'_>) -> impl Iterator<Item = Node<'_>> {
    children(list)
        .into_iter()
        .flat_map(|declaration| fields(declaration, "name"))
}

/// The tokens of a node on one line, without comments: `a, b` and `chan int` keep a space, `*T` has
/// none. Equal declarations have equal text, however they are laid out.
pub fn normal(node: Node<'_>, source: &str) -> String {
    let mut out = String::new();
    let mut tokens = Vec::new();
    leaves(node, source, &mut tokens);
    for token in tokens {
        let (Some(last), Some(first)) = (out.chars().next_back(), token.chars().next()) else {
            out.push_str(token);
            continue;
        };
        let word = |c: char| c == '_' || c.is_alphanumeric();
        if (word(last) && word(first)) || matches!(last, ',' | ';') || (last == ')' && word(first))
        {
            out.push(' ');
        }
        out.push_str(token);
    }
    out
}

fn leaves<'t>(node: Node<'_>, source: &'t str, out: &mut Vec<&'t str>) {
    match node.kind() {
        "comment" => {}
        // Their parts are not tokens.
        "interpreted_string_literal" | "raw_string_literal" | "rune_literal" => {
            out.push(text(node, source));
        }
        // The tree has semicolons between fields or methods, but not the line breaks that stand for them.
        "field_declaration_list" | "interface_type" => {
            let mut elements = 0;
            let mut cursor = node.walk();
            for child in node.children(&mut cursor) {
                let is_element = child.is_named() && child.kind() != "comment";
                if is_element && elements > 0 {
                    out.push(";");
                }
                elements += usize::from(is_element);
                if child.kind() != ";" {
                    leaves(child, source, out);
                }
            }
        }
        _ if node.child_count() == 0 => {
            if node.end_byte() > node.start_byte() {
                out.push(text(node, source));
            }
        }
        _ => {
            let mut cursor = node.walk();
            for child in node.children(&mut cursor) {
                leaves(child, source, out);
            }
        }
    }
}

/// 1-based line of a node's start.
pub fn line(node: Node<'_>) -> u32 {
    u32::try_from(node.start_position().row).map_or(u32::MAX, |row| row + 1)
}

/// Where `word` stands in `text` as an identifier of its own.
pub fn words<'a>(text: &'a str, word: &'a str) -> impl Iterator<Item = usize> + 'a {
    let inside = |c: char| c == '_' || c.is_alphanumeric();
    text.match_indices(word)
        .map(|(at, _)| at)
        .filter(move |&at| {
            !text[..at].chars().next_back().is_some_and(inside)
                && !text[at + word.len()..].chars().next().is_some_and(inside)
        })
}
