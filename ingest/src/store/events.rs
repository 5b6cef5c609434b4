//! `tenant_feeds` and `link_events`: what there is to tell is stored, and how far it is published.

use chrono::{DateTime, Utc};
use entity::args;
use entity::feed::{self, Known, NewEvent};
use entity::tx::TenantTx;
use entity::wire::link_event::LinkEvent;

use crate::decide::Told;
use crate::publish::KnownFeed;
use crate::publish::span::Published;

/// Numbers and stores `told`, as the last thing in the transaction. `known` is what is known of the
/// tenant's feed.
pub(crate) async fn append(
    tx: &TenantTx,
    told: Vec<Told>,
    known: KnownFeed,
    now: DateTime<Utc>,
) -> Result<Vec<LinkEvent>, sqlx::Error> {
    let new = told.into_iter().map(|told| NewEvent {
        link: told.link,
        ap: told.ends.ap,
        cpe: told.ends.cpe,
        client_mac: told.ends.client_mac,
        other_ap: told.event.other_ap,
        from: told.event.from,
        to: told.event.to,
        reason: told.event.reason,
        signal: told.event.signal,
        at: told.event.at,
    });
    let published = known.published.map(|Published { from, to }| from..=to);
    let announced = known.announced;
    let known = Known {
        published,
        announced,
    };
    feed::append(tx, new.collect(), known, now).await
}

/// Counts events that are committed.
pub(crate) fn count(events: &[LinkEvent]) {
    for event in events {
        metrics::counter!("wisplink_ingest_events_total", "reason" => event.reason.as_str())
            .increment(1);
    }
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
        .map(|row| LinkEvent::of_row(row, tx.tenant(), sqlx::Row::try_get(row, "epoch")?))
        .collect()
}
