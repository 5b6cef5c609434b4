//! Whose client it is, at which AP: roaming, point-to-point, two radios, copied addresses.

use serde_json::{Value, json};
use sqlx::{Connection as _, PgConnection};
use wisplink_tests::harness::poller::{Poller, registration};
use wisplink_tests::harness::tenant::radio;
use wisplink_tests::harness::world::World;

async fn world() -> (World, Poller) {
    let world = World::start().await;
    let poller = Poller::of(&world, &world.a).await;
    (world, poller)
}

/// A table of AP number `ap` with these rows.
async fn publish(poller: &Poller, ap: usize, minute: i64, rows: &[Value]) {
    let mut table = poller.table(ap, poller.minute(minute), &[]);
    table["registrations"] = json!(rows);
    poller.publish_poll(ap, table).await;
}

fn up(mac: &str, uptime: &str) -> Value {
    let mut row = registration(mac, -60);
    row["uptime"] = json!(uptime);
    row
}

#[tokio::test]
async fn a_cpe_that_moves_to_another_ap_roams_once() {
    let (world, poller) = world().await;
    publish(&poller, 0, 0, &[up(&radio(0), "5h")]).await;
    publish(&poller, 0, 1, &[up(&radio(0), "5h1m")]).await;
    publish(&poller, 1, 2, &[up(&radio(0), "20s")]).await;
    // The AP it left goes on listing it.
    publish(&poller, 0, 3, &[up(&radio(0), "5h3m")]).await;
    publish(&poller, 1, 3, &[up(&radio(0), "1m20s")]).await;
    assert_eq!(
        world.a.history(&world.api, 5).await,
        [
            "cpe-1: none → DISCOVERED (FIRST_SEEN)",
            "cpe-1: DISCOVERED → ACTIVE (CONFIRMED)",
            "cpe-1: ACTIVE → DOWN (ROAMED)",
            "cpe-1: none → DISCOVERED (FIRST_SEEN)",
            "cpe-1: DISCOVERED → ACTIVE (CONFIRMED)",
        ]
    );
    let query = "query($states: [LinkState!]) {
        wirelessLinks(filter: { state: $states }) { nodes { apDevice { hostname } } } }";
    let live = world
        .api
        .data(
            &world.a.viewer(),
            query,
            json!({ "states": ["ACTIVE", "DISCOVERED"] }),
        )
        .await;
    let ap_2 = json!([{ "apDevice": { "hostname": "ap-2" } }]);
    assert_eq!(live["wirelessLinks"]["nodes"], ap_2);
    let aps: Vec<(String, String)> = other_aps(&world).await;
    assert_eq!(
        aps,
        [
            ("first_seen".to_owned(), world.a.aps[0].to_string()),
            ("roamed".to_owned(), world.a.aps[1].to_string()),
        ]
    );
}

#[tokio::test]
async fn both_ends_of_a_point_to_point_link_are_one_link_with_both_signals() {
    let (world, poller) = world().await;
    let (near, far) = ("6C:3B:6B:AA:00:01", "6C:3B:6B:AA:00:02");
    poller
        .interfaces(world.a.aps[0], 0, &[("wlan1", near, "wlan")])
        .await;
    poller
        .interfaces(world.a.aps[1], 0, &[("wlan1", far, "wlan")])
        .await;
    world.interfaces_known(&world.a, 5).await;
    let row = |mac: &str, signal: i16| {
        let mut row = registration(mac, signal);
        row["tx_signal_strength"] = json!(0);
        row
    };
    publish(&poller, 0, 1, &[row(far, -61)]).await;
    publish(&poller, 1, 1, &[row(near, -63)]).await;
    publish(&poller, 0, 2, &[row(far, -62)]).await;
    world.a.history(&world.api, 2).await;
    let query = "{ wirelessLinks { nodes { signalStrength remoteSignalStrength
        apDevice { hostname } cpeDevice { hostname } } } }";
    let links = world.api.data(&world.a.viewer(), query, json!({})).await;
    assert_eq!(
        links["wirelessLinks"]["nodes"],
        json!([{
            "signalStrength": -62, "remoteSignalStrength": -63,
            "apDevice": { "hostname": "ap-1" }, "cpeDevice": { "hostname": "ap-2" },
        }])
    );
}

#[tokio::test]
async fn copied_addresses_make_no_link_and_a_bridge_is_no_copy() {
    let (world, poller) = world().await;
    let (shared, bridged, nobody) = (
        "6C:3B:6B:BB:00:01",
        "6C:3B:6B:BB:00:02",
        "00:00:00:00:00:00",
    );
    // Two devices restored from one backup.
    for cpe in [1, 2] {
        poller
            .interfaces(world.a.cpes[cpe], 0, &[("wlan1", shared, "wlan")])
            .await;
    }
    let hap = [
        ("wlan1", bridged, "wlan"),
        ("bridge", bridged, "bridge"),
        ("lo", nobody, "loopback"),
    ];
    poller.interfaces(world.a.cpes[0], 0, &hap).await;
    world.interfaces_known(&world.a, 4).await;
    for minute in 1..=4 {
        publish(&poller, 0, minute, &[up(shared, "1h"), up(bridged, "1h")]).await;
    }
    world.a.history(&world.api, 2).await;
    let links = world.a.links(&world.api).await;
    assert_eq!(links, [("cpe-1".to_owned(), "ACTIVE".to_owned())]);
    assert_eq!(
        unknown(&world).await,
        [(shared.to_lowercase(), "ambiguous".to_owned())]
    );
}

#[tokio::test]
async fn a_client_that_becomes_managed_is_unknown_no_more() {
    let (world, poller) = world().await;
    let phone = "DA:A1:19:00:00:01";
    publish(&poller, 0, 0, &[up(phone, "1h"), up(&radio(0), "1h")]).await;
    world.a.history(&world.api, 1).await;
    assert_eq!(
        unknown(&world).await,
        [(phone.to_lowercase(), "unmanaged".to_owned())]
    );
    poller
        .interfaces(world.a.cpes[1], 1, &[("wlan1", phone, "wlan")])
        .await;
    world.interfaces_known(&world.a, 3).await;
    publish(&poller, 0, 1, &[up(phone, "1h1m")]).await;
    world.a.history(&world.api, 2).await;
    assert!(unknown(&world).await.is_empty());
}

async fn unknown(world: &World) -> Vec<(String, String)> {
    let mut session = PgConnection::connect(&world.database.url()).await.unwrap();
    let rows = "SELECT mac::text, reason FROM unknown_clients ORDER BY mac";
    sqlx::query_as(rows).fetch_all(&mut session).await.unwrap()
}

async fn other_aps(world: &World) -> Vec<(String, String)> {
    let mut session = PgConnection::connect(&world.database.url()).await.unwrap();
    let rows = "SELECT reason, other_ap_device_id::text FROM link_events
        WHERE other_ap_device_id IS NOT NULL ORDER BY reason";
    sqlx::query_as(rows).fetch_all(&mut session).await.unwrap()
}
