//! Whose turn it is to see to history: one worker's among any number.
//!
//! # Invariants
//! - The lock ends with its transaction, so a worker that dies gives its turn back.
//! - Two at it, should it come to that, do no harm: every step may be taken twice.

use entity::database::Database;
use entity::scope::TenantScope;
use entity::tx::SystemTx;
use sqlx::Row as _;
use sqlx::postgres::PgArguments;

/// Any number, as long as it stays the same and is not another lock's.
const TAKE: &str = "SELECT pg_try_advisory_xact_lock(5347, 0)";
const KEEP: &str = "SELECT";

/// The turn, until it is dropped.
pub(super) struct Turn(SystemTx);

impl Turn {
    /// Takes the turn; none while another worker has it. `platform` may list tenants.
    pub(super) async fn take(platform: &Database) -> Result<Option<Self>, sqlx::Error> {
        let tx = platform.system().await?;
        let rows = tx.rows(TAKE, PgArguments::default()).await?;
        let taken = rows.first().map_or(Ok(false), |row| row.try_get(0))?;
        Ok(taken.then_some(Self(tx)))
    }

    /// Makes sure of it. Has to be called between any two longer steps: the database ends a
    /// transaction that says nothing for half a minute.
    pub(super) async fn keep(&self) -> Result<(), sqlx::Error> {
        self.0.rows(KEEP, PgArguments::default()).await?;
        Ok(())
    }

    /// All tenants.
    pub(super) async fn tenants(&self) -> Result<Vec<TenantScope>, sqlx::Error> {
        super::tenants(&self.0).await
    }
}
