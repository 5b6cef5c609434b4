//! What HTTP says around the answers: to browsers, and to whoever has no token.

use api::http::routes::{Access, Route};
use reqwest::header::HeaderMap;
use reqwest::{Method, StatusCode};
use serde_json::json;
use wisplink_tests::harness::client::Api;
use wisplink_tests::harness::world::World;

/// Every route there is, as it is served.
pub(super) fn routes() -> Vec<Route> {
    let mut routes = api::router::routes(true).list().to_vec();
    routes.extend_from_slice(wisplink::health::routes_with_metrics().list());
    routes
}

/// An address that leads to this route.
pub(super) fn address(route: &Route) -> String {
    let path = route.path.replace("{id}", "1");
    path.replace("/graphiql/{*file}", "/graphiql/graphiql.min.css")
        .replace("{*file}", "nothing.js")
}

/// What can be had without a token, and nothing else.
#[test]
fn what_is_open_to_everybody_is_said_here() {
    let open = routes()
        .into_iter()
        .filter(|route| route.access == Access::Open);
    let open: Vec<_> = open.map(|route| route.path).collect();
    insta::assert_snapshot!(open.join("\n"), @r"
    /
    /links
    /links/{id}
    /devices
    /devices/{id}
    /sites
    /sites/{id}
    /unknown-clients
    /policies
    /api-keys
    /assets/{*file}
    /graphiql
    /graphiql/
    /graphiql/{*file}
    /healthz
    /readyz
    /metrics
    ");
}

#[tokio::test]
async fn every_answer_tells_browsers_to_be_careful() {
    let world = World::start().await;
    let addresses = routes().iter().map(address).collect::<Vec<_>>();
    for path in addresses.iter().map(String::as_str).chain(["/nothing"]) {
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

/// Whoever has no token is answered on open routes, by `GET`, and nowhere else.
#[tokio::test]
async fn without_a_token_nothing_but_what_is_open_is_answered() {
    let world = World::start().await;
    let client = reqwest::Client::new();
    for route in routes() {
        for method in [
            Method::GET,
            Method::POST,
            Method::PUT,
            Method::DELETE,
            Method::PATCH,
        ] {
            let url = format!("{}{}", world.api.url(), address(&route));
            let request = client.request(method.clone(), url);
            let request = request.json(&json!({ "query": "{ sites { totalCount } }" }));
            let status = request.send().await.unwrap().status();
            let is_file = route.path == "/assets/{*file}";
            let is_open = route.access == Access::Open && method == Method::GET;
            if is_open && !is_file {
                assert_eq!(status, StatusCode::OK, "{method} {route:?}");
            } else {
                assert!(status.is_client_error(), "{method} {route:?}: {status}");
            }
        }
    }
    assert_eq!(get(&world.api, "/nothing").await.0, StatusCode::NOT_FOUND);
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
