//! Since when a source is heard as it speaks.
//!
//! Silence means something only to those who listen: after an hour's outage of ours, or with an
//! hour's messages still to be read, no AP may be called silent.

use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};

/// Reading is behind when messages are older than this when they are read.
const BEHIND: TimeDelta = TimeDelta::seconds(30);

/// Since when messages are read as they are published; none while they are not.
#[derive(Clone, Debug, Default)]
pub struct Heard(Arc<Mutex<Option<DateTime<Utc>>>>);

impl Heard {
    /// Since when, if they are now.
    pub fn since(&self) -> Option<DateTime<Utc>> {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Everything there is was read.
    pub(super) fn all(&self, now: DateTime<Utc>) {
        self.change(|since| since.or(Some(now)));
    }

    /// A message was read, and `pending` more wait behind it.
    pub(super) fn message(&self, published: DateTime<Utc>, pending: u64, now: DateTime<Utc>) {
        if pending == 0 {
            self.all(now);
        } else if now - published > BEHIND {
            self.nothing();
        }
    }

    /// Nothing is read.
    pub(super) fn nothing(&self) {
        self.change(|_| None);
    }

    fn change(&self, to: impl FnOnce(Option<DateTime<Utc>>) -> Option<DateTime<Utc>>) {
        let mut since = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *since = to(*since);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hearing_begins_at_the_end_of_what_waits_and_ends_when_it_waits_long() {
        let second = |second| DateTime::UNIX_EPOCH + TimeDelta::seconds(second);
        let heard = Heard::default();
        heard.message(second(0), 100, second(1_000));
        assert_eq!(heard.since(), None);
        heard.message(second(999), 0, second(1_000));
        heard.message(second(1_001), 3, second(1_002));
        heard.all(second(1_003));
        assert_eq!(heard.since(), Some(second(1_000)));
        heard.message(second(1_004), 3, second(1_035));
        assert_eq!(heard.since(), None);
        heard.all(second(1_050));
        heard.nothing();
        assert_eq!(heard.since(), None);
    }
}
