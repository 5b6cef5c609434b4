//! The filter that `wirelessLinks` and `linkSummary` share.

use serde_json::{Value, json};
use wisplink_tests::harness::rows;
use wisplink_tests::harness::world::World;

/// Links 1 to 10 of `ap-1` and 11 to 12 of `ap-2`, which is moved to another site. Link `n` has the
/// state number `n % 5`.
async fn world_with_links() -> (World, Value) {
    let world = World::start().await;
    let mut db = world.database.session().await;
    rows::links(&mut db, &world.a, 0, 1, 10).await;
    rows::links(&mut db, &world.a, 1, 11, 12).await;
    let create = r#"mutation { createSite(input: { name: "South tower" }) { id } }"#;
    let site = world.api.data(&world.a.operator(), create, json!({})).await;
    let site = site["createSite"]["id"].clone();
    let moved = sqlx::query("UPDATE devices SET site_id = $2::uuid WHERE id = $1")
        .bind(world.a.aps[1])
        .bind(site.as_str().unwrap());
    moved.execute(&mut db).await.unwrap();
    (world, site)
}

#[tokio::test]
async fn each_filter_of_links_lets_pass_what_it_says() {
    let (world, south) = world_with_links().await;
    let cpe = cpe(&world, "extra-7").await;
    let nobody = entity::ids::DeviceId::new();
    let aps = world.a.aps;
    for (filter, expected) in [
        (json!(null), "1 2 3 4 5 6 7 8 9 10 11 12"),
        (json!({}), "1 2 3 4 5 6 7 8 9 10 11 12"),
        (json!({ "state": ["DISCOVERED"] }), "5 10"),
        (json!({ "state": ["ACTIVE"] }), "1 6 11"),
        (json!({ "state": ["DEGRADED", "STALE"] }), "2 4 7 9 12"),
        (json!({ "state": ["DOWN"] }), "3 8"),
        (json!({ "state": [] }), ""),
        (json!({ "apDeviceIds": [aps[1]] }), "11 12"),
        (json!({ "apDeviceIds": aps }), "1 2 3 4 5 6 7 8 9 10 11 12"),
        (json!({ "apDeviceIds": [nobody] }), ""),
        (json!({ "apDeviceIds": [] }), ""),
        (json!({ "cpeDeviceIds": [cpe] }), "7"),
        (json!({ "cpeDeviceIds": [cpe, nobody] }), "7"),
        (json!({ "cpeDeviceIds": [aps[0]] }), ""),
        (json!({ "siteIds": [south] }), "11 12"),
        (
            json!({ "siteIds": [south, world.a.site] }),
            "1 2 3 4 5 6 7 8 9 10 11 12",
        ),
        (json!({ "siteIds": [entity::ids::SiteId::new()] }), ""),
        (json!({ "clientMac": "0a-00-00-00-00-0c" }), "12"),
        (json!({ "clientMac": "0A:00:00:00:00:0D" }), ""),
        (
            json!({ "state": ["ACTIVE"], "apDeviceIds": [aps[1]], "siteIds": [south],
                 "clientMac": "0a000000000b" }),
            "11",
        ),
        (
            json!({ "state": ["ACTIVE"], "clientMac": "0a000000000c" }),
            "",
        ),
    ] {
        let query = "query($filter: WirelessLinkFilter) {
            wirelessLinks(filter: $filter) { totalCount nodes { clientMac } }
            linkSummary(filter: $filter) { total } }";
        let variables = json!({ "filter": filter });
        let data = world.api.data(&world.a.viewer(), query, variables).await;
        let mut numbers: Vec<u32> = data["wirelessLinks"]["nodes"]
            .as_array()
            .unwrap()
            .iter()
            .map(|node| {
                u32::from_str_radix(&node["clientMac"].as_str().unwrap()[15..], 16).unwrap()
            })
            .collect();
        numbers.sort_unstable();
        let told: Vec<_> = numbers.iter().map(u32::to_string).collect();
        assert_eq!(told.join(" "), expected, "{filter}");
        assert_eq!(
            data["wirelessLinks"]["totalCount"],
            numbers.len(),
            "{filter}"
        );
        assert_eq!(data["linkSummary"]["total"], numbers.len(), "{filter}");
    }
}

#[tokio::test]
async fn a_filter_that_cannot_be_meant_is_refused_with_words() {
    let world = World::start().await;
    for (filter, words) in [
        (
            json!({ "apDeviceIds": ["ap-1"] }),
            "device \"ap-1\" is no id",
        ),
        (json!({ "cpeDeviceIds": [""] }), "device \"\" is no id"),
        (json!({ "siteIds": ["7"] }), "site \"7\" is no id"),
        (json!({ "clientMac": "7" }), "\"7\" is no MAC address"),
        (json!({ "state": ["active"] }), "active"),
        (json!({ "status": ["ACTIVE"] }), "status"),
    ] {
        let query = "query($filter: WirelessLinkFilter) {
            wirelessLinks(filter: $filter) { totalCount } }";
        let said = world
            .api
            .error(&world.a.viewer(), query, json!({ "filter": filter }))
            .await;
        assert_eq!(said.0, "BAD_INPUT", "{filter}");
        assert!(said.1.contains(words), "{words:?} is not in {:?}", said.1);
    }
}

async fn cpe(world: &World, hostname: &str) -> Value {
    let query = "query($name: String) {
        devices(filter: { hostnameStartsWith: $name }) { nodes { id } } }";
    let data = world
        .api
        .data(&world.a.viewer(), query, json!({ "name": hostname }))
        .await;
    data["devices"]["nodes"][0]["id"].clone()
}
