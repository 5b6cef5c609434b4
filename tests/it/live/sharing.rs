//! Subscribers who ask the same share one execution, and still each gets exactly its own.

use futures::future::join_all;
use serde_json::{Value, json};
use wisplink_tests::harness::poller::Poller;
use wisplink_tests::harness::subscriber::Subscriber;
use wisplink_tests::harness::tap::Tap;
use wisplink_tests::harness::tenant::{CURSORS, FEED, seq};
use wisplink_tests::harness::world::World;

const SUBSCRIBERS: usize = 30;

#[tokio::test]
async fn an_event_is_looked_up_once_however_many_want_it() {
    let world = World::start().await;
    let tap = Tap::on(&world.database.url()).await;
    let mut config = world.config.clone();
    config.database.url = tap.url().into();
    let replica = world.start_replica_with(config).await;
    let poller = Poller::of(&world, &world.a).await;
    let after = json!({ "after": world.a.feed_cursor(&world.api).await });
    let sockets = (0..SUBSCRIBERS).map(|_| async {
        let mut socket = replica.api.subscriber(&world.a.viewer()).await;
        socket.subscribe("feed", FEED, after.clone()).await;
        socket
    });
    let mut sockets = join_all(sockets).await;
    poller.restless(0, 0..1, &[(0, -60)]).await;
    for socket in &mut sockets {
        socket.events(1).await;
    }
    tap.take();
    poller.restless(0, 1..4, &[(0, -60)]).await;
    let told = join_all(sockets.iter_mut().map(|socket| socket.events(3))).await;
    assert!(told.iter().all(|events| events == &told[0]));
    let looked_up = tap.take();
    let devices = looked_up.iter().filter(|sent| sent.contains("\"devices\""));
    assert!((1..=3).contains(&devices.count()), "{looked_up:#?}");
    replica.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_joins_the_others_where_it_left_off() {
    let world = World::start().await;
    let poller = Poller::of(&world, &world.a).await;
    let start = world.a.feed_cursor(&world.api).await;
    let moving = tokio::spawn(async move {
        for second in 0..120 {
            poller
                .restless(0, second..second + 1, &[(0, -60), (1, -60)])
                .await;
        }
    });
    // Each comes and goes, and begins anew wherever it was.
    let visits = (0..12_usize).map(|visitor| {
        let (world, start) = (&world, start.clone());
        async move {
            let (mut cursor, mut told) = (start, Vec::new());
            while told.len() < 240 {
                let mut socket = follow(world, CURSORS, json!({ "after": cursor })).await;
                let stay = (7 + visitor * 5).min(240 - told.len());
                let events = socket.events(stay).await;
                let last = events.last().unwrap();
                last["cursor"].as_str().unwrap().clone_into(&mut cursor);
                told.extend(events.iter().map(seq));
            }
            told
        }
    });
    let all: Vec<_> = (1..=240).collect();
    for told in join_all(visits).await {
        assert_eq!(told, all);
    }
    moving.await.unwrap();
}

#[tokio::test]
async fn what_is_asked_differently_is_answered_differently() {
    let world = World::start().await;
    let poller = Poller::of(&world, &world.a).await;
    let after = world.a.feed_cursor(&world.api).await;
    let query = "subscription($after: String, $aps: [ID!]) {
        linkEvents(after: $after, filter: { apDeviceIds: $aps }) {
            ... on LinkEvent { cursor apDevice { hostname } } } }";
    let on = |ap: usize| json!({ "after": after, "aps": [world.a.aps[ap]] });
    let mut first = follow(&world, query, on(0)).await;
    let mut second = follow(&world, query, on(1)).await;
    let written = format!(
        r#"subscription {{ linkEvents(after: "{after}") {{
        ... on LinkEvent {{ cursor apDevice {{ hostname }} }} }} }}"#
    );
    let mut all = follow(&world, &written, json!({})).await;
    poller.restless(0, 0..2, &[(0, -60)]).await;
    poller.restless(1, 0..2, &[(1, -60)]).await;
    assert_eq!(hostnames(&mut first, 2).await, ["ap-1", "ap-1"]);
    assert_eq!(hostnames(&mut second, 2).await, ["ap-2", "ap-2"]);
    let mut told = hostnames(&mut all, 4).await;
    told.sort_unstable();
    assert_eq!(told, ["ap-1", "ap-1", "ap-2", "ap-2"]);
}

async fn hostnames(socket: &mut Subscriber, count: usize) -> Vec<String> {
    let events = socket.events(count).await;
    let hostname = |event: &Value| event["apDevice"]["hostname"].as_str().unwrap().to_owned();
    events.iter().map(hostname).collect()
}

async fn follow(world: &World, query: &str, variables: Value) -> Subscriber {
    let mut socket = world.api.subscriber(&world.a.viewer()).await;
    socket.subscribe("feed", query, variables).await;
    socket
}
