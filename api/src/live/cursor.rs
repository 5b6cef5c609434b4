//! A place in a tenant's feed.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use entity::ids::Epoch;
use uuid::Uuid;

use crate::error::ApiError;
use crate::live::arrival::Arrival;

/// The last event seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FeedCursor {
    /// The life of the sequence.
    pub epoch: Epoch,
    /// The number in it; 0 before the first event.
    pub seq: i64,
}

/// How far an execution has come in its tenant's feed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    /// The last event, delivered or not wanted.
    pub cursor: FeedCursor,
    /// How often the feed was reset; cursors compare only between two resets.
    pub resets: u64,
    /// How that event came in, if it came live.
    pub arrival: Option<Arrival>,
}

impl FeedCursor {
    /// The opaque text.
    pub fn encode(self) -> String {
        let mut bytes = self.epoch.0.as_bytes().to_vec();
        bytes.extend_from_slice(&self.seq.to_be_bytes());
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// The cursor in `text`.
    pub fn decode(text: &str) -> Result<Self, ApiError> {
        let bad = || ApiError::bad_input(format!("after: {text:?} is no cursor of this feed"));
        let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| bad())?;
        let (epoch, seq) = bytes.split_first_chunk::<16>().ok_or_else(bad)?;
        let seq = i64::from_be_bytes(seq.try_into().map_err(|_| bad())?);
        Ok(Self {
            epoch: Epoch(Uuid::from_bytes(*epoch)),
            seq,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_survives_its_text() {
        let cursor = FeedCursor {
            epoch: Epoch(Uuid::from_u128(9)),
            seq: 42,
        };
        assert_eq!(FeedCursor::decode(&cursor.encode()).unwrap(), cursor);
        for text in ["", "x", "AAAA", "!!!!"] {
            assert!(FeedCursor::decode(text).is_err(), "{text:?}");
        }
    }
}
