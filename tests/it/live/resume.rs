//! Leaving and coming back: with its last cursor a subscriber misses nothing and sees nothing twice.

use api::live::cursor::FeedCursor;
use entity::ids::Epoch;
use serde_json::json;
use wisplink_tests::harness::poller::Poller;
use wisplink_tests::harness::rows;
use wisplink_tests::harness::tap::Tap;
use wisplink_tests::harness::tenant::{CURSORS, seq};
use wisplink_tests::harness::world::{World, eventually};

#[tokio::test]
async fn without_a_cursor_the_feed_starts_now() {
    let world = World::start().await;
    let poller = Poller::of(&world, &world.a).await;
    poller.restless(0, 0..5, &[(0, -60)]).await;
    world.a.history(&world.api, 5).await;
    let mut socket = world.api.subscriber(&world.a.viewer()).await;
    socket.subscribe("feed", CURSORS, json!({})).await;
    // Whenever "now" was: of what happens from here on, the feed has all or all but a beginning.
    poller.restless(0, 5..6, &[(0, -60)]).await;
    world.a.history(&world.api, 6).await;
    let mut last = 6;
    let first = loop {
        poller.restless(0, last..last + 1, &[(0, -60)]).await;
        last += 1;
        world
            .a
            .history(&world.api, usize::try_from(last).unwrap())
            .await;
        if let Some(event) = socket.ready().await {
            break seq(&event["linkEvents"]);
        }
    };
    assert!(first > 5, "event {first} had happened before");
    let rest = socket.events(usize::try_from(last - first).unwrap()).await;
    let rest: Vec<_> = rest.iter().map(seq).collect();
    assert_eq!(rest, (first + 1..=last).collect::<Vec<_>>());
}

#[tokio::test]
async fn a_subscriber_that_comes_back_goes_on_where_it_was_on_any_replica() {
    let world = World::start().await;
    let replica = world.start_replica().await;
    let poller = Poller::of(&world, &world.a).await;
    let mut cursor = world.a.feed_cursor(&world.api).await;
    let mut seen = Vec::new();
    for round in 0..6 {
        // Some happens while nobody is there, some while somebody is.
        poller
            .restless(0, round * 10..round * 10 + 5, &[(0, -60), (1, -65)])
            .await;
        let api = if round % 2 == 0 {
            &world.api
        } else {
            &replica.api
        };
        let mut socket = api.subscriber(&world.a.viewer()).await;
        socket
            .subscribe("feed", CURSORS, json!({ "after": cursor }))
            .await;
        let mut events = socket.events(4).await;
        poller
            .restless(0, round * 10 + 5..round * 10 + 10, &[(0, -60), (1, -65)])
            .await;
        // It leaves before it has heard all.
        events.extend(socket.events(11).await);
        cursor = events.last().unwrap()["cursor"]
            .as_str()
            .unwrap()
            .to_owned();
        seen.extend(events.iter().map(seq));
    }
    assert_eq!(seen, (1..=90).collect::<Vec<_>>());
    let mut socket = world.api.subscriber(&world.a.viewer()).await;
    socket
        .subscribe("feed", CURSORS, json!({ "after": cursor }))
        .await;
    let rest: Vec<_> = socket.events(30).await.iter().map(seq).collect();
    assert_eq!(rest, (91..=120).collect::<Vec<_>>());
    replica.stop().await;
}

#[tokio::test]
async fn a_history_longer_than_what_is_kept_in_memory_is_told_in_full() {
    let world = World::start().await;
    let mut db = world.database.session().await;
    let clients = rows::hundred_clients(&mut db, &world.a).await;
    let poller = Poller::of(&world, &world.a).await;
    let start = json!({ "after": world.a.feed_cursor(&world.api).await });
    let mut early = world.api.subscriber(&world.a.viewer()).await;
    early.subscribe("feed", CURSORS, start.clone()).await;
    poller.restless_clients(0, 0..12, &clients).await;
    let all: Vec<_> = (1..=1_200).collect();
    let told: Vec<_> = early.events(1_200).await.iter().map(seq).collect();
    assert_eq!(told, all);
    let mut late = world.api.subscriber(&world.a.viewer()).await;
    late.subscribe("feed", CURSORS, start).await;
    let told: Vec<_> = late.events(1_200).await.iter().map(seq).collect();
    assert_eq!(told, all);
}

#[tokio::test]
async fn a_cursor_from_elsewhere_brings_one_reset_and_then_the_feed() {
    let world = World::start().await;
    let poller = Poller::of(&world, &world.a).await;
    poller.restless(0, 0..3, &[(0, -60)]).await;
    world.a.history(&world.api, 3).await;
    let own = Epoch::first(world.a.id);
    let mut next = 3;
    for cursor in [
        FeedCursor {
            epoch: Epoch::first(world.b.id),
            seq: 1,
        },
        FeedCursor {
            epoch: Epoch::new(),
            seq: 2,
        },
        FeedCursor {
            epoch: own,
            seq: 99,
        },
        FeedCursor {
            epoch: own,
            seq: -1,
        },
    ] {
        let mut socket = world.api.subscriber(&world.a.viewer()).await;
        socket
            .subscribe("feed", CURSORS, json!({ "after": cursor.encode() }))
            .await;
        let reset = socket.events(1).await.remove(0);
        assert_eq!(
            reset["resetReason"], "the cursor is not from this feed",
            "{reset}"
        );
        let end = FeedCursor {
            epoch: own,
            seq: next,
        };
        assert_eq!(reset["cursor"], end.encode());
        poller.restless(0, next..next + 2, &[(0, -60)]).await;
        let events: Vec<_> = socket.events(2).await.iter().map(seq).collect();
        assert_eq!(events, [next + 1, next + 2]);
        next += 2;
    }
}

#[tokio::test]
async fn a_hole_in_the_history_brings_a_reset_and_not_silence() {
    let world = World::start().await;
    Poller::of(&world, &world.a)
        .await
        .restless(0, 0..6, &[(0, -60)])
        .await;
    world.a.history(&world.api, 6).await;
    let mut db = world.database.session().await;
    for gone in [
        "DELETE FROM link_events WHERE seq <= 3",
        "DELETE FROM link_events",
    ] {
        sqlx::query(gone).execute(&mut db).await.unwrap();
        let start = FeedCursor {
            epoch: Epoch::first(world.a.id),
            seq: 0,
        };
        let mut socket = world.api.subscriber(&world.a.viewer()).await;
        socket
            .subscribe("feed", CURSORS, json!({ "after": start.encode() }))
            .await;
        let reset = socket.events(1).await.remove(0);
        let reason = "the events behind the cursor are no longer kept";
        assert_eq!(reset["resetReason"], reason, "{reset}");
    }
}

#[tokio::test]
async fn a_feed_that_begins_a_new_life_tells_those_who_knew_the_old_one() {
    let world = World::start().await;
    let poller = Poller::of(&world, &world.a).await;
    let start = world.a.feed_cursor(&world.api).await;
    let mut socket = world.api.subscriber(&world.a.viewer()).await;
    socket
        .subscribe("feed", CURSORS, json!({ "after": start }))
        .await;
    poller.restless(0, 0..3, &[(0, -60)]).await;
    assert_eq!(
        socket.events(3).await.iter().map(seq).collect::<Vec<_>>(),
        [1, 2, 3]
    );

    let mut db = world.database.session().await;
    let restored = "WITH gone AS (DELETE FROM link_events)
        UPDATE tenant_feeds SET epoch = gen_random_uuid(), last_seq = 0, published_seq = 0
        WHERE tenant_id = $1";
    sqlx::query(restored)
        .bind(world.a.id)
        .execute(&mut db)
        .await
        .unwrap();
    // One that comes with the new life's cursor while the old one's events are in memory.
    let cursor = world.a.feed_cursor(&world.api).await;
    let mut new = world.api.subscriber(&world.a.viewer()).await;
    new.subscribe("feed", CURSORS, json!({ "after": cursor }))
        .await;
    poller.restless(0, 3..5, &[(0, -60)]).await;
    assert_eq!(
        new.events(2).await.iter().map(seq).collect::<Vec<_>>(),
        [1, 2]
    );
    let reset = socket.events(1).await.remove(0);
    assert_eq!(reset["resetReason"], "the cursor is not from this feed");
    poller.restless(0, 5..8, &[(0, -60)]).await;
    assert_eq!(
        new.events(3).await.iter().map(seq).collect::<Vec<_>>(),
        [3, 4, 5]
    );
    let known = FeedCursor::decode(reset["cursor"].as_str().unwrap())
        .unwrap()
        .seq;
    let later = socket.events(usize::try_from(5 - known).unwrap()).await;
    assert_eq!(
        later.iter().map(seq).collect::<Vec<_>>(),
        (known + 1..=5).collect::<Vec<_>>()
    );
}

#[tokio::test]
async fn a_subscriber_that_waits_leaves_the_database_alone() {
    let world = World::start().await;
    let tap = Tap::on(&world.database.url()).await;
    let mut config = world.config.clone();
    config.database.url = tap.url().into();
    let replica = world.start_replica_with(config).await;
    let start = world.a.feed_cursor(&world.api).await;
    let mut old = replica.api.subscriber(&world.a.viewer()).await;
    old.subscribe("feed", CURSORS, json!({ "after": start }))
        .await;
    Poller::of(&world, &world.a)
        .await
        .restless(0, 0..3, &[(0, -60)])
        .await;
    old.events(3).await;
    // What is in memory is of the old life, what the other one knows is of the new.
    let mut db = world.database.session().await;
    let renewed = "UPDATE tenant_feeds SET epoch = gen_random_uuid() WHERE tenant_id = $1";
    sqlx::query(renewed)
        .bind(world.a.id)
        .execute(&mut db)
        .await
        .unwrap();
    let cursor = replica
        .api
        .data(&world.a.viewer(), "{ viewer { feedCursor } }", json!({}))
        .await;
    let mut new = replica.api.subscriber(&world.a.viewer()).await;
    tap.take();
    let after = json!({ "after": cursor["viewer"]["feedCursor"] });
    new.subscribe("feed", CURSORS, after).await;
    let asked = async || {
        let heard = tap.take();
        heard
            .iter()
            .filter(|sent| sent.contains("FROM tenant_feeds"))
            .count()
    };
    eventually("the new one has asked", async || {
        (asked().await > 0).then_some(())
    })
    .await;
    for _ in 0..50 {
        replica
            .api
            .data(&world.a.viewer(), "{ sites { totalCount } }", json!({}))
            .await;
    }
    // Once more when it finds the ring to be of another life, or when the listener was bound anew.
    let again = asked().await;
    assert!(again <= 2, "it asks again and again: {again} times");
    replica.stop().await;
}
