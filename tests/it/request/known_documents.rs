//! Documents that are named: by their hash after they were sent once, or because they are trusted.

use serde_json::{Value, json};
use wisplink_tests::harness::client::{Answer, Api, send};
use wisplink_tests::harness::subscriber::Incoming;
use wisplink_tests::harness::world::World;

const QUERY: &str = "{ sites { totalCount } }";
/// The SHA-256 of [`QUERY`].
const HASH: &str = "4a0c7bfecb34803994e9a18cf94e10af8458b8847ee690a247737884026e673e";

#[tokio::test]
async fn a_document_sent_once_is_known_by_its_hash() {
    let world = World::start().await;
    let persisted = |hash: &str| json!({ "persistedQuery": { "version": 1, "sha256Hash": hash } });
    let by_hash = json!({ "extensions": persisted(HASH) });
    let unknown = ask(&world.api, &world, by_hash.clone()).await;
    let said = ("PERSISTED_QUERY_NOT_FOUND", "PersistedQueryNotFound");
    assert_eq!(unknown.error(), (said.0.to_owned(), said.1.to_owned()));

    // Nobody can put a text of theirs under the hash of another.
    let wrong = json!({ "query": "{ __typename }", "extensions": persisted(HASH) });
    let refused = ask(&world.api, &world, wrong).await.error();
    assert_eq!(refused.0, "BAD_INPUT");
    // What was refused is not remembered.
    let unknown = ask(&world.api, &world, by_hash.clone()).await;
    assert_eq!(unknown.error().0, said.0);

    let both = json!({ "query": QUERY, "extensions": persisted(HASH) });
    let count = json!({ "sites": { "totalCount": 1 } });
    for request in [both, by_hash.clone(), by_hash.clone()] {
        assert_eq!(ask(&world.api, &world, request).await.body["data"], count);
    }
    let mut socket = world.api.subscriber(&world.b.viewer()).await;
    let subscribe = json!({ "type": "subscribe", "id": "1", "payload": by_hash });
    socket.say(subscribe).await;
    assert_eq!(socket.next().await, count);
    let version = json!({ "persistedQuery": { "version": 2, "sha256Hash": HASH } });
    let refused = ask(&world.api, &world, json!({ "extensions": version })).await;
    assert_eq!(refused.error().1, "persistedQuery: only version 1 is known");
}

#[tokio::test]
async fn where_only_trusted_documents_run_nothing_else_does() {
    let world = World::start().await;
    let mut config = world.config.clone();
    let file = tempfile::NamedTempFile::new().unwrap();
    let manifest = json!({ HASH: QUERY, "feed": wisplink_tests::harness::tenant::FEED });
    std::fs::write(file.path(), manifest.to_string()).unwrap();
    config.graphql.documents = Some(file.path().to_owned());
    config.graphql.only_trusted = true;
    let replica = world.start_replica_with(config).await;
    let api = &replica.api;
    let persisted = json!({ "persistedQuery": { "version": 1, "sha256Hash": HASH } });
    for request in [
        json!({ "documentId": HASH }),
        json!({ "documentId": format!("sha256:{HASH}") }),
        json!({ "extensions": persisted }),
    ] {
        let answer = ask(api, &world, request.clone()).await;
        let count = json!({ "data": { "sites": { "totalCount": 1 } } });
        assert_eq!(answer.body, count, "{request}");
    }
    let strange = json!({ "persistedQuery": { "version": 1, "sha256Hash": "0".repeat(64) } });
    for (request, code) in [
        (json!({ "query": "{ __typename }" }), "FORBIDDEN"),
        (json!({ "query": QUERY }), "FORBIDDEN"),
        (json!({ "extensions": strange }), "FORBIDDEN"),
        (json!({ "query": QUERY, "documentId": HASH }), "BAD_INPUT"),
        (json!({ "documentId": "0".repeat(64) }), "NOT_FOUND"),
        (json!({ "documentId": "" }), "NOT_FOUND"),
    ] {
        let answer = ask(api, &world, request.clone()).await;
        assert_eq!(answer.error().0, code, "{request}");
        let mut socket = api.subscriber(&world.a.viewer()).await;
        let subscribe = json!({ "type": "subscribe", "id": "1", "payload": request });
        socket.say(subscribe).await;
        let Incoming::Message(refusal) = socket.hear().await else {
            panic!("{request} closed the socket");
        };
        let said = &refusal["payload"][0]["extensions"]["code"];
        assert_eq!(*said, code, "{refusal}");
    }
    replica.stop().await;
}

#[tokio::test]
async fn what_the_schema_is_can_be_kept_to_oneself() {
    let world = World::start().await;
    let mut config = world.config.clone();
    config.graphql.introspection = false;
    config.graphql.suggestions = false;
    let replica = world.start_replica_with(config).await;
    for (api, suggestion) in [(&world.api, true), (&replica.api, false)] {
        let misspelt = "{ sitez { totalCount } }";
        let said = api.error(&world.a.viewer(), misspelt, json!({})).await;
        assert_eq!(said.1.contains("Did you mean"), suggestion, "{said:?}");
    }
    for query in [
        "{ __schema { queryType { name } } }",
        "{ viewer { role } ...I } fragment I on Query { __type(name: \"Site\") { name } }",
    ] {
        let said = replica.api.error(&world.a.viewer(), query, json!({})).await;
        assert_eq!(said.0, "FORBIDDEN", "{said:?}");
        world.api.data(&world.a.viewer(), query, json!({})).await;
    }
    let token = world.a.viewer();
    let name = replica.api.data(&token, "{ __typename }", json!({})).await;
    assert_eq!(name["__typename"], "Query");
    replica.stop().await;
}

async fn ask(api: &Api, world: &World, request: Value) -> Answer {
    let post = api.post("/graphql").bearer_auth(world.a.viewer());
    send(post.json(&request)).await
}
