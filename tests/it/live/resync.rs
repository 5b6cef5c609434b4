//! An event that nobody tells of, while a subscriber asks the database what there is.

use api::live::hub::Hub;
use api::live::replay::{FeedItem, follow};
use entity::database::Role;
use entity::scope::TenantScope;
use futures::StreamExt as _;
use tokio::sync::watch;
use wisplink_tests::harness::poller::Poller;
use wisplink_tests::harness::world::World;

/// The next event of the tenant, as ingest stores it.
const HAPPEN: &str = "
    WITH next AS (UPDATE tenant_feeds SET last_seq = last_seq + 1 RETURNING tenant_id, last_seq)
    INSERT INTO link_events (tenant_id, seq, id, link_id, ap_device_id, cpe_device_id, client_mac,
        from_state, to_state, reason, signal_strength, at, recorded_at)
    SELECT e.tenant_id, next.last_seq, gen_random_uuid(), link_id, ap_device_id, cpe_device_id,
        client_mac, from_state, to_state, reason, signal_strength, at, recorded_at
    FROM link_events e JOIN next ON next.tenant_id = e.tenant_id AND e.seq = 1";

#[tokio::test]
async fn a_resync_while_the_database_answers_makes_it_be_asked_again() {
    let mut world = World::start().await;
    let poller = Poller::of(&world, &world.a).await;
    poller.restless(0, 0..1, &[(0, -60)]).await;
    world.a.history(&world.api, 1).await;
    world.stop_worker().await;
    let hub = Hub::default();
    #[expect(clippy::disallowed_methods, reason = "the test made the tenant")]
    let scope = TenantScope::assume(world.a.id);
    let database = world.config.database.pool(Role::Api).unwrap();
    let start = api::live::cursor::FeedCursor {
        epoch: entity::ids::Epoch::first(world.a.id),
        seq: 1,
    };
    let feed = follow(&hub, database, scope, Some(start), watch::Sender::new(None));

    // The subscriber knows by its snapshot that there is no second event, and is kept from going on.
    let records = world.database.records();
    let mut held = records.transaction("LOCK TABLE link_events").await;
    let mut next = tokio::spawn(async move { Box::pin(feed).next().await });
    records
        .until("EXISTS (SELECT FROM pg_locks WHERE NOT granted)")
        .await;
    sqlx::query(HAPPEN).execute(&mut *held).await.unwrap();
    held.commit().await.unwrap();
    hub.resync();
    let item = tokio::time::timeout(wisplink_tests::harness::world::PATIENCE, &mut next).await;
    match item.expect("the event is missed").unwrap() {
        Some(Ok(FeedItem::Event(event))) => assert_eq!(event.seq, 2),
        other => panic!("{other:?}"),
    }
}
