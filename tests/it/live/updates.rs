//! `linkUpdates`: a screen that shows links as they are, and knows when it does not.

use serde_json::json;
use wisplink_tests::harness::poller::Poller;
use wisplink_tests::harness::rows;
use wisplink_tests::harness::tenant::FEED;
use wisplink_tests::harness::world::World;

use super::screen::Screen;

/// As the console asks: half a kilobyte a link.
const WIDE: &str = "subscription { linkUpdates { __typename
    ... on LinkSnapshot { links { ...L } } ... on LinksReady { total } } }
    fragment L on WirelessLink { id state stateSince lastSeen signalStrength remoteSignalStrength
        signalToNoise txCcq txRateKbps rxRateKbps distanceM clientMac interface
        apDevice { id hostname site { id name } } cpeDevice { id hostname } }";

#[tokio::test]
async fn a_screen_shows_what_is_there_and_what_becomes_of_it() {
    let world = World::start().await;
    let poller = Poller::of(&world, &world.a).await;
    for minute in 0..2 {
        poller.poll(0, minute, &[(0, -60), (1, -65)]).await;
    }
    poller.settle(&world).await;
    let mut screen = Screen::of(&world, json!({})).await;
    screen
        .shows(&["cpe-1 ACTIVE -60", "cpe-2 ACTIVE -65"])
        .await;
    // Nothing happens to the links, yet they are told as they are measured, and when they are missed.
    poller.poll(0, 2, &[(0, -61), (1, -66)]).await;
    screen
        .shows(&["cpe-1 ACTIVE -61", "cpe-2 ACTIVE -66"])
        .await;
    poller.poll(0, 3, &[(0, -62)]).await;
    screen
        .shows(&["cpe-1 ACTIVE -62", "cpe-2 ACTIVE -66 missed 1"])
        .await;
    poller.poll(1, 4, &[(2, -70)]).await;
    screen
        .shows(&[
            "cpe-1 ACTIVE -62",
            "cpe-2 ACTIVE -66 missed 1",
            "cpe-3 DISCOVERED -70",
        ])
        .await;
    // The feed goes on from the cursor that came with the snapshot.
    let mut feed = world.api.subscriber(&world.a.viewer()).await;
    let after = json!({ "after": screen.cursor });
    feed.subscribe("feed", FEED, after).await;
    let event = feed.events(1).await.remove(0);
    assert_eq!(event["cpeDevice"]["hostname"], "cpe-3");
}

#[tokio::test]
async fn what_leaves_the_filter_or_is_gone_leaves_the_screen() {
    let world = World::start().await;
    let poller = Poller::of(&world, &world.a).await;
    for minute in 0..2 {
        poller.poll(0, minute, &[(0, -60), (1, -65)]).await;
    }
    poller.settle(&world).await;
    let mut up = Screen::of(&world, json!({ "state": ["ACTIVE"] })).await;
    let mut down = Screen::of(&world, json!({ "state": ["DOWN"] })).await;
    let mut other = Screen::of(&world, json!({ "apDeviceIds": [world.a.aps[1]] })).await;
    up.shows(&["cpe-1 ACTIVE -60", "cpe-2 ACTIVE -65"]).await;
    down.shows(&[]).await;
    for minute in 2..5 {
        poller.poll(0, minute, &[(1, -65)]).await;
    }
    up.shows(&["cpe-2 ACTIVE -65"]).await;
    down.shows(&["cpe-1 DOWN -60 missed 3"]).await;

    // A link that is removed by a command: the notice only says where to look.
    let mut db = world.database.session().await;
    rows::run(&mut db, "DELETE FROM wireless_links WHERE state = 'down'").await;
    let notice = entity::wire::subject::changes(world.a.id, world.a.aps[0]);
    let nats = world.nats_client().await;
    nats.publish(notice, "".into()).await.unwrap();
    nats.flush().await.unwrap();
    down.shows(&[]).await;
    other.shows(&[]).await;
    assert_eq!(other.heard, ["LinkSnapshot", "LinksReady"]);
}

#[tokio::test]
async fn a_long_list_comes_in_parts_and_is_complete_when_it_says_so() {
    let world = World::start().await;
    let mut db = world.database.session().await;
    rows::links(&mut db, &world.a, 0, 1, 1_203).await;
    let screen = Screen::of(&world, json!({})).await;
    assert_eq!(screen.links.len(), 1_203);
    let parts = ["LinkSnapshot", "LinkSnapshot", "LinkSnapshot", "LinksReady"];
    assert_eq!(screen.heard, parts);
    let mut both = Screen::of(&world, json!({ "apDeviceIds": [world.b.aps[0]] })).await;
    both.shows(&[]).await;
}

#[tokio::test]
async fn while_nats_is_away_the_screen_knows_that_it_is_out_of_date() {
    let mut world = World::start().await;
    let poller = Poller::of(&world, &world.a).await;
    for minute in 0..2 {
        poller.poll(0, minute, &[(0, -60), (1, -65)]).await;
    }
    poller.settle(&world).await;
    let mut screen = Screen::of(&world, json!({})).await;
    world.nats.halt().await;
    screen.until(|screen| !screen.is_current).await;
    // What changes meanwhile nobody tells.
    let mut db = world.database.session().await;
    let changed = "UPDATE wireless_links SET state = 'down' WHERE signal_strength = -60;
        DELETE FROM wireless_links WHERE signal_strength = -65";
    rows::run(&mut db, changed).await;
    world.nats.resume().await.unwrap();
    screen.until(|screen| screen.is_current).await;
    screen.shows(&["cpe-1 DOWN -60"]).await;
    assert!(screen.heard.ends_with(&[
        "LinksStale".to_owned(),
        "LinksChanged".to_owned(),
        "LinksRemoved".to_owned(),
        "LinksReady".to_owned()
    ]));
}

#[tokio::test]
async fn an_interval_out_of_bounds_is_refused() {
    let world = World::start().await;
    for (field, millis) in [("linkUpdates", 99), ("linkSummary", 60_001)] {
        let mut socket = world.api.subscriber(&world.a.viewer()).await;
        let query = format!("subscription {{ {field}(minIntervalMs: {millis}) {{ __typename }} }}");
        socket.subscribe("1", &query, json!({})).await;
        let (code, message) = socket.refused().await;
        assert_eq!(code, "BAD_INPUT");
        let expected = format!("minIntervalMs: {millis} is not within 100 and 60000");
        assert_eq!(message, expected);
    }
}

#[tokio::test]
async fn a_network_of_any_size_is_told_whole() {
    let world = World::start().await;
    let mut db = world.database.session().await;
    rows::links(&mut db, &world.a, 0, 1, 1_200).await;
    world.api.listens().await;
    let mut socket = world.api.subscriber(&world.a.viewer()).await;
    socket.subscribe("links", WIDE, json!({})).await;
    let mut told = 0;
    loop {
        let update = socket.next().await["linkUpdates"].take();
        if update["__typename"] == "LinksReady" {
            assert_eq!(update["total"], told);
            break;
        }
        told += update["links"].as_array().unwrap().len();
    }
    assert_eq!(told, 1_200);
}
