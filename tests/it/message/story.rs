//! Stories: what polls of one AP say goes in, what the API then tells of its links comes out.

use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use serde_json::{Value, json};
use wisplink_tests::harness::poller::{Poller, registration};
use wisplink_tests::harness::tenant::{self, Tenant, radio};
use wisplink_tests::harness::token;
use wisplink_tests::harness::world::World;

/// A story. Times are minutes and seconds since its begin.
pub(super) struct Story {
    /// What it shows.
    pub(super) name: &'static str,
    /// The polls: seconds since the begin, and the payload but for its header.
    pub(super) polls: Vec<(i64, Value)>,
    /// The events, in order.
    pub(super) events: &'static [&'static str],
    /// The links at the end.
    pub(super) links: &'static [&'static str],
}

/// One poll a minute.
pub(super) fn minutely(polls: Vec<Value>) -> Vec<(i64, Value)> {
    (0..).step_by(60).zip(polls).collect()
}

/// A table with these clients.
pub(super) fn lists<const N: usize>(clients: [Value; N]) -> Value {
    json!({ "registrations": Vec::from(clients) })
}

/// A table with the first CPE alone, heard so well.
pub(super) fn hears(signal: i16) -> Value {
    lists([client(0, signal)])
}

/// A table without clients.
pub(super) fn empty() -> Value {
    lists([])
}

/// CPE number `cpe` in a table.
pub(super) fn client(cpe: usize, signal: i16) -> Value {
    registration(&radio(cpe), signal)
}

/// `row` with one field said otherwise.
pub(super) fn but(mut row: Value, field: &str, value: impl Into<Value>) -> Value {
    row[field] = value.into();
    row
}

/// Plays each story in a tenant of its own.
pub(super) async fn play(stories: Vec<Story>) {
    let world = World::start().await;
    for story in stories {
        let tenant = Tenant::create(&world.api, &token::platform(), story.name).await;
        let poller = Poller::of(&world, &tenant).await;
        let begin = poller.minute(0);
        for (second, body) in &story.polls {
            let at = begin + TimeDelta::seconds(*second);
            poller.publish_poll(0, message(&tenant, at, body)).await;
        }
        poller.settle(&world).await;
        assert_eq!(
            events(&world, &tenant, begin).await,
            story.events,
            "{}",
            story.name
        );
        assert_eq!(
            links(&world, &tenant, begin).await,
            story.links,
            "{}",
            story.name
        );
    }
    for bystander in [&world.a, &world.b] {
        assert!(bystander.links(&world.api).await.is_empty());
    }
}

/// A poll of the tenant's first AP.
fn message(tenant: &Tenant, at: DateTime<Utc>, body: &Value) -> Value {
    let mut message = json!({
        "device_id": tenant.aps[0], "tenant_id": tenant.id,
        "collected_at": at.to_rfc3339_opts(SecondsFormat::AutoSi, true),
    });
    for (field, value) in body.as_object().unwrap() {
        message[field] = value.clone();
    }
    message
}

/// The whole feed. That it ends there, the database tells.
pub(super) async fn events(world: &World, tenant: &Tenant, begin: DateTime<Utc>) -> Vec<String> {
    let count = format!(
        "SELECT count(*) FROM link_events WHERE tenant_id = '{}'",
        tenant.id
    );
    let count = world.database.records().number(&count).await;
    let events = tenant.events(&world.api, count.try_into().unwrap()).await;
    let line = |event: &Value| format!("{} {}", clock(&event["at"], begin), tenant::story(event));
    events.iter().map(line).collect()
}

const LINKS: &str = "{ wirelessLinks(first: 500) { nodes { state stateSince lastSeen missedPolls
    signalStrength cpeDevice { hostname } } } }";

/// All links of a tenant, a line each.
async fn links(world: &World, tenant: &Tenant, begin: DateTime<Utc>) -> Vec<String> {
    let data = world.api.data(&tenant.viewer(), LINKS, json!({})).await;
    let line = |link: &Value| {
        format!(
            "{}: {} since {}, seen {}, {} missed, {} dBm",
            link["cpeDevice"]["hostname"].as_str().unwrap(),
            link["state"].as_str().unwrap(),
            clock(&link["stateSince"], begin),
            clock(&link["lastSeen"], begin),
            link["missedPolls"],
            link["signalStrength"],
        )
    };
    let links = data["wirelessLinks"]["nodes"].as_array().unwrap();
    links.iter().map(line).collect()
}

fn clock(time: &Value, begin: DateTime<Utc>) -> String {
    let time: DateTime<Utc> = time.as_str().unwrap().parse().unwrap();
    let seconds = (time - begin).num_seconds();
    assert_eq!(
        begin + TimeDelta::seconds(seconds),
        time,
        "to the microsecond"
    );
    format!("{}:{:02}", seconds / 60, seconds % 60)
}
