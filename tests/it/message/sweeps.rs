//! What time alone does: silence, expiry, forgetting, and events that a crash left behind.

use async_nats::jetstream;
use chrono::{DateTime, TimeDelta, Utc};
use entity::wire::link_event::LinkEvent;
use sqlx::{Connection as _, PgConnection};
use wisplink_tests::harness::poller::Poller;
use wisplink_tests::harness::world::{World, eventually};

/// Two active links at the first AP and one at the second, and no worker.
async fn connected() -> (World, Poller) {
    let mut world = World::start().await;
    let poller = Poller::of(&world, &world.a).await;
    for minute in 0..2 {
        poller.poll(0, minute, &[(0, -60), (1, -61)]).await;
        poller.poll(1, minute + 8, &[(2, -62)]).await;
    }
    let links = [
        ("cpe-1", "ACTIVE"),
        ("cpe-2", "ACTIVE"),
        ("cpe-3", "ACTIVE"),
    ];
    eventually_links(&world, &links).await;
    world.stop_worker().await;
    (world, poller)
}

async fn eventually_links(world: &World, wanted: &[(&str, &str)]) {
    eventually("the links are as they should be", async || {
        let mut links = world.a.links(&world.api).await;
        links.sort();
        let links: Vec<_> = links
            .iter()
            .map(|(cpe, state)| (cpe.as_str(), state.as_str()))
            .collect();
        (links == wanted).then_some(())
    })
    .await;
}

#[tokio::test]
async fn a_silent_ap_takes_its_links_down_once_and_brings_them_back() {
    let (mut world, poller) = connected().await;
    let long_ago = poller.minute(-60);
    let last = poller.minute(1);
    world.sweep(long_ago, last + TimeDelta::seconds(299)).await;
    eventually_links(
        &world,
        &[
            ("cpe-1", "ACTIVE"),
            ("cpe-2", "ACTIVE"),
            ("cpe-3", "ACTIVE"),
        ],
    )
    .await;
    for _ in 0..2 {
        world.sweep(long_ago, last + TimeDelta::seconds(330)).await;
    }
    let down = [("cpe-1", "DOWN"), ("cpe-2", "DOWN"), ("cpe-3", "ACTIVE")];
    eventually_links(&world, &down).await;

    world.start_worker().await;
    poller.poll(0, 20, &[(0, -60), (1, -61)]).await;
    let history = world.a.history(&world.api, 10).await;
    assert_eq!(
        history[6..],
        [
            "cpe-1: ACTIVE → DOWN (AP_SILENT)",
            "cpe-2: ACTIVE → DOWN (AP_SILENT)",
            "cpe-1: DOWN → ACTIVE (SEEN_AGAIN)",
            "cpe-2: DOWN → ACTIVE (SEEN_AGAIN)",
        ]
    );
    assert!(world.b.links(&world.api).await.is_empty());
}

#[tokio::test]
async fn nobody_is_silent_while_we_did_not_listen() {
    let (world, poller) = connected().await;
    let now = poller.minute(120);
    world.sweep(now - TimeDelta::seconds(299), now).await;
    eventually_links(
        &world,
        &[
            ("cpe-1", "ACTIVE"),
            ("cpe-2", "ACTIVE"),
            ("cpe-3", "ACTIVE"),
        ],
    )
    .await;
    world.sweep(now - TimeDelta::seconds(301), now).await;
    eventually_links(
        &world,
        &[("cpe-1", "DOWN"), ("cpe-2", "DOWN"), ("cpe-3", "DOWN")],
    )
    .await;
}

#[tokio::test]
async fn a_link_that_is_down_expires_after_a_day_and_is_forgotten_after_ninety() {
    let (world, poller) = connected().await;
    let heard_since = poller.minute(-60);
    let down = poller.minute(1) + TimeDelta::seconds(300);
    let day = TimeDelta::days(1);
    for (now, states) in [
        (down + TimeDelta::hours(1), ["DOWN", "DOWN"]),
        (down + TimeDelta::minutes(23 * 60 + 59), ["DOWN", "DOWN"]),
        (down + TimeDelta::hours(25), ["STALE", "STALE"]),
        (down + day + TimeDelta::days(89), ["STALE", "STALE"]),
    ] {
        world.sweep(heard_since, now).await;
        let links = world.a.links(&world.api).await;
        let found: Vec<_> = links[..2].iter().map(|(_, state)| state.as_str()).collect();
        assert_eq!(found, states, "at {now}");
    }
    let stale_since = state_since(&world).await;
    assert_eq!(
        stale_since,
        down + day,
        "the time it expired, not the time it was noticed"
    );
    world
        .sweep(heard_since, down + day + TimeDelta::days(90))
        .await;
    assert!(
        world
            .a
            .links(&world.api)
            .await
            .iter()
            .all(|(cpe, _)| cpe == "cpe-3")
    );
    let history = world.a.history(&world.api, 14).await;
    let forgotten = history
        .iter()
        .filter(|told| told.ends_with("STALE → STALE (FORGOTTEN)"));
    assert_eq!(forgotten.count(), 2, "{history:#?}");
    let expired = history
        .iter()
        .filter(|told| told.ends_with("DOWN → STALE (EXPIRED)"));
    assert_eq!(
        expired.count(),
        3,
        "events outlive their links: {history:#?}"
    );
}

#[tokio::test]
async fn events_that_a_crash_left_unpublished_are_published_in_order() {
    let (world, _) = connected().await;
    let jetstream = jetstream::new(world.nats_client().await);
    let stream = jetstream.get_stream("WISPLINK_EVENTS").await.unwrap();
    stream.purge().await.unwrap();
    let mut session = PgConnection::connect(&world.database.url()).await.unwrap();
    let forget = "UPDATE tenant_feeds SET published_seq = 2";
    sqlx::query(forget).execute(&mut session).await.unwrap();
    // What was published is known to NATS for two minutes by its id; a new stream knows nothing.
    jetstream.delete_stream("WISPLINK_EVENTS").await.unwrap();
    world.make_streams().await;

    let later = Utc::now() + TimeDelta::minutes(1);
    world.sweep(later, later).await;
    let stream = jetstream.get_stream("WISPLINK_EVENTS").await.unwrap();
    let mut seqs = Vec::new();
    for seq in 1..=stream.cached_info().state.messages {
        let message = stream.get_raw_message(seq).await.unwrap();
        let event: LinkEvent = serde_json::from_slice(&message.payload).unwrap();
        seqs.push(event.seq);
    }
    assert_eq!(seqs, [3, 4, 5, 6]);
}

async fn state_since(world: &World) -> DateTime<Utc> {
    let mut session = PgConnection::connect(&world.database.url()).await.unwrap();
    let since = "SELECT max(state_since) FROM wireless_links WHERE state = 'stale'
        AND ap_device_id = $1";
    sqlx::query_scalar(since)
        .bind(world.a.aps[0])
        .fetch_one(&mut session)
        .await
        .unwrap()
}
