//! Server-sent events: the same operations, for those who cannot open a WebSocket.

use api::auth::role::Role;
use chrono::{TimeDelta, Utc};
use serde_json::{Value, json};
use wisplink_tests::harness::event_stream::{Event, EventStream};
use wisplink_tests::harness::poller::Poller;
use wisplink_tests::harness::tenant::{CURSORS, seq};
use wisplink_tests::harness::token;
use wisplink_tests::harness::world::World;

#[tokio::test]
async fn a_feed_comes_as_events_and_goes_on_behind_the_last_one() {
    let world = World::start().await;
    let poller = Poller::of(&world, &world.a).await;
    let after = json!({ "after": world.a.feed_cursor(&world.api).await });
    let mut stream = open(&world, CURSORS, after.clone(), None).await;
    poller.restless(0, 0..6, &[(0, -60)]).await;
    let mut last = String::new();
    for expected in 1..=3 {
        let Event { kind, id, data } = stream.next().await.unwrap();
        assert_eq!(kind, "next");
        assert_eq!(seq(&data["data"]["linkEvents"]), expected);
        last = id.unwrap();
        assert_eq!(data["data"]["linkEvents"]["cursor"], last.as_str());
    }
    drop(stream);
    // What the request says about the beginning is older than what the client has seen.
    let mut stream = open(&world, CURSORS, after, Some(&last)).await;
    for expected in 4..=6 {
        let event = stream.next().await.unwrap();
        assert_eq!(seq(&event.data["data"]["linkEvents"]), expected);
    }
}

#[tokio::test]
async fn a_query_is_answered_and_completed_and_a_bad_one_refused() {
    let world = World::start().await;
    for (query, answer) in [
        (
            "{ sites { totalCount } }",
            json!({ "data": { "sites": { "totalCount": 1 } } }),
        ),
        ("{ secrets }", json!("BAD_INPUT")),
        (
            "subscription { linkEvents(after: \"x\") { __typename } }",
            json!("BAD_INPUT"),
        ),
        (
            "subscription { linkSummary(minIntervalMs: 1) { total } }",
            json!("BAD_INPUT"),
        ),
    ] {
        let mut stream = open(&world, query, json!({}), None).await;
        let next = stream.next().await.unwrap();
        assert_eq!(next.kind, "next");
        let code = &next.data["errors"][0]["extensions"]["code"];
        let told = if code.is_null() { &next.data } else { code };
        assert_eq!(told, &answer, "{query}");
        let complete = stream.next().await.unwrap();
        assert_eq!(
            (complete.kind.as_str(), complete.data),
            ("complete", Value::Null)
        );
        assert_eq!(stream.next().await, None);
    }
}

#[tokio::test]
async fn a_stream_ends_with_its_token_and_with_the_server() {
    let mut world = World::start().await;
    let end = Utc::now() + TimeDelta::seconds(2);
    let claims = token::claims_until(Role::Viewer, Some(world.a.id), end);
    let short = token::signed(&claims);
    let feed = "subscription { linkEvents { __typename } }";
    let mut expiring = EventStream::open(&world.api, &short, feed, json!({}), None).await;
    let mut lasting = open(&world, feed, json!({}), None).await;
    assert_eq!(expiring.next().await, None);
    assert!(Utc::now() >= end - TimeDelta::seconds(1));
    world.stop_server().await;
    assert_eq!(lasting.next().await, None);
}

#[tokio::test]
async fn who_may_not_come_in_is_told_in_json() {
    let world = World::start().await;
    let request = world
        .api
        .post("/graphql")
        .header("accept", "text/event-stream");
    let body = json!({ "query": "{ __typename }" });
    let answer = wisplink_tests::harness::client::send(request.json(&body)).await;
    assert_eq!(answer.status, 401);
    assert_eq!(answer.error().0, "UNAUTHENTICATED");
}

async fn open(world: &World, query: &str, variables: Value, last: Option<&str>) -> EventStream {
    EventStream::open(&world.api, &world.a.viewer(), query, variables, last).await
}
