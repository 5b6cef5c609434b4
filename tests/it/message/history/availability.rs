//! How much of its time a link was connected, as the API tells it.

use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use wisplink_tests::harness::poller::Poller;
use wisplink_tests::harness::world::{World, eventually};

use super::{History as _, text};

async fn availability(world: &World, from: DateTime<Utc>, to: DateTime<Utc>) -> Value {
    let query = "query($from: DateTime!, $to: DateTime) { wirelessLinks(first: 1) { nodes {
        availability(from: $from, to: $to) { percent connectedSeconds downSeconds apSilentSeconds
            outageCount outages { start end reason } } } } }";
    let asked = json!({ "from": text(from), "to": text(to) });
    let data = world.api.data(&world.a.viewer(), query, asked).await;
    data["wirelessLinks"]["nodes"][0]["availability"].clone()
}

/// Connected from minute 0, down at 4, back at 10, the AP silent from 16 on.
#[tokio::test]
async fn outages_count_against_a_link_and_a_silent_ap_does_not() {
    let mut world = World::start().await;
    let poller = Poller::of(&world, &world.a).await;
    for minute in 0..=10 {
        let seen = [(0, -60)];
        let rows = if (2..10).contains(&minute) {
            &[][..]
        } else {
            &seen
        };
        poller.poll(0, minute, rows).await;
    }
    let history = world.a.history(&world.api, 4).await;
    assert_eq!(history[3], "cpe-1: DOWN → ACTIVE (SEEN_AGAIN)");
    // By itself, so that a minute is the interval the AP is known by.
    poller.poll(0, 11, &[(0, -60)]).await;
    let mut session = world.session().await;
    let last_poll = "SELECT last_poll_at FROM ap_polls WHERE ap_device_id = $1";
    eventually("the last poll is read", async || {
        let query = sqlx::query_scalar(last_poll).bind(world.a.aps[0]);
        let last: DateTime<Utc> = query.fetch_one(&mut session).await.unwrap();
        (last == poller.minute(11)).then_some(())
    })
    .await;
    world.stop_worker().await;
    let silent = poller.minute(16);
    world.sweep(poller.minute(0), silent).await;
    assert_eq!(world.a.links(&world.api).await[0].1, "DOWN");

    let missed = json!({
        "start": text(poller.minute(4)), "end": text(poller.minute(10)), "reason": "MISSED_POLLS",
    });
    let silence = json!({ "start": text(silent), "end": null, "reason": "AP_SILENT" });
    for (from, to, percent, minutes, outages) in [
        (-60, 20, 62.5, [10, 6, 4], json!([missed, silence])),
        (0, 10, 40.0, [4, 6, 0], json!([missed])),
        (5, 12, 2.0 / 7.0 * 100.0, [2, 5, 0], json!([missed])),
        (10, 16, 100.0, [6, 0, 0], json!([])),
        (0, 4, 100.0, [4, 0, 0], json!([])),
    ] {
        let told = availability(&world, poller.minute(from), poller.minute(to)).await;
        let [up, down, silent] = minutes;
        let expected = json!({
            "percent": percent, "connectedSeconds": up * 60, "downSeconds": down * 60,
            "apSilentSeconds": silent * 60, "outageCount": outages.as_array().map(Vec::len),
            "outages": outages,
        });
        assert_eq!(told, expected, "{from} to {to}");
    }
    let unseen = availability(&world, poller.minute(17), poller.minute(20)).await;
    assert_eq!(
        (&unseen["percent"], &unseen["outageCount"]),
        (&Value::Null, &json!(1))
    );
}
