//! `link_policies`: what holds for some APs. Read anew in every transaction, so that a change is in
//! effect with the next poll, at every worker.

use entity::args;
use entity::ids::DeviceId;
use entity::model::link_policy;
use entity::tx::TenantTx;
use sqlx::{FromRow as _, Row as _};

use crate::policies::Policies;

/// Each AP with each row that concerns it: its own, its site's, the tenant's.
const CONCERNING: &str = "
    SELECT d.id AS ap_device_id, p.tenant_id, p.scope, p.scope_id, p.degraded_below_dbm,
        p.recover_margin_db, p.weak_polls, p.window_polls, p.confirm_polls, p.down_after_misses,
        p.min_miss_spacing_s, p.ap_silent_after_s, p.stale_after_s, p.forget_after_s, p.updated_at
    FROM devices d
    CROSS JOIN LATERAL (VALUES ('device', d.id), ('site', d.site_id), ('tenant', d.tenant_id))
        AS reach (scope, scope_id)
    JOIN link_policies p ON p.tenant_id = $1 AND p.scope = reach.scope
        AND p.scope_id = reach.scope_id
    WHERE d.tenant_id = $1 AND d.id = ANY($2)";

/// The policies of `aps`.
pub(crate) async fn of(tx: &TenantTx, aps: &[DeviceId]) -> Result<Policies, sqlx::Error> {
    let rows = tx.rows(CONCERNING, args![tx.tenant(), aps]?).await?;
    let rows = rows.iter().map(|row| {
        let ap: DeviceId = row.try_get("ap_device_id")?;
        Ok((ap, link_policy::Model::from_row(row)?))
    });
    let rows: Vec<_> = rows.collect::<Result<_, sqlx::Error>>()?;
    Ok(Policies::settle(rows))
}
