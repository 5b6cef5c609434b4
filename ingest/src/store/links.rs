//! `wireless_links`: read all links of some APs, write those that are new or different.

use chrono::{DateTime, Utc};
use entity::args;
use entity::ids::{DeviceId, LinkId};
use entity::mac::MacAddress;
use entity::tx::TenantTx;
use sqlx::Row as _;
use sqlx::postgres::PgRow;

use super::link_row::LinkRow;
use super::watermark;
use crate::decide::Told;
use crate::machine::link::Link;
use crate::machine::observation::Observation;
use crate::machine::step::{Step, step};
use crate::message::Reading;
use crate::policies::Policies;

/// What the machine decides on. What was measured is written, and not read again: most of a row.
macro_rules! select {
    ($condition:literal) => {
        concat!(
            "SELECT id, ap_device_id, cpe_device_id, client_mac, state, state_since, sightings,
                missed_polls, weak_polls, discovered_at, last_seen, updated_at, uptime_s,
                remote_signal_strength
            FROM wireless_links WHERE tenant_id = $1 AND ",
            $condition
        )
    };
}

const OF_APS: &str = select!("ap_device_id = ANY($2)");

/// All links of `aps`.
pub(crate) async fn of(tx: &TenantTx, aps: &[DeviceId]) -> Result<Vec<Link>, sqlx::Error> {
    let rows = tx.rows(OF_APS, args![tx.tenant(), aps]?).await?;
    rows.iter().map(link).collect()
}

const BY_ID: &str = select!("id = ANY($2)");

/// The links with these ids, as far as there are any.
pub(crate) async fn by_id(tx: &TenantTx, ids: &[LinkId]) -> Result<Vec<Link>, sqlx::Error> {
    let rows = tx.rows(BY_ID, args![tx.tenant(), ids]?).await?;
    rows.iter().map(link).collect()
}

/// The two ways in which a poll of `$2` can concern a link of another AP: it lists the same client
/// (`$3`), or the polled device is the CPE. Each by its own index.
const OTHER_APS: &str = "
    SELECT ap_device_id FROM wireless_links
    WHERE tenant_id = $1 AND client_mac = ANY($3) AND ap_device_id <> ALL($2)
        AND state IN ('discovered', 'active', 'degraded')
    UNION
    SELECT ap_device_id FROM wireless_links
    WHERE tenant_id = $1 AND cpe_device_id = ANY($2) AND ap_device_id <> ALL($2)
        AND state IN ('discovered', 'active', 'degraded')";

const ELSEWHERE: &str =
    select!("ap_device_id = ANY($4) AND (client_mac = ANY($3) OR cpe_device_id = ANY($2))");

/// The links that `clients`, or `aps` as clients, have at other APs. Those APs are locked.
pub(crate) async fn elsewhere(
    tx: &TenantTx,
    aps: &[DeviceId],
    clients: &[MacAddress],
) -> Result<Vec<Link>, sqlx::Error> {
    let rows = tx
        .rows(OTHER_APS, args![tx.tenant(), aps, clients]?)
        .await?;
    let others: Vec<DeviceId> = rows
        .iter()
        .map(|row| row.try_get(0))
        .collect::<Result<_, _>>()?;
    if others.is_empty() {
        return Ok(Vec::new());
    }
    watermark::lock(tx, &others).await?;
    let rows = tx
        .rows(ELSEWHERE, args![tx.tenant(), aps, clients, others]?)
        .await?;
    rows.iter().map(link).collect()
}

/// By place rather than by name: there are many.
fn link(row: &PgRow) -> Result<Link, sqlx::Error> {
    Ok(Link {
        id: row.try_get(0)?,
        ap: row.try_get(1)?,
        cpe: row.try_get(2)?,
        client_mac: row.try_get(3)?,
        state: row.try_get(4)?,
        state_since: row.try_get(5)?,
        sightings: row.try_get(6)?,
        missed_polls: row.try_get(7)?,
        weak_polls: row.try_get(8)?,
        discovered_at: row.try_get(9)?,
        last_seen: row.try_get(10)?,
        updated_at: row.try_get(11)?,
        uptime_s: row.try_get(12)?,
        remote_signal: row.try_get(13)?,
        reading: None,
    })
}

const INSERT: &str = "
    INSERT INTO wireless_links (tenant_id, id, ap_device_id, cpe_device_id, interface, client_mac,
        signal_strength, remote_signal_strength, signal_to_noise, tx_ccq, tx_rate, rx_rate,
        tx_rate_kbps, rx_rate_kbps, distance_m, uptime_s, last_ip, state, state_since, sightings,
        missed_polls, weak_polls, discovered_at, last_seen, updated_at)
    SELECT $1, n.* FROM unnest($2::app.link_row[]) AS n";

/// The columns that change without a sighting.
macro_rules! update {
    ($measured:literal) => {
        concat!(
            "UPDATE wireless_links l SET cpe_device_id = n.cpe_device_id, state = n.state,
                state_since = n.state_since, sightings = n.sightings,
                missed_polls = n.missed_polls, weak_polls = n.weak_polls, last_seen = n.last_seen,
                updated_at = n.updated_at, uptime_s = n.uptime_s,
                remote_signal_strength = n.remote_signal_strength",
            $measured,
            " FROM unnest($2::app.link_row[]) AS n WHERE l.tenant_id = $1 AND l.id = n.id"
        )
    };
}

const UPDATE_STATE: &str = update!("");

const UPDATE: &str = update!(
    ", interface = n.interface, signal_strength = n.signal_strength,
    signal_to_noise = n.signal_to_noise, tx_ccq = n.tx_ccq, tx_rate = n.tx_rate,
    rx_rate = n.rx_rate, tx_rate_kbps = n.tx_rate_kbps, rx_rate_kbps = n.rx_rate_kbps,
    distance_m = n.distance_m, last_ip = n.last_ip"
);

/// Stores new links.
pub(crate) async fn insert(tx: &TenantTx, links: &[Link]) -> Result<(), sqlx::Error> {
    write(tx, INSERT, links.iter()).await
}

/// Stores links that are different now: those with a new reading, and those without.
pub(crate) async fn update(tx: &TenantTx, links: &[Link]) -> Result<(), sqlx::Error> {
    let is_measured = |link: &&Link| link.reading.is_some();
    write(tx, UPDATE, links.iter().filter(is_measured)).await?;
    let others = links.iter().filter(|link| !is_measured(link));
    write(tx, UPDATE_STATE, others).await
}

async fn write(
    tx: &TenantTx,
    sql: &'static str,
    links: impl Iterator<Item = &Link>,
) -> Result<(), sqlx::Error> {
    let nothing = Reading::default();
    let rows: Vec<_> = links
        .map(|link| LinkRow::of(link, link.reading.as_deref().unwrap_or(&nothing)))
        .collect();
    if !rows.is_empty() {
        tx.execute(sql, args![tx.tenant(), rows]?).await?;
    }
    Ok(())
}

/// Lets the machine decide on what was observed of links, one observation each; stores those that
/// are different now, and returns what there is to tell.
pub(crate) async fn observe(
    tx: &TenantTx,
    observed: impl IntoIterator<Item = (Link, Observation, DateTime<Utc>)>,
    policies: &Policies,
) -> Result<Vec<Told>, sqlx::Error> {
    let (mut changed, mut told) = (Vec::new(), Vec::new());
    for (link, observation, at) in observed {
        let policy = policies.of(link.ap);
        if let Step::Changed(link, events) = step(link, observation, policy, at) {
            told.extend(Told::of(&link, events));
            changed.push(link);
        }
    }
    update(tx, &changed).await?;
    Ok(told)
}

const DELETE: &str = "DELETE FROM wireless_links WHERE tenant_id = $1 AND id = ANY($2)";

/// Forgets links. Their events are kept.
pub(crate) async fn delete(tx: &TenantTx, links: &[Link]) -> Result<(), sqlx::Error> {
    if !links.is_empty() {
        let ids: Vec<_> = links.iter().map(|link| link.id).collect();
        tx.execute(DELETE, args![tx.tenant(), ids]?).await?;
    }
    Ok(())
}
