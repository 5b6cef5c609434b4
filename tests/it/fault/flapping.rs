//! A client that comes and goes: whatever happens meanwhile, its events must come out the same.

use api::live::cursor::FeedCursor;
use entity::ids::Epoch;
use serde_json::{Value, json};
use wisplink_tests::harness::poller::Poller;
use wisplink_tests::harness::subscriber::{Incoming, Subscriber};
use wisplink_tests::harness::tenant::Tenant;
use wisplink_tests::harness::world::World;

/// Six minutes there, six minutes not.
const PERIOD: i64 = 12;
/// Polls published, one a minute.
pub(super) const POLLS: i64 = 5 * PERIOD;
/// The events of all of them: found and confirmed, and then down and up again.
pub(super) const EVENTS: i64 = 2 + 2 * POLLS / PERIOD - 1;

/// A feed that needs nothing but events.
const FEED: &str = "subscription($after: String) { linkEvents(after: $after) {
    ... on LinkEvent { cursor reason } ... on FeedReset { cursor resetReason: reason } } }";

/// Publishes the polls of these minutes, each until the stream has it.
pub(super) async fn publish(poller: &Poller, minutes: std::ops::Range<i64>) {
    for minute in minutes {
        let is_there = minute % PERIOD < PERIOD / 2;
        poller
            .insist(0, minute, if is_there { &[(0, -60)] } else { &[] })
            .await;
    }
}

/// Waits until so many polls of the tenant are kept.
pub(super) async fn kept(world: &World, tenant: &Tenant, polls: i64) {
    let kept = format!(
        "(SELECT count(*) FROM poll_history WHERE ap_device_id = '{}') >= {polls}",
        tenant.aps[0]
    );
    world.database.records().until(&kept).await;
}

/// Checks that every poll was applied, once, and every event stored, once and in order.
pub(super) async fn is_complete(world: &World, tenant: &Tenant) {
    kept(world, tenant, POLLS).await;
    Poller::of(world, tenant).await.settle(world).await;
    let records = world.database.records();
    let told = format!(
        "SELECT seq, reason FROM link_events WHERE tenant_id = '{}' ORDER BY seq",
        tenant.id
    );
    let mut expected = vec!["first_seen", "confirmed"];
    while expected.len() < usize::try_from(EVENTS).unwrap() {
        expected.extend(["missed_polls", "seen_again"]);
    }
    expected.truncate(EVENTS.try_into().unwrap());
    let numbered = (1..)
        .zip(expected)
        .map(|(seq, reason)| format!("({seq},{reason})"));
    assert_eq!(records.rows(&told).await, numbered.collect::<Vec<_>>());
    let polls = format!("SELECT count(*) FROM {}", tenant.rows_of("poll_history"));
    assert_eq!(records.number(&polls).await, POLLS);
}

/// A client that follows a feed from its very begin, as a browser does.
pub(super) struct Follower {
    socket: Subscriber,
    /// The last event heard.
    cursor: FeedCursor,
}

impl Follower {
    pub(super) async fn of(world: &World, tenant: &Tenant) -> Self {
        let cursor = FeedCursor {
            epoch: Epoch::first(tenant.id),
            seq: 0,
        };
        let socket = world.api.subscriber(&tenant.viewer()).await;
        let mut follower = Self { socket, cursor };
        follower.subscribe().await;
        follower
    }

    async fn subscribe(&mut self) {
        let after = json!({ "after": self.cursor.encode() });
        self.socket.subscribe("feed", FEED, after).await;
    }

    /// The numbers of the next events, up to this one. A reset fails the test.
    pub(super) async fn heard(&mut self, last: i64) -> Vec<i64> {
        let mut seqs = Vec::new();
        while seqs.last() != Some(&last) {
            let event = self.next().await;
            assert!(event["reason"].is_string(), "{event}");
            self.cursor = FeedCursor::decode(event["cursor"].as_str().unwrap()).unwrap();
            seqs.push(self.cursor.seq);
        }
        seqs
    }

    /// The next item. A feed that ended with an error is taken up where it ended.
    async fn next(&mut self) -> Value {
        loop {
            match self.socket.hear().await {
                Incoming::Message(mut message) if message["type"] == "next" => {
                    return message["payload"]["data"]["linkEvents"].take();
                }
                Incoming::Message(message) if message["type"] == "error" => self.subscribe().await,
                other => panic!("not of a feed: {other:?}"),
            }
        }
    }
}
