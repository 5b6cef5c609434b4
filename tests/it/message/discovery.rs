//! Two polls of an AP with three clients, of which two are managed.

use serde_json::json;
use wisplink_tests::harness::poller::{Poller, registration};
use wisplink_tests::harness::tenant::{FEED, story};
use wisplink_tests::harness::world::World;

#[tokio::test]
async fn two_polls_discover_and_confirm_the_managed_clients() {
    let world = World::start().await;
    let poller = Poller::of(&world, &world.a).await;
    let mut feed = world.api.subscriber(&world.a.viewer()).await;
    let start = world.a.feed_cursor(&world.api).await;
    feed.subscribe("feed", FEED, json!({ "after": start }))
        .await;

    for minute in 0..2 {
        let mut table = poller.table(0, poller.minute(minute), &[(0, -62), (1, -71)]);
        let stranger = registration("DA:A1:19:00:00:01", -70);
        table["registrations"]
            .as_array_mut()
            .unwrap()
            .push(stranger);
        poller.publish_poll(0, table).await;
        let states: Vec<_> = feed.events(2).await.iter().map(story).collect();
        let links = world.a.links(&world.api).await;
        if minute == 0 {
            assert_eq!(
                states,
                [
                    "cpe-1: none → DISCOVERED (FIRST_SEEN)",
                    "cpe-2: none → DISCOVERED (FIRST_SEEN)"
                ]
            );
            assert_eq!(links, in_state("DISCOVERED"));
        } else {
            assert_eq!(
                states,
                [
                    "cpe-1: DISCOVERED → ACTIVE (CONFIRMED)",
                    "cpe-2: DISCOVERED → ACTIVE (CONFIRMED)"
                ]
            );
            assert_eq!(links, in_state("ACTIVE"));
        }
    }
    assert!(
        world.b.links(&world.api).await.is_empty(),
        "another tenant's poll"
    );
}

fn in_state(state: &str) -> Vec<(String, String)> {
    ["cpe-1", "cpe-2"]
        .map(|cpe| (cpe.to_owned(), state.to_owned()))
        .to_vec()
}
