//! A WebSocket client that speaks `graphql-transport-ws`, as a browser's does.

use futures::{SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

use super::world::PATIENCE;

/// One open socket.
pub struct Subscriber {
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
}

/// What a socket brings next.
#[derive(Debug, PartialEq)]
pub enum Incoming {
    /// A message of the protocol.
    Message(Value),
    /// The other side closed, with this code and reason.
    Closed(u16, String),
}

impl Subscriber {
    /// Opens a socket to the API at `url`; nothing is said yet.
    pub async fn open(url: &str) -> Self {
        let address = format!("{}/graphql", url.replacen("http", "ws", 1));
        let mut request = address.into_client_request().unwrap();
        let protocol = "graphql-transport-ws".parse().unwrap();
        request
            .headers_mut()
            .insert("sec-websocket-protocol", protocol);
        let (socket, _) = connect_async(request).await.unwrap();
        Self { socket }
    }

    /// Says who it is, and is let in.
    pub async fn init(&mut self, payload: Value) {
        self.say(json!({ "type": "connection_init", "payload": payload }))
            .await;
        assert_eq!(
            self.hear().await,
            Incoming::Message(json!({ "type": "connection_ack" }))
        );
    }

    /// Starts an operation.
    pub async fn subscribe(&mut self, id: &str, query: &str, variables: Value) {
        let payload = json!({ "query": query, "variables": variables });
        self.say(json!({ "type": "subscribe", "id": id, "payload": payload }))
            .await;
    }

    /// Sends a message.
    pub async fn say(&mut self, message: Value) {
        self.say_text(&message.to_string()).await;
    }

    /// Sends any text.
    pub async fn say_text(&mut self, text: &str) {
        self.socket.send(Message::text(text)).await.unwrap();
    }

    /// The next message, or the close.
    pub async fn hear(&mut self) -> Incoming {
        tokio::time::timeout(PATIENCE, self.hear_any())
            .await
            .expect("the socket stayed silent")
    }

    /// The payload of the next `next` message. Anything else fails the test.
    pub async fn next(&mut self) -> Value {
        match self.hear().await {
            Incoming::Message(mut message) if message["type"] == "next" => {
                let payload = message["payload"].take();
                assert!(payload.get("errors").is_none(), "{payload:#}");
                payload["data"].clone()
            }
            other => panic!("not an answer: {other:?}"),
        }
    }

    /// The next `count` events of a `linkEvents` subscription.
    pub async fn events(&mut self, count: usize) -> Vec<Value> {
        let mut events = Vec::with_capacity(count);
        while events.len() < count {
            events.push(self.next().await["linkEvents"].take());
        }
        events
    }

    async fn hear_any(&mut self) -> Incoming {
        loop {
            match self.socket.next().await {
                Some(Ok(Message::Text(text))) => {
                    return Incoming::Message(serde_json::from_str(&text).unwrap());
                }
                Some(Ok(Message::Close(Some(frame)))) => {
                    return Incoming::Closed(frame.code.into(), frame.reason.to_string());
                }
                Some(Ok(Message::Close(None))) | None => return Incoming::Closed(0, String::new()),
                Some(Ok(_)) => {}
                Some(Err(error)) => return Incoming::Closed(0, error.to_string()),
            }
        }
    }
}
