//! `tenant_feeds` and `link_events`: numbers events without gaps, in the order of the commits.

use std::ops::RangeInclusive;

use chrono::{DateTime, Utc};
use sqlx::Row as _;

use crate::args;
use crate::ids::{DeviceId, Epoch, EventId, LinkId};
use crate::link_state::{EventReason, LinkState};
use crate::mac::MacAddress;
use crate::tx::TenantTx;
use crate::wire::link_event::LinkEvent;

/// The last event of a feed that readers may have seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Announced {
    /// Its feed's life.
    pub epoch: Epoch,
    /// Its number.
    pub seq: i64,
}

impl From<&LinkEvent> for Announced {
    fn from(event: &LinkEvent) -> Self {
        Self {
            epoch: event.epoch,
            seq: event.seq,
        }
    }
}

/// What is known of a feed's publication.
#[derive(Clone, Debug, Default)]
pub struct Known {
    /// What is known to be published.
    pub published: Option<RangeInclusive<i64>>,
    /// The last event that readers may have seen.
    pub announced: Option<Announced>,
}

/// Something that happened to a link and has no number yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewEvent {
    /// The link.
    pub link: LinkId,
    /// Its AP.
    pub ap: DeviceId,
    /// Its CPE.
    pub cpe: DeviceId,
    /// The CPE's radio.
    pub client_mac: MacAddress,
    /// In a roam, the other AP.
    pub other_ap: Option<DeviceId>,
    /// The state before; none for a first sighting.
    pub from: Option<LinkState>,
    /// The state after.
    pub to: LinkState,
    /// Why.
    pub reason: EventReason,
    /// dBm at that time.
    pub signal: Option<i16>,
    /// Sample time.
    pub at: DateTime<Utc>,
}

const COUNT: &str = "
    INSERT INTO tenant_feeds AS f (tenant_id, epoch, last_seq, published_seq)
    VALUES ($1, CASE WHEN $6::uuid = $2 THEN $8::uuid ELSE $2 END, $3, 0)
    ON CONFLICT (tenant_id) DO UPDATE SET last_seq = f.last_seq + $3,
        epoch = CASE WHEN f.epoch = $6 AND f.last_seq < $7 THEN $8 ELSE f.epoch END,
        published_seq = CASE WHEN f.published_seq >= $4 - 1
            THEN greatest(f.published_seq, least($5, f.last_seq)) ELSE f.published_seq END
    RETURNING epoch, last_seq";

const INSERT: &str = "
    INSERT INTO link_events (tenant_id, seq, id, link_id, ap_device_id, cpe_device_id, client_mac,
        other_ap_device_id, from_state, to_state, reason, signal_strength, at, recorded_at)
    SELECT $1, n.*, $14 FROM unnest($2::bigint[], $3::uuid[], $4::uuid[], $5::uuid[], $6::uuid[],
        $7::macaddr[], $8::uuid[], $9::text[], $10::text[], $11::text[], $12::int2[],
        $13::timestamptz[]) AS n";

/// Numbers and stores `new`. It must be the last thing the transaction does: the tenant's feed row
/// stays locked until the commit, so a number is seen only after all smaller ones.
///
/// Where readers have seen a higher number than the database knows, it has lost its latest events:
/// it was restored, or a replica took over that lacked them. Then the feed begins a new life, for the
/// numbers that follow were given before, to other events; readers are told to reload.
pub async fn append(
    tx: &TenantTx,
    new: Vec<NewEvent>,
    known: Known,
    now: DateTime<Utc>,
) -> Result<Vec<LinkEvent>, sqlx::Error> {
    let Ok(count) = i64::try_from(new.len()) else {
        return Ok(Vec::new());
    };
    if count == 0 {
        return Ok(Vec::new());
    }
    let first = Epoch::first(tx.tenant());
    // Without news: a span that joins nothing.
    let (from, to) = known
        .published
        .map_or((i64::MAX, 0), RangeInclusive::into_inner);
    let (seen_epoch, seen) = (
        known.announced.map(|a| a.epoch),
        known.announced.map(|a| a.seq),
    );
    let arguments = args![
        tx.tenant(),
        first,
        count,
        from,
        to,
        seen_epoch,
        seen,
        Epoch::new()
    ]?;
    let rows = tx.rows(COUNT, arguments).await?;
    let row = rows.first().ok_or(sqlx::Error::RowNotFound)?;
    let (epoch, last_seq): (Epoch, i64) = (row.try_get(0)?, row.try_get(1)?);
    let events: Vec<_> = (last_seq - count + 1..)
        .zip(new)
        .map(|(seq, new)| LinkEvent {
            tenant_id: tx.tenant(),
            epoch,
            seq,
            id: EventId::new(),
            link_id: new.link,
            ap_device_id: new.ap,
            cpe_device_id: new.cpe,
            client_mac: new.client_mac,
            other_ap_device_id: new.other_ap,
            from_state: new.from,
            to_state: new.to,
            reason: new.reason,
            signal_strength: new.signal,
            at: new.at,
            recorded_at: now,
        })
        .collect();
    insert(tx, &events, now).await?;
    Ok(events)
}

const RENEW: &str = "
    UPDATE tenant_feeds SET epoch = $4
    WHERE tenant_id = $1 AND epoch = $2 AND last_seq < $3";

/// Begins a new life of the feed, if readers have seen more of it than the database knows. Returns
/// whether it did.
pub async fn renew(tx: &TenantTx, announced: Announced) -> Result<bool, sqlx::Error> {
    let Announced { epoch, seq } = announced;
    let arguments = args![tx.tenant(), epoch, seq, Epoch::new()]?;
    Ok(tx.execute(RENEW, arguments).await? > 0)
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
