//! `devices`: which are known, and what pollers report of them.

use std::collections::HashSet;

use entity::args;
use entity::ids::DeviceId;
use entity::tx::TenantTx;
use sqlx::Row as _;

use crate::message::StatusReport;

const KNOWN: &str = "SELECT id FROM devices WHERE tenant_id = $1 AND id = ANY($2)";

/// Those of `devices` that the tenant has.
pub(crate) async fn known(
    tx: &TenantTx,
    devices: &[DeviceId],
) -> Result<HashSet<DeviceId>, sqlx::Error> {
    if devices.is_empty() {
        return Ok(HashSet::new());
    }
    let rows = tx.rows(KNOWN, args![tx.tenant(), devices]?).await?;
    rows.iter().map(|row| row.try_get(0)).collect()
}

const TENANT: &str = "SELECT FROM tenants WHERE id = $1";

/// Whether the transaction's tenant exists.
pub(crate) async fn is_tenant(tx: &TenantTx) -> Result<bool, sqlx::Error> {
    let rows = tx.rows(TENANT, args![tx.tenant()]?).await?;
    Ok(!rows.is_empty())
}

/// `<=`: a device that goes offline was last seen when it was last reported online.
const UPDATE: &str = "
    UPDATE devices d SET status = n.status, last_seen = n.last_seen,
        model = coalesce(n.model, d.model),
        serial_number = coalesce(n.serial_number, d.serial_number),
        firmware_version = coalesce(n.firmware_version, d.firmware_version),
        updated_at = greatest(d.updated_at, n.last_seen)
    FROM unnest($2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[], $7::timestamptz[])
        AS n (id, status, model, serial_number, firmware_version, last_seen)
    WHERE d.tenant_id = $1 AND d.id = n.id AND (d.last_seen IS NULL OR d.last_seen <= n.last_seen)";

/// Stores reports that are news. At most one a device.
pub(crate) async fn report(tx: &TenantTx, newest: &[&StatusReport]) -> Result<(), sqlx::Error> {
    let column = || newest.iter();
    let arguments = args![
        tx.tenant(),
        column().map(|report| report.device).collect::<Vec<_>>(),
        column().map(|report| report.status).collect::<Vec<_>>(),
        column()
            .map(|report| report.model.clone())
            .collect::<Vec<_>>(),
        column()
            .map(|report| report.serial_number.clone())
            .collect::<Vec<_>>(),
        column()
            .map(|report| report.firmware_version.clone())
            .collect::<Vec<_>>(),
        column().map(|report| report.last_seen).collect::<Vec<_>>(),
    ]?;
    tx.execute(UPDATE, arguments).await?;
    Ok(())
}
