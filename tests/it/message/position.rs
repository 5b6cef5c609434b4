//! How far the streams are read: over stops, behind others' messages, into another stream.

use async_nats::jetstream;
use wisplink_tests::harness::poller::Poller;
use wisplink_tests::harness::records::Records;
use wisplink_tests::harness::world::World;

const REGISTRATIONS: &str = "WIRELESS_REGISTRATIONS:wireless.registrations.>";
const INTERFACES: &str = "DEVICE_EVENTS:device.interfaces.>";

/// The sequence to be read next, as written down.
async fn next(records: &Records, source: &str) -> i64 {
    let next = format!("SELECT next_seq FROM ingest_positions WHERE source = '{source}'");
    let next = format!("SELECT coalesce(({next}), 1)");
    records.number(&next).await
}

async fn polls_kept(records: &Records) -> i64 {
    records.number("SELECT count(*) FROM poll_history").await
}

#[tokio::test]
async fn reading_goes_on_where_it_stopped() {
    let mut world = World::start().await;
    let records = world.database.records();
    let poller = Poller::of(&world, &world.a).await;
    for round in 0..3 {
        world.stop_worker().await;
        assert_eq!(next(&records, REGISTRATIONS).await, 1 + round * 4);
        let held = "SELECT count(*) FROM ingest_positions WHERE holder IS NOT NULL";
        assert_eq!(records.number(held).await, 0, "the leases are given back");
        for minute in 0..3 {
            poller.poll(0, round * 3 + minute, &[(0, -60)]).await;
        }
        world.start_worker().await;
        poller.settle(&world).await;
        assert_eq!(polls_kept(&records).await, (round + 1) * 4);
    }
    let events = records.rows("SELECT seq, reason FROM link_events ORDER BY seq");
    assert_eq!(events.await, ["(1,first_seen)", "(2,confirmed)"]);
}

#[tokio::test]
async fn a_stop_in_the_middle_of_a_backlog_loses_nothing() {
    let mut world = World::start().await;
    let records = world.database.records();
    let poller = Poller::of(&world, &world.a).await;
    world.stop_worker().await;
    for minute in 0..40 {
        poller.poll(0, minute, &[(0, -60)]).await;
    }
    // So that the reader waits for room when it is stopped.
    world.config.ingest.queue = 1;
    world.config.ingest.batch = 1;
    while next(&records, REGISTRATIONS).await <= 40 {
        let before = polls_kept(&records).await;
        world.start_worker().await;
        records
            .until(&format!("(SELECT count(*) FROM poll_history) > {before}"))
            .await;
        world.stop_worker().await;
        assert_eq!(
            next(&records, REGISTRATIONS).await,
            polls_kept(&records).await + 1
        );
    }
    assert_eq!(polls_kept(&records).await, 40);
    assert_eq!(records.number("SELECT last_seq FROM tenant_feeds").await, 2);
}

#[tokio::test]
async fn messages_of_other_subjects_are_passed() {
    let mut world = World::start().await;
    let records = world.database.records();
    let poller = Poller::of(&world, &world.a).await;
    let [device, ..] = world.a.cpes;
    poller.interfaces(device, 1, &[]).await;
    records
        .until("EXISTS (SELECT FROM devices WHERE interfaces_at IS NOT NULL)")
        .await;
    world.stop_worker().await;
    assert_eq!(next(&records, INTERFACES).await, 2);
    for minute in 1..6 {
        poller.status(device, minute, "online").await;
    }
    world.start_worker().await;
    let passed = format!("SELECT FROM ingest_positions WHERE source = '{INTERFACES}'");
    records
        .until(&format!("EXISTS ({passed} AND next_seq = 7)"))
        .await;
}

#[tokio::test]
async fn a_stream_made_anew_is_read_from_its_start() {
    let mut world = World::start().await;
    let records = world.database.records();
    let poller = Poller::of(&world, &world.a).await;
    for minute in 0..5 {
        poller.poll(0, minute, &[(0, -60)]).await;
    }
    poller.settle(&world).await;
    world.stop_worker().await;
    assert_eq!(next(&records, REGISTRATIONS).await, 7);

    let jetstream = jetstream::new(world.nats_client().await);
    jetstream
        .delete_stream("WIRELESS_REGISTRATIONS")
        .await
        .unwrap();
    world.make_streams().await;
    poller.poll(0, 5, &[(0, -60)]).await;
    world.start_worker().await;
    poller.settle(&world).await;
    world.stop_worker().await;
    assert_eq!(polls_kept(&records).await, 5 + 1 + 1 + 1);
    assert_eq!(next(&records, REGISTRATIONS).await, 3);
    let gaps = r#"wisplink_ingest_gaps_total{reason="recreated"}"#;
    assert!(world.api.counted(gaps).await >= 1);
}
