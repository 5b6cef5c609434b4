//! What the database answered, sorted by whether trying again can help.

use sqlx::Error;

/// Whether a failed statement may succeed when it is simply tried again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The database is away, overloaded, restarting or had to break a deadlock: retry.
    Temporary,
    /// The statement's data broke a rule (class 22 or 23): retrying cannot help.
    Data,
    /// Anything else: a bug, a missing grant, a wrong schema.
    Other,
}

/// Sorts `error` by [`Fault`].
pub fn fault(error: &Error) -> Fault {
    match error {
        Error::Database(inner) => inner
            .code()
            .map_or(Fault::Other, |code| fault_of_state(&code)),
        Error::Io(_)
        | Error::Tls(_)
        | Error::Protocol(_)
        | Error::PoolTimedOut
        | Error::PoolClosed
        | Error::WorkerCrashed
        | Error::BeginFailed => Fault::Temporary,
        _ => Fault::Other,
    }
}

/// Counts `error` by its SQLSTATE, or by what kept the statement from the database.
pub(crate) fn count(error: &Error) {
    let state = match error {
        Error::Database(inner) => inner.code().unwrap_or_default().into_owned(),
        Error::Io(_) => "io".to_owned(),
        Error::Tls(_) => "tls".to_owned(),
        Error::PoolTimedOut => "pool_timed_out".to_owned(),
        Error::PoolClosed => "pool_closed".to_owned(),
        _ => "other".to_owned(),
    };
    metrics::counter!("wisplink_database_errors_total", "sqlstate" => state).increment(1);
}

/// Sorts an SQLSTATE.
fn fault_of_state(state: &str) -> Fault {
    // 25P02 comes behind another failure in its transaction, and that one tells what was wrong.
    const TEMPORARY: [&str; 7] = [
        "40001", "40P01", "55P03", "57014", "25006", "25P02", "25P03",
    ];
    let class = state.get(..2).unwrap_or_default();
    match class {
        "08" | "53" | "58" => Fault::Temporary,
        // 57P01 to 57P05: shutting down, crashed, starting up, idle too long.
        "57" if state.starts_with("57P") => Fault::Temporary,
        _ if TEMPORARY.contains(&state) => Fault::Temporary,
        "22" | "23" => Fault::Data,
        _ => Fault::Other,
    }
}

/// Whether `error` says that the server ended the session, or is gone.
pub fn is_cut(error: &Error) -> bool {
    match error {
        Error::Io(_) => true,
        Error::Database(inner) => inner.code().is_some_and(|code| ends_session(&code)),
        _ => false,
    }
}

fn ends_session(state: &str) -> bool {
    // 57P01, 57P02, 57P05: shut down, crashed, idle too long. 08P01 is what `PgBouncer` says before
    // it closes a connection for whatever reason: no server was free (`query_wait_timeout`), the
    // server cannot be reached or was lost.
    ["57P01", "57P02", "57P05", "08P01"].contains(&state)
}

/// Whether `error` says that the session is still within a transaction that failed.
pub fn is_in_failed_transaction(error: &Error) -> bool {
    matches!(error, Error::Database(inner) if inner.code().as_deref() == Some("25P02"))
}

/// Whether `error` says that a row with this unique key is already there.
pub fn is_duplicate(error: &Error) -> bool {
    matches!(error, Error::Database(inner) if inner.code().as_deref() == Some("23505"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn states_are_sorted() {
        for (state, expected) in [
            ("40P01", Fault::Temporary),
            ("57P03", Fault::Temporary),
            ("08006", Fault::Temporary),
            ("53300", Fault::Temporary),
            ("25P02", Fault::Temporary),
            ("23503", Fault::Data),
            ("22P02", Fault::Data),
            ("42501", Fault::Other),
            ("42P01", Fault::Other),
        ] {
            assert_eq!(fault_of_state(state), expected, "{state}");
        }
    }

    #[test]
    fn a_pooler_that_closes_the_connection_ends_the_session() {
        for (state, expected) in [("08P01", true), ("57P01", true), ("57014", false)] {
            assert_eq!(ends_session(state), expected, "{state}");
        }
        assert_eq!(fault_of_state("08P01"), Fault::Temporary);
    }
}
