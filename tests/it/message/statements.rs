//! What a message costs the database.

use chrono::{SecondsFormat, TimeDelta, Utc};
use serde_json::{Value, json};
use wisplink_tests::harness::poller::{Poller, registration};
use wisplink_tests::harness::proxy::Proxy;
use wisplink_tests::harness::tenant::Tenant;
use wisplink_tests::harness::world::World;

const SMALL: usize = 20;
const LARGE: usize = 2_007;

fn mac(client: usize) -> String {
    format!("6C:3C:00:00:{:02X}:{:02X}", client / 256, client % 256)
}

/// Makes so many CPEs, without the API: it takes 1,000 at once.
async fn make_cpes(world: &World, tenant: &Tenant, count: usize) {
    let (records, id) = (world.database.records(), tenant.id);
    records
        .run(&format!(
            "INSERT INTO devices (tenant_id, id, hostname, status, created_at, updated_at)
             SELECT '{id}', gen_random_uuid(), 'many-' || n, 'unknown', now(), now()
             FROM generate_series(0, {count} - 1) AS n"
        ))
        .await;
    records
        .run(&format!(
            "INSERT INTO device_interfaces
                (tenant_id, id, device_id, name, mac_address, type, running, updated_at)
             SELECT tenant_id, gen_random_uuid(), id, 'wlan1',
                 ('6c:3c:00:00:' || lpad(to_hex(n / 256), 2, '0') || ':'
                     || lpad(to_hex(n % 256), 2, '0'))::macaddr, 'wlan', true, now()
             FROM devices, CAST(substr(hostname, 6) AS integer) AS n
             WHERE tenant_id = '{id}' AND hostname LIKE 'many-%'"
        ))
        .await;
}

/// A poll of AP number `ap` in round `round`, with these clients and as many strangers.
fn poll(tenant: &Tenant, ap: usize, round: i32, clients: std::ops::Range<usize>) -> Value {
    let at = Utc::now() - TimeDelta::minutes((10 - round).into());
    let rows: Vec<_> = clients
        .flat_map(|client| {
            let stranger = mac(client).replace("6C:3C", "DA:A1");
            [
                registration(&mac(client), -60),
                registration(&stranger, -60),
            ]
        })
        .collect();
    json!({
        "device_id": tenant.aps[ap], "tenant_id": tenant.id, "registrations": rows,
        "collected_at": at.to_rfc3339_opts(SecondsFormat::Micros, true),
    })
}

#[tokio::test]
async fn two_thousand_clients_take_the_statements_that_twenty_take() {
    let mut world = World::start().await;
    make_cpes(&world, &world.a, SMALL + LARGE).await;
    let proxy = Proxy::to(&world.database).await;
    world.stop_worker().await;
    world.config.database.url = proxy.url().into();
    world.config.ingest.batch = 1;
    world.start_worker().await;
    let poller = Poller::of(&world, &world.a).await;
    // Discovered, confirmed, missed three times and seen again.
    for round in 0..6 {
        let is_missed = (2..5).contains(&round);
        for (ap, clients) in [0..SMALL, SMALL..SMALL + LARGE].into_iter().enumerate() {
            let clients = if is_missed { 0..0 } else { clients };
            poller
                .publish_poll(ap, poll(&world.a, ap, round, clients))
                .await;
            poller.settle(&world).await;
        }
    }
    // Every other one is what `settle` publishes.
    let polls = proxy.transactions_with("INTO ap_polls");
    let mut polls: Vec<_> = polls.into_iter().step_by(2).collect();
    for statements in &mut polls {
        // Once a connection learns what type links are handed over in.
        statements.retain(|statement| !statement.contains("pg_catalog.pg_type"));
    }
    assert_eq!(polls.len(), 12);
    for (round, pair) in polls.chunks(2).enumerate() {
        assert_eq!(pair[0], pair[1], "round {round}");
    }
    assert!(
        polls[1]
            .iter()
            .any(|statement| statement.contains("INTO wireless_links"))
    );
    let links = "SELECT count(*) FROM wireless_links WHERE state = 'active'";
    let links = world.database.records().number(links).await;
    assert_eq!(links, i64::try_from(SMALL + LARGE).unwrap());
}
