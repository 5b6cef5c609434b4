//! Whose radio it is: addresses that move, that nobody or several have, that two tenants share.

use entity::ids::DeviceId;
use wisplink_tests::harness::poller::{Poller, registration};
use wisplink_tests::harness::tenant::{Tenant, radio};
use wisplink_tests::harness::world::World;

use super::story::events;

/// Waits until the newest snapshot of `device` is applied.
async fn applied(world: &World, device: DeviceId, poller: &Poller, minute: i64) {
    let at = poller.minute(minute).to_rfc3339();
    let applied =
        format!("EXISTS (SELECT FROM devices WHERE id = '{device}' AND interfaces_at = '{at}')");
    world.database.records().until(&applied).await;
}

#[tokio::test]
async fn an_address_that_moves_takes_its_link_to_the_other_device() {
    let world = World::start().await;
    let poller = Poller::of(&world, &world.a).await;
    let [first, second, _] = world.a.cpes;
    for minute in 0..2 {
        poller.poll(0, minute, &[(0, -60)]).await;
    }
    poller.settle(&world).await;
    poller.interfaces(first, 1, &[]).await;
    applied(&world, first, &poller, 1).await;
    poller
        .interfaces(second, 1, &[("wlan1", &radio(0), "wlan")])
        .await;
    applied(&world, second, &poller, 1).await;
    poller.poll(0, 2, &[(0, -60)]).await;
    poller.settle(&world).await;
    assert_eq!(
        events(&world, &world.a, poller.minute(0)).await,
        [
            "0:00 cpe-1: none → DISCOVERED (FIRST_SEEN)",
            "1:00 cpe-1: DISCOVERED → ACTIVE (CONFIRMED)",
            "2:00 cpe-1: ACTIVE → DOWN (REASSIGNED)",
            "2:00 cpe-2: DOWN → ACTIVE (SEEN_AGAIN)",
        ]
    );
    let links = [("cpe-2".to_owned(), "ACTIVE".to_owned())];
    assert_eq!(world.a.links(&world.api).await, links);
}

#[tokio::test]
async fn an_address_that_left_or_has_two_owners_names_nobody() {
    let world = World::start().await;
    let poller = Poller::of(&world, &world.a).await;
    let [left, ..] = world.a.cpes;
    let rows = [(0, -60), (1, -60), (2, -60)];
    poller.poll(0, 0, &rows).await;
    poller.settle(&world).await;
    poller.interfaces(left, 1, &[]).await;
    applied(&world, left, &poller, 1).await;
    // A radio is preferred to other interfaces, and two radios are two.
    let ap = world.a.aps[1];
    let claims = [
        ("wlan1", &*radio(1), "wlan"),
        ("ether1", &*radio(2), "ether"),
    ];
    poller.interfaces(ap, 1, &claims).await;
    applied(&world, ap, &poller, 1).await;
    for minute in 1..4 {
        poller.poll(0, minute, &rows).await;
    }
    poller.settle(&world).await;
    let records = world.database.records();
    let links = "SELECT hostname, state FROM wireless_links AS l
        JOIN devices AS d ON d.id = l.cpe_device_id ORDER BY hostname";
    assert_eq!(
        records.rows(links).await,
        ["(cpe-1,down)", "(cpe-2,down)", "(cpe-3,active)"]
    );
    let unknown = "SELECT mac, reason FROM unknown_clients ORDER BY mac";
    assert_eq!(
        records.rows(unknown).await,
        [
            "(6c:3b:6b:a2:00:01,unmanaged)",
            "(6c:3b:6b:a2:00:02,ambiguous)"
        ]
    );
}

#[tokio::test]
async fn two_tenants_with_the_same_addresses_do_not_meet() {
    let world = World::start().await;
    let poller = Poller::of(&world, &world.a).await;
    let records = world.database.records();
    for minute in 0..2 {
        let mut table = poller.table(0, poller.minute(minute), &[(0, -60), (1, -60)]);
        let strangers =
            ["DA:A1:19:00:00:01", "6C:3B:6B:A2:FF:FF"].map(|mac| registration(mac, -70));
        table["registrations"]
            .as_array_mut()
            .unwrap()
            .extend(strangers);
        poller.publish_poll(0, table).await;
    }
    poller.settle(&world).await;
    Poller::of(&world, &world.b).await.settle(&world).await;

    let ids = |tenant: &Tenant| format!("({},{},{})", tenant.id, tenant.aps[0], tenant.cpes[0]);
    let links = "SELECT tenant_id, ap_device_id, cpe_device_id FROM wireless_links";
    let links = records.rows(&format!("{links} ORDER BY client_mac")).await;
    assert_eq!(links.len(), 2);
    assert_eq!(links[0], ids(&world.a));
    assert!(world.b.links(&world.api).await.is_empty());
    for (table, rows) in [
        ("unknown_clients", 2),
        ("link_events", 4),
        ("tenant_feeds", 1),
    ] {
        let count = |tenant: &Tenant| {
            format!(
                "SELECT count(*) FROM {table} WHERE tenant_id = '{}'",
                tenant.id
            )
        };
        assert_eq!(records.number(&count(&world.a)).await, rows, "{table}");
        assert_eq!(records.number(&count(&world.b)).await, 0, "{table}");
    }
    let randomized = "SELECT mac, randomized, signal_strength FROM unknown_clients ORDER BY mac";
    assert_eq!(
        records.rows(randomized).await,
        ["(6c:3b:6b:a2:ff:ff,f,-70)", "(da:a1:19:00:00:01,t,-70)"]
    );
}
