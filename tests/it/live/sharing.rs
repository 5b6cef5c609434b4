//! Subscribers who ask the same share one execution, and still each gets exactly its own.

use futures::future::join_all;
use serde_json::{Value, json};
use tokio::sync::watch;
use wisplink_tests::harness::poller::Poller;
use wisplink_tests::harness::rows;
use wisplink_tests::harness::subscriber::Subscriber;
use wisplink_tests::harness::tap::{Tap, tapped};
use wisplink_tests::harness::tenant::{CURSORS, FEED, seq};
use wisplink_tests::harness::world::World;

use super::screen::Screen;

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

#[tokio::test]
async fn links_are_read_once_however_many_show_them() {
    let world = World::start().await;
    let poller = Poller::of(&world, &world.a).await;
    for minute in 0..2 {
        poller.poll(0, minute, &[(0, -60), (1, -65)]).await;
    }
    poller.settle(&world).await;
    let (tap, replica) = tapped(&world).await;
    let token = world.a.viewer();
    let screens = (0..SUBSCRIBERS).map(|_| Screen::at(&replica.api, &token, json!({})));
    let mut screens = join_all(screens).await;
    let reads = |sent: &[String], of: &str| sent.iter().filter(|sent| sent.contains(of)).count();
    let sent = tap.take();
    assert_eq!(reads(&sent, "FROM \"wireless_links\""), 1, "{sent:#?}");
    for minute in 2..4 {
        let signal = -60 - i16::try_from(minute).unwrap();
        poller.poll(0, minute, &[(0, signal), (1, -65)]).await;
        let changed = format!("cpe-1 ACTIVE {signal}");
        for screen in &mut screens {
            screen.shows(&[&changed, "cpe-2 ACTIVE -65"]).await;
        }
    }
    // A poll is told of twice at most: by its measurements and by what it changed.
    let sent = tap.take();
    let looks = reads(&sent, "FROM \"wireless_links\"");
    assert!((2..=4).contains(&looks), "{sent:#?}");
    assert!(reads(&sent, "FROM \"devices\"") <= looks, "{sent:#?}");
    let heard: Vec<_> = screens.iter().map(|screen| &screen.heard).collect();
    assert!(heard.windows(2).all(|two| two[0] == two[1]), "{heard:?}");
    replica.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_comes_while_links_change_shows_what_the_others_show() {
    let world = World::start().await;
    let mut db = world.database.session().await;
    rows::links(&mut db, &world.a, 0, 1, 1_100).await;
    let long_ago = "UPDATE wireless_links SET updated_at = now() - interval '2 hours'";
    rows::run(&mut db, long_ago).await;
    let poller = Poller::of(&world, &world.a).await;
    let (token, filter) = (
        world.a.viewer(),
        json!({ "state": ["DISCOVERED", "ACTIVE"] }),
    );
    let (stop, stopped) = watch::channel(false);
    let polling = async {
        // Half of them come into the filter and leave it again, all are measured anew.
        for minute in 0..40 {
            let listed = (1..=1_100).filter(|n| n % 2 == 0 || minute / 4 % 2 == 0);
            let signal = -60 - i16::try_from(minute % 7).unwrap();
            let listed: Vec<_> = listed.map(|n| (rows::radio(n), signal)).collect();
            poller.poll_clients(0, minute, &listed).await;
        }
        stop.send(true).unwrap();
    };
    let visiting = async {
        let mut screens = Vec::new();
        while !*stopped.borrow() || screens.len() < 3 {
            screens.push(Screen::at(&world.api, &token, filter.clone()).await);
        }
        screens
    };
    let ((), mut screens) = tokio::join!(polling, visiting);
    poller.settle(&world).await;
    let last =
        "{ wirelessLinks(first: 1, filter: { state: [DISCOVERED, ACTIVE] }) { totalCount } }";
    let last = world.api.data(&token, last, json!({})).await;
    let count = last["wirelessLinks"]["totalCount"].clone();
    let signal = json!(-64);
    assert_eq!(count, 550);
    for screen in &mut screens {
        screen
            .until(|screen| {
                let links = screen.links.values();
                let current = links.filter(|link| link["signalStrength"] == signal);
                json!(screen.links.len()) == count && json!(current.count()) == count
            })
            .await;
    }
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
