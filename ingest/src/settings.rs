//! What an operator may set of the worker.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use entity::wire::subject;

/// Where messages come from, where events go, and how hard the worker works.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The registration tables.
    pub registrations: Source,
    /// The interface snapshots.
    pub interfaces: Source,
    /// The device status.
    pub status: Source,
    /// The stream link events are published to.
    pub events_stream: String,
    /// The stream refused messages are kept in.
    pub dead_letters_stream: String,
    /// Servers of a NATS cluster that keep each stream.
    pub replicas: usize,
    /// Transactions in flight.
    pub lanes: usize,
    /// Polls of one tenant in one transaction, at most.
    pub batch: usize,
    /// Messages queued in all lanes; reading stops when it is reached.
    pub queue: usize,
    /// How long a reader's lease lasts. Renewed at a third of it.
    pub lease: Duration,
    /// How long history is kept.
    pub retention: Retention,
}

/// How long history is kept, in days.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retention {
    /// Every poll.
    pub raw_days: u16,
    /// What was rolled up by the hour.
    pub rollup_days: u16,
}

impl Retention {
    /// Polls of this time and later are kept, as of `now`.
    pub fn polls_from(self, now: DateTime<Utc>) -> DateTime<Utc> {
        now - TimeDelta::days(self.raw_days.into())
    }
}

impl Default for Retention {
    fn default() -> Self {
        Self {
            raw_days: 7,
            rollup_days: 400,
        }
    }
}

/// A stream and the subject read from it. Each has one active reader among all workers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// The stream.
    pub stream: String,
    /// The subject filter.
    pub subject: String,
}

impl Source {
    /// The name under which the position is kept.
    pub fn name(&self) -> String {
        format!("{}:{}", self.stream, self.subject)
    }

    fn new(stream: &str, subject: &str) -> Self {
        Self {
            stream: stream.to_owned(),
            subject: subject.to_owned(),
        }
    }
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            registrations: Source::new(subject::REGISTRATIONS_STREAM, subject::REGISTRATIONS),
            interfaces: Source::new(subject::DEVICE_EVENTS_STREAM, subject::INTERFACES),
            status: Source::new(subject::DEVICE_EVENTS_STREAM, subject::STATUS),
            events_stream: subject::EVENTS_STREAM.to_owned(),
            dead_letters_stream: subject::DEAD_LETTERS_STREAM.to_owned(),
            replicas: 1,
            lanes: 3,
            batch: 40,
            queue: 2_000,
            lease: Duration::from_secs(10),
            retention: Retention::default(),
        }
    }
}
