//! Applying the changes from a program, one program at a time.
//!
//! sea-orm-migration takes no lock of its own: two replicas that start together would both try.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::sqlx::{self, ConnectOptions as _, Connection as _};
use sea_orm_migration::sea_orm::{ConnectOptions, Database, DatabaseConnection};

use crate::Migrator;

/// Why the schema could not be brought up to date.
#[derive(Debug, thiserror::Error)]
pub enum MigrateError {
    /// No connection.
    #[error("connecting to PostgreSQL to migrate")]
    Connect(#[source] sqlx::Error),
    /// The lock or a change failed.
    #[error("migrating the schema")]
    Change(#[from] DbErr),
}

/// Changes that were not applied yet.
pub type Pending = Vec<String>;

/// Applies what is missing, while holding a lock that keeps other programs from doing the same.
/// Returns the names of the changes that were missing.
pub async fn apply(url: &str) -> Result<Pending, MigrateError> {
    // Any number will do, as long as it stays the same.
    const LOCK: i64 = 0x7769_7370_6c69_6e6b;

    let options: sqlx::postgres::PgConnectOptions = url.parse().map_err(MigrateError::Connect)?;
    let mut lock = options.connect().await.map_err(MigrateError::Connect)?;
    sqlx::query("SELECT pg_advisory_lock($1)")
        .bind(LOCK)
        .execute(&mut lock)
        .await
        .map_err(MigrateError::Connect)?;
    let applied = up(url).await;
    // Closing the session gives the lock back, whatever came of the changes.
    let _ = lock.close().await;
    applied
}

/// The changes that `url`'s database still lacks. Needs no right to change anything.
pub async fn pending(url: &str) -> Result<Pending, MigrateError> {
    missing(&connect(url).await?).await
}

/// The changes this program knows, in order.
pub fn known() -> Vec<String> {
    Migrator::migrations()
        .iter()
        .map(|change| change.name().to_owned())
        .collect()
}

async fn up(url: &str) -> Result<Pending, MigrateError> {
    let db = connect(url).await?;
    let missing = missing(&db).await?;
    Migrator::up(&db, None).await?;
    db.close().await?;
    Ok(missing)
}

async fn missing(db: &DatabaseConnection) -> Result<Pending, MigrateError> {
    let missing = Migrator::get_pending_migrations_read_only(db).await?;
    Ok(missing
        .iter()
        .map(|change| change.name().to_owned())
        .collect())
}

async fn connect(url: &str) -> Result<DatabaseConnection, MigrateError> {
    let mut options = ConnectOptions::new(url);
    options.max_connections(1).sqlx_logging(false);
    Ok(Database::connect(options).await?)
}
