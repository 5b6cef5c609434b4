//! Through `PgBouncer`. All other tests can go through it, too: `WISPLINK_TEST_PGBOUNCER`.

use futures::StreamExt as _;
use futures::stream;
use serde_json::{Value, json};
use wisplink_tests::harness::poller::Poller;
use wisplink_tests::harness::pooler::{Pooling, TestPooler};
use wisplink_tests::harness::tenant::{FEED, Tenant, story};
use wisplink_tests::harness::world::World;

/// Fewer than there are connections to it: they must take turns.
const SERVERS: u32 = 3;
/// Requests at once: more than sessions, but none waits long for its turn.
const CALLERS: usize = 8;

#[tokio::test]
async fn a_pooler_of_transactions_keeps_tenants_apart() {
    if !TestPooler::is_installed().await {
        eprintln!("skipped: PgBouncer is not installed (scripts/setup tells)");
        return;
    }
    let world = World::start_behind(Some((Pooling::Transaction, SERVERS))).await;
    tell(&world).await;
    let asked = stream::iter(0..300).map(|n| {
        let tenant = if n % 2 == 0 { &world.a } else { &world.b };
        let api = &world.api;
        async move { (tenant, api.data(&tenant.viewer(), WHO, json!({})).await) }
    });
    let answers: Vec<_> = asked.buffer_unordered(CALLERS).collect().await;
    for (tenant, data) in answers {
        assert_eq!(told(&data), (tenant.name.clone(), signal(&world, tenant)));
    }
}

#[tokio::test]
async fn a_pooler_of_sessions_changes_nothing() {
    if !TestPooler::is_installed().await {
        eprintln!("skipped: PgBouncer is not installed (scripts/setup tells)");
        return;
    }
    let world = World::start_behind(Some((Pooling::Session, 60))).await;
    tell(&world).await;
    let data = world.api.data(&world.b.viewer(), WHO, json!({})).await;
    assert_eq!(
        told(&data),
        (world.b.name.clone(), signal(&world, &world.b))
    );
}

const WHO: &str = "{ viewer { tenant { name } } wirelessLinks(first: 5) { nodes { signalStrength
    apDevice { hostname } cpeDevice { interfaces { macAddress } } } } }";

fn told(data: &Value) -> (String, Value) {
    let name = data["viewer"]["tenant"]["name"].as_str().unwrap();
    let links = data["wirelessLinks"]["nodes"].as_array().unwrap();
    let signals = links.iter().map(|link| link["signalStrength"].clone());
    (name.to_owned(), signals.collect())
}

fn signal(world: &World, tenant: &Tenant) -> Value {
    json!([if tenant.id == world.a.id { -60 } else { -70 }])
}

/// Polls of both tenants, of which a subscriber hears.
async fn tell(world: &World) {
    let after = world.a.feed_cursor(&world.api).await;
    let mut feed = world.api.subscriber(&world.a.viewer()).await;
    feed.subscribe("feed", FEED, json!({ "after": after }))
        .await;
    for (tenant, signal) in [(&world.a, -60), (&world.b, -70)] {
        let poller = Poller::of(world, tenant).await;
        poller.poll(0, 0, &[(0, signal)]).await;
        poller.poll(0, 1, &[(0, signal)]).await;
        poller.settle(world).await;
    }
    let heard = feed.events(2).await;
    let heard: Vec<_> = heard.iter().map(story).collect();
    assert_eq!(
        heard,
        [
            "cpe-1: none → DISCOVERED (FIRST_SEEN)",
            "cpe-1: DISCOVERED → ACTIVE (CONFIRMED)"
        ]
    );
}
