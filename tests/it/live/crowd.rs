//! Many subscribers of two tenants: each gets all of its own events, in order, and no other's.

use serde_json::json;
use wisplink_tests::harness::poller::Poller;
use wisplink_tests::harness::tenant::seq;
use wisplink_tests::harness::world::World;

const SUBSCRIBERS: usize = 50;
const FEED: &str = "subscription($after: String) { linkEvents(after: $after) {
    ... on LinkEvent { cursor apDevice { id } } ... on FeedReset { resetReason: reason } } }";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_of_many_subscribers_gets_exactly_its_tenants_events() {
    let world = World::start().await;
    let mut sockets = Vec::new();
    for subscriber in 0..SUBSCRIBERS {
        let tenant = [&world.a, &world.b][subscriber % 2];
        let start = world.a.feed_cursor(&world.api).await;
        let start = if subscriber % 2 == 0 {
            start
        } else {
            world.b.feed_cursor(&world.api).await
        };
        let mut socket = world.api.subscriber(&tenant.viewer()).await;
        socket
            .subscribe("feed", FEED, json!({ "after": start }))
            .await;
        sockets.push((tenant, socket));
    }
    let (of_a, of_b) = (
        Poller::of(&world, &world.a).await,
        Poller::of(&world, &world.b).await,
    );
    tokio::join!(
        of_a.restless(0, 0..20, &[(0, -60), (1, -60)]),
        of_b.restless(1, 0..30, &[(2, -60)]),
    );
    for (tenant, mut socket) in sockets {
        let (ap, count) = if tenant.id == world.a.id {
            (0, 40)
        } else {
            (1, 30)
        };
        let events = socket.events(count).await;
        let told: Vec<_> = events.iter().map(seq).collect();
        assert_eq!(
            told,
            (1..=i64::try_from(count).unwrap()).collect::<Vec<_>>()
        );
        let own = tenant.aps[ap].to_string();
        assert!(
            events
                .iter()
                .all(|event| event["apDevice"]["id"] == own.as_str())
        );
    }
}
