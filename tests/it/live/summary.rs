//! `linkSummary` as a subscription: the numbers, whenever they change.

use serde_json::{Value, json};
use wisplink_tests::harness::poller::Poller;
use wisplink_tests::harness::subscriber::Subscriber;
use wisplink_tests::harness::world::World;

const SUMMARY: &str = "subscription($filter: WirelessLinkFilter) {
    linkSummary(filter: $filter, minIntervalMs: 100) {
        total connected discovered active degraded down stale isCurrent } }";

#[tokio::test]
async fn the_numbers_come_at_once_and_when_they_change() {
    let mut world = World::start().await;
    world.api.listens().await;
    let poller = Poller::of(&world, &world.a).await;
    let mut all = follow(&world, json!({})).await;
    let mut second = follow(&world, json!({ "apDeviceIds": [world.a.aps[1]] })).await;
    let none = "0 links: 0 discovered, 0 active, 0 degraded, 0 down, 0 stale";
    assert_eq!(next(&mut all).await, none);
    assert_eq!(next(&mut second).await, none);
    poller.poll(0, 0, &[(0, -60), (1, -85)]).await;
    until(
        &mut all,
        "2 links: 2 discovered, 0 active, 0 degraded, 0 down, 0 stale",
    )
    .await;
    poller.poll(0, 1, &[(0, -60), (1, -85)]).await;
    until(
        &mut all,
        "2 links: 0 discovered, 1 active, 1 degraded, 0 down, 0 stale",
    )
    .await;
    poller.poll(1, 2, &[(2, -60)]).await;
    until(
        &mut all,
        "3 links: 1 discovered, 1 active, 1 degraded, 0 down, 0 stale",
    )
    .await;
    // Its numbers did not change before.
    let one = "1 links: 1 discovered, 0 active, 0 degraded, 0 down, 0 stale";
    assert_eq!(next(&mut second).await, one);

    world.nats.halt().await;
    let old = format!("{one} (out of date)");
    assert_eq!(next(&mut second).await, old);
    world.nats.resume().await.unwrap();
    assert_eq!(next(&mut second).await, one);
}

async fn follow(world: &World, filter: Value) -> Subscriber {
    let mut socket = world.api.subscriber(&world.a.viewer()).await;
    let variables = json!({ "filter": filter });
    socket.subscribe("summary", SUMMARY, variables).await;
    socket
}

async fn until(socket: &mut Subscriber, expected: &str) {
    while next(socket).await != expected {}
}

async fn next(socket: &mut Subscriber) -> String {
    let summary = socket.next().await["linkSummary"].take();
    let states = ["discovered", "active", "degraded", "down", "stale"];
    let states = states.map(|state| format!("{} {state}", summary[state]));
    let age = if summary["isCurrent"] == true {
        ""
    } else {
        " (out of date)"
    };
    format!("{} links: {}{age}", summary["total"], states.join(", "))
}
