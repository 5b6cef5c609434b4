//! APs that were not heard for too long take their links down.

use std::collections::HashMap;

use chrono::{DateTime, TimeDelta, Utc};
use entity::args;
use entity::ids::DeviceId;
use entity::link_policy::Policy;
use entity::tx::TenantTx;
use sqlx::Row as _;

use crate::decide::Told;
use crate::machine::observation::Observation;
use crate::store::{links, policies, watermark};

/// APs in one transaction, at most.
const CHUNK: usize = 100;
/// No AP is called silent sooner, whatever its policy.
const SOONEST: TimeDelta = TimeDelta::seconds(10);

const QUIET: &str = "
    SELECT p.ap_device_id, p.last_poll_at, p.interval_s FROM ap_polls p
    WHERE p.tenant_id = $1 AND p.last_poll_at < $2 AND EXISTS (
        SELECT FROM wireless_links l WHERE l.tenant_id = $1 AND l.ap_device_id = p.ap_device_id
            AND l.state IN ('discovered', 'active', 'degraded'))";

/// When an AP was polled last, and how often that happens.
#[derive(Clone, Copy, Debug)]
struct LastPoll {
    ap: DeviceId,
    at: DateTime<Utc>,
    interval_s: Option<i32>,
}

/// Takes down the links of silent APs. `heard_since` is when hearing began.
pub(super) async fn sweep(
    tx: &TenantTx,
    heard_since: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<Vec<Told>, sqlx::Error> {
    let quiet = quiet(tx, now).await?;
    if quiet.is_empty() {
        return Ok(Vec::new());
    }
    let aps: Vec<_> = quiet.iter().map(|poll| poll.ap).collect();
    let policies = policies::of(tx, &aps).await?;
    let is_silent = |poll: &LastPoll| {
        let since = silent_since(poll, policies.of(poll.ap), heard_since);
        (since <= now).then_some((poll.ap, since))
    };
    let silent: Vec<_> = quiet.iter().filter_map(is_silent).take(CHUNK).collect();
    if silent.is_empty() {
        return Ok(Vec::new());
    }
    let aps: Vec<_> = silent.iter().map(|(ap, _)| *ap).collect();
    watermark::lock(tx, &aps).await?;
    // One may have been heard while the lock was waited for.
    let silent: HashMap<_, _> = self::quiet(tx, now)
        .await?
        .iter()
        .filter_map(is_silent)
        .collect();
    let connected = links::of(tx, &aps).await?;
    let observed = connected.into_iter().filter_map(|link| {
        let since = *silent.get(&link.ap)?;
        Some((link, Observation::ApSilent, since))
    });
    links::observe(tx, observed, &policies).await
}

/// From when on an AP is silent, if nothing is heard of it.
fn silent_since(poll: &LastPoll, policy: &Policy, heard_since: DateTime<Utc>) -> DateTime<Utc> {
    const AT_LEAST: i64 = 300;
    const INTERVALS: i64 = 3;
    let observed = poll.interval_s.map_or(0, i64::from) * INTERVALS;
    let limit = policy
        .ap_silent_after_s
        .map_or(observed.max(AT_LEAST), i64::from);
    poll.at.max(heard_since) + TimeDelta::seconds(limit).max(SOONEST)
}

async fn quiet(tx: &TenantTx, now: DateTime<Utc>) -> Result<Vec<LastPoll>, sqlx::Error> {
    let rows = tx.rows(QUIET, args![tx.tenant(), now - SOONEST]?).await?;
    rows.iter()
        .map(|row| {
            Ok(LastPoll {
                ap: row.try_get(0)?,
                at: row.try_get(1)?,
                interval_s: row.try_get(2)?,
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn second(second: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::seconds(second)
    }

    #[test]
    fn silence_counts_from_the_last_poll_or_from_when_hearing_began() {
        for (interval_s, wanted, heard_since, silent) in [
            (None, None, 0, 1_300),
            (Some(60), None, 0, 1_300),
            (Some(600), None, 0, 2_800),
            (Some(600), Some(120), 0, 1_120),
            (Some(60), Some(1), 0, 1_010),
            // An hour was not heard: nobody is silent for that.
            (Some(60), None, 4_600, 4_900),
        ] {
            let poll = LastPoll {
                ap: DeviceId(Uuid::nil()),
                at: second(1_000),
                interval_s,
            };
            let policy = Policy {
                ap_silent_after_s: wanted,
                ..Policy::default()
            };
            let since = silent_since(&poll, &policy, second(heard_since));
            assert_eq!(
                since,
                second(silent),
                "{interval_s:?} {wanted:?} {heard_since}"
            );
        }
    }
}
