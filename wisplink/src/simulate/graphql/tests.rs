use axum::extract::State;
use axum::routing::post;
use axum::{Json, Router};
use tokio::net::TcpListener;

use super::*;

const QUERY: &str = "query($after: String) { page: … }";

/// The address of a server that answers as `respond` says to the variables.
async fn server(respond: fn(&Value) -> Value) -> String {
    let answer = |State(respond): State<fn(&Value) -> Value>, Json(body): Json<Value>| async move {
        Json(respond(&body["variables"]))
    };
    let router = Router::new()
        .route("/graphql", post(answer))
        .with_state(respond);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, router).await });
    format!("http://{address}/")
}

async fn list(url: &str, token: &str) -> Result<Vec<String>, SimulateError> {
    GraphqlClient::new(url, token)?
        .list(None, "listing", QUERY)
        .await
}

#[tokio::test]
async fn every_page_is_read() {
    let url = server(|variables| {
        let (nodes, next) = match variables["after"].as_str() {
            None => (["a", "b"], Some("1")),
            Some("1") => (["c", "d"], Some("2")),
            Some(_) => (["e", "f"], None),
        };
        let page_info = json!({ "hasNextPage": next.is_some(), "endCursor": next });
        json!({ "data": { "page": { "nodes": nodes, "pageInfo": page_info } } })
    });
    let nodes = list(&url.await, "token").await.unwrap();
    assert_eq!(nodes, ["a", "b", "c", "d", "e", "f"]);
}

#[tokio::test]
async fn errors_say_what_to_do() {
    let closed = TcpListener::bind("127.0.0.1:0")
        .await
        .unwrap()
        .local_addr()
        .unwrap();
    let cases = [
        (
            format!("http://{closed}"),
            "token",
            "see that `wisplink serve` runs there",
        ),
        (
            "127.0.0.1".to_owned(),
            "token",
            "give an address like http://127.0.0.1:8080",
        ),
        (
            server(|_| json!({})).await,
            "two\nlines",
            "the token on one line",
        ),
        (
            server(|_| json!("hello")).await,
            "token",
            "is not wisplink (HTTP 200 OK)",
        ),
        (
            server(|_| json!({ "data": { "page": 1 } })).await,
            "token",
            "is not wisplink",
        ),
        (
            server(|_| failure("FORBIDDEN")).await,
            "token",
            "a token of the platform role",
        ),
        (
            server(|_| failure("BAD_INPUT")).await,
            "token",
            "listing was refused: no",
        ),
    ];
    for (url, token, advice) in cases {
        let error = list(&url, token).await.unwrap_err().to_string();
        assert!(error.contains(advice), "{error}");
    }
}

fn failure(code: &str) -> Value {
    json!({ "data": null, "errors": [{ "message": "no", "extensions": { "code": code } }] })
}
