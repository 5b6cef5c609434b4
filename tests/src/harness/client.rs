//! The API as a client sees it: HTTP with JSON, nothing of ours in between.

use reqwest::header::HeaderMap;
use reqwest::{Client, RequestBuilder, StatusCode};
use serde_json::{Value, json};

use super::subscriber::Subscriber;
use super::world::eventually;

/// Where the API is.
#[derive(Clone, Debug)]
pub struct Api {
    url: String,
    http: Client,
}

/// An answer, errors and all.
#[derive(Debug)]
pub struct Answer {
    /// HTTP's status.
    pub status: StatusCode,
    /// HTTP's headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: Value,
}

impl Api {
    /// The API at `url`, like `http://127.0.0.1:8080`.
    pub fn new(url: &str) -> Self {
        Self {
            url: url.to_owned(),
            http: plain(),
        }
    }

    /// `http://127.0.0.1:8080`
    pub fn url(&self) -> &str {
        &self.url
    }

    /// A request to `path`, still without anything.
    pub fn post(&self, path: &str) -> RequestBuilder {
        self.http.post(format!("{}{path}", self.url))
    }

    /// A request to `path`, still without anything.
    pub fn get(&self, path: &str) -> RequestBuilder {
        self.http.get(format!("{}{path}", self.url))
    }

    /// Runs an operation; its answer may hold errors.
    pub async fn ask(&self, token: &str, query: &str, variables: Value) -> Answer {
        let request = self.post("/graphql").bearer_auth(token);
        send(request.json(&json!({ "query": query, "variables": variables }))).await
    }

    /// Runs an operation and returns its answer to the letter.
    pub async fn text(&self, token: &str, query: &str, variables: Value) -> String {
        let request = self.post("/graphql").bearer_auth(token);
        let request = request.json(&json!({ "query": query, "variables": variables }));
        request.send().await.unwrap().text().await.unwrap()
    }

    /// Runs an operation and returns its data. Errors fail the test.
    pub async fn data(&self, token: &str, query: &str, variables: Value) -> Value {
        let answer = self.ask(token, query, variables).await;
        assert!(
            answer.body.get("errors").is_none(),
            "{query}\n{:#}",
            answer.body
        );
        answer.body["data"].clone()
    }

    /// Runs an operation that must fail; returns its first error's code and message.
    pub async fn error(&self, token: &str, query: &str, variables: Value) -> (String, String) {
        self.ask(token, query, variables).await.error()
    }

    /// What a counter stands at, as `/metrics` tells it; 0 when it has not counted yet.
    pub async fn counted(&self, series: &str) -> u64 {
        let metrics = self.get("/metrics").send().await.unwrap();
        let metrics = metrics.text().await.unwrap();
        let mut lines = metrics.lines();
        let count = lines.find_map(|line| line.strip_prefix(series)?.strip_prefix(' '));
        count.map_or(0, |count| count.parse().unwrap())
    }

    /// Waits until what happens comes in from NATS.
    pub async fn listens(&self) {
        eventually("the API listens to NATS", async || {
            (self.counted("wisplink_live_bound").await > 0).then_some(())
        })
        .await;
    }

    /// Opens a WebSocket on which nothing is said yet.
    pub async fn socket(&self) -> Subscriber {
        Subscriber::open(&self.url).await
    }

    /// Opens a WebSocket and is let in.
    pub async fn subscriber(&self, token: &str) -> Subscriber {
        let mut subscriber = self.socket().await;
        subscriber
            .init(json!({ "authorization": format!("Bearer {token}") }))
            .await;
        subscriber
    }
}

impl Answer {
    /// The first error's code and message.
    pub fn error(&self) -> (String, String) {
        let error = &self.body["errors"][0];
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        assert!(
            error["extensions"]["requestId"].is_string(),
            "{:#}",
            self.body
        );
        (text(&error["extensions"]["code"]), text(&error["message"]))
    }
}

/// A client that does without the system's certificates, which take their time to load.
fn plain() -> Client {
    let client = Client::builder().tls_built_in_root_certs(false);
    client.build().unwrap()
}

/// Sends a request and reads what comes back.
pub async fn send(request: RequestBuilder) -> Answer {
    let response = request.send().await.unwrap();
    let (status, headers) = (response.status(), response.headers().clone());
    let text = response.text().await.unwrap();
    let body = serde_json::from_str(&text).unwrap_or(Value::String(text));
    Answer {
        status,
        headers,
        body,
    }
}
