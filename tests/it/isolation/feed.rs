//! Two feeds on one server: each subscriber gets its own tenant's events.

use serde_json::{Value, json};
use uuid::Uuid;
use wisplink_tests::harness::poller::Poller;
use wisplink_tests::harness::subscriber::Incoming;
use wisplink_tests::harness::tenant::FEED;
use wisplink_tests::harness::world::World;

const FILTERED: &str = "subscription($filter: LinkEventFilter, $after: String) {
    linkEvents(filter: $filter, after: $after) {
        ... on LinkEvent { linkId apDevice { id } cpeDevice { id } } ... on FeedReset { reason } } }";

#[tokio::test]
async fn a_filter_with_another_tenants_ids_lets_nothing_of_it_pass() {
    let world = World::start().await;
    let after = world.a.feed_cursor(&world.api).await;
    let mut socket = world.api.subscriber(&world.a.viewer()).await;
    // Its own are asked for, too: they come behind the other's and show that those did not.
    for (id, filter) in [
        (
            "ap",
            json!({ "apDeviceIds": [world.b.aps[0], world.a.aps[0]] }),
        ),
        (
            "cpe",
            json!({ "cpeDeviceIds": [world.b.cpes[0], world.a.cpes[0]] }),
        ),
    ] {
        socket
            .subscribe(id, FILTERED, json!({ "filter": filter, "after": after }))
            .await;
    }
    for tenant in [&world.b, &world.a] {
        let mut owner = world.api.subscriber(&tenant.viewer()).await;
        let from = tenant.feed_cursor(&world.api).await;
        owner.subscribe("own", FEED, json!({ "after": from })).await;
        Poller::of(&world, tenant)
            .await
            .restless(0, 0..3, &[(0, -60)])
            .await;
        owner.events(3).await;
    }
    for event in socket.events(6).await {
        assert_eq!(event["apDevice"]["id"], world.a.aps[0].to_string());
        assert_eq!(event["cpeDevice"]["id"], world.a.cpes[0].to_string());
    }
}

#[tokio::test]
async fn another_tenants_cursor_is_a_cursor_nobody_has() {
    let world = World::start().await;
    for tenant in [&world.b, &world.a] {
        let mut owner = world.api.subscriber(&tenant.viewer()).await;
        let from = tenant.feed_cursor(&world.api).await;
        owner.subscribe("own", FEED, json!({ "after": from })).await;
        Poller::of(&world, tenant)
            .await
            .restless(0, 0..2, &[(0, -60), (1, -60)])
            .await;
        owner.events(4).await;
    }
    let theirs = world.b.feed_cursor(&world.api).await;
    let nobodys = api::live::cursor::FeedCursor {
        epoch: entity::ids::Epoch(Uuid::now_v7()),
        seq: 4,
    };
    let to_nobodys = first_item(&world, &nobodys.encode()).await;
    assert_eq!(first_item(&world, &theirs).await, to_nobodys);
    let expected = world.a.feed_cursor(&world.api).await;
    let reason = "the cursor is not from this feed";
    assert_eq!(
        to_nobodys,
        json!({ "cursor": expected, "resetReason": reason })
    );
}

/// What A gets first behind `after`.
async fn first_item(world: &World, after: &str) -> Value {
    let mut socket = world.api.subscriber(&world.a.viewer()).await;
    socket
        .subscribe("feed", FEED, json!({ "after": after }))
        .await;
    socket.events(1).await.remove(0)
}

#[tokio::test]
async fn a_socket_acts_for_one_tenant_and_cannot_change_it() {
    let world = World::start().await;
    let mut socket = world.api.socket().await;
    let token = format!("Bearer {}", world.a.viewer());
    let payload = json!({ "authorization": token, "x-tenant-id": world.b.id });
    socket
        .say(json!({ "type": "connection_init", "payload": payload }))
        .await;
    let Incoming::Closed(code, reason) = socket.hear().await else {
        panic!("let in");
    };
    assert_eq!(code, 4401);
    assert!(
        reason.contains("X-Tenant-Id is for the platform role"),
        "{reason}"
    );
}
