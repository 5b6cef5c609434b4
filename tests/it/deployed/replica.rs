//! History from a read replica: while it keeps up, and only then.

use std::fs::File;
use std::path::PathBuf;
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::json;
use sqlx::PgConnection;
use tempfile::TempDir;
use wisplink::config::Config;
use wisplink_tests::harness::client::Api;
use wisplink_tests::harness::poller::Poller;
use wisplink_tests::harness::replica::TestReplica;
use wisplink_tests::harness::tenant::Tenant;
use wisplink_tests::harness::world::{World, eventually};

const FROM_REPLICA: &str = "wisplink_history_reads_total{from=\"replica\"}";
const FROM_PRIMARY: &str = "wisplink_history_reads_total{from=\"primary\"}";

#[tokio::test]
async fn history_comes_from_a_replica_that_keeps_up_and_else_from_the_primary() {
    let world = World::start().await;
    let (a, b) = (
        Poller::of(&world, &world.a).await,
        Poller::of(&world, &world.b).await,
    );
    a.poll(0, 0, &[(0, -60)]).await;
    a.poll(0, 1, &[(0, -60)]).await;
    b.poll(0, 0, &[(0, -70)]).await;
    let from = a.minute(0) - TimeDelta::minutes(1);
    let replica = TestReplica::start(&world.database).await;
    let beside = world.start_replica_with(with(&world, &replica)).await;
    let api = &beside.api;

    told(
        api,
        &world.a,
        from,
        FROM_REPLICA,
        "2 polls at -60.0, 2 events",
    )
    .await;
    // Another tenant's history in the same place.
    told(
        api,
        &world.b,
        from,
        FROM_REPLICA,
        "1 polls at -70.0, 1 events",
    )
    .await;

    replica.pause().await;
    a.poll(0, 2, &[(0, -60)]).await;
    told(
        api,
        &world.a,
        from,
        FROM_PRIMARY,
        "3 polls at -60.0, 2 events",
    )
    .await;
    let there = polls(&mut replica.session(&world.database).await, &world.a).await;
    assert_eq!(there, 2, "the replica does not have what was told");

    replica.resume().await;
    told(
        api,
        &world.a,
        from,
        FROM_REPLICA,
        "3 polls at -60.0, 2 events",
    )
    .await;

    replica.stop().await;
    told(
        api,
        &world.a,
        from,
        FROM_PRIMARY,
        "3 polls at -60.0, 2 events",
    )
    .await;
    beside.stop().await;
}

#[tokio::test]
async fn a_promoted_replica_is_not_asked_any_more() {
    let log = Log::start();
    let world = World::start().await;
    let a = Poller::of(&world, &world.a).await;
    a.poll(0, 0, &[(0, -60)]).await;
    a.poll(0, 1, &[(0, -60)]).await;
    let from = a.minute(0) - TimeDelta::minutes(1);
    let replica = TestReplica::start(&world.database).await;
    let beside = world.start_replica_with(with(&world, &replica)).await;
    let two = "2 polls at -60.0, 2 events";
    told(&beside.api, &world.a, from, FROM_REPLICA, two).await;

    replica.promote().await;
    a.poll(0, 2, &[(0, -60)]).await;
    let three = "3 polls at -60.0, 2 events";
    told(&beside.api, &world.a, from, FROM_PRIMARY, three).await;
    let there = polls(&mut replica.session(&world.database).await, &world.a).await;
    assert_eq!(there, 2, "the promoted server has what came later");
    log.says("is no replica: it was promoted").await;
    beside.stop().await;
}

#[tokio::test]
async fn a_replica_that_lacks_a_change_of_the_schema_is_not_asked_until_it_has_it() {
    let log = Log::start();
    let world = World::start().await;
    let a = Poller::of(&world, &world.a).await;
    a.poll(0, 0, &[(0, -60)]).await;
    a.poll(0, 1, &[(0, -60)]).await;
    let from = a.minute(0) - TimeDelta::minutes(1);
    let change = migration::known().pop().unwrap();
    let mut primary = world.database.session().await;
    let rename = "UPDATE seaql_migrations SET version = $2 WHERE version = $1";
    let renamed = sqlx::query(rename).bind(&change).bind("not_yet");
    renamed.execute(&mut primary).await.unwrap();
    let replica = TestReplica::start(&world.database).await;
    replica.pause().await;
    // Only the primary has the change; how far behind the replica is does not matter here.
    let renamed = sqlx::query(rename).bind("not_yet").bind(&change);
    renamed.execute(&mut primary).await.unwrap();
    let mut config = with(&world, &replica);
    config.database.history_max_lag_ms = 600_000;
    let beside = world.start_replica_with(config).await;

    let two = "2 polls at -60.0, 2 events";
    told(&beside.api, &world.a, from, FROM_PRIMARY, two).await;
    log.says("lacks a change of the schema").await;
    assert_eq!(beside.api.counted(FROM_REPLICA).await, 0);
    replica.resume().await;
    told(&beside.api, &world.a, from, FROM_REPLICA, two).await;
    beside.stop().await;
}

/// What this process logs from now on.
struct Log {
    path: PathBuf,
    _dir: TempDir,
}

impl Log {
    fn start() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("log");
        let file = Arc::new(File::create(&path).unwrap());
        tracing_subscriber::fmt()
            .with_max_level(tracing_subscriber::filter::LevelFilter::WARN)
            .with_writer(file)
            .init();
        Self { path, _dir: dir }
    }

    async fn says(&self, words: &str) {
        eventually(&format!("the log says: {words}"), async || {
            let log = std::fs::read_to_string(&self.path).unwrap();
            log.contains(words).then_some(())
        })
        .await;
    }
}

/// Asks until an answer that comes from where `series` counts says of the past of `tenant`'s first
/// link what is `expected`.
async fn told(api: &Api, tenant: &Tenant, from: DateTime<Utc>, series: &str, expected: &str) {
    let query = "query($from: DateTime!) {
        wirelessLinks(first: 1) { nodes {
            signalHistory(from: $from, buckets: 1) { samples avgSignalStrength }
            availability(from: $from) { outages { start } } } }
        linkEvents(first: 10) { nodes { cursor } } }";
    eventually(&format!("{series} tells {expected}"), async || {
        let before = api.counted(series).await;
        let data = api
            .data(&tenant.viewer(), query, json!({ "from": from }))
            .await;
        if api.counted(series).await == before {
            return None;
        }
        let bucket = &data["wirelessLinks"]["nodes"][0]["signalHistory"][0];
        let events = data["linkEvents"]["nodes"].as_array().unwrap().len();
        let told = format!(
            "{} polls at {}, {events} events",
            bucket["samples"], bucket["avgSignalStrength"]
        );
        (told == expected).then_some(())
    })
    .await;
}

fn with(world: &World, replica: &TestReplica) -> Config {
    let mut config = world.config.clone();
    config.database.history_url = Some(replica.url(&world.database).as_str().into());
    config.database.history_max_lag_ms = 4_000;
    config
}

async fn polls(session: &mut PgConnection, tenant: &Tenant) -> i64 {
    sqlx::query_scalar("SELECT count(*) FROM poll_history WHERE tenant_id = $1")
        .bind(tenant.id)
        .fetch_one(session)
        .await
        .unwrap()
}
