//! What people type into a search box, and the filters by value and time.

use chrono::TimeDelta;
use serde_json::{Value, json};
use wisplink_tests::harness::rows;
use wisplink_tests::harness::world::World;

/// Links 1 to 10 of `ap-1`, 11 and 12 of `ap-2`; signals are −50 − n % 13, none for 7. Both tenants
/// have the same.
async fn world_with_links() -> World {
    let world = World::start().await;
    let mut db = world.database.session().await;
    for tenant in [&world.a, &world.b] {
        rows::links(&mut db, tenant, 0, 1, 10).await;
        rows::links(&mut db, tenant, 1, 11, 12).await;
    }
    world
}

#[tokio::test]
async fn links_are_found_by_names_addresses_values_and_times() {
    let world = world_with_links().await;
    let minute = |minute| rows::began() + TimeDelta::minutes(minute);
    let second = rows::began() + TimeDelta::seconds(1);
    let all = "1 2 3 4 5 6 7 8 9 10 11 12";
    for (filter, expected) in [
        (json!({ "search": "" }), all),
        (json!({ "search": "  " }), all),
        (json!({ "search": "AP-2" }), "11 12"),
        (json!({ "search": "p-1" }), "1 2 3 4 5 6 7 8 9 10"),
        (json!({ "search": " Extra-1" }), "1 10 11 12"),
        (json!({ "search": "xtra-3" }), "3"),
        (json!({ "search": "0a:00:00:00:00:0c" }), "12"),
        (json!({ "search": "0A-00-00" }), all),
        (json!({ "search": "00.0b" }), "11"),
        (json!({ "search": "%" }), ""),
        (json!({ "search": "_" }), ""),
        (json!({ "search": "nobody" }), ""),
        (json!({ "signalBelow": -60 }), "11 12"),
        (json!({ "signalAbove": -53 }), "1 2"),
        (json!({ "signalBelow": -52, "signalAbove": -55 }), "3 4"),
        (json!({ "signalBelow": 0, "search": "extra-7" }), ""),
        (json!({ "lastSeenSince": minute(671) }), "11 12"),
        (json!({ "lastSeenBefore": minute(662) }), "1"),
        (json!({ "stateSince": minute(540) }), "9 10"),
        (json!({ "discoveredSince": minute(0) }), all),
        (json!({ "discoveredSince": second }), ""),
    ] {
        let query = "query($filter: WirelessLinkFilter) {
            wirelessLinks(filter: $filter) { totalCount nodes { clientMac } }
            linkSummary(filter: $filter) { total } }";
        let variables = json!({ "filter": filter });
        let data = world.api.data(&world.a.viewer(), query, variables).await;
        let nodes = data["wirelessLinks"]["nodes"].as_array().unwrap();
        let number = |node: &Value| {
            u32::from_str_radix(&node["clientMac"].as_str().unwrap()[15..], 16).unwrap()
        };
        let mut numbers: Vec<_> = nodes.iter().map(number).collect();
        numbers.sort_unstable();
        let told: Vec<_> = numbers.iter().map(u32::to_string).collect();
        assert_eq!(told.join(" "), expected, "{filter}");
        assert_eq!(data["linkSummary"]["total"], numbers.len(), "{filter}");
    }
}

#[tokio::test]
async fn devices_are_found_by_names_addresses_models_and_sides() {
    let world = world_with_links().await;
    let mut db = world.database.session().await;
    rows::run(
        &mut db,
        "UPDATE devices SET model = 'RB922', serial_number = 'HF1200', ip_address = '10.20.0.7',
            last_seen = '2026-01-01' WHERE hostname = 'ap-1';
         DELETE FROM devices WHERE hostname ~ 'extra-([2-9]|1.)'",
    )
    .await;
    for (filter, expected) in [
        (json!({ "search": "CPE" }), "cpe-1 cpe-2 cpe-3"),
        (json!({ "search": "rb9" }), "ap-1"),
        (json!({ "search": "hf12" }), "ap-1"),
        (json!({ "search": "10.20.0" }), "ap-1"),
        (json!({ "search": "6c3b6ba20002" }), "cpe-2"),
        (json!({ "search": "0a:00:00" }), "extra-1"),
        (json!({ "models": ["RB922", "other"] }), "ap-1"),
        (json!({ "hasSite": true }), "ap-1 ap-2"),
        (json!({ "hasSite": false }), "cpe-1 cpe-2 cpe-3 extra-1"),
        (json!({ "hasLinksAsCpe": true }), "extra-1"),
        (json!({ "hasLinksAsAp": true }), "ap-1"),
        (
            json!({ "hasLinksAsAp": false, "hasLinksAsCpe": false }),
            "ap-2 cpe-1 cpe-2 cpe-3",
        ),
        (
            json!({ "notSeenSince": "2026-01-01T00:00:00Z", "search": "ap-" }),
            "ap-2",
        ),
        (
            json!({ "notSeenSince": "2026-01-01T00:00:01Z", "search": "ap-" }),
            "ap-1 ap-2",
        ),
    ] {
        let query = "query($filter: DeviceFilter) { devices(filter: $filter,
            orderBy: { field: HOSTNAME }) { totalCount nodes { hostname } } }";
        let variables = json!({ "filter": filter });
        let data = world.api.data(&world.a.viewer(), query, variables).await;
        assert_eq!(
            names(&data["devices"]["nodes"], "hostname"),
            expected,
            "{filter}"
        );
    }
}

#[tokio::test]
async fn sites_are_found_by_name_and_address() {
    let world = World::start().await;
    for (name, address) in [("South tower", "1 Hill Road"), ("Silo", "Nowhere")] {
        let create = "mutation($name: String!, $address: String) {
            createSite(input: { name: $name, address: $address }) { id } }";
        let variables = json!({ "name": name, "address": address });
        world.api.data(&world.a.operator(), create, variables).await;
    }
    for (search, expected) in [
        ("TOWER", "North tower, South tower"),
        ("hill", "South tower"),
        ("", "North tower, Silo, South tower"),
        ("east", ""),
    ] {
        let query = "query($search: String) { sites(search: $search, orderBy: { field: NAME }) {
            totalCount nodes { name } } }";
        let variables = json!({ "search": search });
        let data = world.api.data(&world.a.viewer(), query, variables).await;
        let found = names(&data["sites"]["nodes"], "name").replace("tower ", "tower, ");
        assert_eq!(found.replace("Silo ", "Silo, "), expected, "{search}");
    }
}

#[tokio::test]
async fn a_search_that_cannot_be_meant_is_refused_with_words() {
    let world = World::start().await;
    let long = "x".repeat(101);
    for connection in [
        "wirelessLinks(filter: { search: $s })",
        "devices(filter: { search: $s })",
        "sites(search: $s)",
    ] {
        for (search, code, message) in [
            ("a\0", "BAD_INPUT", "search holds control characters"),
            (
                &*long,
                "LIMIT_EXCEEDED",
                "characters of a search: 101 asked for, 100 allowed",
            ),
        ] {
            let query = format!("query($s: String) {{ {connection} {{ totalCount }} }}");
            let variables = json!({ "s": search });
            let said = world.api.error(&world.a.viewer(), &query, variables).await;
            assert_eq!(said, (code.to_owned(), message.to_owned()), "{connection}");
        }
    }
}

fn names<'a>(nodes: &'a Value, field: &str) -> String {
    let nodes = nodes.as_array().unwrap().iter();
    let names: Vec<&'a str> = nodes.map(|node| node[field].as_str().unwrap()).collect();
    names.join(" ")
}
