//! `unknown_clients`: who is connected and not managed.

use entity::args;
use entity::tx::TenantTx;

use crate::decide::Unknown;
use crate::machine::link::Link;

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

const SETTLE: &str = "
    DELETE FROM unknown_clients u USING unnest($2::uuid[], $3::macaddr[]) AS n (ap, mac)
    WHERE u.tenant_id = $1 AND u.ap_device_id = n.ap AND u.mac = n.mac";

/// Clients that have a link now are unknown no more.
pub(crate) async fn settle(tx: &TenantTx, created: &[Link]) -> Result<(), sqlx::Error> {
    if created.is_empty() {
        return Ok(());
    }
    let arguments = args![
        tx.tenant(),
        created.iter().map(|link| link.ap).collect::<Vec<_>>(),
        created
            .iter()
            .map(|link| link.client_mac)
            .collect::<Vec<_>>(),
    ]?;
    tx.execute(SETTLE, arguments).await.map(drop)
}
