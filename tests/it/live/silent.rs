//! Clients that never read, among others that do: they are closed in time, and nobody else notices.

use std::time::Duration;

use futures::future::join_all;
use serde_json::json;
use tokio::time::Instant;
use wisplink_tests::harness::poller::Poller;
use wisplink_tests::harness::rows;
use wisplink_tests::harness::subscriber::Subscriber;
use wisplink_tests::harness::tenant::{CURSORS, seq};
use wisplink_tests::harness::world::{World, eventually};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn clients_that_never_read_are_closed_and_the_others_hear_everything() {
    run(3, 30).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "takes a minute; run it with `make test-faults`"]
async fn twenty_that_never_read_are_closed_and_a_thousand_others_hear_everything() {
    run(20, 1_000).await;
}

async fn run(silent: usize, others: usize) {
    let world = World::start().await;
    let mut db = world.database.session().await;
    let clients = rows::hundred_clients(&mut db, &world.a).await;
    let poller = Poller::of(&world, &world.a).await;
    let start = world.a.feed_cursor(&world.api).await;
    let mut hearing = Vec::new();
    for _ in 0..others {
        let mut socket = world.api.subscriber(&world.a.viewer()).await;
        socket.subscribe("feed", CURSORS, json!({})).await;
        hearing.push(socket);
    }
    let mut deaf = Vec::new();
    for _ in 0..silent {
        let mut socket = Subscriber::open_narrow(world.api.url()).await;
        let bearer = format!("Bearer {}", world.a.viewer());
        socket.init(json!({ "authorization": bearer })).await;
        // More than the kernel holds between two programs.
        let long = "a".repeat(200);
        let copies: Vec<_> = (0..90).map(|n| format!("{long}{n}: recordedAt")).collect();
        let wide = format!(
            "subscription($after: String) {{ linkEvents(after: $after) {{
                ... on LinkEvent {{ cursor {} }} }} }}",
            copies.join(" ")
        );
        socket
            .subscribe("feed", &wide, json!({ "after": start }))
            .await;
        deaf.push(socket);
    }
    let begin = Instant::now();
    let polls = 8;
    poller.restless_clients(0, 0..polls, &clients).await;
    let count = usize::try_from(100 * polls).unwrap();
    let all: Vec<_> = (1..=100 * polls).collect();
    let heard = join_all(hearing.iter_mut().map(|socket| socket.events(count))).await;
    let took = begin.elapsed();
    for events in heard {
        assert_eq!(events.iter().map(seq).collect::<Vec<_>>(), all);
    }
    let closed = r#"wisplink_sockets_closed_total{code="1013"}"#;
    eventually("those who do not read are closed", async || {
        let closed = world.api.counted(closed).await;
        (closed == u64::try_from(silent).unwrap()).then_some(())
    })
    .await;
    let last = begin.elapsed();
    eprintln!(
        "{others} heard {count} events in {took:?}; {silent} who did not read were closed within {last:?}"
    );
    assert!(last > Duration::from_secs(5), "closed too early: {last:?}");
    drop(deaf);
}
