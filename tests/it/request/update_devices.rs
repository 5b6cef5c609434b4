//! `updateDevice`.

use insta::assert_snapshot;
use serde_json::{Value, json};
use uuid::Uuid;
use wisplink_tests::harness::poller::Poller;
use wisplink_tests::harness::tenant::radio;
use wisplink_tests::harness::world::World;

const UPDATE: &str = "mutation($input: UpdateDeviceInput!) { updateDevice(input: $input) {
    id hostname ipAddress model serialNumber latitude longitude site { name }
    interfaces { id name macAddress type } } }";

#[tokio::test]
async fn what_is_given_changes_and_nothing_else() {
    let world = World::start().await;
    let mut told = Vec::new();
    for changes in [
        json!({ "hostname": " tower-ap ", "ipAddress": "10.0.0.7", "model": "RB922" }),
        json!({ "siteId": null, "serialNumber": "HF12", "latitude": 47.5, "longitude": 8.5 }),
        json!({ "siteId": world.a.site, "ipAddress": null, "model": "", "latitude": null }),
        json!({}),
    ] {
        let mut input = changes;
        input["id"] = json!(world.a.aps[0]);
        let data = update(&world, input).await;
        let shown = [
            "hostname",
            "ipAddress",
            "model",
            "serialNumber",
            "latitude",
            "longitude",
            "site",
        ];
        told.push(shown.map(|field| data[field].to_string()).join(" "));
    }
    assert_snapshot!(told.join("\n"), @r#"
    "tower-ap" "10.0.0.7" "RB922" null null null {"name":"North tower"}
    "tower-ap" "10.0.0.7" "RB922" "HF12" 47.5 8.5 null
    "tower-ap" null null "HF12" null 8.5 {"name":"North tower"}
    "tower-ap" null null "HF12" null 8.5 {"name":"North tower"}
    "#);
}

#[tokio::test]
async fn interfaces_are_replaced_and_one_that_keeps_its_name_keeps_its_id() {
    let world = World::start().await;
    let cpe = json!(world.a.cpes[0]);
    let before = update(&world, json!({ "id": cpe })).await;
    let wlan = json!({ "name": "wlan1", "macAddress": "0e0000000001", "type": "wifi" });
    let ether = json!({ "name": "ether1", "macAddress": "0e0000000002", "type": "ether" });
    let input = json!({ "id": cpe, "interfaces": [wlan, ether] });
    let after = update(&world, input).await;
    assert_eq!(
        interfaces(&after),
        "ether1 0E:00:00:00:00:02 ether, wlan1 0E:00:00:00:00:01 wifi"
    );
    assert_eq!(after["interfaces"][1]["id"], before["interfaces"][0]["id"]);
    let input = json!({ "id": cpe, "hostname": "cpe-1" });
    assert_eq!(interfaces(&update(&world, input).await), interfaces(&after));
    let input = json!({ "id": cpe, "interfaces": [] });
    assert_eq!(interfaces(&update(&world, input).await), "");
    let records = world.database.records();
    let left = "SELECT count(*) FROM device_interfaces";
    assert_eq!(records.number(left).await, 5, "the other devices' stay");
}

#[tokio::test]
async fn a_snapshot_of_before_does_not_undo_it_and_a_later_one_does() {
    let world = World::start().await;
    let poller = Poller::of(&world, &world.a).await;
    let cpe = world.a.cpes[0];
    let set = json!([{ "name": "wlan1", "macAddress": "0e0000000001", "type": "wlan" }]);
    update(&world, json!({ "id": cpe, "interfaces": set })).await;
    let old = radio(0);
    poller.interfaces(cpe, 0, &[("wlan1", &old, "wlan")]).await;
    poller.settle(&world).await;
    let kept = update(&world, json!({ "id": cpe })).await;
    assert_eq!(interfaces(&kept), "wlan1 0E:00:00:00:00:01 wlan");
    // A minute of the poller's clock is an hour behind: this is a minute from now.
    poller.interfaces(cpe, 61, &[("wlan1", &old, "wlan")]).await;
    let until = format!(
        "EXISTS (SELECT FROM device_interfaces WHERE device_id = '{cpe}' AND mac_address = '{old}')"
    );
    world.database.records().until(&until).await;
}

#[tokio::test]
async fn an_address_that_moves_to_another_device_takes_its_link_along() {
    let world = World::start().await;
    let poller = Poller::of(&world, &world.a).await;
    for minute in 0..2 {
        poller.poll(0, minute, &[(0, -60)]).await;
    }
    poller.settle(&world).await;
    let [from, to, _] = world.a.cpes;
    update(&world, json!({ "id": from, "interfaces": [] })).await;
    let moved = json!([{ "name": "wlan1", "macAddress": radio(0), "type": "wlan" }]);
    update(&world, json!({ "id": to, "interfaces": moved })).await;
    poller.poll(0, 2, &[(0, -60)]).await;
    poller.settle(&world).await;
    assert_snapshot!(world.a.history(&world.api, 4).await.join("\n"), @r"
    cpe-1: none → DISCOVERED (FIRST_SEEN)
    cpe-1: DISCOVERED → ACTIVE (CONFIRMED)
    cpe-1: ACTIVE → DOWN (REASSIGNED)
    cpe-2: DOWN → ACTIVE (SEEN_AGAIN)
    ");
}

#[tokio::test]
async fn a_change_that_cannot_be_is_refused_with_words() {
    let world = World::start().await;
    let nobody = Uuid::now_v7();
    let ap = json!(world.a.aps[0]);
    let wlan = json!({ "name": "w", "macAddress": "0e0000000001", "type": "wlan" });
    for (input, code, message) in [
        (
            json!({ "id": ap, "hostname": "ap-2" }),
            "CONFLICT",
            "there is already a device named \"ap-2\"".to_owned(),
        ),
        (
            json!({ "id": ap, "hostname": null }),
            "BAD_INPUT",
            "hostname cannot be null; leave it out to keep it".to_owned(),
        ),
        (
            json!({ "id": ap, "ipAddress": "10.0.0" }),
            "BAD_INPUT",
            "\"10.0.0\" is no IP address".to_owned(),
        ),
        (
            json!({ "id": ap, "interfaces": [wlan, wlan] }),
            "CONFLICT",
            "a device has two interfaces of one name".to_owned(),
        ),
        (
            json!({ "id": ap, "interfaces": vec![wlan; 65] }),
            "LIMIT_EXCEEDED",
            "interfaces of a device: 65 asked for, 64 allowed".to_owned(),
        ),
        (
            json!({ "id": ap, "siteId": world.b.site }),
            "NOT_FOUND",
            format!("there is no site {}", world.b.site),
        ),
        (
            json!({ "id": nobody, "hostname": "new" }),
            "NOT_FOUND",
            format!("there is no device {nobody}"),
        ),
        (
            json!({ "id": world.b.aps[0], "interfaces": [] }),
            "NOT_FOUND",
            format!("there is no device {}", world.b.aps[0]),
        ),
    ] {
        let variables = json!({ "input": input });
        let said = world
            .api
            .error(&world.a.operator(), UPDATE, variables)
            .await;
        assert_eq!(said, (code.to_owned(), message));
    }
    let query = "{ devices { nodes { hostname } } }";
    let theirs = world.api.data(&world.b.viewer(), query, json!({})).await;
    let names = theirs["devices"]["nodes"].to_string();
    assert!(names.contains("ap-1") && !names.contains("new"), "{names}");
}

async fn update(world: &World, input: Value) -> Value {
    let variables = json!({ "input": input });
    let data = world.api.data(&world.a.operator(), UPDATE, variables).await;
    data["updateDevice"].clone()
}

fn interfaces(device: &Value) -> String {
    let interfaces = device["interfaces"].as_array().unwrap().iter();
    let lines = interfaces.map(|interface| {
        ["name", "macAddress", "type"]
            .map(|field| interface[field].as_str().unwrap())
            .join(" ")
    });
    lines.collect::<Vec<_>>().join(", ")
}
