//! Deleting a device: its links, interfaces and policy go with it; events and history are kept.
//!
//! # Invariants
//! - Every link that goes is told of: none can come to be between the telling and the deletion,
//!   because a new link would have to lock the device's row.

use chrono::Utc;
use entity::args;
use entity::database::Database;
use entity::feed::{self, Known};
use entity::ids::DeviceId;
use entity::tx::TenantTx;
use entity::wire::link_event::LinkEvent;

use super::links;
use crate::command::clear_link_policy::clear;
use crate::error::ApiError;
use crate::link_policy::Place;
use crate::permit::policy::DeleteDevice;
use crate::permit::proof::Permit;

/// What went with a device.
pub struct DeletedDevice {
    /// The events that tell of its links, to be announced.
    pub events: Vec<LinkEvent>,
    /// How many interfaces it had.
    pub interfaces: u64,
    /// Whether thresholds were set for it.
    pub had_policy: bool,
}

const LOCK: &str = "SELECT FROM devices WHERE tenant_id = $1 AND id = $2 FOR UPDATE";

/// Each side by its own index.
const LINKS: &str = "
    DELETE FROM wireless_links WHERE tenant_id = $1 AND id IN (
        SELECT id FROM wireless_links WHERE tenant_id = $1 AND ap_device_id = $2
        UNION SELECT id FROM wireless_links WHERE tenant_id = $1 AND cpe_device_id = $2)
    RETURNING id, ap_device_id, cpe_device_id, client_mac, state";

const INTERFACES: &str = "DELETE FROM device_interfaces WHERE tenant_id = $1 AND device_id = $2";

const DEVICE: &str = "DELETE FROM devices WHERE tenant_id = $1 AND id = $2";

/// Deletes the device. `known` is what is known of the tenant's feed.
pub async fn delete_device(
    permit: &Permit<DeleteDevice>,
    database: &Database,
    id: DeviceId,
    known: Known,
) -> Result<DeletedDevice, ApiError> {
    let tx = database.write(permit.scope()).await?;
    lock(&tx, id).await?;
    let now = Utc::now();
    let links = tx.rows(LINKS, args![tx.tenant(), id]?).await?;
    let told = links.iter().map(|row| links::told(row, now));
    let told = told.collect::<Result<Vec<_>, _>>()?;
    let had_policy = clear(&tx, Place::Device(id)).await?;
    let interfaces = tx.execute(INTERFACES, args![tx.tenant(), id]?).await?;
    tx.execute(DEVICE, args![tx.tenant(), id]?).await?;
    let events = feed::append(&tx, told, known, now).await?;
    tx.commit().await?;
    Ok(DeletedDevice {
        events,
        interfaces,
        had_policy,
    })
}

/// Locks what `ingest` locks, in its order: the APs first, then what their links refer to.
async fn lock(tx: &TenantTx, id: DeviceId) -> Result<(), ApiError> {
    links::lock(tx, &links::aps(tx, &[id]).await?).await?;
    if tx.rows(LOCK, args![tx.tenant(), id]?).await?.is_empty() {
        return Err(ApiError::not_found("device", id));
    }
    Ok(())
}
