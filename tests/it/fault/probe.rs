//! One AP with one client, and a subscriber to what becomes of it: tells whether everything works.

use std::time::Duration;

use chrono::{DateTime, Utc};
use serde_json::json;
use tokio::sync::watch;
use tokio::time::{Instant, timeout};
use wisplink_tests::harness::poller::Poller;
use wisplink_tests::harness::tenant::Tenant;
use wisplink_tests::harness::token;
use wisplink_tests::harness::world::{PATIENCE, World};

const FEED: &str = "subscription { linkEvents { ... on LinkEvent { at } } }";

/// A tenant of its own.
pub(super) struct Probe {
    poller: Poller,
    /// The time of the last event the subscriber has.
    latest: watch::Receiver<DateTime<Utc>>,
    second: i64,
}

impl Probe {
    pub(super) async fn of(world: &World) -> Self {
        let tenant = Tenant::create(&world.api, &token::platform(), "Probe").await;
        let mut socket = world.api.subscriber(&tenant.viewer()).await;
        socket.subscribe("probe", FEED, json!({})).await;
        let (heard, latest) = watch::channel(DateTime::UNIX_EPOCH);
        // All the time: who does not answer pings is closed.
        tokio::spawn(async move {
            loop {
                let event = socket.next_at_last().await;
                let at = event["linkEvents"]["at"].as_str();
                let at = at.unwrap_or_else(|| panic!("{event}")).parse();
                heard.send_replace(at.unwrap());
            }
        });
        Self {
            poller: Poller::of(world, &tenant).await,
            latest,
            second: 0,
        }
    }

    /// Publishes a poll that makes an event, and waits until the subscriber has it. Returns how long
    /// that took.
    pub(super) async fn answered(&mut self) -> Duration {
        let begun = Instant::now();
        self.second += 1;
        let polled = self.poller.insist_restless(0, self.second).await;
        let heard = self.latest.wait_for(|latest| *latest >= polled);
        let heard = timeout(PATIENCE, heard).await;
        let heard = heard.unwrap_or_else(|_| panic!("a poll is no event after {PATIENCE:?}"));
        heard.unwrap_or_else(|_| panic!("the probe's socket has ended"));
        begun.elapsed()
    }
}
