//! How values are written: as the schema's scalars are.

use std::io::Write as _;

use chrono::{DateTime, Utc};
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
            Self::Id => quoted(json, get::<Uuid>(value)?.hyphenated())?,
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
            Self::Time => quoted(json, get::<DateTime<Utc>>(value)?.to_rfc3339())?,
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

/// Text in which JSON escapes nothing.
pub fn quoted(json: &mut Vec<u8>, value: impl std::fmt::Display) -> std::io::Result<()> {
    write!(json, "\"{value}\"")
}
