//! PostgreSQL's turn, without us: the best SQL we know for links, fed by two connections that have
//! nothing else to do.

use std::time::Instant;

use chrono::{DateTime, Utc};
use entity::mac::MacAddress;
use sqlx::postgres::PgArguments;
use sqlx::{AssertSqlSafe, Connection as _, Executor as _, PgConnection, Postgres};
use tokio::task::JoinSet;

use super::super::{Count, Turn};
use crate::failure::{Doing as _, Failure};
use crate::fleet::{self, Fleet, Kind};
use crate::polls::{self, Rounds};
use crate::stage::Stage;

const CONNECTIONS: u32 = 2;

const OWNERS: &str = "
    SELECT mac_address, device_id, type FROM device_interfaces
    WHERE tenant_id = $1 AND mac_address = ANY($2)";

const UPDATE: &str = "
    UPDATE wireless_links l SET signal_strength = n.signal, remote_signal_strength = n.remote,
        tx_ccq = n.ccq, tx_rate = n.tx_rate, rx_rate = n.rx_rate, tx_rate_kbps = n.tx_kbps,
        rx_rate_kbps = n.rx_kbps, uptime_s = n.uptime, last_seen = $11, updated_at = $11
    FROM unnest($2::uuid[], $3::int2[], $4::int2[], $5::int2[], $6::text[], $7::text[],
            $8::int4[], $9::int4[], $10::int4[])
        AS n (id, signal, remote, ccq, tx_rate, rx_rate, tx_kbps, rx_kbps, uptime)
    WHERE l.tenant_id = $1 AND l.id = n.id";

const UPSERT: &str = "
    INSERT INTO wireless_links (tenant_id, id, ap_device_id, cpe_device_id, interface, client_mac,
        signal_strength, remote_signal_strength, tx_ccq, tx_rate, rx_rate, tx_rate_kbps,
        rx_rate_kbps, uptime_s, state, state_since, sightings, missed_polls, weak_polls,
        discovered_at, last_seen, updated_at)
    SELECT $1, gen_random_uuid(), n.ap, i.device_id, 'wlan1', n.mac, n.signal, n.remote, n.ccq,
        n.tx_rate, n.rx_rate, n.tx_kbps, n.rx_kbps, n.uptime, 'discovered', $11, 1, 0, 0, $11, $11, $11
    FROM unnest($12::uuid[], $13::macaddr[], $3::int2[], $4::int2[], $5::int2[], $6::text[],
            $7::text[], $8::int4[], $9::int4[], $10::int4[], $2::uuid[])
        AS n (ap, mac, signal, remote, ccq, tx_rate, rx_rate, tx_kbps, rx_kbps, uptime, id)
    JOIN device_interfaces i ON i.tenant_id = $1 AND i.mac_address = n.mac AND i.type = 'wlan'
    ON CONFLICT (tenant_id, ap_device_id, client_mac) DO UPDATE SET
        cpe_device_id = excluded.cpe_device_id, signal_strength = excluded.signal_strength,
        remote_signal_strength = excluded.remote_signal_strength, tx_ccq = excluded.tx_ccq,
        tx_rate = excluded.tx_rate, rx_rate = excluded.rx_rate,
        tx_rate_kbps = excluded.tx_rate_kbps, rx_rate_kbps = excluded.rx_rate_kbps,
        uptime_s = excluded.uptime_s, missed_polls = 0, last_seen = excluded.last_seen,
        updated_at = excluded.updated_at";

/// What PostgreSQL is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    /// What a poll says: it finds owners and links by the addresses.
    Upsert,
    /// The links' ids as well, as if somebody knew: the least there is to do.
    ById,
}

/// Updates all links `count` times.
pub(super) async fn turn(
    stage: &Stage,
    rounds: &mut Rounds,
    way: Way,
    count: u32,
) -> Result<Turn, Failure> {
    let rounds: Vec<_> = (0..count).map(|_| rounds.take()).collect();
    let mut lanes = JoinSet::new();
    let mut sessions = Vec::new();
    for lane in 0..CONNECTIONS {
        let mut session = stage.session().await?;
        let generic = "SET plan_cache_mode = force_generic_plan";
        session
            .execute(generic)
            .await
            .doing("setting a session up")?;
        sessions.push((lane, session));
    }
    let counting = Count::begin_alone(stage)?;
    let begin = Instant::now();
    for (lane, mut session) in sessions {
        let (rounds, fleet) = (rounds.clone(), stage.fleet);
        lanes.spawn(async move {
            let tenants = || fleet.tenants().filter(move |t| t % CONNECTIONS == lane);
            for (tenant, (round, at)) in rounds.iter().flat_map(|r| tenants().map(move |t| (t, *r)))
            {
                transaction(&mut session, fleet, tenant, way, (round, at)).await?;
            }
            Ok::<_, sqlx::Error>(())
        });
    }
    while let Some(ended) = lanes.join_next().await {
        ended
            .doing("waiting for a connection")?
            .doing("updating links")?;
    }
    Ok(counting.end(begin.elapsed(), (count * stage.fleet.all_links()).into()))
}

/// All polls of one tenant: 40 APs, 800 links.
async fn transaction(
    session: &mut PgConnection,
    fleet: Fleet,
    tenant: u32,
    way: Way,
    (round, at): (u32, DateTime<Utc>),
) -> Result<(), sqlx::Error> {
    let id = fleet::tenant(tenant);
    let opening = format!("BEGIN; SET LOCAL ROLE wisplink_ingest; SELECT app.enter_tenant('{id}')");
    let mut tx = session.begin_with(AssertSqlSafe(opening)).await?;
    let macs = each(fleet, |n| fleet::mac(tenant, n));
    let macs: Vec<MacAddress> = macs.iter().flat_map(|mac| mac.parse()).collect();
    if way == Way::ById {
        let owners = sqlx::query(OWNERS).bind(id).bind(&macs);
        let owners = owners.fetch_all(&mut *tx).await?;
        debug_assert_eq!(owners.len(), fleet.links() as usize);
    }
    let sql = match way {
        Way::Upsert => UPSERT,
        Way::ById => UPDATE,
    };
    let links = each(fleet, |n| fleet::id(tenant, Kind::Link, n));
    let mut update = measured(sqlx::query(sql).bind(id).bind(links), fleet, round).bind(at);
    if way == Way::Upsert {
        let aps = each(fleet, |n| fleet::id(tenant, Kind::Ap, n / fleet.clients));
        update = update.bind(aps).bind(macs);
    }
    let updated = update.execute(&mut *tx).await?.rows_affected();
    if updated != u64::from(fleet.links()) {
        return Err(sqlx::Error::RowNotFound);
    }
    tx.commit().await
}

/// A value for each client.
fn each<T>(fleet: Fleet, of: impl Fn(u32) -> T) -> Vec<T> {
    (0..fleet.links()).map(of).collect()
}

/// Binds what a round measures: from signals to uptimes.
fn measured(query: Statement<'_>, fleet: Fleet, round: u32) -> Statement<'_> {
    let signal = |n| i16::try_from(polls::signal(n, round)).unwrap_or_default();
    let ccq = |n| i16::try_from(polls::ccq(n, round)).unwrap_or_default();
    let uptime = 100_800 + 10 * round.cast_signed();
    query
        .bind(each(fleet, signal))
        .bind(each(fleet, |n| signal(n) - 2))
        .bind(each(fleet, ccq))
        .bind(each(fleet, |n| polls::rate(n, round).0))
        .bind(each(fleet, |n| polls::rate(n + 1, round).0))
        .bind(each(fleet, |n| polls::rate(n, round).1))
        .bind(each(fleet, |n| polls::rate(n + 1, round).1))
        .bind(each(fleet, |_| uptime))
}

type Statement<'q> = sqlx::query::Query<'q, Postgres, PgArguments>;
