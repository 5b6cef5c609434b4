//! The clients that APs list and nobody manages.

use chrono::{SecondsFormat, TimeDelta, Utc};
use serde_json::{Value, json};
use wisplink_tests::harness::poller::{Poller, registration};
use wisplink_tests::harness::tenant::radio;
use wisplink_tests::harness::world::World;

use super::registrations::{STRANGERS, poll};

#[tokio::test]
async fn unknown_clients_are_told_apart() {
    let world = World::start().await;
    for tenant in [&world.a, &world.b] {
        poll(&world, tenant).await;
    }
    let poller = Poller::of(&world, &world.a).await;
    let mut table = poller.table(1, Utc::now() - TimeDelta::seconds(1), &[(0, -62)]);
    table["registrations"] = json!([registration(STRANGERS[1], -70)]);
    poller.publish_poll(1, table).await;
    poller.settle(&world).await;
    let soon = (Utc::now() + TimeDelta::hours(1)).to_rfc3339_opts(SecondsFormat::Secs, true);
    for (arguments, expected) in [
        (
            String::new(),
            "ap-2 6C:02, ap-1 6C:03, ap-1 6C:02, ap-1 02:01",
        ),
        ("(first: 2)".to_owned(), "ap-2 6C:02, ap-1 6C:03"),
        ("(last: 2)".to_owned(), "ap-1 6C:02, ap-1 02:01"),
        (
            format!("(apDeviceId: \"{}\")", world.a.aps[1]),
            "ap-2 6C:02",
        ),
        (format!("(apDeviceId: \"{}\")", world.b.aps[0]), ""),
        ("(filter: { reason: [AMBIGUOUS] })".to_owned(), "ap-1 6C:03"),
        ("(filter: { randomized: true })".to_owned(), "ap-1 02:01"),
        (
            "(filter: { randomized: false, reason: UNMANAGED })".to_owned(),
            "ap-2 6C:02, ap-1 6C:02",
        ),
        (
            "(filter: { macAddress: \"6c0000000002\" })".to_owned(),
            "ap-2 6C:02, ap-1 6C:02",
        ),
        (
            format!("(filter: {{ siteIds: [\"{}\"] }})", world.b.site),
            "",
        ),
        (format!("(filter: {{ lastSeenSince: \"{soon}\" }})"), ""),
    ] {
        let query = format!(
            "{{ unknownClients{arguments} {{ nodes {{ macAddress apDevice {{ hostname }} }} }} }}"
        );
        let data = world.api.data(&world.a.viewer(), &query, json!({})).await;
        assert_eq!(
            names(&data["unknownClients"]["nodes"]),
            expected,
            "{arguments}"
        );
    }
}

#[tokio::test]
async fn unknown_clients_page_through_ties_from_both_ends() {
    let world = World::start().await;
    for tenant in [&world.a, &world.b] {
        poll(&world, tenant).await;
    }
    let all = "ap-1 6C:03, ap-1 6C:02, ap-1 02:01";
    for (size, place, end) in [
        ("first", "after", "endCursor"),
        ("last", "before", "startCursor"),
    ] {
        let (mut seen, mut cursor) = (Vec::new(), Value::Null);
        for _ in 0..3 {
            let query = format!(
                "query($c: String) {{ unknownClients({size}: 1, {place}: $c) {{ totalCount
                    nodes {{ macAddress apDevice {{ hostname }} }} pageInfo {{ {end} }} }} }}"
            );
            let variables = json!({ "c": cursor });
            let data = world.api.data(&world.a.viewer(), &query, variables).await;
            assert_eq!(data["unknownClients"]["totalCount"], 3);
            seen.push(names(&data["unknownClients"]["nodes"]));
            cursor = data["unknownClients"]["pageInfo"][end].clone();
        }
        if size == "last" {
            seen.reverse();
        }
        assert_eq!(seen.join(", "), all);
    }
    // And those of one AP.
    let query =
        "query($id: ID!, $c: String) { device(id: $id) { unknownClients(first: 2, after: $c) {
        totalCount nodes { macAddress apDevice { hostname } }
        pageInfo { hasNextPage endCursor } } } }";
    let ask = async |cursor: Value| {
        let variables = json!({ "id": world.a.aps[0], "c": cursor });
        let data = world.api.data(&world.a.viewer(), query, variables).await;
        data["device"]["unknownClients"].clone()
    };
    let first = ask(Value::Null).await;
    assert_eq!(names(&first["nodes"]), "ap-1 6C:03, ap-1 6C:02");
    assert_eq!(first["totalCount"], 3);
    let rest = ask(first["pageInfo"]["endCursor"].clone()).await;
    assert_eq!(names(&rest["nodes"]), "ap-1 02:01");
    assert_eq!(rest["pageInfo"]["hasNextPage"], false);
}

#[tokio::test]
async fn a_client_that_is_managed_later_is_unknown_no_more() {
    let world = World::start().await;
    poll(&world, &world.a).await;
    let create = "mutation { createDevices(input: [{ hostname: \"found\", interfaces: [
        { name: \"w\", macAddress: \"6c0000000002\", type: \"wlan\" }] }]) { id } }";
    world.api.data(&world.a.operator(), create, json!({})).await;
    let poller = Poller::of(&world, &world.a).await;
    let mut table = poller.table(0, Utc::now() - TimeDelta::seconds(1), &[(0, -62)]);
    table["registrations"] = json!([
        registration(&radio(0), -62),
        registration(STRANGERS[1], -70)
    ]);
    poller.publish_poll(0, table).await;
    poller.settle(&world).await;
    let query = "{ unknownClients { nodes { macAddress apDevice { hostname } } } }";
    let data = world.api.data(&world.a.viewer(), query, json!({})).await;
    assert_eq!(
        names(&data["unknownClients"]["nodes"]),
        "ap-1 6C:03, ap-1 02:01"
    );
}

/// `ap-1 6C:03` for each: the AP, and the ends of the address.
fn names(nodes: &Value) -> String {
    let nodes = nodes.as_array().unwrap().iter();
    let names = nodes.map(|node| {
        let mac = node["macAddress"].as_str().unwrap();
        let ap = node["apDevice"]["hostname"].as_str().unwrap();
        format!("{ap} {}:{}", &mac[..2], &mac[15..])
    });
    names.collect::<Vec<_>>().join(", ")
}
