//! Counts a document's tokens and how deep its brackets nest, without reading it: the parser calls
//! itself for each bracket and would run out of stack, or of patience.

use crate::error::ApiError;
use crate::limits;

/// Whether the parser may read `text`.
pub(super) fn check(text: &str) -> Result<(), ApiError> {
    let mut rest = text.as_bytes();
    let (mut tokens, mut open, mut deepest) = (0, 0_usize, 0);
    while let Some((token, after)) = next(rest) {
        rest = after;
        tokens += 1;
        match token {
            b'{' | b'(' | b'[' => open += 1,
            b'}' | b')' | b']' => open = open.saturating_sub(1),
            _ => {}
        }
        deepest = deepest.max(open);
    }
    if tokens > limits::TOKENS {
        return Err(ApiError::limit("tokens", tokens, limits::TOKENS));
    }
    if deepest > limits::BRACKETS {
        return Err(ApiError::limit(
            "brackets within brackets",
            deepest,
            limits::BRACKETS,
        ));
    }
    Ok(())
}

/// The first byte of the next token, and what comes behind it.
fn next(mut text: &[u8]) -> Option<(u8, &[u8])> {
    loop {
        match text {
            [] => return None,
            [b' ' | b'\t' | b'\r' | b'\n' | b',', rest @ ..] | [0xEF, 0xBB, 0xBF, rest @ ..] => {
                text = rest;
            }
            [b'#', ..] => text = from(text, |byte| byte == b'\n' || byte == b'\r'),
            [b'"', b'"', b'"', rest @ ..] => return Some((b'"', after_block(rest))),
            [b'"', rest @ ..] => return Some((b'"', after_string(rest))),
            [b'.', b'.', b'.', rest @ ..] => return Some((b'.', rest)),
            [first, rest @ ..] if is_word(*first) || *first == b'-' => {
                return Some((
                    *first,
                    from(rest, |byte| !is_word(byte) && !b".+-".contains(&byte)),
                ));
            }
            [first, rest @ ..] => return Some((*first, rest)),
        }
    }
}

/// Of names and numbers. Bytes of other alphabets are no tokens at all: the parser says so.
const fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

fn from(text: &[u8], ends: impl Fn(u8) -> bool) -> &[u8] {
    let end = text.iter().position(|byte| ends(*byte));
    &text[end.unwrap_or(text.len())..]
}

fn after_string(mut text: &[u8]) -> &[u8] {
    loop {
        match text {
            [] => return text,
            [b'"' | b'\n' | b'\r', rest @ ..] => return rest,
            [b'\\', _, rest @ ..] | [_, rest @ ..] => text = rest,
        }
    }
}

fn after_block(mut text: &[u8]) -> &[u8] {
    loop {
        match text {
            [] => return text,
            [b'"', b'"', b'"', rest @ ..] => return rest,
            [b'\\', b'"', b'"', b'"', rest @ ..] | [_, rest @ ..] => text = rest,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(text: &str) -> usize {
        let mut text = text.as_bytes();
        let mut count = 0;
        while let Some((_, rest)) = next(text) {
            text = rest;
            count += 1;
        }
        count
    }

    #[test]
    fn tokens_are_counted_as_the_language_has_them() {
        for (text, tokens) in [
            ("", 0),
            (" ,\t\r\n\u{feff}", 0),
            ("# { [ ( comment\n{ a }", 3),
            ("{a}", 3),
            ("query Q($a:[ID!]!=[]){b:c(d:$a)@e...F}", 28),
            (
                "{ a(b: -12.5e+3, c: \"}\\\"{\", d: \"\"\"\"}\\\"\"\"\"\"\") }",
                14,
            ),
            ("{ ... on T { a } }", 8),
            ("\"unterminated", 1),
            ("\"\"\"unterminated", 1),
            ("\"line\nbroken", 2),
            ("{ é }", 4),
        ] {
            assert_eq!(count(text), tokens, "{text}");
        }
    }

    #[test]
    fn brackets_in_strings_and_comments_do_not_nest() {
        let deep = "[".repeat(limits::BRACKETS + 1);
        assert!(check(&format!("{{ a(b: \"{deep}\") }} # {deep}")).is_ok());
        assert!(check(&format!("{{ a(b: {deep}")).is_err());
    }
}
