//! Links, as far as changes of other things concern them.

use chrono::{DateTime, Utc};
use entity::args;
use entity::feed::NewEvent;
use entity::ids::DeviceId;
use entity::link_state::EventReason;
use entity::tx::TenantTx;
use sqlx::Row as _;
use sqlx::postgres::PgRow;

const APS: &str = "
    SELECT ap_device_id FROM wireless_links WHERE tenant_id = $1 AND cpe_device_id = ANY($2)
    UNION SELECT unnest($2::uuid[])";

/// The APs of the links that `devices` use, and `devices` themselves, which may serve some.
pub(super) async fn aps(tx: &TenantTx, devices: &[DeviceId]) -> Result<Vec<DeviceId>, sqlx::Error> {
    let rows = tx.rows(APS, args![tx.tenant(), devices]?).await?;
    rows.iter().map(|row| row.try_get(0)).collect()
}

const LOCK: &str = "
    SELECT FROM ap_polls WHERE tenant_id = $1 AND ap_device_id = ANY($2)
    ORDER BY ap_device_id FOR UPDATE";

/// Locks `aps` as `ingest` does, so that no poll is at work on their links.
pub(super) async fn lock(tx: &TenantTx, aps: &[DeviceId]) -> Result<(), sqlx::Error> {
    tx.execute(LOCK, args![tx.tenant(), aps]?).await.map(drop)
}

/// What there is to tell of a link that was deleted: a row with `id`, `ap_device_id`,
/// `cpe_device_id`, `client_mac` and `state`.
pub(super) fn told(row: &PgRow, now: DateTime<Utc>) -> Result<NewEvent, sqlx::Error> {
    let state = row.try_get("state")?;
    Ok(NewEvent {
        link: row.try_get("id")?,
        ap: row.try_get("ap_device_id")?,
        cpe: row.try_get("cpe_device_id")?,
        client_mac: row.try_get("client_mac")?,
        other_ap: None,
        from: Some(state),
        to: state,
        reason: EventReason::Forgotten,
        signal: None,
        at: now,
    })
}
