//! Splitting as cmd/go does it.

use super::GoError;

/// Splits a list of words that may be quoted with ' or ", without escapes.
///
/// Source: `cmd/internal/quoted.Split`.
pub fn split(text: &str) -> Result<Vec<String>, GoError> {
    let mut words = Vec::new();
    let mut rest = text.trim_start_matches([' ', '\t', '\n', '\r']);
    while let Some(first) = rest.chars().next() {
        let (word, tail) = if first == '"' || first == '\'' {
            rest[1..].split_once(first).ok_or_else(|| GoError::Output {
                command: "go env GOFLAGS".into(),
                reason: format!("unterminated {first} string in {text}"),
            })?
        } else {
            rest.split_at(rest.find([' ', '\t', '\n', '\r']).unwrap_or(rest.len()))
        };
        words.push(word.to_owned());
        rest = tail.trim_start_matches([' ', '\t', '\n', '\r']);
    }
    Ok(words)
}

/// Quotes one word so that [`split`] yields it again; None when it holds both kinds of quotes, which
/// cmd/go cannot express.
pub fn quote(word: &str) -> Option<String> {
    let plain = !word.is_empty() && !word.contains([' ', '\t', '\n', '\r', '"', '\'']);
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
        for word in ["plain", "two words", "it's", "say \"hi\"", ""] {
            assert_eq!(split(&quote(word).unwrap()).unwrap(), [word]);
        }
        assert_eq!(quote("'\""), None);
    }
}
