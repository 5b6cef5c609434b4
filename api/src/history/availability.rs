//! How much of a time a link was connected, from the changes of its state.
//!
//! # Invariants
//! - Every moment of the range is counted once: connected, down, with the AP silent, or not at all.
//!   Not at all are the time before the link was discovered and the time to come.
//! - While the AP is silent nobody knows of the link: that time is neither up nor down.

use chrono::{DateTime, TimeDelta, Utc};
use entity::link_state::{EventReason, LinkState};

use super::range::TimeRange;

/// A link became connected, or no longer is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Change {
    /// When.
    pub at: DateTime<Utc>,
    /// The state after.
    pub to: LinkState,
    /// Why.
    pub reason: EventReason,
}

/// What became of the time in a range.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Availability {
    /// Connected: discovered, active or degraded.
    pub connected: TimeDelta,
    /// Down or stale, while the AP was heard when it began.
    pub down: TimeDelta,
    /// Down or stale because the AP was silent.
    pub ap_silent: TimeDelta,
    /// All that overlap the range, in order.
    pub outages: Vec<Outage>,
}

/// A time without connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Outage {
    /// When it began, even if that was before the range.
    pub start: DateTime<Utc>,
    /// When it ended, even if that was after the range. None: it has not.
    pub end: Option<DateTime<Utc>>,
    /// Why it began.
    pub reason: EventReason,
}

impl Availability {
    /// What became of the time in `range`, as of `now`. `changes` are in the order in which they
    /// were stored: the last one before the range, those in it, and the first one behind it.
    pub fn of(changes: &[Change], range: TimeRange, now: DateTime<Utc>) -> Self {
        let mut found = Self::default();
        let mut last = DateTime::<Utc>::MIN_UTC;
        let mut changes = changes.iter().peekable();
        while let Some(change) = changes.next() {
            // A poll that came late may tell of a time before the silence that was stored earlier.
            let start = change.at.max(last);
            last = start;
            let end = changes.peek().map(|next| next.at.max(start));
            let shown_from = start.max(range.from());
            let shown_to = end.unwrap_or(now).min(range.to()).min(now);
            if shown_from < shown_to {
                found.count(
                    change,
                    Outage::new(change, start, end),
                    shown_to - shown_from,
                );
            }
        }
        found
    }

    /// Connected time of all time that was observed, in percent. None: nothing was observed.
    #[expect(
        clippy::cast_precision_loss,
        reason = "400 days in milliseconds are far below 2^53"
    )]
    pub fn percent(&self) -> Option<f64> {
        let connected = self.connected.num_milliseconds() as f64;
        let observed = (self.connected + self.down).num_milliseconds() as f64;
        (observed > 0.0).then(|| connected / observed * 100.0)
    }

    fn count(&mut self, change: &Change, outage: Outage, length: TimeDelta) {
        if change.to.is_connected() {
            self.connected += length;
            return;
        }
        if change.reason == EventReason::ApSilent {
            self.ap_silent += length;
        } else {
            self.down += length;
        }
        self.outages.push(outage);
    }
}

impl Outage {
    const fn new(change: &Change, start: DateTime<Utc>, end: Option<DateTime<Utc>>) -> Self {
        Self {
            start,
            end,
            reason: change.reason,
        }
    }
}

#[cfg(test)]
mod tests;
