//! Events that were stored and not published, because a process ended in between, are published.

use chrono::{DateTime, TimeDelta, Utc};
use entity::args;
use entity::database::Database;
use entity::feed;
use entity::scope::TenantScope;

use crate::publish::{Outgoing, Publisher};
use crate::store::events;

/// Younger events are on their way.
const YOUNG: TimeDelta = TimeDelta::seconds(5);

const BEHIND: &str = "
    SELECT FROM tenant_feeds WHERE tenant_id = $1 AND published_seq < last_seq";

/// Publishes the next events that are left of `scope`'s tenant. Those that are on the stream already
/// are dropped there by their id, or else by their readers by their number.
pub(super) async fn sweep(
    database: &Database,
    scope: TenantScope,
    publisher: &Publisher,
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    if publisher.is_busy(scope.tenant()) {
        return Ok(());
    }
    let tx = database.read(scope).await?;
    if tx.rows(BEHIND, args![tx.tenant()]?).await?.is_empty() {
        return Ok(());
    }
    drop(tx);
    if let Some(announced) = publisher.known(scope.tenant()).await.announced {
        let tx = database.write(scope).await?;
        if feed::renew(&tx, announced).await? {
            tracing::warn!(tenant = %tx.tenant(), seq = announced.seq, "events that were published are not in the database, which is older; readers are told to reload");
            tx.commit().await?;
        }
    }
    let tx = database.read(scope).await?;
    let left = events::unpublished(&tx, now - YOUNG).await?;
    drop(tx);
    if !left.is_empty() {
        let tenant = scope.tenant();
        metrics::counter!("wisplink_ingest_events_recovered_total").increment(left.len() as u64);
        tracing::info!(%tenant, events = left.len(), "publishing events an earlier process left");
        let left = left.into_iter().map(Outgoing::from).collect();
        publisher.publish(left, Vec::new()).await;
    }
    Ok(())
}
