//! What a table says of a client, as the API shows it.

use serde_json::{Value, json};
use wisplink_tests::harness::poller::Poller;
use wisplink_tests::harness::world::World;

use super::story::{but, client};

const LINK: &str = "{ wirelessLinks { nodes { interface clientMac signalStrength
    remoteSignalStrength signalToNoise txCcq txRate rxRate txRateKbps rxRateKbps distanceM uptimeS
    lastIp missedPolls } } }";

/// What the API shows of the only link after a poll with this row.
async fn shown(world: &World, poller: &Poller, minute: i64, row: Value) -> Value {
    let mut poll = poller.table(0, poller.minute(minute), &[]);
    poll["registrations"] = json!([row]);
    poller.publish_poll(0, poll).await;
    poller.settle(world).await;
    let data = world.api.data(&world.a.viewer(), LINK, json!({})).await;
    let links = data["wirelessLinks"]["nodes"].as_array().unwrap();
    assert_eq!(links.len(), 1, "{links:?}");
    links[0].clone()
}

#[tokio::test]
async fn readings_are_shown_in_their_units() {
    let world = World::start().await;
    let poller = Poller::of(&world, &world.a).await;
    let row = but(client(0, -62), "distance", 4200);
    let row = but(row, "signal_to_noise", "33");
    assert_eq!(
        shown(&world, &poller, 0, row).await,
        json!({
            "interface": "wlan1", "clientMac": "6C:3B:6B:A2:00:01", "signalStrength": -62,
            "remoteSignalStrength": -63, "signalToNoise": 33, "txCcq": 91,
            "txRate": "130Mbps-40MHz/2S/SGI", "rxRate": "117Mbps-20MHz/2S",
            "txRateKbps": 130_000, "rxRateKbps": 117_000, "distanceM": 4200, "uptimeS": 302_707,
            "lastIp": "10.20.0.7", "missedPolls": 0,
        })
    );
    let row = json!({
        "interface": "wifi2", "mac_address": "6c-3b-6b-a2-00-01",
        "signal_strength": "-66dBm@HT20-7", "tx_signal_strength": "-59@1Mbps", "tx_ccq": 113,
        "tx_rate": 72_200_000, "rx_rate": "58.5Mbps-HT", "uptime": "2w6d13:21:53",
        "distance": 0, "last_ip": "fe80::1",
    });
    assert_eq!(
        shown(&world, &poller, 1, row).await,
        json!({
            "interface": "wifi2", "clientMac": "6C:3B:6B:A2:00:01", "signalStrength": -66,
            "remoteSignalStrength": -59, "signalToNoise": null, "txCcq": 100,
            "txRate": "72200000", "rxRate": "58.5Mbps-HT", "txRateKbps": 72_200,
            "rxRateKbps": 58_500, "distanceM": null, "uptimeS": 1_776_113, "lastIp": "fe80::1",
            "missedPolls": 0,
        })
    );
}

#[tokio::test]
async fn what_a_device_does_not_tell_is_null() {
    let world = World::start().await;
    let poller = Poller::of(&world, &world.a).await;
    let unknown = json!({
        "interface": null, "clientMac": "6C:3B:6B:A2:00:01", "signalStrength": null,
        "remoteSignalStrength": null, "signalToNoise": null, "txCcq": null, "txRate": null,
        "rxRate": null, "txRateKbps": null, "rxRateKbps": null, "distanceM": null,
        "uptimeS": null, "lastIp": null, "missedPolls": 0,
    });
    let rows = [
        json!({ "mac_address": "6c3b.6ba2.0001" }),
        json!({
            "mac_address": "6C3B6BA20001", "interface": "", "signal_strength": 0,
            "tx_signal_strength": "0", "tx_ccq": 0, "tx_rate": "", "rx_rate": null, "uptime": "",
            "distance": 0, "last_ip": "",
        }),
        json!({
            "mac_address": "6C:3B:6B:A2:00:01", "interface": [7], "signal_strength": [-60],
            "tx_signal_strength": { "dBm": -60 }, "tx_ccq": "good", "tx_rate": true,
            "uptime": "since monday", "distance": -4, "last_ip": "router",
        }),
    ];
    for (minute, row) in (0..).zip(rows) {
        let told = row.to_string();
        assert_eq!(shown(&world, &poller, minute, row).await, unknown, "{told}");
    }
}
