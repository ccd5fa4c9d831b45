//! Methods with type parameters of their own, which Go 1.27 has and the grammar does not know.

use std::ops::Range;

use super::file::parse_tree;
use super::node;

/// Hides the type parameters of methods from the grammar, in a copy of the same length, and says where they
/// are in the text. None where there are none.
pub(super) fn hide(text: &str) -> Option<(String, Vec<Range<usize>>)> {
    let hidden: Vec<_> = text
        .match_indices("func")
        .filter(|(at, _)| begins_line(text, *at))
        .filter_map(|(at, word)| type_parameters_of_method(text, at + word.len()))
        .collect();
    if hidden.is_empty() {
        return None;
    }
    let mut masked = text.to_owned();
    for range in &hidden {
        let blank: String = text[range.clone()]
            .bytes()
            .map(|byte| if byte == b'\n' { '\n' } else { ' ' })
            .collect();
        masked.replace_range(range.clone(), &blank);
    }
    Some((masked, hidden))
}

/// The names that a list of type parameters declares.
pub(super) fn names(list: &str) -> Vec<String> {
    let text = format!("package p\nfunc f{list}() {{}}\n");
    let tree = parse_tree(&text);
    let function = node::children(tree.root_node()).pop();
    let list = function.and_then(|function| function.child_by_field_name("type_parameters"));
    list.into_iter()
        .flat_map(node::type_parameter_names)
        .map(|name| node::text(name, &text).to_owned())
        .collect()
}

fn begins_line(text: &str, at: usize) -> bool {
    let before = text[..at].trim_end_matches([' ', '\t']);
    before.is_empty() || before.ends_with(['\n', '\u{feff}', ';'])
}

/// The range of `[T any]` in `(r R) name[T any](`, which is what a method declaration has after `func`.
fn type_parameters_of_method(text: &str, after: usize) -> Option<Range<usize>> {
    let receiver = token(text, after)?;
    let name = token(text, closing(text, receiver, b'(')?)?;
    let rest = &text[name..];
    let end = rest
        .find(|c: char| c != '_' && !c.is_alphanumeric())
        .filter(|length| *length > 0)?;
    let list = token(text, name + end)?;
    let end = closing(text, list, b'[')?;
    (text.as_bytes().get(token(text, end)?) == Some(&b'(')).then_some(list..end)
}

/// Where the next token begins, behind blanks and comments.
fn token(text: &str, mut at: usize) -> Option<usize> {
    loop {
        let rest = text.get(at..)?;
        let trimmed = rest.trim_start();
        at += rest.len() - trimmed.len();
        if trimmed.starts_with("/*") {
            at += trimmed.find("*/")? + 2;
        } else if trimmed.starts_with("//") {
            at += trimmed.find('\n')?;
        } else {
            return (!trimmed.is_empty()).then_some(at);
        }
    }
}

/// The end of what begins at `at` with this bracket and closes again. A string, as a tag of a field, is more
/// than is looked for.
fn closing(text: &str, at: usize, open: u8) -> Option<usize> {
    let bytes = text.as_bytes();
    if bytes.get(at) != Some(&open) {
        return None;
    }
    let mut depth = 0_usize;
    let mut at = at;
    loop {
        at = token(text, at)?;
        match bytes[at] {
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' => depth = depth.checked_sub(1)?,
            b'"' | b'`' | b'\'' => return None,
            _ => {}
        }
        at += text[at..].chars().next()?.len_utf8();
        if depth == 0 {
            return Some(at);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hidden(text: &str) -> Vec<String> {
        let (masked, ranges) = hide(text).unwrap_or_default();
        for range in &ranges {
            assert!(masked[range.clone()].trim().is_empty(), "{masked}");
        }
        ranges
            .into_iter()
            .map(|range| text[range].to_owned())
            .collect()
    }

    #[test]
    fn type_parameters_of_methods_are_found() {
        assert_eq!(
            hidden("package p\n\nfunc (b *Box) Map[T any](f func(int) T) T { return f(1) }\n"),
            ["[T any]"]
        );
        assert_eq!(
            hidden("func(o Opt[A, B])Then /* x */ [U interface{ ~[]A; M() }, V any] // y\n ()\n"),
            ["[U interface{ ~[]A; M() }, V any]"]
        );
        assert_eq!(
            hidden("func (é É) Ü[\n\tÄ any,\n](v Ä) {}\n"),
            ["[\n\tÄ any,\n]"]
        );
    }

    #[test]
    fn nothing_else_is() {
        for text in [
            "func F[T any](t T) {}",
            "func (b Box[T]) M(t T) [3]T { return [3]T{} }",
            "var f func(int) Box[int]",
            "x := func(i int) Box[int] { return nil }",
            "type F func(int) Box[int]",
            "func (",
            "func (b Box) M[",
            "func (b Box) M[T any]",
            "func (b Box) [T any]()",
            "func (b struct{ x int `tag` }) M[T any]()",
            "// func (b Box) M[T any]() in a comment",
        ] {
            assert_eq!(hidden(text), Vec::<String>::new(), "{text}");
        }
    }

    #[test]
    fn names_are_those_of_a_list() {
        assert_eq!(names("[T any]"), ["T"]);
        assert_eq!(names("[K, V comparable, _ ~[]K]"), ["K", "V", "_"]);
        assert_eq!(names("[T"), Vec::<String>::new());
    }
}
