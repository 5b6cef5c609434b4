//! What the worker measures.

use entity::link_state::EventReason;
use entity::model::unknown_client::UnknownReason;
use ingest::consume::start::Gap;
use ingest::decode::{Kind, RejectCode};

use super::{Label, Metric, SHORT, closed, counter, gauge, histogram};

const SOURCE: Label = closed("source", || Kind::ALL.map(Kind::as_str).to_vec());

fn texts<T: Copy>(all: &[T], text: fn(T) -> &'static str) -> Vec<&'static str> {
    all.iter().copied().map(text).collect()
}

/// Messages in one transaction.
const MESSAGES: &[f64] = &[1.0, 2.0, 5.0, 10.0, 20.0, 40.0, 100.0, 1_000.0];

pub(super) const METRICS: &[Metric] = &[
    gauge(
        "wisplink_ingest_lag_messages",
        &[SOURCE],
        "messages",
        "messages that are published and not applied yet, where this process reads the source",
    ),
    gauge(
        "wisplink_ingest_lag_seconds",
        &[SOURCE],
        "seconds",
        "age of the oldest message that is known and not applied yet; while the stream cannot be asked for more than 10 s, at least how long that lasts",
    ),
    gauge(
        "wisplink_ingest_lease_held",
        &[SOURCE],
        "0 or 1",
        "whether this process reads the source",
    ),
    gauge(
        "wisplink_ingest_position",
        &[SOURCE],
        "sequence",
        "the lowest sequence of the stream that is not applied yet, where this process reads the source",
    ),
    counter(
        "wisplink_ingest_messages_total",
        &[SOURCE],
        "messages",
        "messages applied",
    ),
    counter(
        "wisplink_ingest_rejected_total",
        &[closed("reason", || {
            texts(RejectCode::ALL, RejectCode::as_str)
        })],
        "messages",
        "messages refused for good and kept as dead letters, by reason",
    ),
    counter(
        "wisplink_ingest_polls_outdated_total",
        &[],
        "polls",
        "polls that are not newer than what is known of their AP, and change nothing",
    ),
    counter(
        "wisplink_ingest_clients_total",
        &[],
        "rows",
        "clients listed by polls that were applied",
    ),
    counter(
        "wisplink_ingest_unknown_clients_total",
        &[closed("reason", || {
            texts(UnknownReason::ALL, UnknownReason::as_str)
        })],
        "clients",
        "listed clients that have no link, once for each AP and transaction",
    ),
    counter(
        "wisplink_ingest_events_total",
        &[closed("reason", || {
            texts(EventReason::ALL, EventReason::as_str)
        })],
        "events",
        "link events stored by the worker, by reason",
    ),
    counter(
        "wisplink_ingest_rows_dropped_total",
        &[],
        "rows",
        "unusable rows left out of good messages",
    ),
    counter(
        "wisplink_ingest_values_refused_total",
        &[],
        "values",
        "unusable values left out of good rows",
    ),
    gauge(
        "wisplink_ingest_queue_messages",
        &[],
        "messages",
        "messages in memory that are not applied yet",
    ),
    histogram(
        "wisplink_ingest_batch_messages",
        (MESSAGES, &[]),
        "messages",
        "messages applied in one transaction",
    ),
    histogram(
        "wisplink_ingest_batch_duration_seconds",
        (SHORT, &[]),
        "seconds",
        "time from taking a batch of messages to its events being sent, retries included",
    ),
    histogram(
        "wisplink_ingest_transaction_duration_seconds",
        (SHORT, &[closed("result", || vec!["committed", "failed"])]),
        "seconds",
        "time of one try to apply a batch in one transaction",
    ),
    counter(
        "wisplink_ingest_retries_total",
        &[],
        "transactions",
        "transactions that failed and were tried again",
    ),
    gauge(
        "wisplink_ingest_breaker_open",
        &[],
        "0 or 1",
        "whether reading is stopped because the database is in trouble",
    ),
    gauge(
        "wisplink_ingest_events_unpublished",
        &[],
        "events",
        "events stored by this process that the events stream has not acknowledged yet",
    ),
    counter(
        "wisplink_ingest_publish_retries_total",
        &[],
        "events",
        "times an event was sent again because the events stream did not acknowledge it",
    ),
    counter(
        "wisplink_ingest_events_recovered_total",
        &[],
        "events",
        "events that an earlier process left unpublished, published by the sweep",
    ),
    counter(
        "wisplink_ingest_gaps_total",
        &[closed("reason", || Gap::NAMES.to_vec())],
        "gaps",
        "times messages were not there to be read, by reason",
    ),
    counter(
        "wisplink_ingest_rebind_total",
        &[SOURCE],
        "times",
        "consumers of pollers' streams bound anew after trouble",
    ),
    counter(
        "wisplink_history_rolled_up_total",
        &[],
        "AP hours",
        "hours of access points rolled up",
    ),
    counter(
        "wisplink_history_partitions_dropped_total",
        &[],
        "partitions",
        "partitions dropped because their time was over",
    ),
    counter(
        "wisplink_history_partitions_missing_total",
        &[],
        "times",
        "times a partition was found missing",
    ),
    counter(
        "wisplink_history_too_old_total",
        &[],
        "polls",
        "polls too old to be kept in history",
    ),
    counter(
        "wisplink_history_failures_total",
        &[],
        "rounds",
        "rounds of roll-up and retention that failed",
    ),
];
