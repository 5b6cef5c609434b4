//! `unknown_clients`: who is connected and not managed.

use entity::args;
use entity::tx::TenantTx;

use crate::decide::Unknown;

const UPSERT: &str = "
    INSERT INTO unknown_clients AS u (tenant_id, ap_device_id, mac, interface, signal_strength,
        reason, first_seen, last_seen, randomized)
    SELECT $1, n.* FROM unnest($2::uuid[], $3::macaddr[], $4::text[], $5::int2[], $6::text[],
        $7::timestamptz[], $8::timestamptz[], $9::bool[]) AS n
    ON CONFLICT (tenant_id, ap_device_id, mac) DO UPDATE SET
        interface = excluded.interface, signal_strength = excluded.signal_strength,
        reason = excluded.reason, last_seen = excluded.last_seen";

/// Notes clients without a link.
pub(crate) async fn note(tx: &TenantTx, unknown: &[Unknown]) -> Result<(), sqlx::Error> {
    if unknown.is_empty() {
        return Ok(());
    }
    let column = || unknown.iter();
    let arguments = args![
        tx.tenant(),
        column().map(|u| u.ap).collect::<Vec<_>>(),
        column().map(|u| u.client.mac).collect::<Vec<_>>(),
        column()
            .map(|u| u.client.reading.interface.clone())
            .collect::<Vec<_>>(),
        column()
            .map(|u| u.client.reading.signal)
            .collect::<Vec<_>>(),
        column().map(|u| u.reason).collect::<Vec<_>>(),
        column().map(|u| u.first_seen).collect::<Vec<_>>(),
        column().map(|u| u.last_seen).collect::<Vec<_>>(),
        column()
            .map(|u| u.client.mac.is_locally_administered())
            .collect::<Vec<_>>(),
    ]?;
    tx.execute(UPSERT, arguments).await?;
    Ok(())
}
