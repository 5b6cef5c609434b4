//! A device that is deleted takes its links along, and leaves their events.

use wisplink_tests::harness::poller::Poller;
use wisplink_tests::harness::world::World;

#[tokio::test]
async fn a_deleted_devices_links_go_and_their_events_stay() {
    let world = World::start().await;
    let poller = Poller::of(&world, &world.a).await;
    for minute in 0..2 {
        poller.poll(0, minute, &[(0, -60), (1, -60)]).await;
    }
    poller.settle(&world).await;
    let records = world.database.records();
    records
        .run(&format!(
            "DELETE FROM devices WHERE id = '{}'",
            world.a.cpes[0]
        ))
        .await;
    let left = [("cpe-2".to_owned(), "ACTIVE".to_owned())];
    assert_eq!(world.a.links(&world.api).await, left);
    let told = world.a.history(&world.api, 4).await;
    assert_eq!(
        told.iter()
            .filter(|told| told.starts_with("none: "))
            .count(),
        2,
        "{told:?}"
    );

    // Its radio is nobody's now.
    poller.poll(0, 2, &[(0, -60), (1, -60)]).await;
    poller.settle(&world).await;
    assert_eq!(world.a.links(&world.api).await, left);
    assert_eq!(
        records.number("SELECT count(*) FROM unknown_clients").await,
        1
    );
}
