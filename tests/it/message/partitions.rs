//! The history's partitions: one a day, there before the day's first poll.

use std::time::Duration;

use wisplink_tests::harness::poller::Poller;
use wisplink_tests::harness::records::Records;
use wisplink_tests::harness::world::World;

const DAYS: &str = "SELECT inhrelid::regclass FROM pg_inherits
    WHERE inhparent = 'poll_history'::regclass AND inhrelid::regclass::text LIKE '%_20%'";
const ASTRAY: &str = "SELECT count(*) FROM poll_history_default";

/// As after a pause that was longer than partitions are made ahead.
async fn forget_days(records: &Records) {
    for partition in records.rows(DAYS).await {
        let partition = partition.trim_matches(['(', ')']);
        records.run(&format!("DROP TABLE {partition}")).await;
    }
}

#[tokio::test]
async fn nothing_is_read_before_they_are_made() {
    let mut world = World::start().await;
    let records = world.database.records();
    let poller = Poller::of(&world, &world.a).await;
    poller.settle(&world).await;
    world.stop_worker().await;
    forget_days(&records).await;

    let hold = "SELECT pg_advisory_xact_lock(hashtext('app.make_partitions'))";
    let maker = records.transaction(hold).await;
    world.start_worker().await;
    records
        .until("EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND NOT granted)")
        .await;
    let settled = tokio::time::timeout(Duration::from_millis(200), poller.settle(&world));
    assert!(settled.await.is_err());
    maker.rollback().await.unwrap();
    poller.settle(&world).await;
    assert_eq!(records.number(ASTRAY).await, 0);
}

#[tokio::test]
async fn a_day_that_cannot_have_one_does_not_keep_others_from_theirs() {
    let mut world = World::start().await;
    let records = world.database.records();
    let poller = Poller::of(&world, &world.a).await;
    poller.settle(&world).await;
    world.stop_worker().await;
    let days = records.rows(DAYS).await;
    forget_days(&records).await;
    records
        .run(&format!(
            "INSERT INTO poll_history SELECT tenant_id, ap_device_id, now(), '{{}}', '{{}}', '{{}}',
                '{{}}', '{{}}', '{{}}', '{{}}' FROM ap_polls WHERE tenant_id = '{}' LIMIT 1",
            world.a.id
        ))
        .await;
    world.start_worker().await;
    poller.settle(&world).await;
    assert_eq!(records.rows(DAYS).await.len(), days.len() - 1);
    assert_eq!(records.number(ASTRAY).await, 2);
}
