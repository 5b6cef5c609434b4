//! `[streams]` and `[ingest]`: what the worker reads, and how hard it works.

use std::time::Duration;

use entity::wire::subject;
use ingest::settings::{Settings, Source};
use serde::{Deserialize, Serialize};

use super::{ConfigError, bounded};

/// The names of streams and subjects.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct StreamsConfig {
    /// The stream with registration tables, and their subject.
    pub registrations: String,
    /// See `registrations`.
    pub registrations_subject: String,
    /// The stream with interface snapshots and device status.
    pub device_events: String,
    /// The subject of interface snapshots.
    pub interfaces_subject: String,
    /// The subject of device status.
    pub status_subject: String,
    /// The stream link events are published on.
    pub events: String,
    /// The stream refused messages are kept in.
    pub dead_letters: String,
    /// Servers of a NATS cluster that keep each stream: 1, 3 or 5.
    pub replicas: usize,
}

impl Default for StreamsConfig {
    fn default() -> Self {
        Self {
            registrations: subject::REGISTRATIONS_STREAM.to_owned(),
            registrations_subject: subject::REGISTRATIONS.to_owned(),
            device_events: subject::DEVICE_EVENTS_STREAM.to_owned(),
            interfaces_subject: subject::INTERFACES.to_owned(),
            status_subject: subject::STATUS.to_owned(),
            events: subject::EVENTS_STREAM.to_owned(),
            dead_letters: subject::DEAD_LETTERS_STREAM.to_owned(),
            replicas: 1,
        }
    }
}

/// How hard the worker works.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct IngestConfig {
    /// Transactions in flight.
    pub lanes: usize,
    /// Messages of one tenant in one transaction, at most.
    pub batch: usize,
    /// Messages queued in memory, at most.
    pub queue: usize,
    /// Seconds a reader's lease lasts; a standby takes over soon after it has run out.
    pub lease_s: u64,
}

impl Default for IngestConfig {
    fn default() -> Self {
        let Settings {
            lanes,
            batch,
            queue,
            lease,
            ..
        } = Settings::default();
        Self {
            lanes,
            batch,
            queue,
            lease_s: lease.as_secs(),
        }
    }
}

impl StreamsConfig {
    pub(super) fn check(&self) -> Result<(), ConfigError> {
        bounded("streams.replicas", self.replicas as u64, 1, 5)
    }
}

impl IngestConfig {
    /// What the worker needs.
    pub fn settings(&self, streams: &StreamsConfig) -> Settings {
        let source = |stream: &String, subject: &String| Source {
            stream: stream.clone(),
            subject: subject.clone(),
        };
        Settings {
            registrations: source(&streams.registrations, &streams.registrations_subject),
            interfaces: source(&streams.device_events, &streams.interfaces_subject),
            status: source(&streams.device_events, &streams.status_subject),
            events_stream: streams.events.clone(),
            dead_letters_stream: streams.dead_letters.clone(),
            replicas: streams.replicas,
            lanes: self.lanes,
            batch: self.batch,
            queue: self.queue,
            lease: Duration::from_secs(self.lease_s),
            ..Settings::default()
        }
    }

    pub(super) fn check(&self) -> Result<(), ConfigError> {
        bounded("ingest.lanes", self.lanes as u64, 1, 64)?;
        bounded("ingest.batch", self.batch as u64, 1, 1_000)?;
        bounded("ingest.queue", self.queue as u64, 1, 1_000_000)?;
        bounded("ingest.lease_s", self.lease_s, 3, 300)
    }
}
