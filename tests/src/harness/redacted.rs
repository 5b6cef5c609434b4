//! Whole answers for snapshots: what differs from run to run has a name in place of its value.

use std::str::FromStr as _;

use chrono::DateTime;
use serde_json::Value;
use uuid::Uuid;

/// `value` as indented JSON, with ids and times named.
pub fn redacted(value: &Value) -> String {
    format!("{:#}", named(value))
}

fn named(value: &Value) -> Value {
    match value {
        Value::String(text) if Uuid::from_str(text).is_ok() => "[id]".into(),
        Value::String(text) if DateTime::parse_from_rfc3339(text).is_ok() => "[time]".into(),
        Value::Array(items) => items.iter().map(named).collect(),
        Value::Object(fields) => {
            let fields = fields
                .iter()
                .map(|(name, value)| (name.clone(), named(value)));
            Value::Object(fields.collect())
        }
        other => other.clone(),
    }
}
