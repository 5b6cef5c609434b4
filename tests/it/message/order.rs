//! Polls in any order, and polls again.

use rand::SeedableRng as _;
use rand::rngs::StdRng;
use rand::seq::SliceRandom as _;
use serde_json::Value;
use wisplink_tests::harness::poller::{Poller, Row};
use wisplink_tests::harness::records::{Records, changes};
use wisplink_tests::harness::tenant::{Tenant, radio};
use wisplink_tests::harness::token;
use wisplink_tests::harness::world::World;

/// What may not change when old polls are heard again.
const STATE: [&str; 3] = ["wireless_links", "link_events", "ap_polls"];

const NOTHING: [&str; 0] = [];

/// What the polls of each AP list, one a minute.
const POLLS: [&[&[Row]]; 2] = [
    &[
        &[(0, -60), (1, -60)],
        &[(0, -60), (1, -85)],
        &[(1, -85)],
        &[],
        &[],
        &[(1, -85)],
        &[(0, -61)],
        &[(0, -62)],
    ],
    &[
        &[(2, -60)],
        &[(2, -90)],
        &[],
        &[],
        &[],
        &[(2, -90)],
        &[],
        &[(2, -63)],
    ],
];

/// All polls: the AP, and the message.
fn polls(poller: &Poller) -> Vec<(usize, Value)> {
    let of_ap = |ap: usize| {
        let polls = (0..).zip(POLLS[ap]);
        polls.map(move |(minute, rows)| (ap, poller.table(ap, poller.minute(minute), rows)))
    };
    [0, 1].into_iter().flat_map(of_ap).collect()
}

async fn publish(world: &World, poller: &Poller, polls: &[(usize, Value)]) {
    for (ap, poll) in polls {
        poller.publish_poll(*ap, poll.clone()).await;
    }
    poller.settle(world).await;
}

/// What the newest polls say, and of each AP no step back in time.
async fn is_newest(records: &Records, tenant: &Tenant, poller: &Poller) {
    let id = tenant.id;
    for (ap, polls) in POLLS.iter().enumerate() {
        let (device, newest) = (tenant.aps[ap], poller.minute(7).to_rfc3339());
        let rows: &[Row] = polls.last().unwrap();
        let signals: Vec<_> = rows.iter().map(|(_, signal)| signal.to_string()).collect();
        let signals = signals.join(",");
        records
            .until(&format!(
                "EXISTS (SELECT FROM ap_polls WHERE tenant_id = '{id}'
                    AND ap_device_id = '{device}' AND last_poll_at = '{newest}'
                    AND signal = '{{{signals}}}')"
            ))
            .await;
        for (cpe, signal) in rows {
            let link = format!(
                "SELECT count(*) FROM wireless_links WHERE tenant_id = '{id}'
                    AND ap_device_id = '{device}' AND client_mac = '{}' AND missed_polls = 0
                    AND last_seen = '{newest}' AND signal_strength = {signal}
                    AND state IN ('discovered', 'active', 'degraded')",
                radio(*cpe)
            );
            assert_eq!(
                records.number(&link).await,
                1,
                "{}: cpe {cpe} at ap {ap}",
                tenant.name
            );
        }
        let kept = format!("SELECT count(*) FROM poll_history WHERE ap_device_id = '{device}'");
        assert_eq!(
            records.number(&kept).await,
            8,
            "{}: polls of ap {ap}",
            tenant.name
        );
    }
    let backwards = format!(
        "SELECT count(*) FROM (SELECT at < lag(at) OVER (PARTITION BY ap_device_id ORDER BY seq)
            AS back FROM link_events WHERE tenant_id = '{id}') AS steps WHERE back"
    );
    assert_eq!(
        records.number(&backwards).await,
        0,
        "{}: events back in time",
        tenant.name
    );
}

#[tokio::test]
async fn any_order_ends_in_the_newest_poll_and_late_ones_change_nothing() {
    let mut world = World::start().await;
    let records = world.database.records();
    for batch in [1, 40] {
        world.stop_worker().await;
        world.config.ingest.batch = batch;
        world.start_worker().await;
        for seed in 0..6 {
            let name = format!("seed {seed}, batch {batch}");
            let tenant = Tenant::create(&world.api, &token::platform(), &name).await;
            let poller = Poller::of(&world, &tenant).await;
            let mut polls = polls(&poller);
            polls.shuffle(&mut StdRng::seed_from_u64(seed));
            publish(&world, &poller, &polls).await;
            is_newest(&records, &tenant, &poller).await;

            let stored = STATE.map(|table| tenant.rows_of(table));
            let before = records.snapshot(&stored).await;
            polls.sort_by_key(|(_, poll)| poll["collected_at"].to_string());
            publish(&world, &poller, &polls).await;
            let after = records.snapshot(&stored).await;
            assert_eq!(changes(&before, &after), NOTHING, "{}", tenant.name);
        }
    }
}
