//! NATS and PostgreSQL that go away for a while. Nobody restarts the worker or the API.

use async_nats::jetstream;
use serde_json::json;
use sqlx::{AssertSqlSafe, Connection as _, Executor as _, PgConnection};
use wisplink_tests::harness::poller::Poller;
use wisplink_tests::harness::pooler::Pooling;
use wisplink_tests::harness::world::{World, eventually};

use super::flapping::{EVENTS, Follower, POLLS, is_complete, kept, publish};

fn all_events() -> Vec<i64> {
    (1..=EVENTS).collect()
}

#[tokio::test]
async fn nats_may_restart_while_polls_come() {
    let mut world = World::start().await;
    let poller = Poller::of(&world, &world.a).await;
    let mut feed = Follower::of(&world, &world.a).await;
    for round in 0..3 {
        let first = round * POLLS / 3;
        let publishing = publish(&poller, first..first + POLLS / 3);
        let (restarted, ()) = tokio::join!(world.nats.restart(), publishing);
        restarted.unwrap();
        kept(&world, &world.a, first + POLLS / 3).await;
    }
    is_complete(&world, &world.a).await;
    assert_eq!(feed.heard(EVENTS).await, all_events());
}

#[tokio::test]
async fn the_database_may_be_away_while_polls_come() {
    let world = World::start().await;
    let poller = Poller::of(&world, &world.a).await;
    let mut feed = Follower::of(&world, &world.a).await;
    let mut server = server(&world).await;
    publish(&poller, 0..POLLS / 3).await;
    kept(&world, &world.a, 1).await;

    // Leaves connections in the API's pool.
    tokio::join!(world.a.links(&world.api), world.a.links(&world.api));
    let retries = "wisplink_ingest_retries_total";
    let before = world.api.counted(retries).await;
    allow_sessions(&mut server, world.database.name(), false).await;
    publish(&poller, POLLS / 3..POLLS * 2 / 3).await;
    eventually("a transaction is tried again", async || {
        (world.api.counted(retries).await > before).then_some(())
    })
    .await;
    allow_sessions(&mut server, world.database.name(), true).await;
    if Pooling::asked().is_some() {
        // A pooler refuses until it has tried the server again. Directly, no request may fail.
        eventually("the pooler lets requests through", async || {
            let sites = "{ sites { totalCount } }";
            let answer = world.api.ask(&world.a.viewer(), sites, json!({})).await;
            answer.body["errors"].is_null().then_some(())
        })
        .await;
    }
    assert_eq!(world.a.links(&world.api).await.len(), 1);
    publish(&poller, POLLS * 2 / 3..POLLS).await;
    is_complete(&world, &world.a).await;
    assert_eq!(feed.heard(EVENTS).await, all_events());
}

/// A session beside the test's database.
async fn server(world: &World) -> PgConnection {
    let url = world
        .database
        .url()
        .replace(world.database.name(), "postgres");
    PgConnection::connect(&url).await.unwrap()
}

/// Lets sessions in, or throws them out and lets none in.
async fn allow_sessions(server: &mut PgConnection, database: &str, allowed: bool) {
    let allow = format!("ALTER DATABASE {database} ALLOW_CONNECTIONS {allowed}");
    server.execute(AssertSqlSafe(allow)).await.unwrap();
    if !allowed {
        let throw_out = format!(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{database}'"
        );
        server.execute(AssertSqlSafe(throw_out)).await.unwrap();
    }
}

#[tokio::test]
async fn streams_may_be_made_anew_while_polls_come() {
    let world = World::start().await;
    let poller = Poller::of(&world, &world.a).await;
    let mut feed = Follower::of(&world, &world.a).await;
    publish(&poller, 0..POLLS / 2).await;
    kept(&world, &world.a, POLLS / 2).await;
    let jetstream = jetstream::new(world.nats_client().await);
    for stream in ["WIRELESS_REGISTRATIONS", "DEVICE_EVENTS", "WISPLINK_EVENTS"] {
        jetstream.delete_stream(stream).await.unwrap();
    }
    world.make_streams().await;
    publish(&poller, POLLS / 2..POLLS).await;
    is_complete(&world, &world.a).await;
    assert_eq!(feed.heard(EVENTS).await, all_events());
}
