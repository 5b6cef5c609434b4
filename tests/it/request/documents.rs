//! A document is read once; the values of its variables are looked at every time.

use serde_json::{Value, json};
use wisplink_tests::harness::world::World;

#[tokio::test]
async fn a_remembered_document_refuses_what_a_new_one_refuses() {
    let world = World::start().await;
    let token = world.a.viewer();
    for (query, good, bad) in [
        (
            "query($id: ID!) { device(id: $id) { hostname } }",
            json!({ "id": world.a.aps[0] }),
            vec![
                json!({}),
                json!({ "id": null }),
                json!({ "id": 7.5 }),
                json!({ "id": "x" }),
            ],
        ),
        (
            "query($first: Int, $filter: WirelessLinkFilter) {
                wirelessLinks(first: $first, filter: $filter) { nodes { id } } }",
            json!({ "first": 1, "filter": { "state": ["ACTIVE"] } }),
            vec![
                json!({ "first": "1" }),
                json!({ "first": 2_147_483_648_i64 }),
                json!({ "first": 501 }),
                json!({ "first": -1 }),
                json!({ "filter": { "stat": ["ACTIVE"] } }),
                json!({ "filter": { "state": ["active"] } }),
                json!({ "filter": { "clientMac": "nonsense" } }),
                json!({ "filter": { "siteIds": ["nonsense"] } }),
            ],
        ),
        (
            "query($mac: MacAddress!) { deviceInterfaces(mac: $mac) { name } }",
            json!({ "mac": "6c3b6ba200fc" }),
            vec![json!({ "mac": "6c3b" }), json!({ "mac": 6 })],
        ),
    ] {
        let mut new = Vec::new();
        for variables in &bad {
            new.push(answer(&world, &token, query, variables).await);
        }
        world.api.data(&token, query, good.clone()).await;
        for (variables, new) in bad.iter().zip(new) {
            assert!(new["errors"].is_array(), "{variables} passed: {new}");
            let kept = answer(&world, &token, query, variables).await;
            assert_eq!(kept, new, "{variables}");
        }
        world.api.data(&token, query, good).await;
    }
}

#[tokio::test]
async fn one_document_may_hold_several_operations() {
    let world = World::start().await;
    let query = "query A { viewer { role } } query B { viewer { subject } }";
    for _ in 0..2 {
        for (name, expected) in [
            (Some("A"), json!({ "viewer": { "role": "VIEWER" } })),
            (Some("B"), json!({ "viewer": { "subject": "test" } })),
            (Some("C"), Value::Null),
            (None, Value::Null),
        ] {
            let request = json!({ "query": query, "operationName": name });
            let request = world.api.post("/graphql").json(&request);
            let request = request.bearer_auth(world.a.viewer());
            let answer: Value = request.send().await.unwrap().json().await.unwrap();
            assert_eq!(answer["data"], expected, "{name:?}: {answer}");
            assert_eq!(answer["errors"].is_array(), expected.is_null(), "{answer}");
        }
    }
}

#[tokio::test]
async fn a_variables_default_counts_everywhere() {
    let world = World::start().await;
    let query = "query($no: Boolean = true) { viewer { role subject @skip(if: $no) } }";
    for _ in 0..2 {
        let viewer = async |variables| {
            let data = world.api.data(&world.a.viewer(), query, variables).await;
            data["viewer"].as_object().unwrap().len()
        };
        assert_eq!(viewer(json!({})).await, 1);
        assert_eq!(viewer(json!({ "no": false })).await, 2);
    }
}

/// The answer without what differs from request to request.
async fn answer(world: &World, token: &str, query: &str, variables: &Value) -> Value {
    let mut answer = world.api.ask(token, query, variables.clone()).await.body;
    for error in answer["errors"].as_array_mut().into_iter().flatten() {
        error["extensions"]["requestId"] = Value::Null;
    }
    answer
}
