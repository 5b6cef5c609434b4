//! How long a socket lasts: as long as its token, or the one that came after; and how many there are.

use api::auth::role::Role;
use chrono::{DateTime, TimeDelta, Utc};
use futures::future::join_all;
use serde_json::{Value, json};
use wisplink_tests::harness::poller::Poller;
use wisplink_tests::harness::subscriber::{Incoming, Subscriber};
use wisplink_tests::harness::tenant::CURSORS;
use wisplink_tests::harness::token;
use wisplink_tests::harness::world::World;

#[tokio::test]
async fn a_new_token_prolongs_the_socket_and_its_subscriptions_go_on() {
    let world = World::start().await;
    let poller = Poller::of(&world, &world.a).await;
    let end = Utc::now() + TimeDelta::seconds(3);
    let mut socket = until(&world, end).await;
    socket.subscribe("feed", CURSORS, json!({})).await;
    let later = end + TimeDelta::hours(1);
    let pong = renew(&mut socket, &token(&world, "test", Role::Viewer, later)).await;
    let expected = DateTime::from_timestamp(later.timestamp(), 0).unwrap();
    assert_eq!(pong["expiresAt"], json!(expected));
    while Utc::now() < end + TimeDelta::seconds(1) {
        socket.say(json!({ "type": "ping" })).await;
        assert_eq!(
            socket.hear().await,
            Incoming::Message(json!({ "type": "pong" }))
        );
        tokio::time::sleep(std::time::Duration::from_millis(200)).await;
    }
    poller.restless(0, 0..1, &[(0, -60)]).await;
    assert_eq!(socket.events(1).await.len(), 1);
}

#[tokio::test]
async fn a_token_of_somebody_else_prolongs_nothing() {
    let world = World::start().await;
    let end = Utc::now() + TimeDelta::seconds(4);
    let mut socket = until(&world, end).await;
    let later = end + TimeDelta::hours(1);
    let other_tenant = token::claims_until(Role::Viewer, Some(world.b.id), later);
    for (token, code) in [
        (token(&world, "else", Role::Viewer, later), "FORBIDDEN"),
        (token(&world, "test", Role::Operator, later), "FORBIDDEN"),
        (token::signed(&other_tenant), "FORBIDDEN"),
        ("x.y.z".to_owned(), "UNAUTHENTICATED"),
    ] {
        let pong = renew(&mut socket, &token).await;
        assert_eq!(pong["error"]["code"], code, "{pong}");
    }
    assert_eq!(socket.closed().await.0, 4403);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_hundred_sockets_end_with_their_tokens_and_hear_nothing_after() {
    let world = World::start().await;
    let poller = Poller::of(&world, &world.a).await;
    let end = Utc::now() + TimeDelta::seconds(6);
    let end = DateTime::from_timestamp(end.timestamp(), 0).unwrap();
    let mut sockets = join_all((0..200).map(|_| until(&world, end))).await;
    for socket in &mut sockets {
        socket.subscribe("feed", CURSORS, json!({})).await;
    }
    let feeding = tokio::spawn(async move {
        let mut second = 0;
        while Utc::now() < end + TimeDelta::seconds(2) {
            poller.restless(0, second..second + 1, &[(0, -60)]).await;
            second += 1;
        }
    });
    let ends = sockets.into_iter().map(|mut socket| async move {
        let (code, _) = socket.closed().await;
        (code, Utc::now())
    });
    for (code, at) in join_all(ends).await {
        assert_eq!(code, 4403);
        // The close is the last thing said; it is not said before its time.
        assert!(at >= end - TimeDelta::milliseconds(100), "{at} {end}");
    }
    feeding.await.unwrap();
}

#[tokio::test]
async fn a_tenant_has_no_more_connections_than_it_may() {
    let world = World::start().await;
    let mut config = world.config.clone();
    config.http.tenant_connections = 2;
    let replica = world.start_replica_with(config).await;
    let first = replica.api.subscriber(&world.a.viewer()).await;
    let _second = replica.api.subscriber(&world.a.viewer()).await;
    let mut third = replica.api.socket().await;
    let bearer = format!("Bearer {}", world.a.viewer());
    let init = json!({ "type": "connection_init", "payload": { "authorization": bearer } });
    third.say(init).await;
    let reason = "connections of this tenant: 3 asked for, 2 allowed";
    assert_eq!(third.closed().await, (1013, reason.to_owned()));
    let request = replica.api.post("/graphql").bearer_auth(world.a.viewer());
    let request = request.header("accept", "text/event-stream");
    let body = json!({ "query": "{ __typename }" });
    let stream = wisplink_tests::harness::client::send(request.json(&body)).await;
    assert_eq!(
        stream.error(),
        ("LIMIT_EXCEEDED".to_owned(), reason.to_owned())
    );
    // Others are not concerned, and there is room again when one leaves.
    replica.api.subscriber(&world.b.viewer()).await;
    drop(first);
    wisplink_tests::harness::world::eventually("there is room", async || {
        let mut socket = replica.api.socket().await;
        let bearer = format!("Bearer {}", world.a.viewer());
        let payload = json!({ "authorization": bearer });
        socket
            .say(json!({ "type": "connection_init", "payload": payload }))
            .await;
        matches!(socket.hear().await, Incoming::Message(_)).then_some(())
    })
    .await;
    replica.stop().await;
}

async fn renew(socket: &mut Subscriber, token: &str) -> Value {
    let payload = json!({ "authorization": format!("Bearer {token}") });
    socket
        .say(json!({ "type": "ping", "payload": payload }))
        .await;
    match socket.hear().await {
        Incoming::Message(mut message) if message["type"] == "pong" => message["payload"].take(),
        other => panic!("no pong: {other:?}"),
    }
}

async fn until(world: &World, end: DateTime<Utc>) -> Subscriber {
    let token = token(world, "test", Role::Viewer, end);
    world.api.subscriber(&token).await
}

fn token(world: &World, subject: &str, role: Role, end: DateTime<Utc>) -> String {
    let mut claims = token::claims_until(role, Some(world.a.id), end);
    subject.clone_into(&mut claims.sub);
    token::signed(&claims)
}
