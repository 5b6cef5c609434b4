//! `deviceInterfaces`: whose MAC address this is.

use serde_json::{Value, json};
use wisplink_tests::harness::world::World;

const QUERY: &str = "query($mac: MacAddress!) { deviceInterfaces(mac: $mac) {
    name macAddress type running device { hostname } } }";

#[tokio::test]
async fn every_spelling_of_an_address_finds_its_interface() {
    let world = World::start().await;
    let found = json!([{
        "name": "wlan1", "macAddress": "6C:3B:6B:A2:00:01", "type": "wlan", "running": true,
        "device": { "hostname": "cpe-1" },
    }]);
    for (mac, expected) in [
        ("6C:3B:6B:A2:00:01", &found),
        ("6c:3b:6b:a2:00:01", &found),
        ("6C-3B-6B-A2-00-01", &found),
        ("6c3b.6ba2.0001", &found),
        ("6C3b6bA20001", &found),
        (" 6C:3B:6B:A2:00:01 ", &found),
        ("6C:3B:6B:A2:00:FF", &json!([])),
        ("00:00:00:00:00:00", &json!([])),
    ] {
        let data = world
            .api
            .data(&world.a.viewer(), QUERY, json!({ "mac": mac }))
            .await;
        assert_eq!(&data["deviceInterfaces"], expected, "{mac}");
    }
}

#[tokio::test]
async fn what_is_no_address_is_refused_and_named() {
    let world = World::start().await;
    for mac in [
        "",
        "XX:3B:6B:A2:00:01",
        "6C:3B:6B:A2:00",
        "6C:3B:6B:A2:00:01:02",
        "cpe-1",
    ] {
        let said = world
            .api
            .error(&world.a.viewer(), QUERY, json!({ "mac": mac }))
            .await;
        assert_eq!(said.0, "BAD_INPUT", "{mac}");
        assert!(
            said.1.contains(&format!("{mac:?} is no MAC address")),
            "{}",
            said.1
        );
    }
    for mac in [json!(7), Value::Null] {
        let said = world
            .api
            .error(&world.a.viewer(), QUERY, json!({ "mac": mac }))
            .await;
        assert_eq!(said.0, "BAD_INPUT", "{mac}");
    }
}

#[tokio::test]
async fn an_address_that_two_devices_have_finds_both() {
    let world = World::start().await;
    let twin = r#"mutation { createDevices(input: [{ hostname: "twin", interfaces: [
        { name: "bridge", macAddress: "6c3b6ba20001", type: "bridge" },
        { name: "wlan1", macAddress: "6C-3B-6B-A2-00-01", type: "wlan" }] }]) {
        interfaces { name macAddress } } }"#;
    let made = world.api.data(&world.a.operator(), twin, json!({})).await;
    let mac = "6C:3B:6B:A2:00:01";
    assert_eq!(
        made["createDevices"][0]["interfaces"],
        json!([{ "name": "bridge", "macAddress": mac }, { "name": "wlan1", "macAddress": mac }])
    );
    let data = world
        .api
        .data(&world.a.viewer(), QUERY, json!({ "mac": mac }))
        .await;
    let found = data["deviceInterfaces"].as_array().unwrap();
    let mut found: Vec<_> = found
        .iter()
        .map(|found| format!("{}/{}", found["device"]["hostname"], found["name"]))
        .collect();
    found.sort_unstable();
    assert_eq!(
        found,
        [
            r#""cpe-1"/"wlan1""#,
            r#""twin"/"bridge""#,
            r#""twin"/"wlan1""#
        ]
    );
}
