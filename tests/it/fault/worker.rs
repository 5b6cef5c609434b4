//! Workers that are killed, stand by and lose their lease.

use async_nats::jetstream;
use wisplink_tests::harness::poller::Poller;
use wisplink_tests::harness::world::World;

use super::flapping::{POLLS, is_complete, kept, publish};

/// As if the time of every lease had passed.
const EXPIRE: &str = "UPDATE ingest_positions SET lease_until = now() - interval '1 s'";

#[tokio::test]
async fn a_killed_worker_loses_nothing_and_doubles_nothing() {
    let mut world = World::start().await;
    let records = world.database.records();
    let poller = Poller::of(&world, &world.a).await;
    world.config.ingest.batch = 2;
    for round in 0..5 {
        let first = round * POLLS / 5;
        publish(&poller, first..first + POLLS / 5).await;
        // In the middle of these.
        kept(&world, &world.a, first + 1).await;
        world.kill_worker().await;
        records.run(EXPIRE).await;
        world.start_worker().await;
    }
    is_complete(&world, &world.a).await;
}

#[tokio::test]
async fn a_standby_reads_nothing_until_the_holder_is_gone() {
    let mut world = World::start().await;
    let poller = Poller::of(&world, &world.a).await;
    let jetstream = jetstream::new(world.nats_client().await);
    let mut stream = jetstream
        .get_stream("WIRELESS_REGISTRATIONS")
        .await
        .unwrap();
    publish(&poller, 0..1).await;
    kept(&world, &world.a, 1).await;
    let standby = world.start_standby().await;
    for minute in 1..POLLS / 2 {
        publish(&poller, minute..minute + 1).await;
        kept(&world, &world.a, minute + 1).await;
        let readers = stream.info().await.unwrap().state.consumer_count;
        assert_eq!(readers, 1, "minute {minute}");
    }
    world.kill_worker().await;
    publish(&poller, POLLS / 2..POLLS).await;
    is_complete(&world, &world.a).await;
    standby.stop().await;
}

#[tokio::test]
async fn a_lease_that_is_taken_away_in_the_middle_changes_nothing() {
    let world = World::start().await;
    let records = world.database.records();
    let poller = Poller::of(&world, &world.a).await;
    let standby = world.start_standby().await;
    for round in 0..3 {
        let first = round * POLLS / 3;
        publish(&poller, first..first + POLLS / 6).await;
        records
            .run("UPDATE ingest_positions SET holder = NULL")
            .await;
        publish(&poller, first + POLLS / 6..first + POLLS / 3).await;
        records
            .until("NOT EXISTS (SELECT FROM ingest_positions WHERE holder IS NULL)")
            .await;
    }
    is_complete(&world, &world.a).await;
    standby.stop().await;
}
