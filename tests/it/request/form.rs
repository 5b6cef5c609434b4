//! The form of a request: what is no proper GraphQL over HTTP is refused with words.

use api::limits;
use serde_json::json;
use wisplink_tests::harness::client::{Answer, send};
use wisplink_tests::harness::world::World;

#[tokio::test]
async fn a_body_of_another_kind_is_refused() {
    let world = World::start().await;
    let request = json!({ "query": "{ __typename }" }).to_string();
    for kind in [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/graphql",
        "",
    ] {
        let answer = sent(&world, kind, request.clone()).await;
        refused(
            &answer,
            415,
            "BAD_INPUT",
            "send the request as application/json",
        );
    }
    for kind in [JSON, "application/json; charset=utf-8", "Application/JSON"] {
        let answer = sent(&world, kind, request.clone()).await;
        assert_eq!(
            answer.body,
            json!({ "data": { "__typename": "Query" } }),
            "{kind}"
        );
    }
}

#[tokio::test]
async fn a_body_that_is_no_request_or_too_large_is_refused() {
    let world = World::start().await;
    for body in ["", "{", "null", r#"{ "query": 7 }"#, "query={__typename}"] {
        let answer = sent(&world, JSON, body.to_owned()).await;
        refused(
            &answer,
            400,
            "BAD_INPUT",
            "the body is no GraphQL request in JSON",
        );
    }
    let request = |length: usize| {
        let request = json!({ "query": "{ __typename }#" }).to_string();
        let padding = "x".repeat(length - request.len());
        request.replace('#', &format!("#{padding}"))
    };
    let answer = sent(&world, JSON, request(limits::BODY_BYTES + 1)).await;
    refused(&answer, 413, "LIMIT_EXCEEDED", "262144");
    let answer = sent(&world, JSON, request(limits::BODY_BYTES)).await;
    assert_eq!(answer.body, json!({ "data": { "__typename": "Query" } }));
}

const JSON: &str = "application/json";

async fn sent(world: &World, kind: &str, body: String) -> Answer {
    let request = world.api.post("/graphql").bearer_auth(world.a.viewer());
    send(request.header("content-type", kind).body(body)).await
}

#[tokio::test]
async fn nothing_is_asked_or_changed_by_get() {
    let world = World::start().await;
    for query in [
        "{__typename}",
        "mutation{createSite(input:{name:\"x\"}){id}}",
    ] {
        let request = world.api.get("/graphql").bearer_auth(world.a.operator());
        let answer = send(request.query(&[("query", query)])).await;
        refused(&answer, 405, "BAD_INPUT", "by POST");
        assert_eq!(answer.headers["allow"], "POST");
    }
    let sites = world
        .api
        .data(&world.a.viewer(), "{ sites { totalCount } }", json!({}))
        .await;
    assert_eq!(sites["sites"]["totalCount"], 1);
}

#[tokio::test]
async fn a_query_that_the_schema_does_not_know_is_refused_before_anything_runs() {
    let world = World::start().await;
    let cases = [
        ("{ viewer {".to_owned(), "expected"),
        ("nonsense".to_owned(), "expected"),
        (String::new(), "expected"),
        ("{ secrets }".to_owned(), "Unknown field \"secrets\""),
        (
            "{ viewer { password } }".to_owned(),
            "Unknown field \"password\"",
        ),
        ("{ site { id } }".to_owned(), "argument \"id\""),
        (
            "{ wirelessLinks(filter: { state: [GONE] }) { totalCount } }".to_owned(),
            "GONE",
        ),
        (
            "query A { __typename } query B { __typename }".to_owned(),
            "several operations: say which",
        ),
        (
            "query($id: ID!) { site(id: $id) { id } }".to_owned(),
            "variable $id",
        ),
        (
            "subscription { linkEvents { __typename } }".to_owned(),
            "WebSocket",
        ),
    ];
    for (query, words) in cases {
        let answer = world.api.ask(&world.a.viewer(), &query, json!({})).await;
        refused(&answer, 200, "BAD_INPUT", words);
    }
}

#[tokio::test]
async fn a_client_of_the_new_media_type_sees_the_refusal_in_the_status() {
    let world = World::start().await;
    for (query, status) in [
        ("{ __typename }", 200),
        ("{ secrets }", 400),
        ("{ viewer {", 400),
    ] {
        let kind = "application/graphql-response+json";
        let request = world.api.post("/graphql").bearer_auth(world.a.viewer());
        let answer = send(
            request
                .header("accept", kind)
                .json(&json!({ "query": query })),
        )
        .await;
        assert_eq!(answer.status, status, "{query}");
        assert_eq!(answer.headers["content-type"], kind);
    }
}

fn refused(answer: &Answer, status: u16, code: &str, words: &str) {
    let said = answer.error();
    assert_eq!(
        (answer.status.as_u16(), said.0.as_str()),
        (status, code),
        "{said:?}"
    );
    assert!(said.1.contains(words), "{words:?} is not in {:?}", said.1);
    assert_eq!(answer.body.get("data"), None);
    let id = &answer.body["errors"][0]["extensions"]["requestId"];
    assert_eq!(answer.headers["x-request-id"], id.as_str().unwrap());
}
