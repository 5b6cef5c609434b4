//! `ap_polls`: locks each AP, checks that the poll is newer than all before, and writes what the
//! AP shows now: all in one statement.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use entity::args;
use entity::ids::DeviceId;
use entity::tx::TenantTx;
use sqlx::Row as _;

use super::columns::Columns;
use crate::message::Poll;

/// The interval observed is the time between the last two polls, unless the poller tells it.
const ADVANCE: &str = "
    INSERT INTO ap_polls AS a (tenant_id, ap_device_id, last_poll_at, prev_poll_at, version,
        interval_s, outcome, clients, rf_stats, interfaces, client_macs, signal, remote_signal,
        snr, ccq, tx_kbps, rx_kbps)
    SELECT $1, p.ap, p.at, NULL, 1, p.interval_s, 'ok', p.last - p.first + 1, p.rf_stats::jsonb,
        ($7::text[])[p.first:p.last], ($8::macaddr[])[p.first:p.last],
        ($9::int2[])[p.first:p.last], ($10::int2[])[p.first:p.last],
        ($11::int2[])[p.first:p.last], ($12::int2[])[p.first:p.last],
        ($13::int4[])[p.first:p.last], ($14::int4[])[p.first:p.last]
    FROM unnest($2::uuid[], $3::timestamptz[], $4::int4[], $5::int4[], $6::int4[], $15::text[])
        AS p (ap, at, interval_s, first, last, rf_stats)
    ORDER BY p.ap
    ON CONFLICT (tenant_id, ap_device_id) DO UPDATE SET
        last_poll_at = excluded.last_poll_at, prev_poll_at = a.last_poll_at,
        version = a.version + 1, outcome = excluded.outcome,
        interval_s = coalesce(excluded.interval_s, greatest(1,
            extract(epoch FROM excluded.last_poll_at - a.last_poll_at))::int4),
        clients = excluded.clients, rf_stats = excluded.rf_stats,
        interfaces = excluded.interfaces, client_macs = excluded.client_macs,
        signal = excluded.signal, remote_signal = excluded.remote_signal, snr = excluded.snr,
        ccq = excluded.ccq, tx_kbps = excluded.tx_kbps, rx_kbps = excluded.rx_kbps
    WHERE a.last_poll_at < excluded.last_poll_at
    RETURNING ap_device_id, prev_poll_at";

/// The watermarks as they were before, of the APs whose poll is news. Never polled before: none.
pub(crate) type Advanced = HashMap<DeviceId, Option<DateTime<Utc>>>;

/// Locks the APs of `newest`, one good poll each, and moves on the watermarks of those polls that
/// are newer. APs whose poll is not news are missing from the answer.
pub(crate) async fn advance(tx: &TenantTx, newest: &[&Poll]) -> Result<Advanced, sqlx::Error> {
    let aps: Vec<_> = newest.iter().map(|poll| poll.ap).collect();
    let times: Vec<_> = newest.iter().map(|poll| poll.collected_at).collect();
    let intervals: Vec<_> = newest
        .iter()
        .map(|poll| {
            poll.interval_s
                .and_then(|seconds| i32::try_from(seconds).ok())
        })
        .collect();
    let rf_stats: Vec<_> = newest.iter().map(|poll| rf_stats(poll)).collect();
    let c = Columns::of(newest.iter().copied());
    let arguments = args![
        tx.tenant(),
        aps,
        times,
        intervals,
        c.first,
        c.last,
        c.interfaces,
        c.macs,
        c.signal,
        c.remote_signal,
        c.snr,
        c.ccq,
        c.tx_kbps,
        c.rx_kbps,
        rf_stats,
    ]?;
    let rows = tx.rows(ADVANCE, arguments).await?;
    rows.iter()
        .map(|row| Ok((row.try_get(0)?, row.try_get(1)?)))
        .collect()
}

fn rf_stats(poll: &Poll) -> Option<String> {
    if poll.radios.is_empty() {
        return None;
    }
    serde_json::to_string(&poll.radios).ok()
}

const LOCK: &str = "
    SELECT FROM ap_polls WHERE tenant_id = $1 AND ap_device_id = ANY($2)
    ORDER BY ap_device_id FOR UPDATE";

/// Locks `aps`, so that their links can be changed.
pub(crate) async fn lock(tx: &TenantTx, aps: &[DeviceId]) -> Result<(), sqlx::Error> {
    tx.execute(LOCK, args![tx.tenant(), aps]?).await.map(drop)
}

const MARK: &str = "
    UPDATE ap_polls a SET outcome = p.outcome, version = a.version + 1
    FROM unnest($2::uuid[], $3::timestamptz[], $4::text[]) AS p (ap, at, outcome)
    WHERE a.tenant_id = $1 AND a.ap_device_id = p.ap AND a.last_poll_at < p.at
        AND a.outcome <> p.outcome";

/// Notes that polls failed. What the AP showed at its last good poll stays, and so does the
/// watermark: nothing was heard of the clients.
pub(crate) async fn mark(tx: &TenantTx, polls: &[&Poll]) -> Result<(), sqlx::Error> {
    let aps: Vec<_> = polls.iter().map(|poll| poll.ap).collect();
    let times: Vec<_> = polls.iter().map(|poll| poll.collected_at).collect();
    let outcomes: Vec<_> = polls.iter().map(|poll| poll.outcome).collect();
    tx.execute(MARK, args![tx.tenant(), aps, times, outcomes]?)
        .await?;
    Ok(())
}
