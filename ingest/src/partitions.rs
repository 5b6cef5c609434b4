//! Makes the history's partitions ahead of time.

use std::time::Duration;

use entity::database::Database;
use tokio_util::sync::CancellationToken;

const EVERY: Duration = Duration::from_hours(1);
const RETRY: Duration = Duration::from_secs(30);
/// Yesterday, too: polls arrive late.
const MAKE: &str = "SELECT app.make_partitions(current_date - 1, current_date + 3)";

/// Makes what is missing. Returns when to look again.
///
/// Done before anything is read: a poll without a partition of its day goes to the default one, and
/// while it is there the day's cannot be made.
pub async fn prepare(database: &Database) -> Duration {
    match make(database).await {
        Ok(()) => EVERY,
        Err(error) => {
            tracing::warn!(%error, "the history's partitions were not made; trying again");
            RETRY
        }
    }
}

/// Keeps partitions ready until `shutdown`; looks first after `pause`.
pub async fn keep_ready(database: Database, mut pause: Duration, shutdown: CancellationToken) {
    loop {
        tokio::select! {
            () = shutdown.cancelled() => return,
            () = tokio::time::sleep(pause) => pause = prepare(&database).await,
        }
    }
}

pub(crate) async fn make(database: &Database) -> Result<(), sqlx::Error> {
    let tx = database.system().await?;
    tx.execute(MAKE, sqlx::postgres::PgArguments::default())
        .await?;
    tx.commit().await
}
