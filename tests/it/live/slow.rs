//! Clients that read late or slowly: nobody waits for them, and they lose nothing.

use std::time::Duration;

use serde_json::json;
use wisplink_tests::harness::poller::Poller;
use wisplink_tests::harness::rows;
use wisplink_tests::harness::subscriber::{Incoming, Subscriber};
use wisplink_tests::harness::tenant::seq;
use wisplink_tests::harness::world::World;

/// Some kilobytes each: more than the kernel holds between two programs, so the server has to wait.
const EVENTS: i64 = 1_200;

#[tokio::test]
async fn a_client_that_reads_late_gets_everything_and_keeps_nobody_waiting() {
    let world = World::start().await;
    let mut db = world.database.session().await;
    let clients = rows::hundred_clients(&mut db, &world.a).await;
    let poller = Poller::of(&world, &world.a).await;
    let start = world.a.feed_cursor(&world.api).await;
    let query = wide();
    let mut slow = follow(&world, &query, &start).await;
    let mut quick = follow(&world, &query, &start).await;
    poller.restless_clients(0, 0..EVENTS / 100, &clients).await;
    let all: Vec<_> = (1..=EVENTS).collect();
    let count = usize::try_from(EVENTS).unwrap();
    let told: Vec<_> = quick.events(count).await.iter().map(seq).collect();
    assert_eq!(told, all);

    // Only now the slow one begins. If it was closed for that, it comes back, as clients do.
    let (mut told, mut cursor) = (Vec::new(), start);
    while told.len() < count {
        match slow.hear().await {
            Incoming::Message(mut message) => {
                let event = message["payload"]["data"]["linkEvents"].take();
                told.push(seq(&event));
                event["cursor"].as_str().unwrap().clone_into(&mut cursor);
            }
            Incoming::Closed(code, reason) => {
                assert!(code == 1013 || code == 0, "{code} {reason}");
                slow = follow(&world, &query, &cursor).await;
            }
        }
    }
    assert_eq!(told, all);
}

/// How long the slow client pauses after each event. All of them take it longer than the server waits
/// for an answer to its first ping, which arrives behind what is buffered.
const PAUSE: Duration = Duration::from_millis(30);

#[tokio::test]
async fn a_client_that_reads_slowly_stays_connected() {
    let world = World::start().await;
    let mut db = world.database.session().await;
    let clients = rows::hundred_clients(&mut db, &world.a).await;
    let poller = Poller::of(&world, &world.a).await;
    let start = world.a.feed_cursor(&world.api).await;
    let mut slow = follow(&world, &wide(), &start).await;
    poller.restless_clients(0, 0..EVENTS / 100, &clients).await;
    for expected in 1..=EVENTS {
        let event = slow.next().await["linkEvents"].take();
        assert_eq!(seq(&event), expected);
        tokio::time::sleep(PAUSE).await;
    }
}

/// A feed whose events are wide.
fn wide() -> String {
    let copies: Vec<_> = (0..90).map(|n| format!("a{n}: recordedAt")).collect();
    format!(
        "subscription($after: String) {{ linkEvents(after: $after) {{
             ... on LinkEvent {{ cursor {} }} ... on FeedReset {{ cursor resetReason: reason }} }} }}",
        copies.join(" ")
    )
}

async fn follow(world: &World, query: &str, after: &str) -> Subscriber {
    let mut socket = Subscriber::open_narrow(world.api.url()).await;
    let token = format!("Bearer {}", world.a.viewer());
    socket.init(json!({ "authorization": token })).await;
    socket
        .subscribe("feed", query, json!({ "after": after }))
        .await;
    socket
}
