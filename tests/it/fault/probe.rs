//! One AP with one client, and a subscriber to what becomes of it: tells whether everything works.

use std::time::Duration;

use chrono::{DateTime, Utc};
use serde_json::json;
use tokio::time::Instant;
use wisplink_tests::harness::poller::Poller;
use wisplink_tests::harness::subscriber::Subscriber;
use wisplink_tests::harness::tenant::Tenant;
use wisplink_tests::harness::token;
use wisplink_tests::harness::world::World;

const FEED: &str = "subscription { linkEvents { ... on LinkEvent { at } } }";

/// A tenant of its own.
pub(super) struct Probe {
    poller: Poller,
    socket: Subscriber,
    second: i64,
}

impl Probe {
    pub(super) async fn of(world: &World) -> Self {
        let tenant = Tenant::create(&world.api, &token::platform(), "Probe").await;
        let mut socket = world.api.subscriber(&tenant.viewer()).await;
        socket.subscribe("probe", FEED, json!({})).await;
        Self {
            poller: Poller::of(world, &tenant).await,
            socket,
            second: 0,
        }
    }

    /// Publishes a poll that makes an event, and waits until the subscriber has it. Returns how long
    /// that took.
    pub(super) async fn answered(&mut self) -> Duration {
        let begun = Instant::now();
        self.second += 1;
        let polled = self.poller.insist_restless(0, self.second).await;
        loop {
            let event = self.socket.next().await;
            let at = event["linkEvents"]["at"].as_str();
            let at: DateTime<Utc> = at.unwrap_or_else(|| panic!("{event}")).parse().unwrap();
            if at >= polled {
                return begun.elapsed();
            }
        }
    }
}
