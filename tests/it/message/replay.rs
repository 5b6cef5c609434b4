//! Messages that come again: in the stream, and from it.

use serde_json::json;
use wisplink_tests::harness::poller::{Poller, registration};
use wisplink_tests::harness::records::{Records, changes};
use wisplink_tests::harness::world::World;

const SOURCES: [&str; 3] = [
    "WIRELESS_REGISTRATIONS:wireless.registrations.>",
    "DEVICE_EVENTS:device.interfaces.>",
    "DEVICE_EVENTS:device.status.>",
];

/// Everything that messages change.
const STORED: [&str; 8] = [
    "wireless_links",
    "link_events",
    "tenant_feeds",
    "unknown_clients",
    "poll_history",
    "ap_polls",
    "devices",
    "device_interfaces",
];

const NOTHING: [&str; 0] = [];

async fn stored(records: &Records) -> Vec<String> {
    records.snapshot(&STORED.map(str::to_owned)).await
}

/// A bit of everything, from both tenants.
async fn publish_a_day(world: &World) {
    for tenant in [&world.a, &world.b] {
        let poller = Poller::of(world, tenant).await;
        for minute in 0..12 {
            let rows: &[_] = match minute {
                0..3 => &[(0, -60), (1, -85)],
                3..7 => &[(1, -70)],
                _ => &[(0, -90), (1, -85)],
            };
            let mut table = poller.table(0, poller.minute(minute), rows);
            let clients = table["registrations"].as_array_mut().unwrap();
            clients.push(registration("DA:A1:19:00:00:01", -70));
            poller.publish_poll(0, table).await;
            let mut failed = poller.table(1, poller.minute(minute), &[(2, -60)]);
            if minute % 3 == 2 {
                failed["poll"] = json!("failed");
            }
            poller.publish_poll(1, failed).await;
        }
        let [device, ..] = tenant.cpes;
        poller.status(device, 1, "online").await;
        poller
            .interfaces(device, 1, &[("wlan1", "6C:3B:6B:A2:00:01", "wlan")])
            .await;
        poller.status(device, 1, "offline").await;
        poller
            .interfaces(device, 2, &[("wlan2", "6C:3B:6B:A2:00:99", "wlan")])
            .await;
    }
}

/// Waits until all sources are read to their ends, and that is written down.
async fn read_to_the_end(records: &Records, ends: [i64; 3]) {
    for (source, end) in SOURCES.iter().zip(ends) {
        let read = format!("SELECT FROM ingest_positions WHERE source = '{source}'");
        records
            .until(&format!("EXISTS ({read} AND next_seq > {end})"))
            .await;
    }
}

#[tokio::test]
async fn reading_everything_again_changes_no_row() {
    let mut world = World::start().await;
    let records = world.database.records();
    // Each source's last message.
    let ends = [48, 8, 7];
    publish_a_day(&world).await;
    read_to_the_end(&records, ends).await;
    world.stop_worker().await;
    let before = stored(&records).await;

    records
        .run("UPDATE ingest_positions SET next_seq = 1")
        .await;
    world.start_worker().await;
    read_to_the_end(&records, ends).await;
    world.stop_worker().await;
    assert_eq!(changes(&before, &stored(&records).await), NOTHING);
}
