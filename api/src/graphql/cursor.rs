//! Cursors of connections: a row's place in an ordering, as opaque text.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Datelike as _, Utc};
use sea_orm::Value;
use uuid::Uuid;

use crate::error::ApiError;

/// A row's place in an ordering: its value for each of the ordering's keys.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Cursor(pub Vec<Key>);

/// A value by which rows are ordered.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Key {
    /// Microseconds, dBm, a number in a sequence …; rows without a value stand at `i64::MIN`.
    Number(i64),
    /// A name.
    Text(String),
    /// An id.
    Id(Uuid),
}

/// Of which kind a key is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// [`Key::Number`]
    Number,
    /// [`Key::Number`], microseconds, of a column of times
    Time,
    /// [`Key::Text`]
    Text,
    /// [`Key::Id`]
    Id,
}

impl Cursor {
    /// The cursor of a row in an ordering by id alone.
    pub fn of_id(id: Uuid) -> Self {
        Self(vec![Key::Id(id)])
    }

    /// The id, in an ordering by id alone.
    pub fn id(&self) -> Result<Uuid, ApiError> {
        match *self.0 {
            [Key::Id(id)] => Ok(id),
            _ => Err(self.foreign()),
        }
    }

    /// The number, in an ordering by a number alone.
    pub fn number(&self) -> Result<i64, ApiError> {
        match *self.0 {
            [Key::Number(number)] => Ok(number),
            _ => Err(self.foreign()),
        }
    }

    /// The values, if they are of these kinds.
    pub fn values(&self, kinds: impl Iterator<Item = Kind>) -> Result<Vec<Value>, ApiError> {
        let (mut keys, mut values) = (self.0.iter(), Vec::new());
        for kind in kinds {
            let value = keys.next().and_then(|key| key.value(kind));
            values.push(value.ok_or_else(|| self.foreign())?);
        }
        if keys.next().is_some() {
            return Err(self.foreign());
        }
        Ok(values)
    }

    /// The opaque text.
    pub fn encode(&self) -> String {
        let mut bytes = Vec::new();
        for key in &self.0 {
            key.write(&mut bytes);
        }
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// The cursor in `text`.
    pub fn decode(text: &str) -> Result<Self, ApiError> {
        let bad = || ApiError::bad_input(format!("{text:?} is no cursor of this connection"));
        let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| bad())?;
        let (mut rest, mut keys) = (&*bytes, Vec::new());
        while !rest.is_empty() {
            let (key, behind) = Key::read(rest).ok_or_else(bad)?;
            keys.push(key);
            rest = behind;
        }
        if keys.is_empty() {
            return Err(bad());
        }
        Ok(Self(keys))
    }

    /// What to say when a cursor comes from another ordering.
    pub fn foreign(&self) -> ApiError {
        let text = self.encode();
        ApiError::bad_input(format!(
            "{text:?} is no cursor of this connection and order"
        ))
    }
}

impl Key {
    /// Of a row without a time: the beginning of year 1, before all times there are.
    pub const NEVER: Self = Self::Number(-62_135_596_800_000_000);

    /// A time.
    pub const fn time(time: DateTime<Utc>) -> Self {
        Self::Number(time.timestamp_micros())
    }

    /// A number, if there is one.
    pub fn number(number: Option<impl Into<i64>>) -> Self {
        Self::Number(number.map_or(i64::MIN, Into::into))
    }

    /// The value for a column, if it is of this kind.
    fn value(&self, kind: Kind) -> Option<Value> {
        match (self, kind) {
            (Self::Number(number), Kind::Number) => Some((*number).into()),
            (Self::Number(micros), Kind::Time) => time(*micros).map(Into::into),
            (Self::Text(text), Kind::Text) => Some(text.clone().into()),
            (Self::Id(id), Kind::Id) => Some((*id).into()),
            _ => None,
        }
    }

    fn write(&self, bytes: &mut Vec<u8>) {
        match self {
            Self::Number(number) => {
                bytes.push(b'n');
                bytes.extend_from_slice(&number.to_be_bytes());
            }
            Self::Text(text) => {
                let length = u16::try_from(text.len()).unwrap_or(u16::MAX);
                bytes.push(b't');
                bytes.extend_from_slice(&length.to_be_bytes());
                bytes.extend_from_slice(text.as_bytes());
            }
            Self::Id(id) => {
                bytes.push(b'i');
                bytes.extend_from_slice(id.as_bytes());
            }
        }
    }

    /// The key at the start of `bytes`, and what lies behind it.
    fn read(bytes: &[u8]) -> Option<(Self, &[u8])> {
        let (kind, bytes) = bytes.split_first()?;
        match kind {
            b'n' => {
                let (number, rest) = bytes.split_first_chunk()?;
                Some((Self::Number(i64::from_be_bytes(*number)), rest))
            }
            b't' => {
                let (length, rest) = bytes.split_first_chunk()?;
                let (text, rest) = rest.split_at_checked(u16::from_be_bytes(*length).into())?;
                let text = std::str::from_utf8(text).ok()?;
                // PostgreSQL takes no NUL.
                (!text.contains('\0')).then(|| (Self::Text(text.to_owned()), rest))
            }
            b'i' => {
                let (id, rest) = bytes.split_first_chunk()?;
                Some((Self::Id(Uuid::from_bytes(*id)), rest))
            }
            _ => None,
        }
    }
}

/// The time that a cursor means; none is what no row can have.
fn time(micros: i64) -> Option<DateTime<Utc>> {
    let time = DateTime::from_timestamp_micros(micros)?;
    (1..10_000).contains(&time.year()).then_some(time)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_survives_its_text_and_nonsense_is_none() {
        for keys in [
            vec![Key::Id(Uuid::from_u128(7))],
            vec![Key::Number(-67), Key::Id(Uuid::from_u128(7))],
            vec![Key::Text("Süd-Turm".to_owned()), Key::Id(Uuid::nil())],
            vec![Key::Text(String::new())],
        ] {
            let cursor = Cursor(keys);
            assert_eq!(Cursor::decode(&cursor.encode()).unwrap(), cursor);
        }
        for text in ["", "nonsense", "AAAA", "aQ", "dAAC", "dAABAA"] {
            assert!(Cursor::decode(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn a_cursor_is_good_for_keys_of_its_kinds_only() {
        let cursor = Cursor(vec![Key::Number(1), Key::Id(Uuid::nil())]);
        let is_good = |kinds: &[Kind]| cursor.values(kinds.iter().copied()).is_ok();
        assert!(is_good(&[Kind::Number, Kind::Id]));
        assert!(!is_good(&[Kind::Text, Kind::Id]));
        assert!(!is_good(&[Kind::Id]));
        assert!(cursor.id().is_err());
        let far = Cursor(vec![Key::Number(i64::MAX)]);
        assert!(far.values([Kind::Time].into_iter()).is_err());
        let never = Cursor(vec![Key::NEVER]);
        let never = never.values([Kind::Time].into_iter()).unwrap();
        let year_one: DateTime<Utc> = "0001-01-01T00:00:00Z".parse().unwrap();
        assert_eq!(never, [year_one.into()]);
    }
}
