//! Consumers cannot be made for a while, as in a cluster whose leader is being elected: what is
//! published is read all the same.

use serde_json::json;
use wisplink_tests::harness::poller::Poller;
use wisplink_tests::harness::subscriber::Subscriber;
use wisplink_tests::harness::tenant::{FEED, seq};
use wisplink_tests::harness::world::{World, eventually};

use crate::secured::permissions::{login, server};

/// What who makes consumers must be allowed.
const MAKES: &str = "$JS.API.CONSUMER.CREATE.";
/// What allows nothing.
const MAKES_NONE: &str = "$JS.API.CONSUMER.NOT_CREATE.";

#[tokio::test]
async fn polls_become_events_while_no_consumer_can_be_made() {
    let nats = server().await;
    let logins = ["api", "worker", "operator", "poller"].map(|user| login(&nats, user));
    let mut world = Box::pin(World::start_as(nats, logins)).await;
    let after = world.a.feed_cursor(&world.api).await;
    let mut socket = world.api.subscriber(&world.a.viewer()).await;
    socket
        .subscribe("feed", FEED, json!({ "after": after }))
        .await;
    let poller = Poller::of(&world, &world.a).await;
    told(&poller, &mut socket, 0..3).await;

    restart(&mut world, MAKES, MAKES_NONE).await;
    told(&poller, &mut socket, 3..12).await;
    assert_eq!(world.api.counted("wisplink_live_bound").await, 0);

    restart(&mut world, MAKES_NONE, MAKES).await;
    world.api.listens().await;
    told(&poller, &mut socket, 12..15).await;
    let reads = "SELECT count(*) FROM ingest_positions WHERE holder IS NOT NULL";
    eventually("every source is read", async || {
        let session = &mut world.database.session().await;
        let read: i64 = sqlx::query_scalar(reads).fetch_one(session).await.unwrap();
        (read == 3).then_some(())
    })
    .await;
}

/// Polls at these seconds, each of which makes an event, are told to `socket`, one after another.
async fn told(poller: &Poller, socket: &mut Subscriber, seconds: std::ops::Range<i64>) {
    for second in seconds {
        poller.insist_restless(0, second).await;
        let event = &socket.events(1).await[0];
        assert_eq!(seq(event), second + 1);
    }
}

/// The server starts again, with another configuration. Consumers are gone with it.
async fn restart(world: &mut World, from: &str, to: &str) {
    world.nats.halt().await;
    let path = world.nats.store().with_file_name("nats.conf");
    let said = std::fs::read_to_string(&path).unwrap();
    assert!(said.contains(from), "{said}");
    std::fs::write(path, said.replace(from, to)).unwrap();
    world.nats.resume().await.unwrap();
}
