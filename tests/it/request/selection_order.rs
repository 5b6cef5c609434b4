//! Keys stand in the order in which they are asked for, on every way out.

use entity::ids::Epoch;
use serde_json::json;
use wisplink_tests::harness::rows;
use wisplink_tests::harness::world::World;

/// What has to be loaded stands before what is at hand, and the other way round.
const QUERY: &str = "query($no: Boolean = false) {
    late: wirelessLinks(first: 1) {
        pageInfo { hasNextPage }
        nodes {
            cpeDevice { interfaces { running name } hostname }
            ...Ends
            missedPolls
            apDevice { status site { latitude name } }
            state @include(if: $no)
            missedPolls
            state
            signalStrength @skip(if: true)
        }
    }
    __typename
    early: linkSummary { total active }
}
fragment Ends on WirelessLink { __typename apDevice { hostname } cpeDevice { hostname status } }";

const ANSWER: &str = r#"{"late":{"pageInfo":{"hasNextPage":false},"nodes":[{"cpeDevice":{"interfaces":[{"running":true,"name":"wlan1"}],"hostname":"extra-1","status":"UNKNOWN"},"__typename":"WirelessLink","apDevice":{"hostname":"ap-1","status":"UNKNOWN","site":{"latitude":47.1,"name":"North tower"}},"missedPolls":0,"state":"ACTIVE"}]},"__typename":"Query","early":{"total":1,"active":1}}"#;

#[tokio::test]
async fn keys_stand_in_the_order_of_the_query() {
    let world = World::start().await;
    let mut db = world.database.session().await;
    rows::links(&mut db, &world.a, 0, 1, 1).await;
    let token = world.a.viewer();
    // Read for the first time, and remembered.
    for _ in 0..2 {
        let answer = world.api.text(&token, QUERY, json!({})).await;
        assert_eq!(answer, format!(r#"{{"data":{ANSWER}}}"#));
    }
    let mut socket = world.api.subscriber(&token).await;
    socket.subscribe("1", QUERY, json!({})).await;
    let frame = format!(r#"{{"type":"next","id":"1","payload":{{"data":{ANSWER}}}}}"#);
    assert_eq!(socket.text().await, frame);
}

#[tokio::test]
async fn the_schema_tells_of_itself_in_the_order_of_the_query() {
    let world = World::start().await;
    let query = "{ __type(name: \"Site\") { kind ...T name } }
        fragment T on __Type { fields { name type { ...Of } } }
        fragment Of on __Type { ofType { name } kind }";
    let answer = world.api.text(&world.a.viewer(), query, json!({})).await;
    let expected = r#"{"data":{"__type":{"kind":"OBJECT","fields":[{"name":"id","type":{"ofType":{"name":"ID"},"kind":"NON_NULL"}}"#;
    assert!(answer.starts_with(expected), "{answer}");
    assert!(answer.ends_with(r#"],"name":"Site"}}}"#), "{answer}");
}

#[tokio::test]
async fn the_keys_of_a_union_stand_in_the_order_of_the_type_it_is() {
    let world = World::start().await;
    let mut socket = world.api.subscriber(&world.a.viewer()).await;
    let elsewhere = api::live::cursor::FeedCursor {
        epoch: Epoch::first(world.b.id),
        seq: 0,
    };
    let query = "subscription($after: String) { linkEvents(after: $after) {
        ... on LinkEvent { cursor id } ...Reset } }
        fragment Reset on FeedReset { __typename why: reason cursor }";
    let variables = json!({ "after": elsewhere.encode() });
    socket.subscribe("1", query, variables).await;
    let answer = socket.text().await;
    let places = ["__typename", "why", "cursor"].map(|key| answer.find(&format!("{key:?}:")));
    assert!(places.iter().all(Option::is_some), "{answer}");
    assert!(places.is_sorted(), "{answer}");
    assert!(!answer.contains("wisplinkType"), "{answer}");
}
