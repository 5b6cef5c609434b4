//! `wirelessLink`: everything one link tells.

use insta::assert_snapshot;
use serde_json::json;
use wisplink_tests::harness::poller::Poller;
use wisplink_tests::harness::redacted::redacted;
use wisplink_tests::harness::world::{World, eventually};

const QUERY: &str = "query($id: ID!) { wirelessLink(id: $id) {
    id state stateSince missedPolls interface clientMac signalStrength remoteSignalStrength
    signalToNoise txCcq txRate rxRate txRateKbps rxRateKbps distanceM uptimeS lastIp
    discoveredAt lastSeen updatedAt apDevice { hostname } cpeDevice { hostname } } }";

#[tokio::test]
async fn a_link_tells_what_its_last_poll_showed() {
    let world = World::start().await;
    let poller = Poller::of(&world, &world.a).await;
    let mut table = poller.table(0, poller.minute(0), &[(0, -67)]);
    table["registrations"][0]["tx_ccq"] = 113.into();
    poller.publish_poll(0, table).await;
    let id = eventually("the link is there", async || {
        let links = "{ wirelessLinks { nodes { id } } }";
        let data = world.api.data(&world.a.viewer(), links, json!({})).await;
        data["wirelessLinks"]["nodes"][0]["id"]
            .as_str()
            .map(str::to_owned)
    });
    let data = world
        .api
        .data(&world.a.viewer(), QUERY, json!({ "id": id.await }))
        .await;
    assert_snapshot!(redacted(&data), @r#"
    {
      "wirelessLink": {
        "apDevice": {
          "hostname": "ap-1"
        },
        "clientMac": "6C:3B:6B:A2:00:01",
        "cpeDevice": {
          "hostname": "cpe-1"
        },
        "discoveredAt": "[time]",
        "distanceM": null,
        "id": "[id]",
        "interface": "wlan1",
        "lastIp": "10.20.0.7",
        "lastSeen": "[time]",
        "missedPolls": 0,
        "remoteSignalStrength": -63,
        "rxRate": "117Mbps-20MHz/2S",
        "rxRateKbps": 117000,
        "signalStrength": -67,
        "signalToNoise": null,
        "state": "DISCOVERED",
        "stateSince": "[time]",
        "txCcq": 100,
        "txRate": "130Mbps-40MHz/2S/SGI",
        "txRateKbps": 130000,
        "updatedAt": "[time]",
        "uptimeS": 302707
      }
    }
    "#);
    for time in ["discoveredAt", "stateSince", "lastSeen", "updatedAt"] {
        let told = data["wirelessLink"][time].as_str().unwrap();
        assert_eq!(told.parse(), Ok(poller.minute(0)), "{time}");
    }
}

#[tokio::test]
async fn a_link_that_is_not_there_is_null_and_no_id_is_an_error() {
    let world = World::start().await;
    let nobody = json!({ "id": entity::ids::LinkId::new() });
    let data = world.api.data(&world.a.viewer(), QUERY, nobody).await;
    assert_eq!(data, json!({ "wirelessLink": null }));
    for id in ["", "1", "6C:3B:6B:A2:00:01"] {
        let said = world
            .api
            .error(&world.a.viewer(), QUERY, json!({ "id": id }))
            .await;
        let message = format!("link {id:?} is no id: ids are UUIDs");
        assert_eq!(said, ("BAD_INPUT".to_owned(), message));
    }
}
