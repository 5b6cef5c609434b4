//! What an AP showed at its last good poll.

use chrono::{TimeDelta, Utc};
use insta::assert_snapshot;
use serde_json::{Value, json};
use wisplink_tests::harness::poller::{Poller, registration};
use wisplink_tests::harness::redacted::redacted;
use wisplink_tests::harness::rows;
use wisplink_tests::harness::tenant::Tenant;
use wisplink_tests::harness::world::World;

const SHOWN: &str = "query($id: ID!) { device(id: $id) {
    lastPoll { at previousAt intervalS outcome clientCount }
    registrations { macAddress interface signalStrength remoteSignalStrength signalToNoise txCcq
        txRateKbps rxRateKbps device { hostname } link { state txRate uptimeS lastIp } }
    rfStats { interface noiseFloor channelWidthMhz txPower registeredClients }
    unknownClients { totalCount nodes { macAddress interface signalStrength reason randomized
        firstSeen lastSeen apDevice { hostname } } } } }";

/// A phone's random address, a stranger's, and that of two devices of ours.
pub(super) const STRANGERS: [&str; 3] = [
    "02:00:00:00:00:01",
    "6C:00:00:00:00:02",
    "6C:00:00:00:00:03",
];

/// Polls AP 1 twice: CPE 1, and the strangers.
pub(super) async fn poll(world: &World, tenant: &Tenant) {
    let twins = "mutation { createDevices(input: [
        { hostname: \"twin-1\", interfaces: [{ name: \"w\", macAddress: \"6c0000000003\", type: \"wlan\" }] }
        { hostname: \"twin-2\", interfaces: [{ name: \"w\", macAddress: \"6c0000000003\", type: \"wlan\" }] }
        ]) { id } }";
    world.api.data(&tenant.operator(), twins, json!({})).await;
    let poller = Poller::of(world, tenant).await;
    for minute in 0..2 {
        let mut table = poller.table(0, poller.minute(minute), &[(0, -62)]);
        let rows = table["registrations"].as_array_mut().unwrap();
        rows.extend(STRANGERS.map(|mac| registration(mac, -70)));
        rows[1]["tx_ccq"] = json!(113);
        rows[1]["signal_strength"] = json!(0);
        table["rf_stats"] = json!([{ "interface": "wlan1", "noise_floor": -105,
            "channel_width": "20MHz", "tx_power": 24, "registered_clients": 4 }]);
        poller.publish_poll(0, table).await;
        // Each by itself: of polls that are applied together only the newest is kept.
        poller.settle(world).await;
    }
}

#[tokio::test]
async fn an_ap_shows_whom_it_listed_last_managed_or_not() {
    let world = World::start().await;
    poll(&world, &world.a).await;
    let id = json!({ "id": world.a.aps[0] });
    let data = world.api.data(&world.a.viewer(), SHOWN, id).await;
    let listed = data["device"]["registrations"].as_array().unwrap();
    assert_eq!(listed.len(), 4);
    assert_snapshot!(redacted(&json!(listed[..3])), @r#"
    [
      {
        "device": {
          "hostname": "cpe-1"
        },
        "interface": "wlan1",
        "link": {
          "lastIp": "10.20.0.7",
          "state": "ACTIVE",
          "txRate": "130Mbps-40MHz/2S/SGI",
          "uptimeS": 302707
        },
        "macAddress": "6C:3B:6B:A2:00:01",
        "remoteSignalStrength": -63,
        "rxRateKbps": 117000,
        "signalStrength": -62,
        "signalToNoise": null,
        "txCcq": 91,
        "txRateKbps": 130000
      },
      {
        "device": null,
        "interface": "wlan1",
        "link": null,
        "macAddress": "02:00:00:00:00:01",
        "remoteSignalStrength": -63,
        "rxRateKbps": 117000,
        "signalStrength": null,
        "signalToNoise": null,
        "txCcq": 100,
        "txRateKbps": 130000
      },
      {
        "device": null,
        "interface": "wlan1",
        "link": null,
        "macAddress": "6C:00:00:00:00:02",
        "remoteSignalStrength": -63,
        "rxRateKbps": 117000,
        "signalStrength": -70,
        "signalToNoise": null,
        "txCcq": 91,
        "txRateKbps": 130000
      }
    ]
    "#);
}

#[tokio::test]
async fn an_ap_tells_of_its_last_poll_and_its_radios() {
    let world = World::start().await;
    poll(&world, &world.a).await;
    let id = json!({ "id": world.a.aps[0] });
    let data = world.api.data(&world.a.viewer(), SHOWN, id).await;
    assert_snapshot!(redacted(&data["device"]["lastPoll"]), @r#"
    {
      "at": "[time]",
      "clientCount": 4,
      "intervalS": 60,
      "outcome": "OK",
      "previousAt": "[time]"
    }
    "#);
    assert_snapshot!(redacted(&data["device"]["rfStats"]), @r#"
    [
      {
        "channelWidthMhz": 20,
        "interface": "wlan1",
        "noiseFloor": -105,
        "registeredClients": 4,
        "txPower": 24
      }
    ]
    "#);
}

#[tokio::test]
async fn an_ap_tells_whom_nobody_manages() {
    let world = World::start().await;
    poll(&world, &world.a).await;
    let id = json!({ "id": world.a.aps[0] });
    let data = world.api.data(&world.a.viewer(), SHOWN, id).await;
    assert_snapshot!(redacted(&data["device"]["unknownClients"]), @r#"
    {
      "nodes": [
        {
          "apDevice": {
            "hostname": "ap-1"
          },
          "firstSeen": "[time]",
          "interface": "wlan1",
          "lastSeen": "[time]",
          "macAddress": "6C:00:00:00:00:03",
          "randomized": false,
          "reason": "AMBIGUOUS",
          "signalStrength": -70
        },
        {
          "apDevice": {
            "hostname": "ap-1"
          },
          "firstSeen": "[time]",
          "interface": "wlan1",
          "lastSeen": "[time]",
          "macAddress": "6C:00:00:00:00:02",
          "randomized": false,
          "reason": "UNMANAGED",
          "signalStrength": -70
        },
        {
          "apDevice": {
            "hostname": "ap-1"
          },
          "firstSeen": "[time]",
          "interface": "wlan1",
          "lastSeen": "[time]",
          "macAddress": "02:00:00:00:00:01",
          "randomized": true,
          "reason": "UNMANAGED",
          "signalStrength": null
        }
      ],
      "totalCount": 3
    }
    "#);
}

#[tokio::test]
async fn a_failed_poll_leaves_what_the_last_good_one_showed() {
    let world = World::start().await;
    poll(&world, &world.a).await;
    let poller = Poller::of(&world, &world.a).await;
    let mut failed = poller.table(0, Utc::now() - TimeDelta::seconds(1), &[]);
    failed["registrations"] = Value::Null;
    poller.publish_poll(0, failed).await;
    poller.settle(&world).await;
    let id = json!({ "id": world.a.aps[0] });
    let data = world.api.data(&world.a.viewer(), SHOWN, id).await;
    let poll = &data["device"]["lastPoll"];
    assert_eq!(
        (&poll["outcome"], &poll["clientCount"]),
        (&json!("FAILED"), &json!(4))
    );
    assert_eq!(data["device"]["registrations"].as_array().unwrap().len(), 4);
}

#[tokio::test]
async fn a_device_that_was_never_polled_shows_nothing() {
    let world = World::start().await;
    poll(&world, &world.b).await;
    let nothing = json!({ "device": { "lastPoll": null, "registrations": [], "rfStats": [],
        "unknownClients": { "totalCount": 0, "nodes": [] } } });
    let id = json!({ "id": world.a.aps[0] });
    let data = world.api.data(&world.a.viewer(), SHOWN, id).await;
    assert_eq!(data, nothing);
}

#[tokio::test]
async fn an_answer_holds_so_many_registrations_and_no_more() {
    let world = World::start().await;
    let mut db = world.database.session().await;
    rows::shown(&mut db).await;
    let query = "{ devices { nodes { registrations { macAddress } } } }";
    for (clients, is_refused) in [(6_000, false), (6_001, true)] {
        let crowd = format!(
            "UPDATE ap_polls SET client_macs =
                (SELECT array_agg(macaddr '0c:00:00:00:00:01') FROM generate_series(1, {clients}))"
        );
        world.database.records().run(&crowd).await;
        let answer = world.api.ask(&world.a.viewer(), query, json!({})).await;
        assert_eq!(answer.body.get("errors").is_some(), is_refused, "{clients}");
        if is_refused {
            let message = "registrations of an answer: 30005 asked for, 30000 allowed";
            let said = ("LIMIT_EXCEEDED".to_owned(), message.to_owned());
            assert_eq!(answer.error(), said);
        }
    }
}
