//! Filters of a feed: each lets pass what it says, in the feed's order.

use serde_json::{Value, json};
use wisplink_tests::harness::poller::Poller;
use wisplink_tests::harness::tenant::story;
use wisplink_tests::harness::world::World;

const FILTERED: &str = "subscription($filter: LinkEventFilter, $after: String) {
    linkEvents(filter: $filter, after: $after) { ... on LinkEvent {
        cursor linkId fromState toState reason cpeDevice { hostname } apDevice { hostname } } } }";

/// What the test makes happen.
const ALL: [&str; 8] = [
    "cpe-1: none → DISCOVERED (FIRST_SEEN)",
    "cpe-2: none → DISCOVERED (FIRST_SEEN)",
    "cpe-1: DISCOVERED → ACTIVE (CONFIRMED)",
    "cpe-2: DISCOVERED → DEGRADED (CONFIRMED)",
    "cpe-3: none → DISCOVERED (FIRST_SEEN)",
    "cpe-3: DISCOVERED → ACTIVE (CONFIRMED)",
    "cpe-2: DEGRADED → DOWN (MISSED_POLLS)",
    "cpe-2: DOWN → ACTIVE (SEEN_AGAIN)",
];

#[tokio::test]
async fn each_filter_lets_pass_what_it_says() {
    let world = World::start().await;
    let after = world.a.feed_cursor(&world.api).await;
    let south = south(&world).await;
    let told = happen(&world, &after).await;
    let [first, second] = [0, 1].map(|event: usize| told[event]["linkId"].clone());
    let (aps, cpes) = (world.a.aps, world.a.cpes);
    for (filter, expected) in [
        (json!(null), &[0, 1, 2, 3, 4, 5, 6, 7][..]),
        (json!({}), &[0, 1, 2, 3, 4, 5, 6, 7]),
        (json!({ "toState": ["DOWN"] }), &[6]),
        (json!({ "toState": ["ACTIVE", "DEGRADED"] }), &[2, 3, 5, 7]),
        (json!({ "reason": ["FIRST_SEEN"] }), &[0, 1, 4]),
        (json!({ "reason": ["MISSED_POLLS", "SEEN_AGAIN"] }), &[6, 7]),
        (json!({ "apDeviceIds": [aps[0]] }), &[0, 1, 2, 3, 6, 7]),
        (json!({ "apDeviceIds": [aps[1]] }), &[4, 5]),
        (json!({ "siteIds": [world.a.site] }), &[0, 1, 2, 3, 6, 7]),
        (json!({ "siteIds": [south], "reason": ["CONFIRMED"] }), &[5]),
        (
            json!({ "siteIds": [south, world.a.site] }),
            &[0, 1, 2, 3, 4, 5, 6, 7],
        ),
        (json!({ "cpeDeviceIds": [cpes[1]] }), &[1, 3, 6, 7]),
        (
            json!({ "cpeDeviceIds": [cpes[1], cpes[2]] }),
            &[1, 3, 4, 5, 6, 7],
        ),
        (json!({ "linkIds": [first] }), &[0, 2]),
        (json!({ "linkIds": [first, second] }), &[0, 1, 2, 3, 6, 7]),
        (
            json!({ "cpeDeviceIds": [cpes[2]], "apDeviceIds": [aps[1]], "toState": ["ACTIVE"] }),
            &[5],
        ),
    ] {
        let mut socket = world.api.subscriber(&world.a.viewer()).await;
        let variables = json!({ "filter": filter, "after": after });
        socket.subscribe("feed", FILTERED, variables).await;
        let events = socket.events(expected.len()).await;
        let stories: Vec<_> = events.iter().map(story).collect();
        let expected: Vec<_> = expected.iter().map(|event: &usize| ALL[*event]).collect();
        assert_eq!(stories, expected, "{filter}");
    }
}

#[tokio::test]
async fn what_is_filtered_out_is_not_waited_for_and_not_sent() {
    let world = World::start().await;
    let poller = Poller::of(&world, &world.a).await;
    let mut socket = world.api.subscriber(&world.a.viewer()).await;
    let after = world.a.feed_cursor(&world.api).await;
    for (id, filter) in [
        ("none", json!({ "toState": [] })),
        ("stale", json!({ "toState": ["STALE"] })),
        ("nobody", json!({ "linkIds": [entity::ids::LinkId::new()] })),
        ("third", json!({ "cpeDeviceIds": [world.a.cpes[2]] })),
    ] {
        let variables = json!({ "filter": filter, "after": after });
        socket.subscribe(id, FILTERED, variables).await;
    }
    poller.restless(0, 0..10, &[(0, -60), (1, -60)]).await;
    poller.restless(0, 10..12, &[(2, -60)]).await;
    for event in socket.events(2).await {
        assert_eq!(event["cpeDevice"]["hostname"], "cpe-3");
    }
}

/// A second site, to which the second AP has moved.
async fn south(world: &World) -> Value {
    let operator = world.a.operator();
    let made = r#"mutation { createSite(input: { name: "South tower" }) { id } }"#;
    let site = world.api.data(&operator, made, json!({})).await;
    let site = site["createSite"]["id"].clone();
    let moved = "mutation($input: UpdateDeviceInput!) { updateDevice(input: $input) { id } }";
    let input = json!({ "id": world.a.aps[1], "siteId": site });
    let input = json!({ "input": input });
    world.api.data(&operator, moved, input).await;
    site
}

/// Makes [`ALL`] happen and returns it as the feed tells it.
async fn happen(world: &World, after: &str) -> Vec<Value> {
    let poller = Poller::of(world, &world.a).await;
    let mut socket = world.api.subscriber(&world.a.viewer()).await;
    socket
        .subscribe("all", FILTERED, json!({ "after": after }))
        .await;
    let mut told = Vec::new();
    for (ap, minute, rows, events) in [
        (0, 0, &[(0, -62), (1, -85)][..], 2),
        (0, 1, &[(0, -62), (1, -85)], 2),
        (1, 1, &[(2, -70)], 1),
        (1, 2, &[(2, -70)], 1),
        (0, 2, &[(0, -62)], 0),
        (0, 3, &[(0, -62)], 0),
        (0, 4, &[(0, -62)], 1),
        (0, 5, &[(0, -62), (1, -60)], 1),
    ] {
        poller.poll(ap, minute, rows).await;
        told.extend(socket.events(events).await);
    }
    let stories: Vec<_> = told.iter().map(story).collect();
    assert_eq!(stories, ALL);
    told
}
