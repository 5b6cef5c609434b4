//! A read replica, for what is told of the past: it takes the long statements off the primary.
//!
//! # Invariants
//! - What is read there is at most as old as the operator allows. How old it is the replica says, in
//!   the transaction that reads: the time since the last commit it has replayed. While nothing is
//!   committed nobody can tell, and the primary is asked.
//! - A replica that cannot be asked is left alone for a while. No request fails for it.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use entity::database::Database;
use entity::scope::TenantScope;
use entity::tx::TenantTx;
use sqlx::postgres::PgArguments;
use sqlx::{Error, Row as _};

/// How long a replica is left alone that could not be asked.
const REST: Duration = Duration::from_secs(10);

/// Nothing, where no replica answers.
const LAG_MS: &str = "
    SELECT (extract(epoch FROM clock_timestamp() - pg_last_xact_replay_timestamp()) * 1000)::bigint
    WHERE pg_is_in_recovery()";

/// A replica, and how far behind it may be.
#[derive(Clone, Debug)]
pub struct Replica {
    database: Database,
    max_lag: Duration,
    rests_until: Arc<Mutex<Option<Instant>>>,
}

impl Replica {
    /// The replica in `database`, which is asked while it is no more than `max_lag` behind.
    pub fn new(database: Database, max_lag: Duration) -> Self {
        Self {
            database,
            max_lag,
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
            Ok((tx, Some(lag))) if lag <= self.max_lag => Some(tx),
            Ok((_, lag)) => {
                tracing::debug!(?lag, "the replica is behind; asking the primary");
                None
            }
            Err(error) => {
                tracing::warn!(%error, seconds = REST.as_secs(), "the replica of database.history_url cannot be asked; asking the primary for a while");
                self.rest();
                None
            }
        }
    }

    /// A transaction, and how far behind the replica was when it saw its snapshot.
    async fn open(&self, scope: TenantScope) -> Result<(TenantTx, Option<Duration>), Error> {
        let tx = self.database.read(scope).await?;
        let rows = tx.rows(LAG_MS, PgArguments::default()).await?;
        let lag: Option<i64> = rows.first().map_or(Ok(None), |row| row.try_get(0))?;
        let lag = lag.map(|lag| Duration::from_millis(lag.max(0).unsigned_abs()));
        Ok((tx, lag))
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
