//! Types as plugins read them.

use weft_weave::model::HookType;

/// The type with import paths for package names, such as `*net/http.Request`.
pub fn spelled_out(hook_type: &HookType) -> String {
    let mut spelled = String::with_capacity(hook_type.text.len());
    let mut rest = hook_type.text.as_str();
    while let Some(open) = rest.find('{') {
        let (before, from_open) = rest.split_at(open);
        spelled.push_str(before);
        let import = from_open[1..].split_once('}').and_then(|(number, after)| {
            let index: usize = number.parse().ok()?;
            Some((hook_type.imports.get(index)?, after))
        });
        // Other braces are Go's: `struct{}`.
        rest = if let Some((import, after)) = import {
            spelled.push_str(import);
            after
        } else {
            spelled.push('{');
            &from_open[1..]
        };
    }
    spelled.push_str(rest);
    spelled
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn import_paths_stand_for_placeholders() {
        let hook_type = HookType {
            text: "map[{1}.Key]func(*{0}.Request, struct{}, interface{})".to_owned(),
            imports: vec!["net/http".to_owned(), "example.com/k".to_owned()],
        };
        assert_eq!(
            spelled_out(&hook_type),
            "map[example.com/k.Key]func(*net/http.Request, struct{}, interface{})"
        );
    }
}
