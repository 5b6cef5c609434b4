//! Operations on one socket: queries, mutations and subscriptions, many at once.

use api::limits;
use serde_json::{Value, json};
use wisplink_tests::harness::poller::Poller;
use wisplink_tests::harness::subscriber::{Incoming, Subscriber};
use wisplink_tests::harness::tenant::FEED;
use wisplink_tests::harness::world::World;

#[tokio::test]
async fn queries_and_mutations_are_answered_once_and_completed() {
    let world = World::start().await;
    let mut socket = world.api.subscriber(&world.a.operator()).await;
    for (query, data) in [
        (
            "{ sites { totalCount } }",
            json!({ "sites": { "totalCount": 1 } }),
        ),
        (
            r#"mutation { createSite(input: { name: "By socket" }) { name } }"#,
            json!({ "createSite": { "name": "By socket" } }),
        ),
        (
            "{ sites { totalCount } }",
            json!({ "sites": { "totalCount": 2 } }),
        ),
    ] {
        // An id is free again as soon as its operation is complete.
        socket.subscribe("again", query, json!({})).await;
        assert_eq!(socket.next().await, data);
        assert_eq!(
            message(&mut socket).await,
            json!({ "type": "complete", "id": "again" })
        );
    }
}

#[tokio::test]
async fn an_operation_that_cannot_run_gets_its_errors_and_ends() {
    let world = World::start().await;
    let mut socket = world.api.subscriber(&world.a.viewer()).await;
    for (query, variables, code) in [
        ("{ secrets }", json!({}), "BAD_INPUT"),
        ("{ viewer {", json!({}), "BAD_INPUT"),
        (
            r#"mutation { createSite(input: { name: "x" }) { id } }"#,
            json!({}),
            "FORBIDDEN",
        ),
        (FEED, json!({ "after": "nonsense" }), "BAD_INPUT"),
        (
            r#"subscription { linkEvents(filter: { linkIds: ["x"] }) { __typename } }"#,
            json!({}),
            "BAD_INPUT",
        ),
    ] {
        socket.subscribe("1", query, variables).await;
        let message = message(&mut socket).await;
        assert_eq!(
            (&message["type"], &message["id"]),
            (&json!("error"), &json!("1")),
            "{query}"
        );
        let error = &message["payload"][0];
        assert_eq!(error["extensions"]["code"], code, "{query}");
        assert!(error["extensions"]["requestId"].is_string(), "{query}");
    }
    // The socket itself is as good as before.
    socket.subscribe("1", "{ __typename }", json!({})).await;
    assert_eq!(socket.next().await["__typename"], "Query");
}

#[tokio::test]
async fn a_ping_is_answered_before_and_after_the_token() {
    let world = World::start().await;
    let mut socket = world.api.socket().await;
    let pong = json!({ "type": "pong" });
    socket.say(json!({ "type": "ping" })).await;
    assert_eq!(message(&mut socket).await, pong);
    socket
        .init(json!({ "authorization": format!("Bearer {}", world.a.viewer()) }))
        .await;
    socket.say(json!({ "type": "pong" })).await;
    socket
        .say(json!({ "type": "ping", "payload": { "sent": 1 } }))
        .await;
    assert_eq!(message(&mut socket).await, pong);
}

#[tokio::test]
async fn a_completed_subscription_brings_nothing_more() {
    let world = World::start().await;
    let poller = Poller::of(&world, &world.a).await;
    let after = json!({ "after": world.a.feed_cursor(&world.api).await });
    let mut socket = world.api.subscriber(&world.a.viewer()).await;
    for id in ["ends", "stays"] {
        socket.subscribe(id, FEED, after.clone()).await;
    }
    poller.restless(0, 0..1, &[(0, -60)]).await;
    assert_eq!(heard(&mut socket, 2).await, ["ends", "stays"]);
    socket
        .say(json!({ "type": "complete", "id": "ends" }))
        .await;
    // The server reads in order: what it answers to this, it answers without that operation.
    socket.say(json!({ "type": "ping" })).await;
    assert_eq!(message(&mut socket).await["type"], "pong");
    poller.restless(0, 1..4, &[(0, -60)]).await;
    assert_eq!(heard(&mut socket, 3).await, ["stays"; 3]);
    // The id can be used for another operation.
    socket.subscribe("ends", "{ __typename }", json!({})).await;
    assert_eq!(heard(&mut socket, 1).await, ["ends"]);
}

#[tokio::test]
async fn one_operation_more_than_a_socket_may_have_is_refused_alone() {
    let world = World::start().await;
    let mut socket = world.api.subscriber(&world.a.viewer()).await;
    let after = json!({ "after": world.a.feed_cursor(&world.api).await });
    for id in 0..limits::SOCKET_OPERATIONS {
        socket.subscribe(&id.to_string(), FEED, after.clone()).await;
    }
    socket.subscribe("more", FEED, after.clone()).await;
    let refused = message(&mut socket).await;
    assert_eq!(
        (&refused["type"], &refused["id"]),
        (&json!("error"), &json!("more"))
    );
    let error = &refused["payload"][0];
    assert_eq!(error["extensions"]["code"], "LIMIT_EXCEEDED");
    assert_eq!(
        error["message"],
        "operations on one socket: 17 asked for, 16 allowed"
    );

    // The others run on, and there is room again when one ends.
    socket.say(json!({ "type": "complete", "id": "0" })).await;
    socket.subscribe("more", FEED, after).await;
    Poller::of(&world, &world.a)
        .await
        .restless(0, 0..1, &[(0, -60)])
        .await;
    let mut expected: Vec<_> = (1..limits::SOCKET_OPERATIONS)
        .map(|id| id.to_string())
        .collect();
    expected.push("more".to_owned());
    expected.sort_unstable();
    assert_eq!(
        heard(&mut socket, limits::SOCKET_OPERATIONS).await,
        expected
    );
}

/// The operations that the next `count` answers are for, sorted.
async fn heard(socket: &mut Subscriber, count: usize) -> Vec<String> {
    let mut ids = Vec::new();
    while ids.len() < count {
        let message = message(socket).await;
        assert_eq!(message["type"], "next", "{message}");
        ids.push(message["id"].as_str().unwrap().to_owned());
    }
    ids.sort_unstable();
    ids
}

async fn message(socket: &mut Subscriber) -> Value {
    match socket.hear().await {
        Incoming::Message(message) => message,
        Incoming::Closed(code, reason) => panic!("closed: {code} {reason}"),
    }
}
