//! A read replica, for what is told of the past: it takes the long statements off the primary.
//!
//! # Invariants
//! - What is read there is at most as old as the operator allows. How old it is the replica says, in
//!   the transaction that reads: the time since the last commit it has replayed. While nothing is
//!   committed nobody can tell, and the primary is asked.
//! - It is asked only while it is a replica: what was promoted goes its own way.
//! - It is asked only with the schema this program knows: a replica may be older than its primary.
//! - A replica that cannot be asked is left alone for a while. No request fails for it.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use entity::database::Database;
use entity::scope::TenantScope;
use entity::tx::TenantTx;
use sqlx::{Error, Row as _};

/// How long a replica is left alone that could not be asked.
const REST: Duration = Duration::from_secs(10);

/// Whether it is a replica, how far behind, and whether it has the change of the schema `$1`.
const STATE: &str = "
    SELECT pg_is_in_recovery(),
        (extract(epoch FROM clock_timestamp() - pg_last_xact_replay_timestamp()) * 1000)::bigint,
        EXISTS (SELECT FROM seaql_migrations WHERE version = $1)";

/// What a replica says of itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// Not in recovery: it was promoted, or is the primary.
    NoReplica,
    /// It lacks a change of the schema that this program needs.
    OldSchema,
    /// So far behind; None where nothing was replayed yet.
    Replica(Option<Duration>),
}

/// A replica, and how far behind it may be.
#[derive(Clone, Debug)]
pub struct Replica {
    database: Database,
    max_lag: Duration,
    schema: Arc<str>,
    rests_until: Arc<Mutex<Option<Instant>>>,
}

impl Replica {
    /// The replica in `database`, which is asked while it is no more than `max_lag` behind and has
    /// `schema`, the latest change of the schema that this program knows.
    pub fn new(database: Database, max_lag: Duration, schema: &str) -> Self {
        Self {
            database,
            max_lag,
            schema: schema.into(),
            rests_until: Arc::default(),
        }
    }

    /// Opens a snapshot of `scope`'s tenant. None: the primary must be asked.
    pub async fn read(&self, scope: TenantScope) -> Option<TenantTx> {
        let tx = if self.rests() {
            None
        } else {
            self.ask(scope).await
        };
        let from = if tx.is_some() { "replica" } else { "primary" };
        metrics::counter!("wisplink_history_reads_total", "from" => from).increment(1);
        tx
    }

    /// Waits until the connections in use are returned, then closes them all.
    pub async fn close(&self) {
        self.database.close().await;
    }

    async fn ask(&self, scope: TenantScope) -> Option<TenantTx> {
        match self.open(scope).await {
            Ok((tx, State::Replica(Some(lag)))) if lag <= self.max_lag => return Some(tx),
            Ok((_, State::Replica(lag))) => {
                tracing::debug!(?lag, "the replica is behind; asking the primary");
                return None;
            }
            Ok((_, State::NoReplica)) => {
                tracing::warn!(
                    seconds = REST.as_secs(),
                    "the server of database.history_url is no replica: it was promoted, or is the primary; asking the primary of database.url for a while"
                );
            }
            Ok((_, State::OldSchema)) => {
                tracing::warn!(schema = %self.schema, seconds = REST.as_secs(), "the replica of database.history_url lacks a change of the schema; asking the primary for a while");
            }
            Err(error) => {
                tracing::warn!(%error, seconds = REST.as_secs(), "the replica of database.history_url cannot be asked; asking the primary for a while");
            }
        }
        self.rest();
        None
    }

    /// A transaction, and what the replica said when it saw its snapshot.
    async fn open(&self, scope: TenantScope) -> Result<(TenantTx, State), Error> {
        let tx = self.database.read(scope).await?;
        let rows = tx.rows(STATE, entity::args![&*self.schema]?).await?;
        let row = rows.first().ok_or(Error::RowNotFound)?;
        let lag: Option<i64> = row.try_get(1)?;
        let lag = lag.map(|lag| Duration::from_millis(lag.max(0).unsigned_abs()));
        let state = match (row.try_get(0)?, row.try_get(2)?) {
            (false, _) => State::NoReplica,
            (true, false) => State::OldSchema,
            (true, true) => State::Replica(lag),
        };
        Ok((tx, state))
    }

    fn rests(&self) -> bool {
        let until = self.rests_until.lock();
        until
            .unwrap_or_else(PoisonError::into_inner)
            .is_some_and(|until| Instant::now() < until)
    }

    fn rest(&self) {
        let mut until = self
            .rests_until
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        *until = Some(Instant::now() + REST);
    }
}
