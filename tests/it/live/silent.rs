//! Clients that never read, among others that do: they are closed in time, and nobody else notices.

use std::cell::Cell;
use std::time::Duration;

use api::live::cursor::FeedCursor;
use futures::future::join_all;
use serde_json::json;
use tokio::sync::watch;
use tokio::time::{Instant, sleep};
use wisplink_tests::harness::poller::Poller;
use wisplink_tests::harness::rows;
use wisplink_tests::harness::subscriber::Subscriber;
use wisplink_tests::harness::tenant::CURSORS;
use wisplink_tests::harness::world::{World, eventually};

/// Polls in a phase, each with a hundred events.
const POLLS: i64 = 3;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn clients_that_never_read_are_closed_and_the_others_hear_everything() {
    Box::pin(run(3, 30)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "takes a minute; run it with `make test-faults`"]
async fn twenty_that_never_read_are_closed_and_a_thousand_others_hear_everything() {
    let (without, with) = Box::pin(run(20, 1_000)).await;
    let more = with.kibibytes.saturating_sub(without.kibibytes);
    assert!(more <= 20 * 1024, "{more} KiB more");
}

/// What the others notice.
struct Noticed {
    /// Of a hundred events 99 came within this time after their poll was published.
    p99: Duration,
    /// The most memory of the server and of all its clients, which are one process here.
    kibibytes: u64,
}

async fn run(silent: usize, others: usize) -> (Noticed, Noticed) {
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
    // The first time buffers grow to what they stay at.
    phase_of(&poller, &clients, &mut hearing, 0).await;
    let without = phase_of(&poller, &clients, &mut hearing, 1).await;
    let begin = Instant::now();
    let mut deaf = Vec::new();
    for _ in 0..silent {
        deaf.push(deaf_to(&world, &start).await);
    }
    let with = phase_of(&poller, &clients, &mut hearing, 2).await;
    let closed = r#"wisplink_sockets_closed_total{code="1013"}"#;
    eventually("those who do not read are closed", async || {
        let closed = world.api.counted(closed).await;
        (closed == u64::try_from(silent).unwrap()).then_some(())
    })
    .await;
    let last = begin.elapsed();
    for (silent, noticed) in [(0, &without), (silent, &with)] {
        let Noticed { p99, kibibytes } = noticed;
        eprintln!("{others} others beside {silent}: p99 {p99:?}, {kibibytes} KiB");
    }
    eprintln!("{silent} that never read were closed within {last:?}");
    assert!(last > Duration::from_secs(5), "closed too early: {last:?}");
    drop(deaf);
    (without, with)
}

/// A client that wants more than the kernel holds between two programs, and never reads.
async fn deaf_to(world: &World, start: &str) -> Subscriber {
    let mut socket = Subscriber::open_narrow(world.api.url()).await;
    let bearer = format!("Bearer {}", world.a.viewer());
    socket.init(json!({ "authorization": bearer })).await;
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
    socket
}

/// Lets events happen, and each of `hearing` hear all of them in order.
async fn phase_of(
    poller: &Poller,
    clients: &[(String, i16)],
    hearing: &mut [Subscriber],
    phase: i64,
) -> Noticed {
    let (publish, published) = watch::channel(Vec::new());
    let is_over = Cell::new(false);
    let polling = async {
        for poll in POLLS * phase..POLLS * (phase + 1) {
            publish.send_modify(|times| times.push(Instant::now()));
            poller.restless_clients(0, poll..poll + 1, clients).await;
        }
    };
    let listening = hearing.iter_mut().map(|socket| async {
        let mut delays = Vec::new();
        for number in 0..100 * POLLS {
            assert_eq!(seq(&socket.text().await), 100 * POLLS * phase + number + 1);
            let poll = usize::try_from(number / 100).unwrap();
            delays.push(published.borrow()[poll].elapsed());
        }
        delays
    });
    let measuring = async {
        let mut most = memory();
        while !is_over.get() {
            sleep(Duration::from_millis(50)).await;
            most = most.max(memory());
        }
        most
    };
    let all = async {
        let ((), delays) = tokio::join!(polling, join_all(listening));
        is_over.set(true);
        delays
    };
    let (delays, kibibytes) = tokio::join!(all, measuring);
    let mut delays: Vec<_> = delays.into_iter().flatten().collect();
    delays.sort_unstable();
    Noticed {
        p99: delays[delays.len() * 99 / 100],
        kibibytes,
    }
}

/// The number of the event in a message. A thousand clients have no time to read it as JSON.
fn seq(message: &str) -> i64 {
    let (_, cursor) = message.split_once(r#""cursor":""#).unwrap();
    let (cursor, _) = cursor.split_once('"').unwrap();
    FeedCursor::decode(cursor).unwrap().seq
}

/// What this process has in memory; 0 where the system does not tell it like Linux.
fn memory() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let resident = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kibibytes = resident.and_then(|text| text.trim().strip_suffix(" kB"));
    kibibytes.map_or(0, |text| text.parse().unwrap())
}
