//! Whether the database keeps tenants apart: asked at the start, before anything is served.

use std::time::Duration;

use entity::database::Database;
use entity::walls::{Breach, Distrust};
use tokio_util::sync::CancellationToken;

use super::schema::wait_until_usable;

/// How long to wait before asking again.
const PAUSE: Duration = Duration::from_secs(1);

/// Waits until the schema can be used, and looks for holes in the wall between tenants, as the role
/// of each pool. False: `shutdown`.
pub async fn wait_until_trusted(
    pools: &[&Database],
    address: &str,
    shutdown: &CancellationToken,
) -> Result<bool, Breach> {
    loop {
        let Some(first) = pools.first() else {
            return Ok(true);
        };
        if !wait_until_usable(first, address, shutdown).await {
            return Ok(false);
        }
        match trust(pools).await {
            Ok(()) => return Ok(true),
            Err(Distrust::Breach(breach)) => return Err(breach),
            Err(error @ Distrust::Unknown(_)) => {
                tracing::warn!(address, %error, "the database was lost; trying again");
            }
        }
        tokio::select! {
            () = shutdown.cancelled() => return Ok(false),
            () = tokio::time::sleep(PAUSE) => {}
        }
    }
}

/// Looks as the role of each of the `pools`.
async fn trust(pools: &[&Database]) -> Result<(), Distrust> {
    for pool in pools {
        pool.trust().await?;
    }
    Ok(())
}
