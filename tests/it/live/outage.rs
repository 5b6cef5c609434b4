//! NATS or the database away for a while: subscribers stay, and miss nothing.

use entity::wire::subject;
use serde_json::{Value, json};
use wisplink_tests::harness::poller::Poller;
use wisplink_tests::harness::rows;
use wisplink_tests::harness::tap::tapped;
use wisplink_tests::harness::tenant::{CURSORS, FEED, seq};
use wisplink_tests::harness::world::{World, eventually};

use super::screen::Screen;

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

#[tokio::test]
async fn subscribers_wait_for_the_database_and_miss_nothing() {
    let world = World::start().await;
    let poller = Poller::of(&world, &world.a).await;
    poller.restless(0, 0..2, &[(0, -60)]).await;
    world.a.history(&world.api, 2).await;
    let start = world.a.feed_cursor(&world.api).await;
    let (tap, replica) = tapped(&world).await;
    let token = world.a.viewer();
    let mut screen = Screen::at(&replica.api, &token, json!({})).await;
    let follow = async |query: &str| {
        let mut socket = replica.api.subscriber(&token).await;
        socket
            .subscribe("feed", query, json!({ "after": start }))
            .await;
        socket
    };
    let mut there = follow(CURSORS).await;
    poller.restless(0, 2..4, &[(0, -60)]).await;
    assert_eq!(
        there.events(2).await.iter().map(seq).collect::<Vec<_>>(),
        [3, 4]
    );

    tap.cut();
    // These are stored by the worker, which has a line of its own.
    poller.restless(0, 4..8, &[(0, -70)]).await;
    // What an event tells of itself takes no database.
    let told = there.events(4).await;
    assert_eq!(told.iter().map(seq).collect::<Vec<_>>(), [5, 6, 7, 8]);
    screen.until(|screen| !screen.is_current).await;
    // Who comes now waits, with a cursor.
    let mut late = follow(
        "subscription($after: String) { linkEvents(after: $after) {
        ... on LinkEvent { reason cursor } ... on FeedReset { cursor resetReason: reason } } }",
    )
    .await;
    assert_eq!(late.ready().await, None);

    tap.mend();
    screen.until(|screen| screen.is_current).await;
    let is_shown = |screen: &Screen| screen.shown().iter().any(|link| link.ends_with("-70"));
    screen.until(is_shown).await;
    let told = late.events(6).await;
    assert_eq!(told.iter().map(seq).collect::<Vec<_>>(), [3, 4, 5, 6, 7, 8]);
    let mut named = follow(FEED).await;
    let told = named.events(6).await;
    assert!(
        told.iter()
            .all(|event| event["cpeDevice"]["hostname"] == "cpe-1")
    );
    replica.stop().await;
}

#[tokio::test]
async fn a_feed_from_now_on_waits_for_the_database_as_one_with_a_cursor_does() {
    let world = World::start().await;
    let poller = Poller::of(&world, &world.a).await;
    let (tap, replica) = tapped(&world).await;
    tap.cut();
    let mut socket = replica.api.subscriber(&world.a.viewer()).await;
    socket.subscribe("feed", CURSORS, json!({})).await;
    let in_vain = r#"wisplink_database_errors_total{sqlstate="io"}"#;
    eventually("the database was asked in vain", async || {
        (replica.api.counted(in_vain).await > 0).then_some(())
    })
    .await;
    tap.mend();
    // It begins once the database says where the feed ends. A refusal would be no answer.
    let mut second = 0;
    let first = loop {
        poller.restless(0, second..second + 1, &[(0, -60)]).await;
        second += 1;
        if let Some(mut answer) = socket.ready().await {
            break seq(&answer["linkEvents"].take());
        }
    };
    poller.restless(0, second..second + 1, &[(0, -60)]).await;
    assert_eq!(seq(&socket.events(1).await[0]), first + 1);
    replica.stop().await;
}

#[tokio::test]
async fn an_event_whose_device_cannot_be_loaded_is_told_with_null_in_its_place() {
    let world = World::start().await;
    let poller = Poller::of(&world, &world.a).await;
    let start = world.a.feed_cursor(&world.api).await;
    let (tap, replica) = tapped(&world).await;
    let mut socket = replica.api.subscriber(&world.a.viewer()).await;
    socket
        .subscribe("feed", FEED, json!({ "after": start }))
        .await;
    poller.restless(0, 0..1, &[(0, -60)]).await;
    let told = socket.partial().await;
    assert_eq!(told["data"]["linkEvents"]["cpeDevice"]["hostname"], "cpe-1");
    tap.cut();
    poller.restless(0, 1..2, &[(0, -60)]).await;
    let told = socket.partial().await;
    let event = &told["data"]["linkEvents"];
    assert_eq!(seq(event), 2);
    assert_eq!(event.get("cpeDevice"), Some(&Value::Null), "{told}");
    assert_eq!(
        told["errors"][0]["path"],
        json!(["linkEvents", "cpeDevice"])
    );
    assert_eq!(told["errors"][0]["extensions"]["code"], "UNAVAILABLE");
    tap.mend();
    poller.restless(0, 2..3, &[(0, -60)]).await;
    assert_eq!(seq(&socket.partial().await["data"]["linkEvents"]), 3);
    replica.stop().await;
}

#[tokio::test]
async fn links_whose_devices_cannot_be_loaded_are_told_once_they_can() {
    let world = World::start().await;
    let mut db = world.database.session().await;
    rows::links(&mut db, &world.a, 0, 1, 1).await;
    let mut early = Screen::of(&world, json!({})).await;
    let mut holding = world.database.session().await;
    rows::run(&mut holding, "BEGIN; LOCK TABLE devices").await;
    rows::run(&mut db, WEAKER).await;
    let nats = world.operator_client().await;
    let changed = subject::telemetry(world.a.id, world.a.aps[0]);
    nats.publish(changed, "".into()).await.unwrap();
    nats.flush().await.unwrap();
    // The links were read; their devices are waited for in vain.
    early.until(|screen| !screen.is_current).await;
    let heard = early.heard.len();
    let late = Screen::of(&world, json!({}));
    let release = rows::run(&mut holding, "COMMIT");
    let (late, ()) = tokio::join!(late, release);
    early.until(|screen| screen.is_current).await;
    assert_eq!(early.heard[heard..], ["LinksChanged", "LinksReady"]);
    assert!(early.shown()[0].ends_with("-77"), "{:?}", early.shown());
    assert_eq!(early.links, late.links);
}

const WEAKER: &str = "UPDATE wireless_links SET signal_strength = -77, updated_at = now()";
