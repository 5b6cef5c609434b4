//! What was published, and whether that kept pace.

use std::fmt;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;

use super::publish::Publisher;

/// Counts while it runs.
#[derive(Default)]
pub(super) struct Counters {
    polls: AtomicU64,
    rows: AtomicUsize,
    late: AtomicU64,
}

/// What was published. Shown as "720 polls with 9,000 clients in 60 s …".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tally {
    /// APs polled.
    pub polls: u64,
    /// Clients listed in them.
    pub rows: usize,
    /// Messages of all kinds that JetStream has.
    pub stored: u64,
    /// Messages that it did not take.
    pub dropped: u64,
    /// Polls that came more than an interval late: so many clients are too many for this interval.
    pub late: u64,
    /// How long it ran.
    pub time: Duration,
}

impl Counters {
    /// An AP was polled; with so many clients, if it answered.
    pub(super) fn polled(&self, rows: Option<usize>) {
        self.polls.fetch_add(1, Ordering::Relaxed);
        self.rows.fetch_add(rows.unwrap_or(0), Ordering::Relaxed);
    }

    /// A poll came so late.
    pub(super) fn late(&self, by: Duration, interval: Duration) {
        let is_late = u64::from(by >= interval);
        self.late.fetch_add(is_late, Ordering::Relaxed);
    }

    pub(super) fn tally(&self, publisher: &Publisher, time: Duration) -> Tally {
        let (stored, dropped) = publisher.counts();
        Tally {
            polls: self.polls.load(Ordering::Relaxed),
            rows: self.rows.load(Ordering::Relaxed),
            stored,
            dropped,
            late: self.late.load(Ordering::Relaxed),
            time,
        }
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            polls,
            rows,
            stored,
            dropped,
            late,
            time,
        } = self;
        let seconds = time.as_secs_f64();
        write!(
            f,
            "{polls} polls with {rows} clients in {seconds:.1} s; {stored} messages stored, \
             {dropped} dropped, {late} polls late"
        )
    }
}
