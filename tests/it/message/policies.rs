//! Link policies are in effect with the next poll, and the next sweep.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};
use wisplink_tests::harness::poller::Poller;
use wisplink_tests::harness::subscriber::Subscriber;
use wisplink_tests::harness::tenant::{FEED, Tenant, story};
use wisplink_tests::harness::world::{World, eventually};

const SET: &str = "mutation($input: SetLinkPolicyInput!) {
    setLinkPolicy(input: $input) { updatedAt } }";
const CLEAR: &str = "mutation($site: ID, $device: ID) {
    clearLinkPolicy(siteId: $site, deviceId: $device) { downAfterMisses } }";

async fn set(world: &World, input: Value) {
    let variables = json!({ "input": input });
    world.api.data(&world.a.operator(), SET, variables).await;
}

/// A feed from now on, and the polls it tells of.
struct Watch {
    poller: Poller,
    feed: Subscriber,
}

impl Watch {
    async fn begin(world: &World, tenant: &Tenant) -> Self {
        let mut feed = world.api.subscriber(&tenant.viewer()).await;
        let start = tenant.feed_cursor(&world.api).await;
        feed.subscribe("feed", FEED, json!({ "after": start }))
            .await;
        let poller = Poller::of(world, tenant).await;
        Self { poller, feed }
    }

    /// Makes CPE 1 known at the first AP and CPE 2 at the second, from minute 0 to 1.
    async fn connect(&mut self) {
        for minute in 0..2 {
            self.poller.poll(0, minute, &[(0, -60)]).await;
            self.poller.poll(1, minute, &[(1, -60)]).await;
        }
        self.told(4).await;
    }

    /// The next `count` events, each with its minute.
    async fn told(&mut self, count: usize) -> Vec<String> {
        let events = self.feed.events(count).await;
        events.iter().map(|event| self.line(event)).collect()
    }

    fn line(&self, event: &Value) -> String {
        let at: DateTime<Utc> = event["at"].as_str().unwrap().parse().unwrap();
        let minute = (at - self.poller.minute(0)).num_minutes();
        format!("{minute}: {}", story(event))
    }
}

#[tokio::test]
async fn a_threshold_is_in_effect_with_the_next_poll_and_for_its_tenant_only() {
    let world = World::start().await;
    let mut a = Watch::begin(&world, &world.a).await;
    let mut b = Watch::begin(&world, &world.b).await;
    for watch in [&mut a, &mut b] {
        watch.connect().await;
    }
    set(&world, json!({ "downAfterMisses": 1 })).await;
    for minute in 2..5 {
        a.poller.poll(0, minute, &[]).await;
        b.poller.poll(0, minute, &[]).await;
    }
    assert_eq!(a.told(1).await, ["2: cpe-1: ACTIVE → DOWN (MISSED_POLLS)"]);
    assert_eq!(b.told(1).await, ["4: cpe-1: ACTIVE → DOWN (MISSED_POLLS)"]);

    set(&world, json!({ "degradedBelowDbm": -70, "weakPolls": 1 })).await;
    a.poller.poll(1, 5, &[(1, -71)]).await;
    b.poller.poll(1, 5, &[(1, -71)]).await;
    b.poller.poll(0, 6, &[(0, -71)]).await;
    assert_eq!(
        a.told(1).await,
        ["5: cpe-2: ACTIVE → DEGRADED (SIGNAL_WEAK)"]
    );
    assert_eq!(b.told(1).await, ["6: cpe-1: DOWN → ACTIVE (SEEN_AGAIN)"]);
}

#[tokio::test]
async fn an_ap_goes_before_its_site_and_that_before_the_tenant_until_they_are_cleared() {
    let world = World::start().await;
    let (site, ap) = (world.a.site, world.a.aps[0]);
    let mut watch = Watch::begin(&world, &world.a).await;
    watch.connect().await;
    set(&world, json!({ "downAfterMisses": 5 })).await;
    set(&world, json!({ "siteId": site, "downAfterMisses": 2 })).await;
    set(&world, json!({ "deviceId": ap, "downAfterMisses": 1 })).await;
    let mut minute = 2;
    for (clear, misses) in [
        (None, [1, 2]),
        (Some(json!({ "device": ap })), [2, 2]),
        (Some(json!({ "site": site })), [5, 5]),
        (Some(json!({})), [3, 3]),
    ] {
        if let Some(place) = clear {
            world.api.data(&world.a.operator(), CLEAR, place).await;
        }
        for missed in 0..5 {
            watch.poller.poll(0, minute + missed, &[]).await;
            watch.poller.poll(1, minute + missed, &[]).await;
        }
        let mut told = watch.told(2).await;
        told.sort();
        let mut down = [(1, misses[0]), (2, misses[1])].map(|(cpe, misses)| {
            let at = minute + misses - 1;
            format!("{at}: cpe-{cpe}: ACTIVE → DOWN (MISSED_POLLS)")
        });
        down.sort();
        assert_eq!(told, down);
        watch.poller.poll(0, minute + 5, &[(0, -60)]).await;
        watch.poller.poll(1, minute + 5, &[(1, -60)]).await;
        watch.told(2).await;
        minute += 6;
    }
}

#[tokio::test]
async fn sweeps_go_by_the_policy_of_each_ap() {
    let mut world = World::start().await;
    let (site, ap) = (world.a.site, world.a.aps[0]);
    let mut watch = Watch::begin(&world, &world.a).await;
    watch.connect().await;
    world.stop_worker().await;
    let site = json!({ "siteId": site, "apSilentAfterS": 1200, "forgetAfterS": 60 });
    set(&world, site).await;
    let device = json!({ "deviceId": ap, "apSilentAfterS": 60, "staleAfterS": 60 });
    set(&world, device).await;

    let long_ago = watch.poller.minute(-60);
    let last = watch.poller.minute(1);
    for (second, links) in [
        (59, &["cpe-1 ACTIVE", "cpe-2 ACTIVE"][..]),
        (61, &["cpe-1 DOWN", "cpe-2 ACTIVE"]),
        (121, &["cpe-1 STALE", "cpe-2 ACTIVE"]),
        (181, &["cpe-2 ACTIVE"]),
        (1201, &["cpe-2 DOWN"]),
        (1201 + 86_400, &["cpe-2 STALE"]),
        (1201 + 86_460, &[]),
    ] {
        world
            .sweep(long_ago, last + TimeDelta::seconds(second))
            .await;
        eventually("the sweep leaves the right links", async || {
            let left = world.a.links(&world.api).await;
            let mut left: Vec<_> = left
                .iter()
                .map(|(cpe, state)| format!("{cpe} {state}"))
                .collect();
            left.sort();
            (left == links).then_some(())
        })
        .await;
    }
}
