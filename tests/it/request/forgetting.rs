//! `forgetLink` and `deleteDevice`: what goes, what stays, and what everybody is told.

use insta::assert_snapshot;
use serde_json::{Value, json};
use uuid::Uuid;
use wisplink_tests::harness::poller::Poller;
use wisplink_tests::harness::tenant::{FEED, Tenant, seq, story};
use wisplink_tests::harness::world::World;

const FORGET: &str = "mutation($id: ID!) { forgetLink(id: $id) { id event { reason cursor
    fromState toState link { id } cpeDevice { hostname } } } }";
const DELETE: &str = "mutation($id: ID!) {
    deleteDevice(id: $id) { id links interfaces hadPolicy } }";

/// Two links of AP 1 and one of AP 2, the same for both tenants.
async fn world_with_links() -> (World, Poller) {
    let world = World::start().await;
    for tenant in [&world.b, &world.a] {
        let poller = Poller::of(&world, tenant).await;
        for minute in 0..2 {
            poller.poll(0, minute, &[(0, -60), (1, -61)]).await;
            poller.poll(1, minute, &[(2, -62)]).await;
        }
        poller.settle(&world).await;
    }
    let poller = Poller::of(&world, &world.a).await;
    (world, poller)
}

#[tokio::test]
async fn a_forgotten_link_is_gone_its_events_stay_and_every_replica_tells_of_it() {
    let (world, poller) = world_with_links().await;
    let replica = world.start_replica().await;
    let after = world.a.feed_cursor(&world.api).await;
    let mut sockets = Vec::new();
    for (api, tenant) in [(&world.api, &world.a), (&replica.api, &world.a)] {
        let mut socket = api.subscriber(&tenant.viewer()).await;
        let from = json!({ "after": after });
        socket.subscribe("feed", FEED, from).await;
        sockets.push(socket);
    }
    let link = link(&world, &world.a, "cpe-1").await;
    let data = forget(&world, &link).await;
    let event = &data["forgetLink"]["event"];
    assert_eq!(data["forgetLink"]["id"], link);
    assert_eq!(event["link"], Value::Null);
    assert_eq!(story(event), "cpe-1: ACTIVE → ACTIVE (FORGOTTEN)");
    for socket in &mut sockets {
        let told = socket.events(1).await;
        assert_eq!(seq(&told[0]), seq(event));
        assert_eq!(story(&told[0]), story(event));
    }
    let left = world.a.links(&world.api).await;
    assert_eq!(cpes(&left), ["cpe-2", "cpe-3"]);
    assert_eq!(world.b.links(&world.api).await.len(), 3);
    let said = world
        .api
        .error(&world.a.operator(), FORGET, json!({ "id": link }))
        .await;
    assert_eq!(
        said,
        (
            "NOT_FOUND".into(),
            format!("there is no link {}", link.as_str().unwrap())
        )
    );

    // Sighted again, the client has a new link with a new id.
    poller.poll(0, 5, &[(0, -60), (1, -61)]).await;
    poller.settle(&world).await;
    assert_ne!(self::link(&world, &world.a, "cpe-1").await, link);
    let told = sockets[0].events(1).await;
    assert_eq!(seq(&told[0]), seq(event) + 1);
    assert_eq!(story(&told[0]), "cpe-1: none → DISCOVERED (FIRST_SEEN)");
    replica.stop().await;
}

#[tokio::test]
async fn a_deleted_device_takes_along_what_is_its_own_and_tells_of_each_link() {
    let (world, _) = world_with_links().await;
    for tenant in [&world.a, &world.b] {
        let set = "mutation($id: ID!) { setLinkPolicy(input: { deviceId: $id, weakPolls: 1 }) {
            __typename } }";
        let id = json!({ "id": tenant.aps[0] });
        world.api.data(&tenant.operator(), set, id).await;
    }
    let after = world.a.feed_cursor(&world.api).await;
    let ap = json!({ "id": world.a.aps[0] });
    let data = world
        .api
        .data(&world.a.operator(), DELETE, ap.clone())
        .await;
    assert_eq!(
        data["deleteDevice"],
        json!({ "id": world.a.aps[0], "links": 2, "interfaces": 0, "hadPolicy": true })
    );
    let mut socket = world.api.subscriber(&world.a.viewer()).await;
    socket
        .subscribe("feed", FEED, json!({ "after": after }))
        .await;
    let mut told: Vec<_> = socket.events(2).await.iter().map(story).collect();
    told.sort();
    assert_snapshot!(told.join("\n"), @r"
    cpe-1: ACTIVE → ACTIVE (FORGOTTEN)
    cpe-2: ACTIVE → ACTIVE (FORGOTTEN)
    ");
    let cpe = json!({ "id": world.a.cpes[2] });
    let data = world.api.data(&world.a.operator(), DELETE, cpe).await;
    assert_eq!(
        data["deleteDevice"],
        json!({ "id": world.a.cpes[2], "links": 1, "interfaces": 1, "hadPolicy": false })
    );
    assert_eq!(world.a.links(&world.api).await, []);

    let records = world.database.records();
    for (what, count) in [
        ("wireless_links", 3),
        ("device_interfaces", 5),
        ("link_policies", 1),
        ("link_events", 6 + 9),
    ] {
        let rows = format!("SELECT count(*) FROM {what}");
        assert_eq!(records.number(&rows).await, count, "{what}");
    }
    let said = world.api.error(&world.a.operator(), DELETE, ap).await;
    assert_eq!(said.0, "NOT_FOUND");
}

#[tokio::test]
async fn what_is_anothers_or_nobodys_cannot_be_taken_away() {
    let (world, _) = world_with_links().await;
    let theirs = link(&world, &world.b, "cpe-1").await;
    let theirs = theirs.as_str().unwrap();
    let nobody = Uuid::now_v7().to_string();
    for (query, what, id) in [
        (FORGET, "link", theirs),
        (FORGET, "link", &nobody),
        (DELETE, "device", &world.b.aps[0].to_string()),
        (DELETE, "device", &nobody),
    ] {
        let id = json!({ "id": id });
        let said = world
            .api
            .error(&world.a.operator(), query, id.clone())
            .await;
        let message = format!("there is no {what} {}", id["id"].as_str().unwrap());
        assert_eq!(said, ("NOT_FOUND".to_owned(), message));
        let said = world.api.error(&world.a.viewer(), query, id).await;
        assert_eq!(said.0, "FORBIDDEN");
    }
    assert_eq!(world.b.links(&world.api).await.len(), 3);
}

#[tokio::test]
async fn what_is_not_published_at_once_is_published_by_the_sweep() {
    let (mut world, poller) = world_with_links().await;
    world.stop_worker().await;
    // What a crash right after the commit leaves: an event that nobody published.
    let records = world.database.records();
    let link = link(&world, &world.a, "cpe-1").await;
    forget(&world, &link).await;
    records
        .run("UPDATE link_events SET recorded_at = recorded_at - interval '1 hour'")
        .await;
    let behind = "SELECT count(*) FROM tenant_feeds WHERE published_seq < last_seq";
    assert_eq!(records.number(behind).await, 1);
    // Nobody is silent: hearing begins now.
    world.sweep(poller.minute(61), poller.minute(61)).await;
    assert_eq!(records.number(behind).await, 0);
}

async fn forget(world: &World, link: &Value) -> Value {
    let id = json!({ "id": link });
    world.api.data(&world.a.operator(), FORGET, id).await
}

async fn link(world: &World, tenant: &Tenant, cpe: &str) -> Value {
    let query = "query($cpe: String) { wirelessLinks(filter: { search: $cpe }) { nodes { id } } }";
    let variables = json!({ "cpe": cpe });
    let data = world.api.data(&tenant.viewer(), query, variables).await;
    data["wirelessLinks"]["nodes"][0]["id"].clone()
}

fn cpes(links: &[(String, String)]) -> Vec<&str> {
    links.iter().map(|(cpe, _)| cpe.as_str()).collect()
}
