//! A database that is older than what was told: restored, or a replica that lacked the latest.

use api::live::cursor::FeedCursor;
use entity::ids::Epoch;
use serde_json::{Value, json};
use sqlx::{AssertSqlSafe, Connection as _, PgConnection};
use wisplink_tests::harness::poller::Poller;
use wisplink_tests::harness::tenant::{CURSORS, Tenant};
use wisplink_tests::harness::world::{World, eventually};

#[tokio::test]
async fn readers_of_a_restored_database_are_told_to_reload() {
    let mut world = World::start().await;
    let poller = Poller::of(&world, &world.a).await;
    poller.poll(0, 0, &[(0, -60)]).await;
    poller.poll(0, 1, &[(0, -60)]).await;
    poller.settle(&world).await;
    stop(&mut world).await;
    let backup = back_up(&world).await;

    start(&mut world).await;
    poller.restless(0, 120..126, &[(0, -60)]).await;
    poller.settle(&world).await;
    let seen = world.a.feed_cursor(&world.api).await;
    let (first, last) = cursor(&seen);
    assert_eq!(first, Epoch::first(world.a.id));
    assert!(last > 5, "{last}");

    stop(&mut world).await;
    restore(&world, &backup).await;
    start(&mut world).await;
    // It reads again what the backup lacks, and gives the same numbers to events anew.
    eventually("the events are there again", async || {
        let (_, seq) = cursor(&world.a.feed_cursor(&world.api).await);
        (seq >= last).then_some(())
    })
    .await;
    let told = resume(&world, &world.a, &seen).await;
    assert!(told["resetReason"].is_string(), "{told}");
    let (epoch, _) = cursor(told["cursor"].as_str().unwrap());
    assert_ne!(epoch, first);

    // The other tenant, to whom nothing happened, goes on.
    let untouched = world.b.feed_cursor(&world.api).await;
    assert_eq!(cursor(&untouched), (Epoch::first(world.b.id), 0));
}

#[tokio::test]
async fn a_worker_whose_database_goes_back_reads_again() {
    let world = World::start().await;
    let poller = Poller::of(&world, &world.a).await;
    poller.restless(0, 0..5, &[(0, -60)]).await;
    poller.settle(&world).await;
    let mut db = world.database.session().await;
    let written = "SELECT coalesce(min(next_seq), 0) > 5 FROM ingest_positions
        WHERE source LIKE '%registrations%'";
    eventually("the position is written down", async || {
        let done: bool = sqlx::query_scalar(written)
            .fetch_one(&mut db)
            .await
            .unwrap();
        done.then_some(())
    })
    .await;
    let applied = world.api.counted(APPLIED).await;
    let back = "UPDATE ingest_positions SET next_seq = 2 WHERE source LIKE '%registrations%'";
    sqlx::query(back).execute(&mut db).await.unwrap();
    eventually("what the database lacks is read again", async || {
        (world.api.counted(APPLIED).await >= applied + 4).then_some(())
    })
    .await;
}

const APPLIED: &str = "wisplink_ingest_messages_total{source=\"registrations\"}";

fn cursor(text: &str) -> (Epoch, i64) {
    let FeedCursor { epoch, seq } = FeedCursor::decode(text).unwrap();
    (epoch, seq)
}

/// What comes first behind `after`.
async fn resume(world: &World, tenant: &Tenant, after: &str) -> Value {
    let mut feed = world.api.subscriber(&tenant.viewer()).await;
    feed.subscribe("feed", CURSORS, json!({ "after": after }))
        .await;
    feed.next().await["linkEvents"].clone()
}

async fn stop(world: &mut World) {
    world.stop_worker().await;
    world.stop_server().await;
}

async fn start(world: &mut World) {
    world.start_server().await;
    world.start_worker().await;
}

/// A copy of the database as it is.
async fn back_up(world: &World) -> String {
    let name = world.database.name();
    let backup = format!("{name}_backup");
    let steps = [
        // A pooler keeps its sessions after its clients have gone.
        format!("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"),
        format!("CREATE DATABASE {backup} TEMPLATE {name}"),
    ];
    on_server(world, &steps).await;
    backup
}

/// Puts the copy in the place of the database.
async fn restore(world: &World, backup: &str) {
    let name = world.database.name();
    let steps = [
        format!("DROP DATABASE {name} WITH (FORCE)"),
        format!("ALTER DATABASE {backup} RENAME TO {name}"),
    ];
    on_server(world, &steps).await;
}

async fn on_server(world: &World, steps: &[String]) {
    let url = world
        .database
        .url()
        .replace(world.database.name(), "postgres");
    let mut session = PgConnection::connect(&url).await.unwrap();
    for step in steps {
        eventually(step, async || {
            // A session that was just closed may be there still.
            let step = AssertSqlSafe(step.clone());
            sqlx::query(step).execute(&mut session).await.ok().map(drop)
        })
        .await;
    }
}
