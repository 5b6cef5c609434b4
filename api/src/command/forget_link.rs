//! Forgetting a link; its events are kept, and its client makes a new one when it is sighted again.

use chrono::Utc;
use entity::args;
use entity::database::Database;
use entity::feed::{self, Known};
use entity::ids::LinkId;
use entity::wire::link_event::LinkEvent;
use sqlx::Row as _;

use super::links;
use crate::error::ApiError;
use crate::permit::policy::ForgetLink;
use crate::permit::proof::Permit;

const AP: &str = "SELECT ap_device_id FROM wireless_links WHERE tenant_id = $1 AND id = $2";

const DELETE: &str = "
    DELETE FROM wireless_links WHERE tenant_id = $1 AND id = $2
    RETURNING id, ap_device_id, cpe_device_id, client_mac, state";

/// Forgets the link; returns the event that tells of it, to be announced. `known` is what is known of
/// the tenant's feed.
pub async fn forget_link(
    permit: &Permit<ForgetLink>,
    database: &Database,
    id: LinkId,
    known: Known,
) -> Result<LinkEvent, ApiError> {
    let missing = || ApiError::not_found("link", id);
    let tx = database.write(permit.scope()).await?;
    let found = tx.rows(AP, args![tx.tenant(), id]?).await?;
    let ap = found.first().ok_or_else(missing)?.try_get(0)?;
    links::lock(&tx, &[ap]).await?;
    // It may have been forgotten while the lock was waited for.
    let deleted = tx.rows(DELETE, args![tx.tenant(), id]?).await?;
    let now = Utc::now();
    let told = links::told(deleted.first().ok_or_else(missing)?, now)?;
    let mut events = feed::append(&tx, vec![told], known, now).await?;
    tx.commit().await?;
    events.pop().ok_or_else(missing)
}
