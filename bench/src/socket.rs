//! A lean subscriber: speaks `graphql-transport-ws`, and does little more with a message than to hand
//! it on.

use std::io;
use std::net::SocketAddr;
use std::ops::Range;

use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// What a server sends in one frame, at most.
const LARGEST: usize = 1 << 15;
/// The length that says that two bytes with the length follow.
const TWO_BYTES: u8 = 0x7e;
const TEXT: u8 = 1;
const CLOSE: u8 = 8;
const PING: u8 = 9;
const PONG: u8 = 10;

/// An open socket.
pub(crate) struct Socket {
    stream: TcpStream,
    buffer: Vec<u8>,
    /// What of the buffer has been handed on.
    done: usize,
}

/// One frame in the buffer.
struct Frame {
    kind: u8,
    payload: Range<usize>,
}

impl Socket {
    /// Opens a socket, and is let in.
    pub(crate) async fn open(address: SocketAddr, token: &str) -> io::Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        let mut socket = Self {
            stream,
            buffer: Vec::with_capacity(2 * 1024),
            done: 0,
        };
        let request = format!(
            "GET /graphql HTTP/1.1\r\nhost: {address}\r\nconnection: upgrade\r\nupgrade: websocket\r\n\
             sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\
             sec-websocket-protocol: graphql-transport-ws\r\n\r\n"
        );
        socket.stream.write_all(request.as_bytes()).await?;
        socket.upgraded().await?;
        let bearer = format!("Bearer {token}");
        let init = json!({ "type": "connection_init", "payload": { "authorization": bearer } });
        socket.say(&init.to_string()).await?;
        let answer = socket.next().await?;
        if answer.starts_with(br#"{"type":"connection_ack""#) {
            return Ok(socket);
        }
        Err(io::Error::other(String::from_utf8_lossy(answer)))
    }

    /// Starts an operation.
    pub(crate) async fn subscribe(&mut self, id: &str, query: &str) -> io::Result<()> {
        let subscribe = json!({ "type": "subscribe", "id": id, "payload": { "query": query } });
        self.say(&subscribe.to_string()).await
    }

    /// The next message. Pings are answered meanwhile. Safe to cancel: nothing is lost.
    pub(crate) async fn next(&mut self) -> io::Result<&[u8]> {
        loop {
            let Some(Frame { kind, payload }) = self.frame()? else {
                self.fill().await?;
                continue;
            };
            self.done = payload.end;
            match kind {
                TEXT if self.buffer[payload.clone()].starts_with(br#"{"type":"ping""#) => {
                    self.say(r#"{"type":"pong"}"#).await?;
                }
                TEXT => return Ok(&self.buffer[payload]),
                PING => {
                    let payload = self.buffer[payload].to_vec();
                    self.send(PONG, &payload).await?;
                }
                CLOSE => {
                    let why = String::from_utf8_lossy(&self.buffer[payload]).into_owned();
                    return Err(io::Error::other(format!("closed: {why}")));
                }
                _ => {}
            }
        }
    }

    async fn upgraded(&mut self) -> io::Result<()> {
        loop {
            self.fill().await?;
            let end = self
                .buffer
                .windows(4)
                .position(|bytes| bytes == b"\r\n\r\n");
            if let Some(end) = end {
                if self.buffer.starts_with(b"HTTP/1.1 101") {
                    self.done = end + 4;
                    return Ok(());
                }
                return Err(io::Error::other(String::from_utf8_lossy(&self.buffer)));
            }
        }
    }

    /// The frame at the front, when it is whole. A server does not mask.
    fn frame(&self) -> io::Result<Option<Frame>> {
        let [first, second, rest @ ..] = &self.buffer[self.done..] else {
            return Ok(None);
        };
        let (head, length) = match (second & 0x7f, rest) {
            (126, [high, low, ..]) => (4, usize::from(u16::from_be_bytes([*high, *low]))),
            (126, _) => return Ok(None),
            (127, _) => return Err(too_large()),
            (length, _) => (2, usize::from(length)),
        };
        if length > LARGEST {
            return Err(too_large());
        }
        let start = self.done + head;
        let payload = start..start + length;
        let kind = first & 0x0f;
        Ok((payload.end <= self.buffer.len()).then_some(Frame { kind, payload }))
    }

    async fn fill(&mut self) -> io::Result<()> {
        self.buffer.drain(..self.done);
        self.done = 0;
        match self.stream.read_buf(&mut self.buffer).await? {
            0 => Err(io::ErrorKind::UnexpectedEof.into()),
            _ => Ok(()),
        }
    }

    async fn say(&mut self, text: &str) -> io::Result<()> {
        self.send(TEXT, text.as_bytes()).await
    }

    /// A client masks, be it with zeroes.
    async fn send(&mut self, kind: u8, payload: &[u8]) -> io::Result<()> {
        let mut frame = vec![0x80 | kind];
        match u16::try_from(payload.len()) {
            Ok(length) if length < 126 => frame.push(0x80 | length.to_be_bytes()[1]),
            Ok(length) => {
                frame.push(0x80 | TWO_BYTES);
                frame.extend(length.to_be_bytes());
            }
            Err(_) => return Err(io::Error::other("too much for one message")),
        }
        frame.extend([0; 4]);
        frame.extend(payload);
        self.stream.write_all(&frame).await
    }
}

fn too_large() -> io::Error {
    io::Error::other("a frame larger than any that is expected")
}
