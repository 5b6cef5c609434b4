//! Links that are down expire; links that are stale are forgotten, while their events are kept.

use chrono::{DateTime, TimeDelta, Utc};
use entity::args;
use entity::ids::{DeviceId, LinkId};
use entity::link_state::LinkState;
use entity::tx::TenantTx;
use sqlx::Row as _;

use crate::decide::Told;
use crate::machine::link::Link;
use crate::machine::observation::Observation;
use crate::machine::policy::Policy;
use crate::store::{links, watermark};

/// Links in one transaction, at most.
const CHUNK: i64 = 1_000;

const AGED: &str = "
    SELECT id, ap_device_id FROM wireless_links
    WHERE tenant_id = $1 AND (state = 'down' AND state_since <= $2
        OR state = 'stale' AND state_since <= $3)
    ORDER BY state_since LIMIT $4";

/// Ages the links whose time has come.
pub(super) async fn sweep(tx: &TenantTx, now: DateTime<Utc>) -> Result<Vec<Told>, sqlx::Error> {
    let policy = Policy::default();
    let stale = now - TimeDelta::seconds(policy.stale_after_s);
    let forgotten = now - TimeDelta::seconds(policy.forget_after_s);
    let arguments = args![tx.tenant(), stale, forgotten, CHUNK]?;
    let rows = tx.rows(AGED, arguments).await?;
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let aged: Vec<(LinkId, DeviceId)> = rows
        .iter()
        .map(|row| Ok((row.try_get(0)?, row.try_get(1)?)))
        .collect::<Result<_, sqlx::Error>>()?;
    let mut aps: Vec<_> = aged.iter().map(|(_, ap)| *ap).collect();
    aps.sort_unstable();
    aps.dedup();
    watermark::lock(tx, &aps).await?;
    let ids: Vec<_> = aged.into_iter().map(|(id, _)| id).collect();
    // One may have been sighted while the lock was waited for: the machine leaves it as it is.
    let (forgotten, aged): (Vec<_>, Vec<_>) = links::by_id(tx, &ids)
        .await?
        .into_iter()
        .partition(|link| is_forgotten(link, &policy, now));
    let forgotten: Vec<_> = forgotten.into_iter().map(|link| link.id).collect();
    links::delete(tx, &forgotten).await?;
    let expired = aged.into_iter().map(|link| {
        let at = link.state_since + TimeDelta::seconds(policy.stale_after_s);
        (link, Observation::TimePassed, at.min(now))
    });
    links::observe(tx, expired, &policy).await
}

fn is_forgotten(link: &Link, policy: &Policy, now: DateTime<Utc>) -> bool {
    let age = now - link.state_since;
    link.state == LinkState::Stale && age >= TimeDelta::seconds(policy.forget_after_s)
}
