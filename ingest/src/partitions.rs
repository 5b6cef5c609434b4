//! Makes the history's partitions ahead of time.

use std::time::Duration;

use entity::database::Database;
use tokio_util::sync::CancellationToken;

const EVERY: Duration = Duration::from_hours(1);
const RETRY: Duration = Duration::from_secs(30);
/// Yesterday, too: polls arrive late.
const MAKE: &str = "SELECT app.make_partitions(current_date - 1, current_date + 3)";

/// Keeps partitions ready until `shutdown`.
pub async fn keep_ready(database: Database, shutdown: CancellationToken) {
    loop {
        let pause = match make(&database).await {
            Ok(()) => EVERY,
            Err(error) => {
                tracing::warn!(%error, "the history's partitions were not made; trying again");
                RETRY
            }
        };
        tokio::select! {
            () = shutdown.cancelled() => return,
            () = tokio::time::sleep(pause) => {}
        }
    }
}

async fn make(database: &Database) -> Result<(), sqlx::Error> {
    let tx = database.system().await?;
    tx.execute(MAKE, sqlx::postgres::PgArguments::default())
        .await?;
    tx.commit().await
}
