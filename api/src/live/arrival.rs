//! When an event came in, and how old it is when a subscriber gets it.

use std::sync::LazyLock;
use std::time::Instant;

use chrono::{DateTime, Utc};
use entity::wire::link_event::LinkEvent;
use metrics::{Histogram, histogram};

/// Asked for once: an event may go to thousands of subscribers.
static AGE: LazyLock<Histogram> = LazyLock::new(|| histogram!("wisplink_live_event_age_seconds"));

/// How an event came in from the stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Arrival {
    at: Instant,
    recorded_at: DateTime<Utc>,
}

impl Arrival {
    /// `event` came in at this moment.
    pub fn of(event: &LinkEvent) -> Self {
        Self {
            at: Instant::now(),
            recorded_at: event.recorded_at,
        }
    }

    /// Whether whoever follows since `since` has waited for it. Others catch up: for them it is old
    /// through no fault of ours.
    pub fn is_since(&self, since: Instant) -> bool {
        self.at >= since
    }

    /// The event is written to a subscriber now.
    pub fn written(&self) {
        let age = (Utc::now() - self.recorded_at).as_seconds_f64();
        // The clock of the machine that stored it may be ahead.
        AGE.record(age.max(0.0));
    }
}
