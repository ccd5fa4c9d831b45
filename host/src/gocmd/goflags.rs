//! Splitting as cmd/go does it.

use super::GoError;

/// One word of a list.
#[derive(Debug, Clone, Copy)]
pub struct Word<'a> {
    /// As written, with quotes.
    pub written: &'a str,
    /// What it says.
    pub text: &'a str,
}

/// Splits a list of words that may be quoted with ' or ", without escapes.
///
/// Source: `cmd/internal/quoted.Split`.
pub fn words(list: &str) -> Result<Vec<Word<'_>>, GoError> {
    let mut words = Vec::new();
    let mut rest = list.trim_start_matches([' ', '\t', '\n', '\r']);
    while let Some(first) = rest.chars().next() {
        let (text, tail) = if first == '"' || first == '\'' {
            rest[1..].split_once(first).ok_or_else(|| GoError::Output {
                command: "go env GOFLAGS".into(),
                reason: format!("unterminated {first} string in {list}"),
            })?
        } else {
            rest.split_at(rest.find([' ', '\t', '\n', '\r']).unwrap_or(rest.len()))
        };
        let written = &rest[..rest.len() - tail.len()];
        words.push(Word { written, text });
        rest = tail.trim_start_matches([' ', '\t', '\n', '\r']);
    }
    Ok(words)
}

/// What the words of a list say; see [`words`].
pub fn split(list: &str) -> Result<Vec<String>, GoError> {
    let words = words(list)?;
    Ok(words.iter().map(|word| word.text.to_owned()).collect())
}

/// Quotes one word so that [`split`] yields it again; None when it needs quotes and holds both kinds of
/// them, which cmd/go cannot express. Quotes inside a word stand for themselves.
pub fn quote(word: &str) -> Option<String> {
    let plain = !word.starts_with(['"', '\'']) && !word.contains([' ', '\t', '\n', '\r']);
    let plain = plain && !word.is_empty();
    if plain {
        Some(word.to_owned())
    } else if !word.contains('\'') {
        Some(format!("'{word}'"))
    } else if !word.contains('"') {
        Some(format!("\"{word}\""))
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn splits_as_cmd_go() {
        assert_eq!(
            split(" -a  'b c' \"d'e\"\t-f ").unwrap(),
            ["-a", "b c", "d'e", "-f"]
        );
        assert_eq!(split("").unwrap(), Vec::<String>::new());
        assert!(split("'open").is_err());
    }

    #[test]
    fn quoted_words_split_to_themselves() {
        for word in [
            "plain",
            "two words",
            "it's",
            "say \"hi\"",
            "",
            "a'\"",
            "'a'",
            "it's b",
        ] {
            assert_eq!(split(&quote(word).unwrap()).unwrap(), [word]);
        }
        assert_eq!(quote("'\""), None);
        assert_eq!(quote("a '\""), None);
    }
}
