//! What is left out of a message that is good otherwise: counted all, shown once in a while.

use std::borrow::Cow;
use std::fmt;
use std::sync::atomic::{AtomicI64, Ordering};

use chrono::Utc;
use entity::wire::scalar::Scalar;

use super::text;

const MAX_SAMPLE: usize = 64;

/// A value that is not what its field may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Refused;

/// A value, or none when it says "not available".
pub(super) type Parsed<T> = Result<Option<T>, Refused>;

/// What was left out of one message.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Dropped {
    /// Rows that could not be used.
    pub rows: u32,
    /// Values refused in rows that were used.
    pub values: u32,
    /// The first of them, for the log.
    pub sample: Option<String>,
}

impl Dropped {
    /// Whether nothing was left out.
    pub const fn is_empty(&self) -> bool {
        self.rows == 0 && self.values == 0
    }

    /// Counts what was left out of the message `seq`. The log gets one sample a minute: a poller
    /// with a fault has it in every message.
    pub fn report(&self, seq: u64) {
        static LOGGED: AtomicI64 = AtomicI64::new(0);
        if self.is_empty() {
            return;
        }
        metrics::counter!("wisplink_ingest_rows_dropped_total").increment(self.rows.into());
        metrics::counter!("wisplink_ingest_values_refused_total").increment(self.values.into());
        let minute = Utc::now().timestamp() / 60;
        if LOGGED.swap(minute, Ordering::Relaxed) != minute {
            tracing::warn!(
                seq,
                rows = self.rows,
                values = self.values,
                sample = self.sample.as_deref(),
                "parts of a message were left out; the next such message is logged in a minute"
            );
        }
    }

    /// Adds what was left out elsewhere in the same message.
    pub(super) fn add(&mut self, other: Self) {
        self.rows = self.rows.saturating_add(other.rows);
        self.values = self.values.saturating_add(other.values);
        self.sample = self.sample.take().or(other.sample);
    }

    /// Counts a row that cannot be used, for the text in its `field`.
    pub(super) fn row(&mut self, field: &'static str, found: Option<&str>) {
        self.rows = self.rows.saturating_add(1);
        self.show(
            field,
            &format_args!("{:?}", Short(found.unwrap_or_default())),
        );
    }

    /// Counts a value that cannot be used.
    pub(super) fn value(&mut self, field: &'static str, found: &dyn fmt::Display) {
        self.values = self.values.saturating_add(1);
        self.show(field, found);
    }

    /// The value in `found`, as `parse` reads it. One that is refused is counted.
    pub(super) fn number<'a, T>(
        &mut self,
        field: &'static str,
        found: Option<&Scalar<'a>>,
        parse: impl FnOnce(&Scalar<'a>) -> Parsed<T>,
    ) -> Option<T> {
        let found = found?;
        parse(found).unwrap_or_else(|Refused| {
            self.value(field, &Found(found));
            None
        })
    }

    /// The text in `found`, if it can be stored and `is_fit`. One that is refused is counted.
    pub(super) fn text(
        &mut self,
        field: &'static str,
        found: Option<Cow<'_, str>>,
        is_fit: impl FnOnce(&str) -> bool,
    ) -> Option<String> {
        let found = found?;
        match text::storable(&found) {
            Ok(None) => None,
            Ok(Some(text)) if is_fit(text) => Some(text.to_owned()),
            Ok(Some(_)) | Err(Refused) => {
                self.value(field, &format_args!("{:?}", Short(&found)));
                None
            }
        }
    }

    fn show(&mut self, field: &'static str, found: &dyn fmt::Display) {
        if self.sample.is_none() {
            self.sample = Some(format!("{field}: {found}"));
        }
    }
}

/// The beginning of a text, quoted.
pub(super) struct Short<'a>(pub(super) &'a str);

impl fmt::Debug for Short<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.char_indices().nth(MAX_SAMPLE) {
            Some((end, _)) => write!(f, "{:?}…", self.0.get(..end).unwrap_or_default()),
            None => fmt::Debug::fmt(self.0, f),
        }
    }
}

struct Found<'s, 'a>(&'s Scalar<'a>);

impl fmt::Display for Found<'_, '_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Scalar::Int(number) => fmt::Display::fmt(number, f),
            Scalar::Float(number) => fmt::Debug::fmt(number, f),
            Scalar::Text(text) => fmt::Debug::fmt(&Short(text), f),
            Scalar::Unreadable => f.write_str("neither a number nor text"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_are_counted_and_the_first_is_shown() {
        let mut dropped = Dropped::default();
        assert!(dropped.is_empty());
        let refuse = |_: &Scalar<'_>| -> Parsed<i16> { Err(Refused) };
        let long = "é".repeat(100);
        assert_eq!(
            dropped.number("a", Some(&Scalar::from(long.as_str())), refuse),
            None
        );
        assert_eq!(dropped.number("b", Some(&Scalar::Int(4)), refuse), None);
        assert_eq!(dropped.number("c", None, refuse), None);
        dropped.row("mac_address", Some("XX"));
        let sample = Some(format!("a: \"{}\"…", "é".repeat(MAX_SAMPLE)));
        assert_eq!(
            dropped,
            Dropped {
                rows: 1,
                values: 2,
                sample
            }
        );
        let mut sum = Dropped {
            rows: 1,
            ..Dropped::default()
        };
        sum.add(dropped.clone());
        assert_eq!(sum, Dropped { rows: 2, ..dropped });
        sum.report(1);
    }
}
