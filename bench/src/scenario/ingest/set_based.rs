//! PostgreSQL's turn, without us: the best SQL we know for links, fed by two connections that have
//! nothing else to do.

use std::time::Instant;

use chrono::{DateTime, Utc};
use entity::mac::MacAddress;
use sqlx::{AssertSqlSafe, Connection as _, Executor as _, PgConnection};
use tokio::task::JoinSet;
use uuid::Uuid;

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

/// Updates all links `count` times.
pub(super) async fn turn(stage: &Stage, rounds: &mut Rounds, count: u32) -> Result<Turn, Failure> {
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
                transaction(&mut session, fleet, tenant, (round, at)).await?;
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
    (round, at): (u32, DateTime<Utc>),
) -> Result<(), sqlx::Error> {
    let id = fleet::tenant(tenant);
    let opening = format!("BEGIN; SET LOCAL ROLE wisplink_ingest; SELECT app.enter_tenant('{id}')");
    let mut tx = session.begin_with(AssertSqlSafe(opening)).await?;
    let clients = || 0..fleet.links();
    let macs: Vec<MacAddress> = clients()
        .filter_map(|n| fleet::mac(tenant, n).parse().ok())
        .collect();
    let owners = sqlx::query(OWNERS).bind(id).bind(macs);
    let owners = owners.fetch_all(&mut *tx).await?;
    debug_assert_eq!(owners.len(), fleet.links() as usize);
    let signal = |n| i16::try_from(polls::signal(n, round)).unwrap_or_default();
    let updated = sqlx::query(UPDATE)
        .bind(id)
        .bind(
            clients()
                .map(|n| fleet::id(tenant, Kind::Link, n))
                .collect::<Vec<Uuid>>(),
        )
        .bind(clients().map(signal).collect::<Vec<i16>>())
        .bind(clients().map(|n| signal(n) - 2).collect::<Vec<i16>>())
        .bind(
            clients()
                .map(|n| i16::try_from(polls::ccq(n, round)).unwrap_or_default())
                .collect::<Vec<i16>>(),
        )
        .bind(
            clients()
                .map(|n| polls::rate(n, round).0)
                .collect::<Vec<&str>>(),
        )
        .bind(
            clients()
                .map(|n| polls::rate(n + 1, round).0)
                .collect::<Vec<&str>>(),
        )
        .bind(
            clients()
                .map(|n| polls::rate(n, round).1)
                .collect::<Vec<i32>>(),
        )
        .bind(
            clients()
                .map(|n| polls::rate(n + 1, round).1)
                .collect::<Vec<i32>>(),
        )
        .bind(
            clients()
                .map(|_| 100_800 + 10 * round.cast_signed())
                .collect::<Vec<i32>>(),
        )
        .bind(at)
        .execute(&mut *tx)
        .await?
        .rows_affected();
    if updated != u64::from(fleet.links()) {
        return Err(sqlx::Error::RowNotFound);
    }
    tx.commit().await
}
