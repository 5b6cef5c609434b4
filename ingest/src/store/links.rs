//! `wireless_links`: read all links of some APs, write those that are new or different.

use chrono::{DateTime, Utc};
use entity::args;
use entity::ids::{DeviceId, LinkId};
use entity::mac::MacAddress;
use entity::tx::TenantTx;
use sqlx::Row as _;
use sqlx::postgres::{PgArguments, PgRow};

use super::watermark;
use crate::decide::Told;
use crate::machine::link::Link;
use crate::machine::observation::Observation;
use crate::machine::step::{Step, step};
use crate::message::{Rate, Reading};
use crate::policies::Policies;

macro_rules! select {
    ($condition:literal) => {
        concat!(
            "SELECT id, ap_device_id, cpe_device_id, interface, client_mac, signal_strength,
                remote_signal_strength, signal_to_noise, tx_ccq, tx_rate, rx_rate, tx_rate_kbps,
                rx_rate_kbps, distance_m, uptime_s, last_ip, state, state_since, sightings,
                missed_polls, weak_polls, discovered_at, last_seen, updated_at
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

fn link(row: &PgRow) -> Result<Link, sqlx::Error> {
    let rate = |text, kbps| -> Result<Option<Rate>, sqlx::Error> {
        let text: Option<String> = row.try_get(text)?;
        let kbps = row.try_get(kbps)?;
        Ok(text.map(|text| Rate { text, kbps }))
    };
    Ok(Link {
        id: row.try_get("id")?,
        ap: row.try_get("ap_device_id")?,
        cpe: row.try_get("cpe_device_id")?,
        client_mac: row.try_get("client_mac")?,
        state: row.try_get("state")?,
        state_since: row.try_get("state_since")?,
        sightings: row.try_get("sightings")?,
        missed_polls: row.try_get("missed_polls")?,
        weak_polls: row.try_get("weak_polls")?,
        discovered_at: row.try_get("discovered_at")?,
        last_seen: row.try_get("last_seen")?,
        updated_at: row.try_get("updated_at")?,
        reading: Reading {
            interface: row.try_get("interface")?,
            signal: row.try_get("signal_strength")?,
            remote_signal: row.try_get("remote_signal_strength")?,
            snr: row.try_get("signal_to_noise")?,
            ccq: row.try_get("tx_ccq")?,
            tx_rate: rate("tx_rate", "tx_rate_kbps")?,
            rx_rate: rate("rx_rate", "rx_rate_kbps")?,
            distance_m: row.try_get("distance_m")?,
            uptime_s: row.try_get("uptime_s")?,
            last_ip: row.try_get("last_ip")?,
        },
    })
}

/// The columns both statements take, as `$2` and so on; `n` names them.
macro_rules! columns {
    () => {
        "unnest($2::uuid[], $3::uuid[], $4::uuid[], $5::text[], $6::macaddr[], $7::int2[],
            $8::int2[], $9::int2[], $10::int2[], $11::text[], $12::text[], $13::int4[],
            $14::int4[], $15::int4[], $16::int4[], $17::text[], $18::text[], $19::timestamptz[],
            $20::int4[], $21::int4[], $22::int4[], $23::timestamptz[], $24::timestamptz[],
            $25::timestamptz[])
        AS n (id, ap_device_id, cpe_device_id, interface, client_mac, signal_strength,
            remote_signal_strength, signal_to_noise, tx_ccq, tx_rate, rx_rate, tx_rate_kbps,
            rx_rate_kbps, distance_m, uptime_s, last_ip, state, state_since, sightings,
            missed_polls, weak_polls, discovered_at, last_seen, updated_at)"
    };
}

const INSERT: &str = concat!(
    "INSERT INTO wireless_links (tenant_id, id, ap_device_id, cpe_device_id, interface, client_mac,
        signal_strength, remote_signal_strength, signal_to_noise, tx_ccq, tx_rate, rx_rate,
        tx_rate_kbps, rx_rate_kbps, distance_m, uptime_s, last_ip, state, state_since, sightings,
        missed_polls, weak_polls, discovered_at, last_seen, updated_at)
    SELECT $1, n.* FROM ",
    columns!()
);

const UPDATE: &str = concat!(
    "UPDATE wireless_links l SET cpe_device_id = n.cpe_device_id, interface = n.interface,
        signal_strength = n.signal_strength, remote_signal_strength = n.remote_signal_strength,
        signal_to_noise = n.signal_to_noise, tx_ccq = n.tx_ccq, tx_rate = n.tx_rate,
        rx_rate = n.rx_rate, tx_rate_kbps = n.tx_rate_kbps, rx_rate_kbps = n.rx_rate_kbps,
        distance_m = n.distance_m, uptime_s = n.uptime_s, last_ip = n.last_ip, state = n.state,
        state_since = n.state_since, sightings = n.sightings, missed_polls = n.missed_polls,
        weak_polls = n.weak_polls, last_seen = n.last_seen, updated_at = n.updated_at
    FROM ",
    columns!(),
    " WHERE l.tenant_id = $1 AND l.id = n.id"
);

/// Stores new links.
pub(crate) async fn insert(tx: &TenantTx, links: &[Link]) -> Result<(), sqlx::Error> {
    if !links.is_empty() {
        tx.execute(INSERT, arguments(tx, links)?).await?;
    }
    Ok(())
}

/// Stores links that are different now.
pub(crate) async fn update(tx: &TenantTx, links: &[Link]) -> Result<(), sqlx::Error> {
    if !links.is_empty() {
        tx.execute(UPDATE, arguments(tx, links)?).await?;
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

fn arguments(tx: &TenantTx, links: &[Link]) -> Result<PgArguments, sqlx::Error> {
    fn column<T>(links: &[Link], get: impl Fn(&Link) -> T) -> Vec<T> {
        links.iter().map(get).collect()
    }
    let text = |rate: &Option<Rate>| rate.as_ref().map(|rate| rate.text.clone());
    let kbps = |rate: &Option<Rate>| rate.as_ref().and_then(|rate| rate.kbps);
    args![
        tx.tenant(),
        column(links, |l| l.id),
        column(links, |l| l.ap),
        column(links, |l| l.cpe),
        column(links, |l| l.reading.interface.clone()),
        column(links, |l| l.client_mac),
        column(links, |l| l.reading.signal),
        column(links, |l| l.reading.remote_signal),
        column(links, |l| l.reading.snr),
        column(links, |l| l.reading.ccq),
        column(links, |l| text(&l.reading.tx_rate)),
        column(links, |l| text(&l.reading.rx_rate)),
        column(links, |l| kbps(&l.reading.tx_rate)),
        column(links, |l| kbps(&l.reading.rx_rate)),
        column(links, |l| l.reading.distance_m),
        column(links, |l| l.reading.uptime_s),
        column(links, |l| l.reading.last_ip.clone()),
        column(links, |l| l.state),
        column(links, |l| l.state_since),
        column(links, |l| l.sightings),
        column(links, |l| l.missed_polls),
        column(links, |l| l.weak_polls),
        column(links, |l| l.discovered_at),
        column(links, |l| l.last_seen),
        column(links, |l| l.updated_at),
    ]
}
