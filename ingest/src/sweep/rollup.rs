//! Polls are rolled up by the hour: `poll_history` to `signal_hourly`.
//!
//! # Invariants
//! - Whole hours of an AP are computed anew and replace what was there. Doing it twice, or again
//!   after a crash half-way, ends in the same sums.
//! - Every client of every poll adds one sample, and polls are only ever added: an hour is behind
//!   exactly when its polls hold more samples than were rolled up. So a late poll is noticed, and an
//!   hour whose polls are dropped is never touched.

use chrono::{DateTime, TimeDelta, Utc};
use entity::args;
use entity::database::Database;
use entity::ids::DeviceId;
use entity::scope::TenantScope;
use sqlx::Row as _;

use super::turn::Turn;

/// APs in one statement, at most. At a poll a minute, 40 clients each, they take a tenth of
/// a second.
const APS: usize = 100;
const HOUR: TimeDelta = TimeDelta::hours(1);
/// Hours looked at in one statement, at most: it reads every poll of a tenant.
const WIDEST: TimeDelta = TimeDelta::hours(3);

const BEHIND: &str = "
    SELECT raw.hour, raw.ap_device_id FROM (
        SELECT date_trunc('hour', collected_at, 'UTC') AS hour, ap_device_id,
            sum(cardinality(client_macs)) AS samples
        FROM poll_history WHERE tenant_id = $1 AND collected_at >= $2 AND collected_at < $3
        GROUP BY 1, 2) AS raw
    LEFT JOIN (
        SELECT hour, ap_device_id, sum(samples) AS samples
        FROM signal_hourly WHERE tenant_id = $1 AND hour >= $2 AND hour < $3
        GROUP BY 1, 2) AS rolled USING (hour, ap_device_id)
    WHERE raw.samples > coalesce(rolled.samples, 0)
    ORDER BY 1, 2";

/// A number 0 is none. CCQ over 100 occurs; it counts as 100, as it is shown.
const ROLL_UP: &str = "
    INSERT INTO signal_hourly AS h (tenant_id, ap_device_id, client_mac, hour, samples,
        signal_samples, signal_sum, signal_min, signal_max, ccq_samples, ccq_sum,
        tx_samples, tx_kbps_sum, rx_samples, rx_kbps_sum)
    SELECT $1, p.ap_device_id, c.mac, $2, count(*),
        count(nullif(c.signal, 0)), sum(c.signal), min(nullif(c.signal, 0)),
        max(nullif(c.signal, 0)), count(nullif(c.ccq, 0)), sum(least(c.ccq, 100)),
        count(nullif(c.tx_kbps, 0)), sum(c.tx_kbps), count(nullif(c.rx_kbps, 0)), sum(c.rx_kbps)
    FROM poll_history AS p CROSS JOIN LATERAL
        unnest(p.client_macs, p.signal, p.ccq, p.tx_kbps, p.rx_kbps)
        AS c (mac, signal, ccq, tx_kbps, rx_kbps)
    WHERE p.tenant_id = $1 AND p.ap_device_id = ANY($4)
        AND p.collected_at >= $2 AND p.collected_at < $3
    GROUP BY p.ap_device_id, c.mac
    ORDER BY p.ap_device_id, c.mac
    ON CONFLICT (tenant_id, ap_device_id, client_mac, hour) DO UPDATE SET
        samples = excluded.samples, signal_samples = excluded.signal_samples,
        signal_sum = excluded.signal_sum, signal_min = excluded.signal_min,
        signal_max = excluded.signal_max, ccq_samples = excluded.ccq_samples,
        ccq_sum = excluded.ccq_sum, tx_samples = excluded.tx_samples,
        tx_kbps_sum = excluded.tx_kbps_sum, rx_samples = excluded.rx_samples,
        rx_kbps_sum = excluded.rx_kbps_sum";

/// Only a default partition has polls from before the first partition.
const STRAYS: &str = "
    SELECT DISTINCT date_trunc('hour', collected_at, 'UTC') FROM poll_history
    WHERE tenant_id = $1 AND collected_at < $2 ORDER BY 1";

/// Full hours that are looked at together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Window {
    from: DateTime<Utc>,
    to: DateTime<Utc>,
}

impl Window {
    /// The hour that begins at `from`.
    pub(super) fn hour(from: DateTime<Utc>) -> Self {
        let to = from + HOUR;
        Self { from, to }
    }

    /// The hours from `from` to `to`, [`WIDEST`] together.
    pub(super) fn all(from: DateTime<Utc>, to: DateTime<Utc>) -> impl Iterator<Item = Self> {
        let begins = std::iter::successors(Some(from), |begin| Some(*begin + WIDEST));
        begins
            .take_while(move |begin| *begin < to)
            .map(move |from| Self {
                from,
                to: to.min(from + WIDEST),
            })
    }
}

/// Rolls up what is behind of one tenant.
pub(super) async fn roll_up(
    turn: &Turn,
    database: &Database,
    scope: TenantScope,
    window: Window,
) -> Result<(), sqlx::Error> {
    let behind = behind(database, scope, window).await?;
    for of_hour in behind.chunk_by(|one, next| one.hour == next.hour) {
        for some in of_hour.chunks(APS) {
            turn.keep().await?;
            let hour = some[0].hour;
            let aps: Vec<_> = some.iter().map(|behind| behind.ap).collect();
            let tx = database.write(scope).await?;
            let arguments = args![tx.tenant(), hour, hour + HOUR, aps]?;
            tx.execute(ROLL_UP, arguments).await?;
            tx.commit().await?;
            metrics::counter!("wisplink_history_rolled_up_total").increment(some.len() as u64);
        }
    }
    Ok(())
}

/// The hours in which a tenant has polls from before `end` that stand in no partition of their own.
pub(super) async fn stray_hours(
    database: &Database,
    scope: TenantScope,
    end: DateTime<Utc>,
) -> Result<Vec<Window>, sqlx::Error> {
    let tx = database.read(scope).await?;
    let rows = tx.rows(STRAYS, args![tx.tenant(), end]?).await?;
    rows.iter()
        .map(|row| row.try_get(0).map(Window::hour))
        .collect()
}

/// An AP's hour with polls that are not rolled up.
struct Behind {
    hour: DateTime<Utc>,
    ap: DeviceId,
}

async fn behind(
    database: &Database,
    scope: TenantScope,
    window: Window,
) -> Result<Vec<Behind>, sqlx::Error> {
    let tx = database.read(scope).await?;
    let arguments = args![tx.tenant(), window.from, window.to]?;
    let rows = tx.rows(BEHIND, arguments).await?;
    rows.iter()
        .map(|row| {
            Ok(Behind {
                hour: row.try_get(0)?,
                ap: row.try_get(1)?,
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_follow_each_other_to_the_end() {
        let hour = |hour| DateTime::UNIX_EPOCH + HOUR * hour;
        let windows = |from, to| {
            Window::all(hour(from), hour(to))
                .map(|window| (window.from, window.to))
                .collect::<Vec<_>>()
        };
        assert_eq!(windows(5, 5), []);
        assert_eq!(windows(5, 8), [(hour(5), hour(8))]);
        assert_eq!(windows(5, 9), [(hour(5), hour(8)), (hour(8), hour(9))]);
    }
}
