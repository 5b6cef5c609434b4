//! Links that are down expire; links that are stale are forgotten, while their events are kept.

use chrono::{DateTime, TimeDelta, Utc};
use entity::args;
use entity::ids::{DeviceId, LinkId};
use entity::link_policy::Policy;
use entity::link_state::{EventReason, LinkState};
use entity::tx::TenantTx;
use sqlx::Row as _;

use crate::decide::Told;
use crate::machine::link::{Event, Link};
use crate::machine::observation::Observation;
use crate::policies::Policies;
use crate::store::{links, policies, watermark};

/// Links in one transaction, at most.
const CHUNK: i64 = 1_000;

const AWAY: &str = "
    SELECT DISTINCT ap_device_id FROM wireless_links
    WHERE tenant_id = $1 AND state IN ('down', 'stale')";

/// Each AP comes with the times before which its links are stale, or forgotten.
const AGED: &str = "
    SELECT l.id, l.ap_device_id FROM wireless_links l
    JOIN unnest($2::uuid[], $3::timestamptz[], $4::timestamptz[]) AS p (ap, stale, forgotten)
        ON p.ap = l.ap_device_id
    WHERE l.tenant_id = $1 AND (l.state = 'down' AND l.state_since <= p.stale
        OR l.state = 'stale' AND l.state_since <= p.forgotten)
    ORDER BY l.state_since LIMIT $5";

/// Ages the links whose time has come.
pub(super) async fn sweep(tx: &TenantTx, now: DateTime<Utc>) -> Result<Vec<Told>, sqlx::Error> {
    let rows = tx.rows(AWAY, args![tx.tenant()]?).await?;
    let aps: Vec<DeviceId> = rows
        .iter()
        .map(|row| row.try_get(0))
        .collect::<Result<_, _>>()?;
    if aps.is_empty() {
        return Ok(Vec::new());
    }
    let policies = policies::of(tx, &aps).await?;
    let aged = aged(tx, &aps, &policies, now).await?;
    if aged.is_empty() {
        return Ok(Vec::new());
    }
    let mut aps: Vec<_> = aged.iter().map(|(_, ap)| *ap).collect();
    aps.sort_unstable();
    aps.dedup();
    watermark::lock(tx, &aps).await?;
    let ids: Vec<_> = aged.into_iter().map(|(id, _)| id).collect();
    // One may have been sighted while the lock was waited for: the machine leaves it as it is.
    let (forgotten, aged): (Vec<_>, Vec<_>) = links::by_id(tx, &ids)
        .await?
        .into_iter()
        .partition(|link| is_forgotten(link, policies.of(link.ap), now));
    links::delete(tx, &forgotten).await?;
    let expired = aged.into_iter().map(|link| {
        let at = link.state_since + seconds(policies.of(link.ap).stale_after_s);
        (link, Observation::TimePassed, at.min(now))
    });
    let mut told = links::observe(tx, expired, &policies).await?;
    told.extend(forgotten.iter().flat_map(|link| forget(link, now)));
    Ok(told)
}

/// What there is to tell of a link that is gone.
fn forget(link: &Link, now: DateTime<Utc>) -> impl Iterator<Item = Told> {
    let event = Event {
        from: Some(link.state),
        to: link.state,
        reason: EventReason::Forgotten,
        signal: None,
        at: now,
        other_ap: None,
    };
    Told::of(link, vec![event])
}

/// The links of `aps` whose time has come, and their APs.
async fn aged(
    tx: &TenantTx,
    aps: &[DeviceId],
    policies: &Policies,
    now: DateTime<Utc>,
) -> Result<Vec<(LinkId, DeviceId)>, sqlx::Error> {
    let before = |age: fn(&Policy) -> i32| -> Vec<_> {
        let ages = aps.iter().map(|ap| age(policies.of(*ap)));
        ages.map(|age| now - seconds(age)).collect()
    };
    let stale = before(|policy| policy.stale_after_s);
    let forgotten = before(|policy| policy.forget_after_s);
    let arguments = args![tx.tenant(), aps, stale, forgotten, CHUNK]?;
    let rows = tx.rows(AGED, arguments).await?;
    rows.iter()
        .map(|row| Ok((row.try_get(0)?, row.try_get(1)?)))
        .collect()
}

fn is_forgotten(link: &Link, policy: &Policy, now: DateTime<Utc>) -> bool {
    let age = now - link.state_since;
    link.state == LinkState::Stale && age >= seconds(policy.forget_after_s)
}

fn seconds(seconds: i32) -> TimeDelta {
    TimeDelta::seconds(seconds.into())
}
