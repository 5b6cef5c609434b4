//! How values are written: as the schema's scalars are.

use std::io::Write as _;

use chrono::{DateTime, Datelike as _, Timelike as _, Utc};
use entity::mac::MacAddress;
use serde::Serialize;
use sqlx::error::BoxDynError;
use sqlx::postgres::{PgRow, PgValueRef, Postgres};
use sqlx::types::ipnetwork::IpNetwork;
use sqlx::{Decode, Row as _, ValueRef as _};
use uuid::Uuid;

/// A key with its quotes and its colon.
#[derive(Debug)]
pub struct Key(String);

/// How a column is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A UUID.
    Id,
    /// Text.
    Text,
    /// Text, in upper case.
    Enum,
    /// 16 bits.
    SmallInt,
    /// 16 bits, 100 at most.
    Percent,
    /// 32 bits.
    Int,
    /// 64 bits with a point.
    Float,
    /// True or false.
    Bool,
    /// A point in time.
    Time,
    /// A MAC address.
    Mac,
    /// An IP address, without its network.
    Ip,
}

impl Key {
    /// A key; names have no characters that JSON escapes.
    pub fn new(name: &str) -> Self {
        Self(format!("\"{name}\":"))
    }

    /// Writes what stands before the value of key number `number`.
    pub fn write(&self, number: usize, json: &mut Vec<u8>) {
        json.push(if number == 0 { b'{' } else { b',' });
        json.extend_from_slice(self.0.as_bytes());
    }
}

impl Kind {
    /// Writes the column at `index`.
    pub fn write(self, row: &PgRow, index: usize, json: &mut Vec<u8>) -> Result<(), sqlx::Error> {
        let value = row.try_get_raw(index)?;
        if value.is_null() {
            json.extend_from_slice(b"null");
            return Ok(());
        }
        self.write_value(value, json).map_err(sqlx::Error::Decode)
    }

    fn write_value(self, value: PgValueRef<'_>, json: &mut Vec<u8>) -> Result<(), BoxDynError> {
        match self {
            Self::Id => id(json, get(value)?),
            Self::Text => number_or_text(json, get::<&str>(value)?)?,
            Self::Enum => {
                json.push(b'"');
                json.extend(
                    get::<&str>(value)?
                        .bytes()
                        .map(|byte| byte.to_ascii_uppercase()),
                );
                json.push(b'"');
            }
            Self::SmallInt => number_or_text(json, get::<i16>(value)?)?,
            Self::Percent => number_or_text(json, get::<i16>(value)?.min(100))?,
            Self::Int => number_or_text(json, get::<i32>(value)?)?,
            Self::Float => number_or_text(json, get::<f64>(value)?)?,
            Self::Bool => number_or_text(json, get::<bool>(value)?)?,
            Self::Time => time(json, get(value)?)?,
            Self::Mac => quoted(json, get::<MacAddress>(value)?)?,
            Self::Ip => quoted(json, get::<IpNetwork>(value)?.ip())?,
        }
        Ok(())
    }
}

/// Decodes a value whose type the schema of the database settles.
fn get<'r, T: Decode<'r, Postgres>>(value: PgValueRef<'r>) -> Result<T, BoxDynError> {
    T::decode(value)
}

fn number_or_text(json: &mut Vec<u8>, value: impl Serialize) -> Result<(), BoxDynError> {
    Ok(serde_json::to_writer(json, &value)?)
}

fn id(json: &mut Vec<u8>, id: Uuid) {
    json.push(b'"');
    let mut buffer = Uuid::encode_buffer();
    json.extend_from_slice(id.hyphenated().encode_lower(&mut buffer).as_bytes());
    json.push(b'"');
}

/// As chrono writes it, which takes five times as long and is a good part of an answer.
fn time(json: &mut Vec<u8>, time: DateTime<Utc>) -> std::io::Result<()> {
    let nanos = time.nanosecond();
    let year = u32::try_from(time.year()).unwrap_or(u32::MAX);
    // Not from PostgreSQL, or not of our time.
    if year > 9_999 || !nanos.is_multiple_of(1_000) || nanos >= 1_000_000_000 {
        return quoted(json, time.to_rfc3339());
    }
    json.push(b'"');
    digits::<4>(json, year);
    let parts = [
        time.month(),
        time.day(),
        time.hour(),
        time.minute(),
        time.second(),
    ];
    for (mark, part) in b"--T::".iter().zip(parts) {
        json.push(*mark);
        digits::<2>(json, part);
    }
    if !nanos.is_multiple_of(1_000_000) {
        json.push(b'.');
        digits::<6>(json, nanos / 1_000);
    } else if nanos != 0 {
        json.push(b'.');
        digits::<3>(json, nanos / 1_000_000);
    }
    json.extend_from_slice(b"+00:00\"");
    Ok(())
}

/// The last `N` decimal digits of a number.
fn digits<const N: usize>(json: &mut Vec<u8>, mut number: u32) {
    let mut digits = [b'0'; N];
    for digit in digits.iter_mut().rev() {
        *digit += u8::try_from(number % 10).unwrap_or(0);
        number /= 10;
    }
    json.extend_from_slice(&digits);
}

/// Text in which JSON escapes nothing.
pub fn quoted(json: &mut Vec<u8>, value: impl std::fmt::Display) -> std::io::Result<()> {
    write!(json, "\"{value}\"")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_written_as_chrono_does() {
        for micros in [
            0,
            1,
            999_999,
            1_500_000,
            1_764_130_000_123_456,
            1_764_130_000_120_000,
            951_782_400_000_000,
            -1,
            -62_135_596_800_000_000,
            253_402_300_799_999_999,
            253_402_300_800_000_000,
        ] {
            let at = DateTime::from_timestamp_micros(micros).unwrap();
            let mut json = Vec::new();
            time(&mut json, at).unwrap();
            let written = String::from_utf8(json).unwrap();
            assert_eq!(written, format!("{:?}", at.to_rfc3339()));
        }
    }
}
