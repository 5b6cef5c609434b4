//! A client of server-sent events, as `graphql-sse` reads them.

use reqwest::Response;
use serde_json::{Value, json};

use super::client::Api;
use super::world::PATIENCE;

/// One open stream.
pub struct EventStream {
    response: Response,
    unread: String,
}

/// One event: its kind, its id if it has one, and its data.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// `next` or `complete`.
    pub kind: String,
    /// The cursor.
    pub id: Option<String>,
    /// JSON; null when there is none.
    pub data: Value,
}

impl EventStream {
    /// Asks for `query`, behind the event `last` when it is given.
    pub async fn open(
        api: &Api,
        token: &str,
        query: &str,
        variables: Value,
        last: Option<&str>,
    ) -> Self {
        let mut request = api.post("/graphql").bearer_auth(token);
        request = request.header("accept", "text/event-stream");
        if let Some(last) = last {
            request = request.header("last-event-id", last);
        }
        let body = json!({ "query": query, "variables": variables });
        let response = request.json(&body).send().await.unwrap();
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        assert_eq!(response.headers()["cache-control"], "no-cache");
        Self {
            response,
            unread: String::new(),
        }
    }

    /// The next event; None when the stream has ended. Comments are passed over.
    pub async fn next(&mut self) -> Option<Event> {
        loop {
            if let Some((block, rest)) = self.unread.split_once("\n\n") {
                let (block, rest) = (block.to_owned(), rest.to_owned());
                self.unread = rest;
                if block != ":" {
                    return Some(Event::read(&block));
                }
                continue;
            }
            let chunk = tokio::time::timeout(PATIENCE, self.response.chunk()).await;
            let chunk = chunk.expect("the stream stayed silent").ok()??;
            self.unread += std::str::from_utf8(&chunk).unwrap();
        }
    }
}

impl Event {
    fn read(block: &str) -> Self {
        let field = |name: &str| {
            let mut lines = block.lines();
            lines.find_map(|line| line.strip_prefix(name)?.strip_prefix(':').map(str::trim))
        };
        let data = field("data").unwrap_or_default();
        Self {
            kind: field("event").unwrap_or("message").to_owned(),
            id: field("id").map(str::to_owned),
            data: serde_json::from_str(data).unwrap_or_default(),
        }
    }
}
