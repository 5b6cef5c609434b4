//! What the program says of itself while what it needs is away.

use std::time::Duration;

use serde_json::{Value, json};
use tokio::time::Instant;
use tokio_tungstenite::tungstenite::Error;
use wisplink_tests::harness::client::{Api, send};
use wisplink_tests::harness::outages::Outages;
use wisplink_tests::harness::subscriber::Subscriber;
use wisplink_tests::harness::tenant::Tenant;
use wisplink_tests::harness::world::{World, eventually};

/// From when the database answers again until the program is ready.
const BACK: Duration = Duration::from_secs(5);

async fn readiness(api: &Api) -> (u16, String) {
    let answer = send(api.get("/readyz")).await;
    let status = answer.body["status"].as_str().unwrap_or_default();
    (answer.status.as_u16(), status.to_owned())
}

async fn becomes(api: &Api, code: u16, status: &str) {
    eventually(status, async || {
        (readiness(api).await == (code, status.to_owned())).then_some(())
    })
    .await;
}

/// What a query is answered, but for its data.
async fn extensions(api: &Api, tenant: &Tenant) -> Value {
    let mut answer = api
        .ask(&tenant.viewer(), "{ sites { totalCount } }", json!({}))
        .await;
    assert_eq!(answer.body["data"]["sites"]["totalCount"], 1);
    answer.body["extensions"].take()
}

#[tokio::test]
async fn without_nats_it_is_ready_and_says_that_it_is_degraded() {
    let mut world = World::start().await;
    world.api.listens().await;
    becomes(&world.api, 200, "ready").await;
    assert_eq!(extensions(&world.api, &world.a).await, Value::Null);
    world.nats.halt().await;
    becomes(&world.api, 200, "ready, degraded: live events are late").await;
    let degraded = json!({ "degraded": "live events are late" });
    eventually("answers say so, too", async || {
        (extensions(&world.api, &world.a).await == degraded).then_some(())
    })
    .await;
    world.nats.resume().await.unwrap();
    becomes(&world.api, 200, "ready").await;
    assert_eq!(extensions(&world.api, &world.a).await, Value::Null);
}

#[tokio::test]
async fn without_the_database_it_is_not_ready_and_soon_is_again() {
    let mut outages = Box::pin(Outages::start()).await;
    becomes(&outages.world.api, 200, "ready").await;

    outages.postgres.crash().await;
    becomes(&outages.world.api, 503, "not ready").await;
    // What may be null is null where it stands; what may not takes the whole answer with it.
    let link = "wirelessLink(id: \"00000000-0000-0000-0000-000000000000\") { id }";
    for (query, data) in [
        ("{ sites { totalCount } }".to_owned(), Value::Null),
        (
            format!("{{ __typename {link} }}"),
            json!({ "__typename": "Query", "wirelessLink": null }),
        ),
        (
            format!("{{ {link} devices {{ totalCount }} }}"),
            Value::Null,
        ),
    ] {
        let viewer = outages.world.a.viewer();
        let answer = outages.world.api.ask(&viewer, &query, json!({})).await;
        assert_eq!(answer.error().0, "UNAVAILABLE", "{query}");
        assert_eq!(answer.body["data"], data, "{query}");
    }
    outages.postgres.resume().await.unwrap();
    is_back(&outages.world, "restarted").await;

    let frozen = outages.freeze_postgres(Duration::from_secs(4));
    let api = outages.world.api.clone();
    tokio::join!(frozen, becomes(&api, 503, "not ready"));
    is_back(&outages.world, "thawed").await;
}

/// Load balancers look at `/readyz` every few seconds: until they have, queries are answered and open
/// sockets go on, but no socket is opened.
#[tokio::test]
async fn while_it_leaves_it_answers_and_opens_no_socket() {
    let world = World::start().await;
    let mut config = world.config.clone();
    config.http.leave_s = 5;
    let replica = world.start_replica_with(config).await;
    let api = replica.api.clone();
    becomes(&api, 200, "ready").await;
    let mut open = api.subscriber(&world.a.viewer()).await;
    let leaving = async {
        becomes(&api, 503, "not ready: about to stop").await;
        assert_eq!(extensions(&api, &world.a).await, Value::Null);
        let protocol = ("sec-websocket-protocol", "graphql-transport-ws");
        match Subscriber::try_open(api.url(), &[protocol]).await.err() {
            Some(Error::Http(answer)) => {
                let after = answer.headers().get("retry-after");
                assert_eq!(answer.status(), 503);
                assert_eq!(after.unwrap(), "1");
            }
            other => panic!("not refused: {other:?}"),
        }
        open.subscribe("who", "{ viewer { tenant { name } } }", json!({}))
            .await;
        let name = json!({ "viewer": { "tenant": { "name": world.a.name } } });
        assert_eq!(open.next().await, name);
        open.closed().await
    };
    let ((), closed) = tokio::join!(replica.stop(), leaving);
    assert_eq!(closed, (1012, "service restart".to_owned()));
}

async fn is_back(world: &World, what: &str) {
    let begun = Instant::now();
    becomes(&world.api, 200, "ready").await;
    assert_eq!(extensions(&world.api, &world.a).await, Value::Null);
    let took = begun.elapsed();
    eprintln!("PostgreSQL {what}: ready after {:.1} s", took.as_secs_f64());
    assert!(took <= BACK, "{took:?}");
}
