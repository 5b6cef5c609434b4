//! What pollers say of devices: their interfaces, and whether they are reached.

use chrono::{DateTime, Utc};
use entity::ids::DeviceId;
use serde_json::{Value, json};
use wisplink_tests::harness::poller::Poller;
use wisplink_tests::harness::tenant::Tenant;
use wisplink_tests::harness::world::{World, eventually};

const DEVICE: &str = "query($id: ID!) { device(id: $id) { status model serialNumber
    firmwareVersion lastSeen interfaces { name macAddress type } } }";

async fn device(world: &World, tenant: &Tenant, id: DeviceId) -> Value {
    let viewer = tenant.viewer();
    let data = world.api.data(&viewer, DEVICE, json!({ "id": id }));
    data.await["device"].clone()
}

/// The interfaces, once there are so many: `wlan1 6C:3B:6B:A2:00:01 wlan`.
async fn interfaces(world: &World, tenant: &Tenant, id: DeviceId, count: usize) -> Vec<String> {
    let what = format!("the device has {count} interfaces");
    let found = eventually(&what, async || {
        let found = device(world, tenant, id).await["interfaces"].take();
        let found = found.as_array().unwrap().clone();
        (found.len() == count).then_some(found)
    });
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let line = |found: &Value| {
        let fields = ["name", "macAddress", "type"].map(|field| text(&found[field]));
        fields.join(" ")
    };
    found.await.iter().map(line).collect()
}

#[tokio::test]
async fn a_snapshot_replaces_the_set_and_an_older_one_changes_nothing() {
    let world = World::start().await;
    let poller = Poller::of(&world, &world.a).await;
    let [device, marker, _] = world.a.cpes;
    let wlan = ("wlan1", "6C:3B:6B:A2:00:01", "wlan");
    let ether = ("ether1", "6C:3B:6B:A2:01:01", "ether");
    let bridge = ("bridge", "6C:3B:6B:A2:00:01", "bridge");
    poller.interfaces(device, 5, &[wlan, ether, bridge]).await;
    assert_eq!(
        interfaces(&world, &world.a, device, 3).await,
        [
            "bridge 6C:3B:6B:A2:00:01 bridge",
            "ether1 6C:3B:6B:A2:01:01 ether",
            "wlan1 6C:3B:6B:A2:00:01 wlan",
        ]
    );

    let other = ("wlan1", "6C:3B:6B:A2:00:99", "wifi");
    poller.interfaces(device, 6, &[other]).await;
    let newest = ["wlan1 6C:3B:6B:A2:00:99 wifi"];
    assert_eq!(interfaces(&world, &world.a, device, 1).await, newest);

    // Of the same time, and earlier. What is published behind shows that they were read.
    poller.interfaces(device, 6, &[wlan, ether]).await;
    poller.interfaces(device, 4, &[]).await;
    poller.interfaces(marker, 6, &[]).await;
    interfaces(&world, &world.a, marker, 0).await;
    assert_eq!(interfaces(&world, &world.a, device, 1).await, newest);
    assert_eq!(
        interfaces(&world, &world.b, world.b.cpes[0], 1).await,
        ["wlan1 6C:3B:6B:A2:00:01 wlan"],
        "another tenant's device"
    );
}

#[tokio::test]
async fn a_status_tells_whether_and_when_the_device_was_reached() {
    let world = World::start().await;
    let poller = Poller::of(&world, &world.a).await;
    let [reached, marker] = world.a.aps;
    let told = async |status: &str, id: DeviceId| {
        eventually(&format!("the device is {status}"), async || {
            let device = device(&world, &world.a, id).await;
            (device["status"] == status).then_some(device)
        })
        .await
    };
    let is = |device: &Value, minute: i64| {
        let last_seen: DateTime<Utc> = device["lastSeen"].as_str().unwrap().parse().unwrap();
        assert_eq!(last_seen, poller.minute(minute));
        assert_eq!(device["model"], "RB922UAGS-5HPacD");
        assert_eq!(device["serialNumber"], "8D0E07C3A1B2");
        assert_eq!(device["firmwareVersion"], "7.16.1");
    };
    let before = device(&world, &world.a, reached).await;
    assert_eq!(before["status"], "UNKNOWN");
    assert_eq!(before["lastSeen"], Value::Null);

    poller.status(reached, 3, "online").await;
    is(&told("ONLINE", reached).await, 3);
    // Going offline it was last seen when it was last online.
    poller.status(reached, 3, "offline").await;
    is(&told("OFFLINE", reached).await, 3);
    poller.status(reached, 2, "online").await;
    poller.status(marker, 2, "online").await;
    told("ONLINE", marker).await;
    is(&told("OFFLINE", reached).await, 3);

    let bare = json!({
        "device_id": reached, "tenant_id": world.a.id, "status": "online",
        "last_seen": poller.minute(4).to_rfc3339(),
    });
    let subject = format!("device.status.{reached}");
    poller.publish(&subject, bare.to_string().into()).await;
    is(&told("ONLINE", reached).await, 4);
    let mirrored = device(&world, &world.b, world.b.aps[0]).await;
    assert_eq!(mirrored["status"], "UNKNOWN", "another tenant's device");
}
