//! `graphql-transport-ws`: how a socket is opened, and why it is closed.

use api::auth::role::Role;
use api::limits::{SOCKET_PING, SOCKET_PONG};
use chrono::{TimeDelta, Utc};
use serde_json::{Value, json};
use wisplink_tests::harness::subscriber::{Incoming, Subscriber};
use wisplink_tests::harness::tenant::{CURSORS, FEED};
use wisplink_tests::harness::token;
use wisplink_tests::harness::world::{PATIENCE, World};

const PROTOCOL: (&str, &str) = ("sec-websocket-protocol", "graphql-transport-ws");

/// What a client says, and with what it is closed. The words are those of [`message`].
const CLOSED: &str = "
init-without-payload → 4401 Unauthorized: no token: send the header `Authorization: Bearer <token>`
init-without-token → 4401 Unauthorized: no token: send the header `Authorization: Bearer <token>`
init-with-nonsense → 4401 Unauthorized: this is no token: three parts in base64url, the first naming an `alg` of HS256
init-with-bare-token → 4401 Unauthorized: the Authorization header is not `Bearer <token>`
init-with-expired-token → 4401 Unauthorized: the token has expired; get a new one
subscribe → 4401 Unauthorized: send connection_init first
init init → 4429 Too many initialisation requests
init subscribe subscribe → 4409 Subscriber for 1 already exists
hello → 4400 invalid message: unknown variant `hello`, expected one of
list → 4400 invalid message
untyped → 4400 invalid message: missing field `type`
init subscribe-to-nothing → 4400 invalid message: missing field `payload`
init subscribe-without-id → 4400 invalid message: missing field `id`";

#[tokio::test]
async fn a_client_that_breaks_the_protocol_is_told_how() {
    let world = World::start().await;
    for case in CLOSED.trim().lines() {
        let (script, expected) = case.split_once(" → ").unwrap();
        let mut socket = world.api.socket().await;
        for step in script.split(' ') {
            socket.say(message(step, &world)).await;
        }
        let (code, reason) = socket.closed().await;
        let told = format!("{code} {reason}");
        assert!(told.starts_with(expected), "{script}: {told}");
    }
    let mut socket = world.api.socket().await;
    socket.say_text("nonsense").await;
    assert_eq!(socket.closed().await.0, 4400);
}

fn message(step: &str, world: &World) -> Value {
    let init = |authorization: &str| {
        let payload = json!({ "authorization": authorization });
        json!({ "type": "connection_init", "payload": payload })
    };
    let payload = json!({ "query": FEED });
    match step {
        "init" => init(&bearer(&world.a.viewer())),
        "init-without-payload" => json!({ "type": "connection_init" }),
        "init-without-token" => json!({ "type": "connection_init", "payload": {} }),
        "init-with-nonsense" => init("Bearer x.y.z"),
        "init-with-bare-token" => init(&world.a.viewer()),
        "init-with-expired-token" => {
            let end = Utc::now() - TimeDelta::hours(1);
            let claims = token::claims_until(Role::Viewer, Some(world.a.id), end);
            init(&bearer(&token::signed(&claims)))
        }
        "subscribe" => json!({ "type": "subscribe", "id": "1", "payload": payload }),
        "subscribe-to-nothing" => json!({ "type": "subscribe", "id": "1" }),
        "subscribe-without-id" => json!({ "type": "subscribe", "payload": payload }),
        "hello" => json!({ "type": "hello" }),
        "list" => json!([1]),
        "untyped" => json!({ "id": "1" }),
        other => panic!("no such message: {other}"),
    }
}

#[tokio::test]
async fn the_token_may_be_named_as_http_names_it() {
    let world = World::start().await;
    let good = bearer(&world.a.viewer());
    world
        .api
        .socket()
        .await
        .init(json!({ "Authorization": good }))
        .await;
    let platform = bearer(&token::platform());
    let mut socket = world.api.socket().await;
    socket
        .init(json!({ "authorization": platform, "x-tenant-id": world.b.id }))
        .await;
    socket
        .subscribe("1", "{ viewer { tenant { name } } }", json!({}))
        .await;
    assert_eq!(
        socket.next().await["viewer"]["tenant"]["name"],
        world.b.name.as_str()
    );
}

#[tokio::test]
async fn a_socket_ends_with_its_token() {
    let world = World::start().await;
    let end = Utc::now() + TimeDelta::seconds(2);
    let claims = token::claims_until(Role::Viewer, Some(world.a.id), end);
    let mut socket = world.api.subscriber(&token::signed(&claims)).await;
    socket.subscribe("feed", FEED, json!({})).await;
    let reason = "the token has expired; reconnect with a new one";
    assert_eq!(socket.closed().await, (4403, reason.to_owned()));
    assert!(
        Utc::now() >= end - TimeDelta::seconds(1),
        "closed before its time"
    );
}

#[tokio::test]
async fn a_client_that_speaks_another_protocol_is_not_served() {
    let world = World::start().await;
    let mut silent = Subscriber::try_open(world.api.url(), &[]).await.unwrap();
    assert_eq!(
        silent.hear().await,
        Incoming::Closed(4406, "speak graphql-transport-ws".into())
    );
    let other = ("sec-websocket-protocol", "graphql-ws");
    // The handshake names no protocol, which clients take for a refusal.
    assert!(
        Subscriber::try_open(world.api.url(), &[other])
            .await
            .is_err()
    );
}

#[tokio::test]
async fn a_page_of_another_origin_cannot_open_a_socket() {
    let world = World::start().await;
    let mut config = world.config.clone();
    config.http.allowed_origins = vec!["https://noc.example".to_owned()];
    let replica = world.start_replica_with(config).await;
    let own = replica.api.url().to_owned();
    for (origin, allowed) in [
        (own.as_str(), true),
        ("https://noc.example", true),
        ("https://noc.example.evil.example", false),
        ("https://evil.example", false),
        ("http://127.0.0.1", false),
        ("null", false),
    ] {
        let headers = [PROTOCOL, ("origin", origin)];
        let opened = Subscriber::try_open(replica.api.url(), &headers).await;
        assert_eq!(opened.is_ok(), allowed, "{origin}");
        if let Err(error) = opened {
            assert!(error.to_string().contains("403"), "{error}");
        }
    }
    replica.stop().await;
}

#[tokio::test]
async fn a_server_that_stops_says_so_and_the_feed_goes_on_elsewhere() {
    let mut world = World::start().await;
    let replica = world.start_replica().await;
    let mut sockets = Vec::new();
    for tenant in [&world.a, &world.b] {
        let mut socket = world.api.subscriber(&tenant.viewer()).await;
        socket.subscribe("feed", FEED, json!({})).await;
        sockets.push(socket);
    }
    sockets.push(world.api.socket().await);
    world.stop_server().await;
    for mut socket in sockets {
        assert_eq!(socket.closed().await, (1012, "service restart".to_owned()));
    }
    replica.api.subscriber(&world.a.viewer()).await;
    replica.stop().await;
}

fn bearer(token: &str) -> String {
    format!("Bearer {token}")
}

#[tokio::test]
async fn a_client_that_answers_no_ping_is_closed() {
    let world = World::start().await;
    let begun = tokio::time::Instant::now();
    let mut socket = world.api.subscriber(&world.a.viewer()).await;
    socket.subscribe("feed", CURSORS, json!({})).await;
    let deadline = SOCKET_PING + SOCKET_PONG + PATIENCE;
    let closed = tokio::time::timeout(deadline, socket.closed_in_silence());
    assert_eq!(closed.await.expect("it is kept"), 1013);
    assert!(begun.elapsed() >= SOCKET_PING + SOCKET_PONG);
}
