//! What the program as a whole measures: its connections, and itself.

use entity::database::Role;

use super::{Label, Metric, SHORT, closed, counter, gauge, histogram, open};

const ROLE: Label = closed("role", || Role::ALL.map(Role::name).to_vec());

pub(super) const METRICS: &[Metric] = &[
    gauge(
        "wisplink_build_info",
        &[open("version")],
        "1",
        "always 1; the label tells which wisplink this is",
    ),
    gauge(
        "wisplink_database_connections",
        &[ROLE, closed("state", || vec!["idle", "used"])],
        "connections",
        "connections to the database, by role and whether they are in use",
    ),
    gauge(
        "wisplink_database_connections_max",
        &[ROLE],
        "connections",
        "connections to the database that there may be, by role",
    ),
    histogram(
        "wisplink_database_begin_duration_seconds",
        (SHORT, &[ROLE]),
        "seconds",
        "time until a transaction is open: the wait for a connection, and one round trip",
    ),
    counter(
        "wisplink_database_errors_total",
        &[open("sqlstate")],
        "errors",
        "statements that failed, by SQLSTATE, or what kept them from the database",
    ),
    counter(
        "wisplink_history_reads_total",
        &[closed("from", || vec!["replica", "primary"])],
        "answers",
        "answers that read history where there is a replica, by where from",
    ),
    gauge(
        "wisplink_nats_connected",
        &[],
        "0 or 1",
        "whether NATS is connected",
    ),
    counter(
        "wisplink_nats_slow_consumer_total",
        &[],
        "times",
        "times NATS dropped messages because they were not read",
    ),
    counter(
        "process_cpu_seconds_total",
        &[],
        "seconds",
        "CPU time used by the process, user and system",
    ),
    gauge(
        "process_resident_memory_bytes",
        &[],
        "bytes",
        "memory of the process that is in RAM",
    ),
    gauge(
        "process_virtual_memory_bytes",
        &[],
        "bytes",
        "address space of the process",
    ),
    gauge(
        "process_virtual_memory_max_bytes",
        &[],
        "bytes",
        "address space the process may have",
    ),
    gauge(
        "process_open_fds",
        &[],
        "descriptors",
        "open file descriptors",
    ),
    gauge(
        "process_max_fds",
        &[],
        "descriptors",
        "file descriptors the process may open",
    ),
    gauge("process_threads", &[], "threads", "threads of the process"),
    gauge(
        "process_start_time_seconds",
        &[],
        "seconds",
        "when the process started, since 1970",
    ),
];
