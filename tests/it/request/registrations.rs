//! What an AP showed at its last good poll, and the clients nobody manages.

use chrono::{SecondsFormat, TimeDelta, Utc};
use insta::assert_snapshot;
use serde_json::{Value, json};
use wisplink_tests::harness::poller::{Poller, registration};
use wisplink_tests::harness::redacted::redacted;
use wisplink_tests::harness::tenant::{Tenant, radio};
use wisplink_tests::harness::world::World;

const SHOWN: &str = "query($id: ID!) { device(id: $id) {
    lastPoll { at previousAt intervalS outcome clientCount }
    registrations { macAddress interface signalStrength remoteSignalStrength signalToNoise txCcq
        txRateKbps rxRateKbps device { hostname } link { state txRate uptimeS lastIp } }
    rfStats { interface noiseFloor channelWidthMhz txPower registeredClients }
    unknownClients { totalCount nodes { macAddress interface signalStrength reason randomized
        firstSeen lastSeen apDevice { hostname } } } } }";

/// A phone's random address, a stranger's, and that of two devices of ours.
const STRANGERS: [&str; 3] = [
    "02:00:00:00:00:01",
    "6C:00:00:00:00:02",
    "6C:00:00:00:00:03",
];

/// Polls AP 1 twice: CPE 1, and the strangers.
async fn poll(world: &World, tenant: &Tenant) {
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
    }
    poller.settle(world).await;
}

#[tokio::test]
async fn an_ap_shows_whom_it_listed_last_managed_or_not() {
    let world = World::start().await;
    poll(&world, &world.a).await;
    let id = json!({ "id": world.a.aps[0] });
    let data = world.api.data(&world.a.viewer(), SHOWN, id).await;
    assert_snapshot!(redacted(&data["device"]["registrations"]), @r#"
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
      },
      {
        "device": null,
        "interface": "wlan1",
        "link": null,
        "macAddress": "6C:00:00:00:00:03",
        "remoteSignalStrength": -63,
        "rxRateKbps": 117000,
        "signalStrength": -70,
        "signalToNoise": null,
        "txCcq": 91,
        "txRateKbps": 130000
      }
    ]
    "#);
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
            "".to_owned(),
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
