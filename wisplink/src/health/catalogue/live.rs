//! What the API measures.

use api::error::Code;
use api::http::protocol::Close;

use super::{Label, Metric, SHORT, closed, counter, gauge, histogram, open};

/// Whatever clients call their operations: see [`api::graphql::meter`].
const OPERATION: Label = open("operation");

/// Seconds from the commit of an event to a socket.
const AGES: &[f64] = &[
    0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0,
];

pub(super) const METRICS: &[Metric] = &[
    counter(
        "wisplink_graphql_operations_total",
        &[OPERATION, open("outcome")],
        "operations",
        "operations executed, by name and outcome: ok, subscribed, or the code of the first error",
    ),
    histogram(
        "wisplink_graphql_operation_duration_seconds",
        (SHORT, &[OPERATION]),
        "seconds",
        "time to execute a query or mutation, without reading the request and writing the answer",
    ),
    counter(
        "wisplink_graphql_refused_total",
        &[closed("code", || {
            Code::ALL.iter().map(|code| code.as_str()).collect()
        })],
        "requests",
        "requests and operations refused before anything ran, by error code",
    ),
    gauge(
        "wisplink_sockets",
        &[],
        "sockets",
        "WebSockets that are open",
    ),
    gauge(
        "wisplink_event_streams",
        &[],
        "streams",
        "server-sent event streams that are open",
    ),
    counter(
        "wisplink_sockets_closed_total",
        &[closed("code", || Close::CODES.to_vec())],
        "sockets",
        "WebSockets closed by the server, by code",
    ),
    gauge(
        "wisplink_live_bound",
        &[],
        "0 or 1",
        "whether link events come in from the events stream",
    ),
    counter(
        "wisplink_live_events_total",
        &[],
        "events",
        "link events that came in from the events stream",
    ),
    histogram(
        "wisplink_live_event_age_seconds",
        (AGES, &[]),
        "seconds",
        "age of a live link event when it is written to a subscriber; what is told again after a pause does not count",
    ),
    counter(
        "wisplink_live_replays_total",
        &[],
        "times",
        "times subscribers asked the database for events that are not in memory",
    ),
    counter(
        "wisplink_live_resets_total",
        &[],
        "times",
        "times subscribers were told to reload, because what they had missed is not to be had",
    ),
    counter(
        "wisplink_live_rebind_total",
        &[],
        "times",
        "consumers of link events bound anew after trouble",
    ),
    counter(
        "wisplink_jwks_failures_total",
        &[],
        "times",
        "times published keys were not to be had",
    ),
];
