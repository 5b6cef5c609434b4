//! What is counted, in Prometheus' form.

use std::sync::OnceLock;
use std::time::Duration;

use metrics::{Unit, describe_counter};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};

/// How often old values are folded away.
const UPKEEP: Duration = Duration::from_secs(5);

/// Every counter there is, and what it counts.
pub const COUNTERS: [(&str, &str); 18] = [
    ("wisplink_ingest_messages_total", "messages applied"),
    (
        "wisplink_ingest_batches_total",
        "transactions that applied messages",
    ),
    ("wisplink_ingest_events_total", "link events stored"),
    (
        "wisplink_ingest_rejected_total",
        "messages refused for good, by reason",
    ),
    (
        "wisplink_ingest_rows_dropped_total",
        "unusable rows left out of good messages",
    ),
    (
        "wisplink_ingest_values_refused_total",
        "unusable values left out of good rows",
    ),
    (
        "wisplink_ingest_retries_total",
        "transactions that failed and were tried again",
    ),
    (
        "wisplink_ingest_gaps_total",
        "times messages were not there to be read, by reason",
    ),
    (
        "wisplink_ingest_rebind_total",
        "consumers of pollers' streams bound anew after trouble",
    ),
    (
        "wisplink_history_rolled_up_total",
        "hours of access points rolled up",
    ),
    (
        "wisplink_history_partitions_dropped_total",
        "partitions dropped because their time was over",
    ),
    (
        "wisplink_history_partitions_missing_total",
        "times a partition was found missing",
    ),
    (
        "wisplink_history_too_old_total",
        "polls too old to be kept in history",
    ),
    (
        "wisplink_history_failures_total",
        "rounds of roll-up and retention that failed",
    ),
    (
        "wisplink_nats_slow_consumer_total",
        "times NATS dropped messages because they were not read",
    ),
    (
        "wisplink_jwks_failures_total",
        "times published keys were not to be had",
    ),
    (
        "wisplink_sockets_closed_total",
        "WebSockets closed by the server, by code",
    ),
    (
        "wisplink_live_rebind_total",
        "consumers of link events bound anew after trouble",
    ),
];

/// The recorder's readings.
#[derive(Clone, Debug)]
pub struct Metrics(PrometheusHandle);

/// Something else counts in this process already.
#[derive(Debug, thiserror::Error)]
#[error("metrics are recorded elsewhere in this process")]
pub struct AlreadyRecorded(#[from] metrics_exporter_prometheus::BuildError);

impl Metrics {
    /// Starts counting; once a process, whoever asks.
    pub fn start() -> Result<Self, AlreadyRecorded> {
        static STARTED: OnceLock<Metrics> = OnceLock::new();
        if let Some(started) = STARTED.get() {
            return Ok(started.clone());
        }
        let handle = PrometheusBuilder::new().install_recorder()?;
        for (name, meaning) in COUNTERS {
            describe_counter!(name, Unit::Count, meaning);
        }
        let upkeep = handle.clone();
        tokio::spawn(async move {
            loop {
                tokio::time::sleep(UPKEEP).await;
                upkeep.run_upkeep();
            }
        });
        Ok(STARTED.get_or_init(|| Self(handle)).clone())
    }

    /// All readings.
    pub fn render(&self) -> String {
        self.0.render()
    }
}
