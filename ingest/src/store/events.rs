//! `tenant_feeds` and `link_events`: numbers events without gaps, in the order of the commits.
//!
//! # Invariants
//! - This is the last thing a transaction does: the tenant's feed row stays locked until the
//!   commit, so a number is seen only after all smaller ones.

use chrono::{DateTime, Utc};
use entity::args;
use entity::ids::{Epoch, EventId};
use entity::tx::TenantTx;
use entity::wire::link_event::LinkEvent;
use sqlx::Row as _;

use crate::decide::Told;
use crate::publish::span::Published;

const COUNT: &str = "
    INSERT INTO tenant_feeds AS f (tenant_id, epoch, last_seq, published_seq)
    VALUES ($1, $2, $3, 0)
    ON CONFLICT (tenant_id) DO UPDATE SET last_seq = f.last_seq + $3,
        published_seq = CASE WHEN f.published_seq >= $4 - 1
            THEN greatest(f.published_seq, least($5, f.last_seq)) ELSE f.published_seq END
    RETURNING epoch, last_seq";

const INSERT: &str = "
    INSERT INTO link_events (tenant_id, seq, id, link_id, ap_device_id, cpe_device_id, client_mac,
        other_ap_device_id, from_state, to_state, reason, signal_strength, at, recorded_at)
    SELECT $1, n.*, $14 FROM unnest($2::bigint[], $3::uuid[], $4::uuid[], $5::uuid[], $6::uuid[],
        $7::macaddr[], $8::uuid[], $9::text[], $10::text[], $11::text[], $12::int2[],
        $13::timestamptz[]) AS n";

/// Numbers and stores `told`. `published` is what is known to be published of the tenant's feed.
pub(crate) async fn append(
    tx: &TenantTx,
    told: Vec<Told>,
    published: Option<Published>,
    now: DateTime<Utc>,
) -> Result<Vec<LinkEvent>, sqlx::Error> {
    let Ok(count) = i64::try_from(told.len()) else {
        return Ok(Vec::new());
    };
    if count == 0 {
        return Ok(Vec::new());
    }
    let first = Epoch::first(tx.tenant());
    // Without news: a span that joins nothing.
    let Published { from, to } = published.unwrap_or(Published {
        from: i64::MAX,
        to: 0,
    });
    let rows = tx
        .rows(COUNT, args![tx.tenant(), first, count, from, to]?)
        .await?;
    let row = rows.first().ok_or(sqlx::Error::RowNotFound)?;
    let (epoch, last_seq): (Epoch, i64) = (row.try_get(0)?, row.try_get(1)?);
    let events: Vec<_> = (last_seq - count + 1..)
        .zip(told)
        .map(|(seq, told)| LinkEvent {
            tenant_id: tx.tenant(),
            epoch,
            seq,
            id: EventId::new(),
            link_id: told.link,
            ap_device_id: told.ends.ap,
            cpe_device_id: told.ends.cpe,
            client_mac: told.ends.client_mac,
            other_ap_device_id: told.event.other_ap,
            from_state: told.event.from,
            to_state: told.event.to,
            reason: told.event.reason,
            signal_strength: told.event.signal,
            at: told.event.at,
            recorded_at: now,
        })
        .collect();
    insert(tx, &events, now).await?;
    Ok(events)
}

async fn insert(
    tx: &TenantTx,
    events: &[LinkEvent],
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    let column = || events.iter();
    let arguments = args![
        tx.tenant(),
        column().map(|e| e.seq).collect::<Vec<_>>(),
        column().map(|e| e.id).collect::<Vec<_>>(),
        column().map(|e| e.link_id).collect::<Vec<_>>(),
        column().map(|e| e.ap_device_id).collect::<Vec<_>>(),
        column().map(|e| e.cpe_device_id).collect::<Vec<_>>(),
        column().map(|e| e.client_mac).collect::<Vec<_>>(),
        column().map(|e| e.other_ap_device_id).collect::<Vec<_>>(),
        column().map(|e| e.from_state).collect::<Vec<_>>(),
        column().map(|e| e.to_state).collect::<Vec<_>>(),
        column().map(|e| e.reason).collect::<Vec<_>>(),
        column().map(|e| e.signal_strength).collect::<Vec<_>>(),
        column().map(|e| e.at).collect::<Vec<_>>(),
        now,
    ]?;
    tx.execute(INSERT, arguments).await?;
    Ok(())
}

/// A span behind a gap is not noted: what lies in the gap may never have been published.
const PUBLISHED: &str = "
    UPDATE tenant_feeds SET published_seq = least($3, last_seq)
    WHERE tenant_id = $1 AND published_seq >= $2 - 1 AND published_seq < $3";

/// Notes how far the feed is published.
pub(crate) async fn note_published(tx: &TenantTx, published: Published) -> Result<(), sqlx::Error> {
    tx.execute(PUBLISHED, args![tx.tenant(), published.from, published.to]?)
        .await?;
    Ok(())
}

/// Events published together, at most.
const PAGE: i64 = 500;

const UNPUBLISHED: &str = "
    SELECT f.epoch, e.seq, e.id, e.link_id, e.ap_device_id, e.cpe_device_id, e.client_mac,
        e.other_ap_device_id, e.from_state, e.to_state, e.reason, e.signal_strength, e.at,
        e.recorded_at
    FROM tenant_feeds f JOIN link_events e ON e.tenant_id = $1 AND e.seq > f.published_seq
    WHERE f.tenant_id = $1 AND e.recorded_at < $2 ORDER BY e.seq LIMIT $3";

/// The next events stored before `before` that are not known to be published.
pub(crate) async fn unpublished(
    tx: &TenantTx,
    before: DateTime<Utc>,
) -> Result<Vec<LinkEvent>, sqlx::Error> {
    let rows = tx
        .rows(UNPUBLISHED, args![tx.tenant(), before, PAGE]?)
        .await?;
    rows.iter()
        .map(|row| LinkEvent::of_row(row, tx.tenant(), row.try_get("epoch")?))
        .collect()
}
