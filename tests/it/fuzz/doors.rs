//! The HTTP door: garbage that comes near to what is meant.

use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use reqwest::StatusCode;
use serde_json::{Value, json};
use wisplink_tests::harness::chance::seed;
use wisplink_tests::harness::client::{Answer, send};
use wisplink_tests::harness::rows;
use wisplink_tests::harness::world::World;

const CASES: usize = 400;

/// What documents are made of.
const WORDS: [&str; 44] = [
    "{",
    "}",
    "{",
    "}",
    "{",
    "}",
    "(",
    ")",
    "[",
    "]",
    ":",
    "!",
    "$",
    "@",
    "...",
    "\"",
    "\"\"\"",
    ",",
    "#",
    "query",
    "mutation",
    "subscription",
    "fragment",
    "on",
    "null",
    "true",
    "viewer",
    "tenant",
    "sites",
    "nodes",
    "id",
    "name",
    "devices",
    "wirelessLinks",
    "edges",
    "pageInfo",
    "first: 3",
    "after: \"x\"",
    "filter: { state: [ACTIVE] }",
    "orderBy: { field: LAST_SEEN, direction: ASC }",
    "@skip(if: true)",
    "$a: Int = 3",
    "__typename",
    "__schema",
];

/// Valid documents, to be broken.
const DOCUMENTS: [&str; 4] = [
    "query Q($n: Int = 3) { wirelessLinks(first: $n, orderBy: { field: LAST_SEEN, direction: DESC }) { nodes { id } } }",
    "{ devices(filter: { hostname: \"ap\" }) { edges { cursor node { id site { name } } } } }",
    "fragment F on Site { id name } query { sites(last: 2) { nodes { ...F } } }",
    "mutation { createSite(input: { name: \"\\u0000\" }) { id } }",
];

/// Makes cases from a seed that is printed.
struct Cases(TestRunner);

impl Cases {
    fn new() -> Self {
        let seed = seed();
        eprintln!("WISPLINK_TEST_SEED={seed} repeats this run");
        let mut bytes = [0; 32];
        bytes[..8].copy_from_slice(&seed.to_le_bytes());
        let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &bytes);
        Self(TestRunner::new_with_rng(Config::default(), rng))
    }

    fn next<T>(&mut self, of: &impl Strategy<Value = T>) -> T {
        of.new_tree(&mut self.0).unwrap().current()
    }
}

fn any_document() -> impl Strategy<Value = String> {
    let words = prop::collection::vec(prop::sample::select(&WORDS[..]), 0..60);
    let broken = (
        prop::sample::select(&DOCUMENTS[..]),
        any::<prop::sample::Index>(),
        any::<prop::sample::Index>(),
        prop_oneof![
            prop::sample::select(&WORDS[..]).prop_map(str::to_owned),
            ".{0,3}"
        ],
    );
    let deep = (
        1_usize..400,
        prop::sample::select(vec!["{a", "[", "(a:{", "{...{", "{a@b"]),
    );
    prop_oneof![
        words.prop_map(|words| words.join(" ")),
        broken.prop_map(|(text, from, to, put)| {
            let letters: Vec<char> = text.chars().collect();
            let (from, to) = (from.index(letters.len()), to.index(letters.len()));
            let start: String = letters[..from.min(to)].iter().collect();
            let end: String = letters[from.max(to)..].iter().collect();
            format!("{start}{put}{end}")
        }),
        deep.prop_map(|(times, word)| word.repeat(times)),
        ".{0,200}",
    ]
}

fn any_variables() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        any::<i64>().prop_map(|n| json!({ "n": n })),
        ".{0,20}".prop_map(|n| json!({ "n": [n] })),
        (1_usize..300).prop_map(|deep| {
            let nested = format!("{}{}", "[".repeat(deep.min(100)), "]".repeat(deep.min(100)));
            json!({ "n": serde_json::from_str::<Value>(&nested).unwrap() })
        }),
    ]
}

/// Answered, and not as a failure of ours.
fn sane(answer: &Answer, asked: &str) {
    assert!(
        answer.status.as_u16() < 500,
        "{asked}: {}: {}",
        answer.status,
        answer.body
    );
    let body = answer.body.to_string();
    assert!(!body.contains("INTERNAL"), "{asked}: {body}");
}

#[tokio::test]
async fn any_document_is_answered() {
    let world = World::start().await;
    let token = world.a.operator();
    let mut cases = Cases::new();
    let (documents, variables) = (any_document(), any_variables());
    let mut fine = 0;
    for _ in 0..CASES {
        let document = cases.next(&documents);
        let answer = world
            .api
            .ask(&token, &document, cases.next(&variables))
            .await;
        sane(&answer, &document);
        fine += usize::from(answer.body.get("errors").is_none());
    }
    assert!(fine < CASES, "nothing was refused");
    for _ in 0..CASES {
        let body = cases.next(&prop_oneof![".{0,200}", "[\\[\\]{}\":,a-z0-9]{0,80}"]);
        let request = world.api.post("/graphql").bearer_auth(&token);
        let request = request.header("content-type", "application/json");
        sane(&send(request.body(body.clone())).await, &body);
    }
    world
        .api
        .data(&token, "{ viewer { tenant { name } } }", json!({}))
        .await;
}

#[tokio::test]
async fn any_bearer_is_let_in_or_not() {
    let world = World::start().await;
    let token = world.a.viewer();
    let mut cases = Cases::new();
    let near = (any::<prop::sample::Index>(), "[A-Za-z0-9._-]{0,2}").prop_map({
        let token = token.clone();
        move |(at, put)| {
            let at = at.index(token.len());
            format!("Bearer {}{put}{}", &token[..at], &token[at + 1..])
        }
    });
    let any = prop_oneof![
        near,
        "[ -~]{0,80}",
        "Bearer [ -~]{0,200}",
        "(bearer|Basic|BEARER) {0,3}[A-Za-z0-9_.-]{0,300}"
    ];
    for _ in 0..CASES {
        let header = cases.next(&any);
        let request = world.api.post("/graphql").header("authorization", &header);
        let answer =
            send(request.json(&json!({ "query": "{ viewer { tenant { name } } }" }))).await;
        sane(&answer, &header);
        // A letter of base64's last group may hold bits that nothing is made of.
        let same = header == format!("Bearer {token}") || answer.body.get("errors").is_none();
        assert!(
            answer.status == StatusCode::UNAUTHORIZED
                || (same && answer.body.to_string().contains(&world.a.name)),
            "{header}: {}",
            answer.body
        );
    }
}

#[tokio::test]
async fn any_cursor_leads_to_a_page_or_is_refused() {
    let world = World::start().await;
    let mut db = world.database.session().await;
    rows::links(&mut db, &world.a, 0, 1, 9).await;
    let token = world.a.viewer();
    let query = "query($after: String) { wirelessLinks(first: 3, after: $after, orderBy: { field: LAST_SEEN, direction: DESC }) {
        nodes { id } pageInfo { endCursor } } }";
    let whole = world.api.data(&token, query, json!({})).await;
    let cursor = whole["wirelessLinks"]["pageInfo"]["endCursor"]
        .as_str()
        .unwrap()
        .to_owned();
    let mut cases = Cases::new();
    let near = (any::<prop::sample::Index>(), "[A-Za-z0-9_=-]{0,3}").prop_map(move |(at, put)| {
        let at = at.index(cursor.len());
        format!("{}{put}{}", &cursor[..at], &cursor[at + 1..])
    });
    let any = prop_oneof![near, ".{0,60}", "[A-Za-z0-9_-]{20,40}"];
    for _ in 0..CASES {
        let after = cases.next(&any);
        let answer = world
            .api
            .ask(&token, query, json!({ "after": after }))
            .await;
        sane(&answer, &after);
        let refused = answer.body["errors"][0]["extensions"]["code"] == "BAD_INPUT";
        assert!(
            refused || answer.body.get("errors").is_none(),
            "{after}: {}",
            answer.body
        );
    }
}
