//! What is too much is refused before it costs anything: in words that say which limit and by how
//! much, with no statement sent, on every way in.

use std::fmt::Write as _;

use api::limits;
use insta::assert_snapshot;
use serde_json::{Value, json};
use wisplink_tests::harness::client::send;
use wisplink_tests::harness::subscriber::Incoming;
use wisplink_tests::harness::world::World;

use wisplink_tests::harness::tap::tapped;

/// Documents that are too large, as they stand or with their fragments spread.
fn bombs() -> [(&'static str, String); 10] {
    let end = "fragment F40 on Query { viewer { subject } }";
    let hops = each(40, |n| {
        format!("fragment F{n} on Query {{ ...F{} }}", n + 1)
    });
    let doubling = each(14, |n| {
        let next = 2 * n + 2;
        format!(
            "fragment F{0} on Query {{ ...F{1} ...F{1} }} fragment F{1} on Query {{ ...F{next} }}",
            2 * n,
            2 * n + 1
        )
    });
    [
        ("tokens", format!("{{ {} }}", "a ".repeat(30_000))),
        ("brackets", "{ a".repeat(100)),
        ("brackets of values", format!("{{ a(b: {}", "[".repeat(100))),
        ("inline fragments", nest("{ ... ", 33, " }")),
        ("fragments in a row", format!("{{ ...F0 }} {hops} {end}")),
        (
            "doubling fragments",
            format!("{{ ...F0 }} {doubling} fragment F28 on Query {{ viewer {{ subject }} }}"),
        ),
        (
            "fragments in a circle",
            "{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }".to_owned(),
        ),
        (
            "a circle nobody enters",
            "{ __typename } fragment A on Query { ...A }".to_owned(),
        ),
        (
            "depth",
            links(&nest(
                "apDevice { linksAsAp(first: 1) { nodes { ",
                4,
                " } } }",
            )),
        ),
        (
            "root fields",
            format!("{{ {} }}", "viewer { subject } ".repeat(21)),
        ),
    ]
}

/// Documents that are not large, but ask for much.
fn wishes() -> [(&'static str, String); 9] {
    let queries = each(51, |n| {
        format!("query Q{n} {{ {} }}", "viewer { subject } ".repeat(20))
    });
    [
        ("aliases", links(&each(101, |n| format!("a{n}: id")))),
        ("fields", links(&"id ".repeat(2_000))),
        (
            "directives of a field",
            links(&format!("id {}", "@include(if: true) ".repeat(9))),
        ),
        (
            "directives of a document",
            links(&"id @skip(if: true) ".repeat(101)),
        ),
        (
            "pages within pages",
            "{ wirelessLinks(first: 500) { nodes { apDevice {
                linksAsAp(first: 500) { nodes { id } } } } } }"
                .to_owned(),
        ),
        (
            "pages in a variable",
            "query($n: Int = 500) { devices(first: $n) { nodes {
                linksAsAp(first: $n) { edges { node { id } } } } } }"
                .to_owned(),
        ),
        (
            "introspection in a circle",
            "{ __schema { types { fields { type { fields { type { fields { name } } } } } } } }"
                .to_owned(),
        ),
        (
            "introspection without end",
            format!(
                "{{ __type(name: \"Query\") {{ {} }} }}",
                nest("ofType { ", 20, " }")
            ),
        ),
        ("many operations", queries),
    ]
}

fn each(count: usize, part: impl Fn(usize) -> String) -> String {
    let parts: Vec<_> = (0..count).map(part).collect();
    parts.join(" ")
}

fn nest(open: &str, levels: usize, close: &str) -> String {
    format!("{}id{}", open.repeat(levels), close.repeat(levels))
}

fn links(selection: &str) -> String {
    format!("{{ wirelessLinks {{ nodes {{ {selection} }} }} }}")
}

#[tokio::test]
async fn each_limit_says_which_it_is_and_costs_nothing() {
    let world = World::start().await;
    let (tap, replica) = tapped(&world).await;
    let token = world.a.viewer();
    replica
        .api
        .data(&token, "{ sites { totalCount } }", json!({}))
        .await;
    let mut socket = replica.api.subscriber(&token).await;
    tap.take();
    let mut said = String::new();
    for (name, document) in bombs().into_iter().chain(wishes()) {
        let answer = replica.api.ask(&token, &document, json!({})).await;
        assert_eq!(answer.body.get("data"), None, "{name}");
        let (code, message) = answer.error();
        writeln!(said, "{name}: {code} {message}").unwrap();

        socket.subscribe("bomb", &document, json!({})).await;
        let Incoming::Message(refusal) = socket.hear().await else {
            panic!("{name} closed the socket");
        };
        assert_eq!(refusal["type"], "error", "{name}: {refusal}");
        assert_eq!(refusal["payload"][0]["message"], message, "{name}");
        assert_eq!(refusal["payload"][0]["extensions"]["code"], code, "{name}");
    }
    assert_eq!(tap.take(), Vec::<String>::new());
    assert_snapshot!(said, @"
    tokens: LIMIT_EXCEEDED tokens: 30002 asked for, 5000 allowed
    brackets: LIMIT_EXCEEDED brackets within brackets: 100 asked for, 64 allowed
    brackets of values: LIMIT_EXCEEDED brackets within brackets: 102 asked for, 64 allowed
    inline fragments: LIMIT_EXCEEDED selections within selections: 33 asked for, 32 allowed
    fragments in a row: LIMIT_EXCEEDED selections within selections: 33 asked for, 32 allowed
    doubling fragments: LIMIT_EXCEEDED root fields: 16384 asked for, 20 allowed
    fragments in a circle: BAD_INPUT the fragment A spreads itself
    a circle nobody enters: BAD_INPUT the fragment A spreads itself
    depth: LIMIT_EXCEEDED levels of fields: 15 asked for, 12 allowed
    root fields: LIMIT_EXCEEDED root fields: 21 asked for, 20 allowed
    aliases: LIMIT_EXCEEDED aliases: 101 asked for, 100 allowed
    fields: LIMIT_EXCEEDED fields: 2002 asked for, 2000 allowed
    directives of a field: LIMIT_EXCEEDED directives in one place: 9 asked for, 8 allowed
    directives of a document: LIMIT_EXCEEDED directives: 101 asked for, 100 allowed
    pages within pages: LIMIT_EXCEEDED values in the answer: 501501 asked for, 200000 allowed
    pages in a variable: LIMIT_EXCEEDED values in the answer: 751001 asked for, 200000 allowed
    introspection in a circle: LIMIT_EXCEEDED lists within lists of introspection: 4 asked for, 3 allowed
    introspection without end: LIMIT_EXCEEDED levels of introspection: 22 asked for, 20 allowed
    many operations: LIMIT_EXCEEDED fields: 2040 asked for, 2000 allowed
    ");
    replica.stop().await;
}

#[tokio::test]
async fn a_request_that_is_too_large_is_not_even_read() {
    let world = World::start().await;
    let (tap, replica) = tapped(&world).await;
    tap.take();
    let mut said = String::new();
    let one = json!({ "query": "{ sites { totalCount } }" });
    let many = |count| json!({ "query": "{ sites { totalCount } }", "variables": { "v": vec![1; count] } });
    for (name, body) in [
        ("a batch", json!([one, one, one])),
        ("a batch of one", json!([one])),
        ("nothing", json!({})),
        ("variables", many(limits::VARIABLE_VALUES)),
        ("the body", many(limits::BODY_BYTES)),
    ] {
        let request = replica.api.post("/graphql").bearer_auth(world.a.viewer());
        let kind = "application/graphql-response+json";
        let answer = send(request.header("accept", kind).json(&body)).await;
        let (code, message) = answer.error();
        let status = answer.status.as_u16();
        writeln!(said, "{name}: {status} {code} {message}").unwrap();
    }
    assert_eq!(tap.take(), Vec::<String>::new());
    assert_snapshot!(said, @"
    a batch: 400 LIMIT_EXCEEDED operations in one request: 3 asked for, 1 allowed
    a batch of one: 400 BAD_INPUT the body is a list; send one operation, as an object
    nothing: 400 BAD_INPUT name a document: `query`, or `documentId`
    variables: 400 LIMIT_EXCEEDED values in the variables: 50001 asked for, 50000 allowed
    the body: 413 LIMIT_EXCEEDED the body has more bytes than the 262144 allowed
    ");
    replica.stop().await;
}

#[tokio::test]
async fn what_people_and_tools_ask_is_within_the_limits() {
    let world = World::start().await;
    let variables = json!({ "n": 40 });
    for document in [
        INTROSPECTION,
        "query($n: Int!) { devices(first: $n) { nodes { hostname status site { name }
            linksAsAp(first: 50) { totalCount nodes { id state signalStrength txRate rxRate
                cpeDevice { hostname interfaces { name macAddress } } } } } } }",
        "{ wirelessLinks(first: 500) { totalCount nodes { id state stateSince signalStrength txCcq
            distanceM uptimeS lastIp lastSeen apDevice { hostname } cpeDevice { hostname }
            signalHistory(from: \"2026-01-01T00:00:00Z\", buckets: 60) { __typename } } } }",
    ] {
        let answer = world
            .api
            .ask(&world.a.viewer(), document, variables.clone())
            .await;
        let errors = answer.body.get("errors");
        let refused = errors.is_some_and(|errors| errors.to_string().contains("LIMIT"));
        assert!(!refused, "{errors:#?}");
        assert_ne!(answer.body["data"], Value::Null, "{errors:#?}");
        let types = answer.body["data"]["__schema"]["types"].as_array();
        for of in types.into_iter().flatten() {
            assert!(of["kind"].is_string(), "a fragment is missing: {of}");
        }
    }
}

/// As the tools of GraphQL send it.
const INTROSPECTION: &str = "query IntrospectionQuery { __schema { description
    queryType { name kind } mutationType { name kind } subscriptionType { name kind }
    types { ...FullType }
    directives { name description locations args(includeDeprecated: true) { ...InputValue } } } }
  fragment FullType on __Type { kind name description specifiedByURL isOneOf
    fields(includeDeprecated: true) { name description
      args(includeDeprecated: true) { ...InputValue } type { ...TypeRef } isDeprecated deprecationReason }
    inputFields(includeDeprecated: true) { ...InputValue } interfaces { ...TypeRef }
    enumValues(includeDeprecated: true) { name description isDeprecated deprecationReason }
    possibleTypes { ...TypeRef } }
  fragment InputValue on __InputValue { name description type { ...TypeRef } defaultValue
    isDeprecated deprecationReason }
  fragment TypeRef on __Type { kind name ofType { kind name ofType { kind name ofType { kind name
    ofType { kind name ofType { kind name ofType { kind name ofType { kind name
    ofType { kind name ofType { kind name } } } } } } } } } }";
