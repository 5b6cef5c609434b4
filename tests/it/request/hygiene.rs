//! What HTTP says around the answers: to browsers, and to whoever has no token.

use reqwest::header::HeaderMap;
use reqwest::{Method, StatusCode};
use serde_json::json;
use wisplink_tests::harness::client::Api;
use wisplink_tests::harness::world::World;

/// What can be had without a token, and nothing else. A view of the console is its page.
const OPEN: [&str; 8] = [
    "/",
    "/links",
    "/graphiql",
    "/graphiql/graphiql.min.css",
    "/healthz",
    "/readyz",
    "/metrics",
    "/nothing",
];

#[tokio::test]
async fn every_answer_tells_browsers_to_be_careful() {
    let world = World::start().await;
    for path in OPEN.into_iter().chain(["/graphql"]) {
        let headers = get(&world.api, path).await.1;
        assert_eq!(headers["x-content-type-options"], "nosniff", "{path}");
        assert_eq!(headers["referrer-policy"], "no-referrer", "{path}");
        assert_eq!(headers["x-frame-options"], "DENY", "{path}");
        let policy = headers["content-security-policy"].to_str().unwrap();
        assert!(policy.contains("default-src 'none'"), "{path}: {policy}");
        assert!(
            policy.contains("frame-ancestors 'none'"),
            "{path}: {policy}"
        );
        assert!(!policy.contains("'unsafe-eval'"), "{path}: {policy}");
        assert!(!headers.contains_key("strict-transport-security"), "{path}");
        assert!(headers.contains_key("x-request-id"), "{path}");
    }
    let mut config = world.config.clone();
    config.http.hsts_s = 31_536_000;
    let replica = world.start_replica_with(config).await;
    let headers = get(&replica.api, "/healthz").await.1;
    assert_eq!(headers["strict-transport-security"], "max-age=31536000");
    replica.stop().await;
}

/// The routes stand in `router.rs` and `health.rs`: what they open must be listed here, and what
/// shows a tenant's rows must not.
#[tokio::test]
async fn without_a_token_nothing_but_what_is_listed_is_answered() {
    let world = World::start().await;
    for path in OPEN {
        let (status, _) = get(&world.api, path).await;
        let expected = if path == "/nothing" { 404 } else { 200 };
        assert_eq!(status.as_u16(), expected, "{path}");
    }
    for method in [
        Method::POST,
        Method::PUT,
        Method::DELETE,
        Method::PATCH,
        Method::GET,
    ] {
        for path in OPEN.into_iter().chain(["/graphql"]) {
            if method == Method::GET && path != "/graphql" {
                continue;
            }
            let url = format!("{}{path}", world.api.url());
            let request = reqwest::Client::new().request(method.clone(), url);
            let request = request.json(&json!({ "query": "{ sites { totalCount } }" }));
            let status = request.send().await.unwrap().status();
            assert!(status.is_client_error(), "{method} {path}: {status}");
        }
    }
}

#[tokio::test]
async fn pages_of_listed_origins_may_ask_and_no_others() {
    let world = World::start().await;
    let mut config = world.config.clone();
    config.http.allowed_origins = vec!["https://noc.example".to_owned()];
    let replica = world.start_replica_with(config).await;
    for (origin, allowed) in [
        ("https://noc.example", true),
        ("https://noc.example.evil.example", false),
        ("http://noc.example", false),
        ("null", false),
    ] {
        let url = format!("{}/graphql", replica.api.url());
        let preflight = reqwest::Client::new()
            .request(Method::OPTIONS, url)
            .header("origin", origin)
            .header("access-control-request-method", "POST")
            .header(
                "access-control-request-headers",
                "authorization,content-type",
            )
            .send();
        let headers = preflight.await.unwrap().headers().clone();
        let request = replica.api.post("/graphql").bearer_auth(world.a.viewer());
        let request = request.header("origin", origin);
        let asked = request.json(&json!({ "query": "{ __typename }" })).send();
        for headers in [&headers, asked.await.unwrap().headers()] {
            let said = headers.get("access-control-allow-origin");
            let expected = allowed.then_some(origin);
            assert_eq!(
                said.map(|value| value.to_str().unwrap()),
                expected,
                "{origin}"
            );
            assert!(!headers.contains_key("access-control-allow-credentials"));
        }
        if allowed {
            let said = headers["access-control-allow-headers"].to_str().unwrap();
            assert!(
                said.contains("authorization") && said.contains("x-tenant-id"),
                "{said}"
            );
            assert!(headers["vary"].to_str().unwrap().contains("origin"));
        }
    }
    replica.stop().await;
}

async fn get(api: &Api, path: &str) -> (StatusCode, HeaderMap) {
    let response = api.get(path).send().await.unwrap();
    (response.status(), response.headers().clone())
}
