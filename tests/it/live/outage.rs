//! NATS away for a while: subscribers stay, and miss nothing.

use serde_json::json;
use wisplink_tests::harness::poller::Poller;
use wisplink_tests::harness::tenant::{CURSORS, seq};
use wisplink_tests::harness::world::World;

#[tokio::test]
async fn a_subscriber_loses_nothing_when_nats_restarts() {
    let mut world = World::start().await;
    let poller = Poller::of(&world, &world.a).await;
    let start = world.a.feed_cursor(&world.api).await;
    let mut socket = world.api.subscriber(&world.a.viewer()).await;
    socket
        .subscribe("feed", CURSORS, json!({ "after": start }))
        .await;
    let mut told = Vec::new();
    for round in 0..2 {
        let begin = round * 20;
        poller.restless(0, begin..begin + 10, &[(0, -60)]).await;
        // Some of these are on their way when the server goes.
        world.nats.halt().await;
        let answer = world
            .api
            .data(&world.a.viewer(), "{ sites { totalCount } }", json!({}))
            .await;
        assert_eq!(answer["sites"]["totalCount"], 1, "queries need no NATS");
        world.nats.resume().await.unwrap();
        let poller = Poller::of(&world, &world.a).await;
        poller
            .restless(0, begin + 10..begin + 20, &[(0, -60)])
            .await;
        told.extend(socket.events(20).await.iter().map(seq));
    }
    assert_eq!(told, (1..=40).collect::<Vec<_>>());
    assert_eq!(world.a.history(&world.api, 40).await.len(), 40);
}
