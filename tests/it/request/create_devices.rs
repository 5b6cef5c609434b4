//! `createDevices`: all of them, or none.

use entity::ids::SiteId;
use insta::assert_snapshot;
use serde_json::{Value, json};
use wisplink_tests::harness::redacted::redacted;
use wisplink_tests::harness::world::World;

const CREATE: &str = "mutation($input: [CreateDeviceInput!]!) { createDevices(input: $input) {
    id hostname ipAddress model serialNumber firmwareVersion status lastSeen latitude longitude
    site { name } interfaces { name macAddress type running } } }";

#[tokio::test]
async fn devices_are_made_in_the_order_and_as_they_were_described() {
    let world = World::start().await;
    let input = json!({ "input": described(world.a.site) });
    let made = world.api.data(&world.a.operator(), CREATE, input).await;
    assert_snapshot!(redacted(&made), @r#"
    {
      "createDevices": [
        {
          "firmwareVersion": null,
          "hostname": "new-2",
          "id": "[id]",
          "interfaces": [
            {
              "macAddress": "0C:00:00:00:00:02",
              "name": "ether1",
              "running": true,
              "type": "ether"
            },
            {
              "macAddress": "0C:00:00:00:00:01",
              "name": "wlan1",
              "running": true,
              "type": "wlan"
            }
          ],
          "ipAddress": "2001:db8::1",
          "lastSeen": null,
          "latitude": 1.5,
          "longitude": -2.5,
          "model": null,
          "serialNumber": "S1",
          "site": {
            "name": "North tower"
          },
          "status": "UNKNOWN"
        },
        {
          "firmwareVersion": null,
          "hostname": "new-1",
          "id": "[id]",
          "interfaces": [],
          "ipAddress": "10.0.0.1",
          "lastSeen": null,
          "latitude": null,
          "longitude": null,
          "model": null,
          "serialNumber": null,
          "site": null,
          "status": "UNKNOWN"
        }
      ]
    }
    "#);
    let empty = world
        .api
        .data(&world.a.operator(), CREATE, json!({ "input": [] }))
        .await;
    assert_eq!(empty["createDevices"], json!([]));
}

fn described(site: SiteId) -> Value {
    json!([
        { "hostname": " new-2 ", "siteId": site, "ipAddress": "2001:DB8::1", "model": "",
          "serialNumber": "S1", "latitude": 1.5, "longitude": -2.5, "interfaces": [
            { "name": "wlan1", "macAddress": "0c-00-00-00-00-01", "type": "wlan" },
            { "name": "ether1", "macAddress": "0c0000000002", "type": "ether" }] },
        { "hostname": "new-1", "ipAddress": "10.0.0.1" },
    ])
}

/// What is wrong with a device, and what is said of it. `$` is an id that no site has.
const REFUSED: &str = r#"
{ "hostname": "ap-1" } → CONFLICT: one of the host names is taken already
{ "hostname": "good" } → CONFLICT: one of the host names is taken already
{ "hostname": "" } → BAD_INPUT: a host name must have 1 to 253 characters
{ "hostname": "a\nb" } → BAD_INPUT: a host name holds control characters
{ "siteId": "$" } → NOT_FOUND: there is no site $
{ "siteId": "north" } → BAD_INPUT: site "north" is no id: ids are UUIDs
{ "ipAddress": "10.0.0.256" } → BAD_INPUT: "10.0.0.256" is no IP address
{ "ipAddress": "10.0.0.0/8" } → BAD_INPUT: "10.0.0.0/8" is no IP address
{ "latitude": 91 } → BAD_INPUT: latitude must lie within -90 and 90 degrees
{ "longitude": 180.5 } → BAD_INPUT: longitude must lie within -180 and 180 degrees
{ "model": "\u0000" } → BAD_INPUT: a model holds control characters
{ "interfaces": [{ "name": " ", "macAddress": "0c0000000001", "type": "wlan" }] } → BAD_INPUT: an interface's name must have 1 to 200 characters
{ "interfaces": [{ "name": "a", "macAddress": "0c0000000001", "type": "" }] } → BAD_INPUT: an interface's type must have 1 to 200 characters
{ "interfaces": [{ "name": "a", "macAddress": "0c0000000001", "type": "wlan" }, { "name": "a", "macAddress": "0c0000000002", "type": "wlan" }] } → CONFLICT: a device has two interfaces of one name
"#;

#[tokio::test]
async fn one_device_that_cannot_be_keeps_all_of_them_from_being_made() {
    let world = World::start().await;
    let nowhere = SiteId::new().to_string();
    let refused = REFUSED.trim().replace('$', &nowhere);
    for case in refused.lines() {
        let (bad, said) = case.split_once(" → ").unwrap();
        let mut device: Value = serde_json::from_str(bad).unwrap();
        if device.get("hostname").is_none() {
            device["hostname"] = "bad".into();
        }
        let input = json!({ "input": [{ "hostname": "good" }, device] });
        let (code, message) = world.api.error(&world.a.operator(), CREATE, input).await;
        assert_eq!(format!("{code}: {message}"), said);
    }
    let devices = world
        .api
        .data(&world.a.viewer(), "{ devices { totalCount } }", json!({}))
        .await;
    assert_eq!(devices["devices"]["totalCount"], 5);
}

#[tokio::test]
async fn a_device_may_have_so_much_and_not_more() {
    let world = World::start().await;
    let with = |interfaces: usize, name: usize| {
        let interfaces: Vec<_> = (0..interfaces)
            .map(|n| json!({ "name": format!("wlan{n}"), "macAddress": "0c0000000001", "type": "wlan" }))
            .collect();
        json!({ "input": [{ "hostname": "x".repeat(name), "interfaces": interfaces }] })
    };
    for (input, code) in [(with(65, 9), "LIMIT_EXCEEDED"), (with(0, 254), "BAD_INPUT")] {
        assert_eq!(
            world.api.error(&world.a.operator(), CREATE, input).await.0,
            code
        );
    }
    let made = world
        .api
        .data(&world.a.operator(), CREATE, with(64, 253))
        .await;
    assert_eq!(
        made["createDevices"][0]["interfaces"]
            .as_array()
            .unwrap()
            .len(),
        64
    );
    let mac = json!([{ "hostname": "bad", "interfaces": [
        { "name": "wlan1", "macAddress": "0c00", "type": "wlan" }] }]);
    let said = world
        .api
        .error(&world.a.operator(), CREATE, json!({ "input": mac }))
        .await;
    assert!(
        said.0 == "BAD_INPUT" && said.1.contains("\"0c00\" is no MAC address"),
        "{said:?}"
    );
}

#[tokio::test]
async fn a_thousand_devices_are_made_at_once_and_not_one_more() {
    let world = World::start().await;
    let devices = |count: usize| {
        let input: Vec<_> = (0..count)
            .map(|n| json!({ "hostname": format!("n{n}") }))
            .collect();
        json!({ "input": input })
    };
    let create = "mutation($input: [CreateDeviceInput!]!) { createDevices(input: $input) { id } }";
    let said = world
        .api
        .error(&world.a.operator(), create, devices(1_001))
        .await;
    let message = "devices: 1001 asked for, 1000 allowed";
    assert_eq!(said, ("LIMIT_EXCEEDED".to_owned(), message.to_owned()));
    let made = world
        .api
        .data(&world.a.operator(), create, devices(1_000))
        .await;
    assert_eq!(made["createDevices"].as_array().unwrap().len(), 1_000);
    let count = world
        .api
        .data(&world.a.viewer(), "{ devices { totalCount } }", json!({}))
        .await;
    assert_eq!(count["devices"]["totalCount"], 1_005);
}

#[tokio::test]
async fn each_mutation_of_a_request_answers_with_what_it_made() {
    let world = World::start().await;
    let device = |n: u32| {
        format!(
            r#"d{n}: createDevices(input: [{{ hostname: "new-{n}", siteId: "{site}", interfaces: [
                {{ name: "wlan1", macAddress: "0c000000000{n}", type: "wlan" }}] }}]) {{
                site {{ name }} interfaces {{ macAddress device {{ hostname }} }} }}"#,
            site = world.a.site
        )
    };
    let both = format!("mutation {{ {} {} }}", device(1), device(2));
    let made = world.api.data(&world.a.operator(), &both, json!({})).await;
    for n in 1..=2 {
        let expected = json!([{
            "site": { "name": "North tower" },
            "interfaces": [{
                "macAddress": format!("0C:00:00:00:00:0{n}"),
                "device": { "hostname": format!("new-{n}") },
            }],
        }]);
        assert_eq!(made[format!("d{n}")], expected);
    }
}
