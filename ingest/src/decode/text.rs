//! Texts of devices that are kept as they are.

use super::dropped::{Parsed, Refused};

/// Longer names are not given by people, and would not fit into an index.
const MAX_BYTES: usize = 255;

/// The text without surrounding space, if it can be stored: PostgreSQL takes no NUL, and whoever
/// shows the text wants no control characters. Refused texts are not mended: two different names
/// could become one.
pub(super) fn storable(text: &str) -> Parsed<&str> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    if text.len() > MAX_BYTES || text.contains(char::is_control) {
        return Err(Refused);
    }
    Ok(Some(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_kept_or_refused() {
        assert_eq!(storable(" wlan1 "), Ok(Some("wlan1")));
        assert_eq!(storable("Süd → Nord"), Ok(Some("Süd → Nord")));
        assert_eq!(storable(" \t"), Ok(None));
        assert_eq!(storable("a\0b"), Err(Refused));
        assert_eq!(storable("a\u{85}b"), Err(Refused));
        assert_eq!(
            storable(&"x".repeat(MAX_BYTES)).map(|text| text.map(str::len)),
            Ok(Some(MAX_BYTES))
        );
        assert_eq!(storable(&"x".repeat(MAX_BYTES + 1)), Err(Refused));
    }
}
