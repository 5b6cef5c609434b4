//! A WebSocket client that speaks `graphql-transport-ws`, as a browser's does.

use futures::{SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use tokio::io::{AsyncRead, AsyncReadExt as _};
use tokio::net::{TcpSocket, TcpStream};
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, client_async, connect_async};

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
        let protocol = ("sec-websocket-protocol", "graphql-transport-ws");
        Self::try_open(url, &[protocol]).await.unwrap()
    }

    /// Opens a socket with these headers, if the API lets it.
    pub async fn try_open(url: &str, headers: &[(&'static str, &str)]) -> Result<Self, Error> {
        let address = format!("{}/graphql", url.replacen("http", "ws", 1));
        let mut request = address.into_client_request().unwrap();
        for (name, value) in headers {
            request.headers_mut().insert(*name, value.parse().unwrap());
        }
        let (socket, _) = connect_async(request).await?;
        Ok(Self { socket })
    }

    /// Opens a socket for which the kernel keeps next to nothing that was not read.
    pub async fn open_narrow(url: &str) -> Self {
        let address = url.strip_prefix("http://").unwrap();
        let line = TcpSocket::new_v4().unwrap();
        line.set_recv_buffer_size(4 * 1024).unwrap();
        let line = line.connect(address.parse().unwrap()).await.unwrap();
        let mut request = format!("ws://{address}/graphql")
            .into_client_request()
            .unwrap();
        let protocol = "graphql-transport-ws".parse().unwrap();
        request
            .headers_mut()
            .insert("sec-websocket-protocol", protocol);
        let (socket, _) = client_async(request, MaybeTlsStream::Plain(line))
            .await
            .unwrap();
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

    /// Sends a message, if the other side is still there.
    pub async fn try_say(&mut self, message: &Value) -> Option<()> {
        let sent = self.socket.send(Message::text(message.to_string()));
        sent.await.ok()
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

    /// Reads on without answering pings, as a program that hangs does, until the other side closes.
    /// Returns the close's code.
    pub async fn closed_in_silence(self) -> u16 {
        let mut line = self.socket.into_inner();
        loop {
            let (kind, body) = frame(&mut line).await;
            // A close's body begins with its code.
            if kind == 0x8 {
                return u16::from_be_bytes([body[0], body[1]]);
            }
        }
    }

    /// The next message, to the letter.
    pub async fn text(&mut self) -> String {
        let next = async {
            loop {
                match self.socket.next().await {
                    Some(Ok(Message::Text(text))) => return text.to_string(),
                    Some(Ok(Message::Ping(_))) => {}
                    other => panic!("not a message: {other:?}"),
                }
            }
        };
        let next = tokio::time::timeout(PATIENCE, next);
        next.await.expect("the socket stayed silent")
    }

    /// The code and the reason of the close, whatever comes before it.
    pub async fn closed(&mut self) -> (u16, String) {
        loop {
            if let Incoming::Closed(code, reason) = self.hear().await {
                return (code, reason);
            }
        }
    }

    /// The code and the message of the next `error` message's first error.
    pub async fn refused(&mut self) -> (String, String) {
        match self.hear().await {
            Incoming::Message(message) if message["type"] == "error" => {
                let error = &message["payload"][0];
                let text = |value: &Value| value.as_str().unwrap().to_owned();
                (text(&error["extensions"]["code"]), text(&error["message"]))
            }
            other => panic!("not refused: {other:?}"),
        }
    }

    /// The payload of the next `next` message. Anything else fails the test.
    pub async fn next(&mut self) -> Value {
        answer(self.hear().await)
    }

    /// As [`next`](Self::next), with the errors beside the data, if there are any.
    pub async fn partial(&mut self) -> Value {
        payload(self.hear().await)
    }

    /// As [`next`](Self::next), however long it takes.
    pub async fn next_at_last(&mut self) -> Value {
        answer(self.hear_any().await)
    }

    /// The payload of a `next` message, if one is there already.
    pub async fn ready(&mut self) -> Option<Value> {
        let instant = std::time::Duration::from_millis(1);
        let message = tokio::time::timeout(instant, self.hear_any()).await.ok()?;
        Some(payload(message)["data"].take())
    }

    /// The next `count` events of a `linkEvents` subscription.
    pub async fn events(&mut self, count: usize) -> Vec<Value> {
        let mut events = Vec::with_capacity(count);
        while events.len() < count {
            events.push(self.next().await["linkEvents"].take());
        }
        events
    }

    /// As [`hear`](Self::hear), however long it takes.
    pub async fn hear_at_last(&mut self) -> Incoming {
        self.hear_any().await
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

/// A frame as servers send it, whole and not masked: its kind and its body.
async fn frame(line: &mut (impl AsyncRead + Unpin)) -> (u8, Vec<u8>) {
    let [head, length] = [line.read_u8().await.unwrap(), line.read_u8().await.unwrap()];
    let length = match length {
        126 => line.read_u16().await.unwrap().into(),
        127 => line.read_u64().await.unwrap(),
        short => short.into(),
    };
    let mut body = vec![0; usize::try_from(length).unwrap()];
    line.read_exact(&mut body).await.unwrap();
    (head & 0x0f, body)
}

/// The data of an answer without errors.
fn answer(incoming: Incoming) -> Value {
    let mut payload = payload(incoming);
    assert!(payload.get("errors").is_none(), "{payload:#}");
    payload["data"].take()
}

/// What a `next` message brings.
fn payload(incoming: Incoming) -> Value {
    match incoming {
        Incoming::Message(mut message) if message["type"] == "next" => message["payload"].take(),
        other => panic!("not an answer: {other:?}"),
    }
}
