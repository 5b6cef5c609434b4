//! When an event came in, and how old it is when a subscriber gets it.

use std::sync::LazyLock;
use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};
use std::time::Instant;

use chrono::{DateTime, Utc};
use entity::trace::{TARGET, TraceParent, below};
use entity::wire::link_event::LinkEvent;
use metrics::{Histogram, histogram};
use tracing::Span;

use crate::limits;

/// Asked for once: an event may go to thousands of subscribers.
static AGE: LazyLock<Histogram> = LazyLock::new(|| histogram!("wisplink_live_event_age_seconds"));

/// One event may go to thousands of subscribers; a few of their spans tell enough.
static ROOM: Room = Room {
    second: AtomicI64::new(0),
    taken: AtomicUsize::new(0),
};

/// How many spans there were in this second, about.
struct Room {
    second: AtomicI64,
    taken: AtomicUsize,
}

impl Room {
    /// Whether there is room for one more at `second`.
    fn take(&self, second: i64) -> bool {
        if self.second.swap(second, Ordering::Relaxed) != second {
            self.taken.store(0, Ordering::Relaxed);
        }
        self.taken.fetch_add(1, Ordering::Relaxed) < limits::TRACED_WRITES
    }
}

/// How an event came in from the stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Arrival {
    at: Instant,
    recorded_at: DateTime<Utc>,
    trace: Option<TraceParent>,
}

impl Arrival {
    /// `event`, part of `trace`, came in at this moment.
    pub fn of(event: &LinkEvent, trace: Option<TraceParent>) -> Self {
        Self {
            at: Instant::now(),
            recorded_at: event.recorded_at,
            trace,
        }
    }

    /// Whether whoever follows since `since` has waited for it. Others catch up: for them it is old
    /// through no fault of ours.
    pub fn is_since(&self, since: Instant) -> bool {
        self.at >= since
    }

    /// The span of writing it to a subscriber over `way`, if it is traced.
    pub fn writing(&self, way: &'static str) -> Option<Span> {
        let parent = self.trace.filter(|trace| trace.is_sampled())?;
        let has_room = ROOM.take(Utc::now().timestamp());
        has_room.then(|| {
            below(Some(parent), || {
                tracing::info_span!(
                    target: TARGET, parent: None, "write", way, otel.kind = "producer"
                )
            })
        })
    }

    /// The event is written to a subscriber now.
    pub fn written(&self) {
        let age = (Utc::now() - self.recorded_at).as_seconds_f64();
        // The clock of the machine that stored it may be ahead.
        AGE.record(age.max(0.0));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_is_room_for_so_many_spans_in_a_second() {
        let room = Room {
            second: AtomicI64::new(0),
            taken: AtomicUsize::new(0),
        };
        let taken = |second| (0..1_000).filter(|_| room.take(second)).count();
        assert_eq!(taken(1), limits::TRACED_WRITES);
        assert_eq!(taken(2), limits::TRACED_WRITES);
    }
}
