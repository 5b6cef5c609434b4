//! The text of a key, and the hash it is known by.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rand::TryRngCore as _;
use rand::rand_core::OsError;
use rand::rngs::OsRng;
use sha2::{Digest as _, Sha256};

/// What tells a key from a token, and lets scanners find one that went astray.
pub const PREFIX: &str = "wlk_";
/// Said of what begins like a key and is none.
pub(super) const MALFORMED: &str =
    "this is no API key: `wlk_` and 43 characters are expected; see that all of it was copied";

const SECRET_BYTES: usize = 32;

/// A new key. It is shown once and never printed: there is no `Debug`.
pub struct NewKey(String);

/// What a key is known by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct KeyHash([u8; 32]);

impl NewKey {
    /// 256 bits of the system's chance.
    pub fn generate() -> Result<Self, OsError> {
        let mut secret = [0_u8; SECRET_BYTES];
        OsRng.try_fill_bytes(&mut secret)?;
        Ok(Self(format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(secret))))
    }

    /// Its hash.
    pub fn hash(&self) -> KeyHash {
        KeyHash::of_text(&self.0)
    }

    /// The text, for the one who asked for it.
    pub fn reveal(self) -> String {
        self.0
    }
}

impl KeyHash {
    /// The hash of `key`; none when no key looks like that.
    pub(super) fn of(key: &str) -> Option<Self> {
        let secret = URL_SAFE_NO_PAD.decode(key.strip_prefix(PREFIX)?).ok()?;
        (secret.len() == SECRET_BYTES).then(|| Self::of_text(key))
    }

    fn of_text(key: &str) -> Self {
        Self(Sha256::digest(key).into())
    }

    /// The bytes, as they stand in the table.
    pub const fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// The hash in a row.
    pub(super) fn from_row(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_differ_and_are_known_by_their_hash() {
        let (one, two) = (NewKey::generate().unwrap(), NewKey::generate().unwrap());
        assert_ne!(one.hash(), two.hash());
        let (hash, text) = (one.hash(), one.reveal());
        assert_eq!(text.len(), 47);
        assert_eq!(KeyHash::of(&text), Some(hash));
    }

    #[test]
    fn what_is_no_key_is_not_looked_up() {
        let text = NewKey::generate().unwrap().reveal();
        for wrong in [
            "",
            "wlk_",
            &text[..46],
            &text[4..],
            &format!("{text}A"),
            &text.replacen("wlk_", "WLK_", 1),
            &format!("{}=", &text[..46]),
        ] {
            assert_eq!(KeyHash::of(wrong), None, "{wrong}");
        }
    }
}
