//! The sequence of events: the same numbers in the database, on the stream and in the feed.

use std::collections::HashMap;

use async_nats::jetstream;
use async_nats::jetstream::consumer::pull::OrderedConfig;
use chrono::{DateTime, Utc};
use entity::ids::TenantId;
use entity::link_state::LinkState;
use entity::wire::link_event::LinkEvent;
use futures::StreamExt as _;
use wisplink_tests::harness::poller::{Poller, Row};
use wisplink_tests::harness::records::Records;
use wisplink_tests::harness::tenant::Tenant;
use wisplink_tests::harness::world::{PATIENCE, World};

const POLLS: i64 = 59;

/// Polls with events, and polls without.
fn rows(ap: usize, minute: i64) -> &'static [Row] {
    match (minute % 8, ap) {
        (0..4, 0) => &[(0, -60), (1, -70)],
        (0..4, _) => &[(2, -60)],
        _ => &[],
    }
}

async fn publish(world: &World, tenant: &Tenant, ap: usize) {
    let poller = Poller::of(world, tenant).await;
    for minute in 0..POLLS {
        poller.poll(ap, minute, rows(ap, minute)).await;
    }
}

/// The first `count` events on the stream, by tenant.
async fn on_the_stream(world: &World, count: usize) -> HashMap<TenantId, Vec<LinkEvent>> {
    let jetstream = jetstream::new(world.nats_client().await);
    let stream = jetstream.get_stream("WISPLINK_EVENTS").await.unwrap();
    let consumer = stream
        .create_consumer(OrderedConfig::default())
        .await
        .unwrap();
    let messages = consumer.messages().await.unwrap().take(count);
    let messages = tokio::time::timeout(PATIENCE, messages.collect::<Vec<_>>());
    let mut events: HashMap<_, Vec<LinkEvent>> = HashMap::new();
    let Ok(messages) = messages.await else {
        panic!("fewer events than were stored");
    };
    for message in messages {
        let event: LinkEvent = serde_json::from_slice(&message.unwrap().payload).unwrap();
        events.entry(event.tenant_id).or_default().push(event);
    }
    events
}

/// An event as the database writes it.
fn row(event: &LinkEvent) -> String {
    let from = event.from_state.map(LinkState::as_str).unwrap_or_default();
    let signal = event
        .signal_strength
        .map(|dbm| dbm.to_string())
        .unwrap_or_default();
    let micros = |time: DateTime<Utc>| time.timestamp_micros();
    format!(
        "({},{},{},{},{},{from},{},{},{signal},{},{})",
        event.seq,
        event.id,
        event.link_id,
        event.ap_device_id,
        event.cpe_device_id,
        event.to_state.as_str(),
        event.reason.as_str(),
        micros(event.at),
        micros(event.recorded_at),
    )
}

async fn stored(records: &Records, tenant: &Tenant) -> Vec<String> {
    let micros = |column: &str| format!("(extract(epoch FROM {column}) * 1000000)::bigint");
    let query = format!(
        "SELECT seq, id, link_id, ap_device_id, cpe_device_id, from_state, to_state, reason,
            signal_strength, {}, {} FROM link_events WHERE tenant_id = '{}' ORDER BY seq",
        micros("at"),
        micros("recorded_at"),
        tenant.id
    );
    records.rows(&query).await
}

#[tokio::test]
async fn events_are_numbered_without_gaps_and_published_as_they_are_stored() {
    let world = World::start().await;
    let records = world.database.records();
    tokio::join!(
        publish(&world, &world.a, 0),
        publish(&world, &world.a, 1),
        publish(&world, &world.b, 0),
        publish(&world, &world.b, 1),
    );
    for tenant in [&world.a, &world.b] {
        Poller::of(&world, tenant).await.settle(&world).await;
    }
    let count = records.number("SELECT count(*) FROM link_events").await;
    // Found and confirmed once, down and up again seven times, of three links each.
    assert_eq!(count, 2 * 3 * (2 + 7 * 2));
    let on_the_stream = on_the_stream(&world, count.try_into().unwrap()).await;
    for tenant in [&world.a, &world.b] {
        let published = &on_the_stream[&tenant.id];
        let seqs: Vec<_> = published.iter().map(|event| event.seq).collect();
        let last = count / 2;
        assert_eq!(seqs, (1..=last).collect::<Vec<_>>(), "{}", tenant.name);
        let published: Vec<_> = published.iter().map(row).collect();
        assert_eq!(published, stored(&records, tenant).await, "{}", tenant.name);
        let feed = format!(
            "EXISTS (SELECT FROM tenant_feeds WHERE tenant_id = '{}' AND last_seq = {last}
                AND published_seq = {last})",
            tenant.id
        );
        records.until(&feed).await;
    }
    let messages = jetstream::new(world.nats_client().await);
    let mut messages = messages.get_stream("WISPLINK_EVENTS").await.unwrap();
    let messages = messages.info().await.unwrap().state.messages;
    assert_eq!(i64::try_from(messages).unwrap(), count, "and no other");
}
