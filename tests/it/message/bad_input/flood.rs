//! Thousands of bad messages among as many good ones.

use async_nats::jetstream;
use chrono::TimeDelta;
use wisplink_tests::harness::poller::Poller;
use wisplink_tests::harness::world::{World, eventually};

use super::{Case, cases};

const EACH: usize = 5_000;
/// Larger cases come once; the flood is about their number.
const SMALL: usize = 64 * 1024;

#[tokio::test]
async fn five_thousand_bad_messages_cost_none_of_five_thousand_good_ones() {
    let world = World::start().await;
    let poller = Poller::of(&world, &world.a).await;
    let all = cases(&world, &poller);
    let small: Vec<&Case> = all
        .iter()
        .filter(|case| case.payload.len() <= SMALL)
        .collect();
    assert!(small.len() >= 30, "{} classes", small.len());
    let once = all.iter().filter(|case| case.payload.len() > SMALL);
    let bad: Vec<&Case> = once
        .chain(small.iter().copied().cycle())
        .take(EACH)
        .collect();
    for (number, case) in bad.into_iter().enumerate() {
        poller.publish(&case.subject, case.payload.clone()).await;
        let shift = TimeDelta::milliseconds(700) * i32::try_from(number).unwrap();
        let good = poller.table(0, poller.minute(0) + shift, &[(0, -60)]);
        poller.publish_poll(0, good).await;
    }
    let records = world.database.records();
    records
        .until(&format!("(SELECT count(*) FROM poll_history) = {EACH}"))
        .await;
    let jetstream = jetstream::new(world.nats_client().await);
    let letters = jetstream.get_stream("WISPLINK_DEAD_LETTERS").await.unwrap();
    eventually("every bad message has its letter", async || {
        let count = letters.get_info().await.unwrap().state.messages;
        assert!(count <= EACH as u64, "{count} letters");
        (count == EACH as u64).then_some(())
    })
    .await;
}
