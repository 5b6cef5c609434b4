//! What is refused is kept, once, with the reason.

use async_nats::jetstream;
use async_nats::jetstream::stream::Stream;
use entity::wire::dead_letter::Header;
use serde_json::json;
use sqlx::{Connection as _, PgConnection};
use wisplink_tests::harness::poller::Poller;
use wisplink_tests::harness::world::{World, eventually};

#[tokio::test]
async fn every_bad_message_has_one_letter_however_often_it_is_read() {
    let mut world = World::start().await;
    let poller = Poller::of(&world, &world.a).await;
    let subject = format!("wireless.registrations.{}", world.a.aps[0]);
    let large = vec![b'['; 900_000];
    poller.publish(&subject, b"{nonsense".to_vec()).await;
    poller.publish(&subject, large).await;
    // A device of the other tenant.
    let mut foreign = poller.table(0, poller.minute(0), &[(0, -60)]);
    foreign["device_id"] = json!(world.b.aps[0]);
    let foreign_subject = format!("wireless.registrations.{}", world.b.aps[0]);
    poller
        .publish(&foreign_subject, foreign.to_string().into())
        .await;
    poller.poll(0, 1, &[(0, -60)]).await;

    let letters = letters(&world).await;
    eventually_count(&letters, 3).await;
    let mut reasons = Vec::new();
    for seq in 1..=3 {
        let letter = letters.get_raw_message(seq).await.unwrap();
        let header = |name: Header| letter.headers.get(name.as_str()).unwrap().to_string();
        reasons.push((
            header(Header::Sequence),
            header(Header::Reason),
            letter.payload.len(),
        ));
        assert!(header(Header::Subject).starts_with("wireless.registrations."));
    }
    reasons.sort();
    let unknown = (
        "3".to_owned(),
        "unknown_device".to_owned(),
        foreign.to_string().len(),
    );
    let invalid = |seq: &str, length| (seq.to_owned(), "invalid_json".to_owned(), length);
    assert_eq!(reasons, [invalid("1", 9), invalid("2", 900_000), unknown]);

    // Read again from the start, as after a restore of the database.
    world.stop_worker().await;
    let mut session = PgConnection::connect(&world.database.url()).await.unwrap();
    let back = "UPDATE ingest_positions SET next_seq = 1";
    sqlx::query(back).execute(&mut session).await.unwrap();
    world.start_worker().await;
    poller.poll(0, 2, &[(0, -60)]).await;
    world.a.history(&world.api, 2).await;
    world.stop_worker().await;
    eventually_count(&letters, 3).await;
}

async fn letters(world: &World) -> Stream {
    let jetstream = jetstream::new(world.nats_client().await);
    jetstream.get_stream("WISPLINK_DEAD_LETTERS").await.unwrap()
}

async fn eventually_count(letters: &Stream, wanted: u64) {
    eventually("there are as many letters as bad messages", async || {
        let count = letters.get_info().await.unwrap().state.messages;
        assert!(count <= wanted, "{count} letters");
        (count == wanted).then_some(())
    })
    .await;
}
