//! What is kept of polls: rolled up by the hour, dropped in time, and told as if nothing happened.

mod availability;
mod drop;
mod late;
mod limits;

use chrono::{DateTime, NaiveTime, TimeDelta, Utc};
use entity::database::Role;
use entity::ids::DeviceId;
use ingest::sweep::history::HistoryKeeper;
use ingest::worker::Databases;
use serde_json::{Value, json};
use sqlx::{Connection as _, PgConnection};
use wisplink_tests::harness::poller::Poller;
use wisplink_tests::harness::tenant::Tenant;
use wisplink_tests::harness::world::{World, eventually};

/// A world whose tenants have a link of `cpe-1` to `ap-1` each, and no worker.
async fn linked() -> World {
    let mut world = World::start().await;
    for tenant in [&world.a, &world.b] {
        let poller = Poller::of(&world, tenant).await;
        poller.poll(0, 0, &[(0, -60)]).await;
        eventually("the link is there", async || {
            (world.links_of(tenant).await == 1).then_some(())
        })
        .await;
    }
    world.stop_worker().await;
    world
}

/// What these tests do with a world.
trait History {
    async fn links_of(&self, tenant: &Tenant) -> usize;
    async fn session(&self) -> PgConnection;
    /// One round of roll-up and retention. False: somebody else is at it.
    async fn round(&self) -> Result<bool, sqlx::Error>;
    /// The signal of the tenant's only link.
    async fn signal(
        &self,
        tenant: &Tenant,
        from: DateTime<Utc>,
        to: DateTime<Utc>,
        buckets: i32,
    ) -> Vec<Value>;
}

const SIGNAL: &str = "query($from: DateTime!, $to: DateTime, $buckets: Int) {
    wirelessLinks(first: 1) { nodes { signalHistory(from: $from, to: $to, buckets: $buckets) {
        start end samples minSignalStrength avgSignalStrength maxSignalStrength avgTxCcq
        avgTxRateKbps avgRxRateKbps } } } }";

impl History for World {
    async fn links_of(&self, tenant: &Tenant) -> usize {
        tenant.links(&self.api).await.len()
    }

    async fn session(&self) -> PgConnection {
        PgConnection::connect(&self.database.url()).await.unwrap()
    }

    async fn round(&self) -> Result<bool, sqlx::Error> {
        let pool = |role| self.config.database.pool(role).unwrap();
        let databases = Databases {
            ingest: pool(Role::Ingest),
            platform: pool(Role::Platform),
        };
        let keeper = HistoryKeeper {
            databases,
            retention: self.config.history.retention(),
        };
        keeper.round(Utc::now()).await
    }

    async fn signal(
        &self,
        tenant: &Tenant,
        from: DateTime<Utc>,
        to: DateTime<Utc>,
        buckets: i32,
    ) -> Vec<Value> {
        let asked = json!({ "from": text(from), "to": text(to), "buckets": buckets });
        let data = self.api.data(&tenant.viewer(), SIGNAL, asked).await;
        let history = &data["wirelessLinks"]["nodes"][0]["signalHistory"];
        history.as_array().unwrap().clone()
    }
}

/// So many days ago, at midnight.
fn days_ago(days: i64) -> DateTime<Utc> {
    let date = (Utc::now() - TimeDelta::days(days)).date_naive();
    date.and_time(NaiveTime::MIN).and_utc()
}

fn text(time: DateTime<Utc>) -> String {
    time.to_rfc3339()
}

fn samples(buckets: &[Value]) -> i64 {
    let samples = buckets.iter().map(|bucket| &bucket["samples"]);
    samples.map(|samples| samples.as_i64().unwrap()).sum()
}

/// Makes the partitions from day to day, as a worker of that time did.
async fn make_partitions(session: &mut PgConnection, from: DateTime<Utc>, to: DateTime<Utc>) {
    sqlx::query("SELECT app.make_partitions($1, $2)")
        .bind(from.date_naive())
        .bind(to.date_naive())
        .execute(session)
        .await
        .unwrap();
}

/// A poll every ten minutes from `from` to before `to`, with two clients: the signals of the first
/// go round from `strongest` down by five, every sixth is not available; the second is another.
async fn fill(
    session: &mut PgConnection,
    tenant: &Tenant,
    (from, to): (DateTime<Utc>, DateTime<Utc>),
    strongest: i16,
) {
    let polls = "
        INSERT INTO poll_history (tenant_id, ap_device_id, collected_at, client_macs, signal,
            remote_signal, snr, ccq, tx_kbps, rx_kbps)
        SELECT $1, $2, at,
            ARRAY['6C:3B:6B:A2:00:02', '6C:3B:6B:A2:00:01']::macaddr[],
            ARRAY[-80, CASE n % 6 WHEN 0 THEN 0 ELSE $5 - n % 6 END], ARRAY[0, 0], ARRAY[0, 0],
            ARRAY[50, CASE WHEN n % 2 = 0 THEN 113 ELSE 0 END],
            ARRAY[1000, 100000 + n], ARRAY[1000, CASE WHEN n % 3 = 0 THEN 0 ELSE 60000 END]
        FROM generate_series($3::timestamptz, $4::timestamptz - interval '1 second',
            interval '10 minutes') WITH ORDINALITY AS polls (at, n)";
    sqlx::query(polls)
        .bind(tenant.id)
        .bind(tenant.aps[0])
        .bind(from)
        .bind(to)
        .bind(i32::from(strongest))
        .execute(session)
        .await
        .unwrap();
}

/// All that is rolled up of the time before `end`, a line a row.
async fn rolled_up(session: &mut PgConnection, end: DateTime<Utc>) -> Vec<String> {
    sqlx::query_scalar("SELECT h::text FROM signal_hourly h WHERE hour < $1 ORDER BY 1")
        .bind(end)
        .fetch_all(session)
        .await
        .unwrap()
}

/// How many polls of an AP are kept.
async fn polls_of(session: &mut PgConnection, ap: DeviceId) -> i64 {
    sqlx::query_scalar("SELECT count(*) FROM poll_history WHERE ap_device_id = $1")
        .bind(ap)
        .fetch_one(session)
        .await
        .unwrap()
}

async fn is_there(session: &mut PgConnection, partition: &str) -> bool {
    sqlx::query_scalar("SELECT to_regclass('public.' || $1) IS NOT NULL")
        .bind(partition)
        .fetch_one(session)
        .await
        .unwrap()
}

/// `poll_history_20260131`
fn polls_partition(day: DateTime<Utc>) -> String {
    day.format("poll_history_%Y%m%d").to_string()
}
