//! A page that loads its links and then follows them: what it shows is what is there.

use std::collections::BTreeMap;

use chrono::TimeDelta;
use serde_json::{Value, json};
use wisplink_tests::harness::poller::Poller;
use wisplink_tests::harness::subscriber::Subscriber;
use wisplink_tests::harness::world::World;

const LOAD: &str = "{ viewer { feedCursor } wirelessLinks(first: 500) { nodes { id state } } }";
const FOLLOW: &str = "subscription($after: String) { linkEvents(after: $after) {
    ... on LinkEvent { cursor linkId fromState toState } ... on FeedReset { reason } } }";

/// How often three clients go away, for three polls, and come back.
const ROUNDS: i64 = 20;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_happens_between_loading_and_following_is_neither_missed_nor_told_twice() {
    let world = World::start().await;
    let poller = Poller::of(&world, &world.a).await;
    let moving = tokio::spawn(async move {
        let there = [(0, -60), (1, -60), (2, -60)];
        for poll in 0..=4 * ROUNDS {
            let at = poller.minute(0) + TimeDelta::seconds(20 * poll);
            let rows = if poll % 4 == 0 { &there[..] } else { &[] };
            poller.publish_poll(0, poller.table(0, at, rows)).await;
        }
    });
    let mut pages = Vec::new();
    while !moving.is_finished() || pages.len() < 2 {
        pages.push(Page::load(&world).await);
    }
    moving.await.unwrap();
    let all = usize::try_from(3 + 6 * ROUNDS).unwrap();
    world.a.history(&world.api, all).await;
    let now = Page::load(&world).await.states;
    assert_eq!(now.len(), 3);
    for mut page in pages {
        page.follow(all).await;
        assert_eq!(page.states, now);
    }
}

struct Page {
    states: BTreeMap<String, String>,
    after: i64,
    socket: Subscriber,
}

impl Page {
    /// Loads the links, and then begins to follow.
    async fn load(world: &World) -> Self {
        let data = world.api.data(&world.a.viewer(), LOAD, json!({})).await;
        let cursor = data["viewer"]["feedCursor"].as_str().unwrap();
        let links = data["wirelessLinks"]["nodes"].as_array().unwrap();
        let state = |link: &Value| (text(&link["id"]), text(&link["state"]));
        let mut socket = world.api.subscriber(&world.a.viewer()).await;
        socket
            .subscribe("feed", FOLLOW, json!({ "after": cursor }))
            .await;
        Self {
            states: links.iter().map(state).collect(),
            after: api::live::cursor::FeedCursor::decode(cursor).unwrap().seq,
            socket,
        }
    }

    /// Applies events up to the last one. Each must set out from the state that is shown.
    async fn follow(&mut self, last: usize) {
        let count = last - usize::try_from(self.after).unwrap();
        for event in self.socket.events(count).await {
            let shown = self
                .states
                .insert(text(&event["linkId"]), text(&event["toState"]));
            assert_eq!(shown.as_deref(), event["fromState"].as_str(), "{event}");
        }
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}
