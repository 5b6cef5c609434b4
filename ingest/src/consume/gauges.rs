//! Shows what this process reads, and how far it has come.

use chrono::{DateTime, Utc};
use metrics::{Gauge, gauge};

use crate::decode::Kind;
use crate::position::progress::Progress;

/// The gauges of one source, while this process has its lease: 0 afterwards.
pub(super) struct Gauges {
    lease: Gauge,
    position: Gauge,
    messages: Gauge,
    seconds: Gauge,
}

impl Gauges {
    /// Those of `kind`. The lease is held from now on.
    pub(super) fn of(kind: Kind) -> Self {
        let gauges = Self::all(kind);
        gauges.lease.set(1.0);
        gauges
    }

    /// Shows that this process does not read `kind`.
    pub(super) fn absent(kind: Kind) {
        drop(Self::all(kind));
    }

    fn all(kind: Kind) -> Self {
        let source = kind.as_str();
        Self {
            lease: gauge!("wisplink_ingest_lease_held", "source" => source),
            position: gauge!("wisplink_ingest_position", "source" => source),
            messages: gauge!("wisplink_ingest_lag_messages", "source" => source),
            seconds: gauge!("wisplink_ingest_lag_seconds", "source" => source),
        }
    }

    /// Shows where reading is `now`, if it has begun.
    pub(super) fn show(&self, reading: Option<&Progress>, now: DateTime<Utc>) {
        let Some(reading) = reading else { return };
        let lag = reading.lag(now);
        self.position.set(number(reading.position()));
        self.messages.set(number(lag.messages));
        self.seconds.set(lag.age.as_seconds_f64());
    }
}

impl Drop for Gauges {
    fn drop(&mut self) {
        for gauge in [&self.lease, &self.position, &self.messages, &self.seconds] {
            gauge.set(0.0);
        }
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "a gauge is a float; sequences below 2^53 are exact"
)]
const fn number(count: u64) -> f64 {
    count as f64
}
