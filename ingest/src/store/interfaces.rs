//! `device_interfaces`: a snapshot replaces the device's set.

use std::collections::HashSet;

use entity::args;
use entity::ids::{DeviceId, InterfaceId};
use entity::tx::TenantTx;
use sqlx::Row as _;

use crate::message::{Interface, InterfaceSnapshot};

const ADVANCE: &str = "
    UPDATE devices d SET interfaces_at = n.at
    FROM unnest($2::uuid[], $3::timestamptz[]) AS n (id, at)
    WHERE d.tenant_id = $1 AND d.id = n.id AND (d.interfaces_at IS NULL OR d.interfaces_at < n.at)
    RETURNING d.id";

const DELETE: &str = "
    DELETE FROM device_interfaces i
    WHERE i.tenant_id = $1 AND i.device_id = ANY($2) AND NOT EXISTS (
        SELECT FROM unnest($3::uuid[], $4::text[]) AS n (device_id, name)
        WHERE n.device_id = i.device_id AND n.name = i.name)";

const UPSERT: &str = "
    INSERT INTO device_interfaces AS i (tenant_id, id, device_id, name, mac_address, type, running,
        updated_at)
    SELECT $1, n.* FROM unnest($2::uuid[], $3::uuid[], $4::text[], $5::macaddr[], $6::text[],
        $7::bool[], $8::timestamptz[]) AS n
    ON CONFLICT (tenant_id, device_id, name) DO UPDATE SET mac_address = excluded.mac_address,
        type = excluded.type, running = excluded.running, updated_at = excluded.updated_at";

/// Replaces the sets of the devices whose snapshot is news. At most one snapshot a device.
pub(crate) async fn replace(
    tx: &TenantTx,
    newest: &[&InterfaceSnapshot],
) -> Result<(), sqlx::Error> {
    let devices: Vec<_> = newest.iter().map(|snapshot| snapshot.device).collect();
    let times: Vec<_> = newest
        .iter()
        .map(|snapshot| snapshot.collected_at)
        .collect();
    let rows = tx
        .rows(ADVANCE, args![tx.tenant(), devices, times]?)
        .await?;
    let news: HashSet<DeviceId> = rows
        .iter()
        .map(|row| row.try_get(0))
        .collect::<Result<_, _>>()?;
    if news.is_empty() {
        return Ok(());
    }
    let set: Vec<(&InterfaceSnapshot, &Interface)> = newest
        .iter()
        .filter(|snapshot| news.contains(&snapshot.device))
        .flat_map(|snapshot| {
            snapshot
                .interfaces
                .iter()
                .map(|interface| (*snapshot, interface))
        })
        .collect();
    let owners: Vec<_> = set.iter().map(|(snapshot, _)| snapshot.device).collect();
    let names: Vec<_> = set
        .iter()
        .map(|(_, interface)| interface.name.clone())
        .collect();
    let news: Vec<_> = news.into_iter().collect();
    tx.execute(DELETE, args![tx.tenant(), news, &owners, &names]?)
        .await?;
    let arguments = args![
        tx.tenant(),
        set.iter().map(|_| InterfaceId::new()).collect::<Vec<_>>(),
        owners,
        names,
        set.iter()
            .map(|(_, interface)| interface.mac)
            .collect::<Vec<_>>(),
        set.iter()
            .map(|(_, interface)| interface.kind.clone())
            .collect::<Vec<_>>(),
        set.iter()
            .map(|(_, interface)| interface.running)
            .collect::<Vec<_>>(),
        set.iter()
            .map(|(snapshot, _)| snapshot.collected_at)
            .collect::<Vec<_>>(),
    ]?;
    tx.execute(UPSERT, arguments).await?;
    Ok(())
}
