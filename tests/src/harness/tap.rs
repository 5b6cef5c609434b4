//! A tap on the line to PostgreSQL: it passes everything on and keeps the statements that went by.
//!
//! It reads the protocol itself, so it counts what is really sent: neither the program nor the
//! server is asked. The line must not be encrypted.

use std::collections::HashMap;
use std::io;
use std::sync::{Arc, Mutex, PoisonError};

use sqlx::ConnectOptions as _;
use sqlx::postgres::PgConnectOptions;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio_util::task::AbortOnDropHandle;

use super::world::{Replica, World, eventually};

/// A tapped line. It is cut when this is dropped.
#[derive(Debug)]
pub struct Tap {
    url: String,
    heard: Heard,
    is_cut: watch::Sender<bool>,
    _line: AbortOnDropHandle<()>,
}

type Heard = Arc<Mutex<Talk>>;

/// What the client said.
#[derive(Debug, Default)]
struct Talk {
    statements: Vec<String>,
    asked: usize,
}

impl Tap {
    /// A line to the server of `url`.
    pub async fn on(url: &str) -> Self {
        let server: PgConnectOptions = url.parse().unwrap();
        let to = (server.get_host().to_owned(), server.get_port());
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let heard = Heard::default();
        let (is_cut, cut) = watch::channel(false);
        let line = tokio::spawn(listen(listener, to, Arc::clone(&heard), cut));
        Self {
            url: server.host("127.0.0.1").port(port).to_url_lossy().into(),
            heard,
            is_cut,
            _line: AbortOnDropHandle::new(line),
        }
    }

    /// The server's address by way of the tap.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Cuts the line: whoever is connected is not any more, and nobody gets through.
    pub fn cut(&self) {
        self.is_cut.send_replace(true);
    }

    /// Mends the line.
    pub fn mend(&self) {
        self.is_cut.send_replace(false);
    }

    /// The statements since it was last asked, in the order of their sending. What is sent in one
    /// simple query counts as one; the end of a transaction does not count.
    pub fn take(&self) -> Vec<String> {
        let mut heard = self.heard.lock().unwrap_or_else(PoisonError::into_inner);
        let mut statements = std::mem::take(&mut heard.statements);
        statements.retain(|statement| !matches!(statement.as_str(), "ROLLBACK" | "COMMIT"));
        statements
    }

    /// How often the client has asked the server to answer since this was last asked. For each it
    /// waits for the line's whole way, unless it asks twice in one piece.
    pub fn take_asked(&self) -> usize {
        let mut heard = self.heard.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::take(&mut heard.asked)
    }
}

/// An API that reaches its database through a tap, and has asked it what it asks at its start.
pub async fn tapped(world: &World) -> (Tap, Replica) {
    let tap = Tap::on(&world.database.url()).await;
    let mut config = world.config.clone();
    config.database.url = tap.url().into();
    let replica = world.start_replica_with(config).await;
    let mut heard = Vec::new();
    eventually("all pools have looked at the walls", async || {
        heard.extend(tap.take());
        let looks = heard.iter().filter(|sent| sent.contains("FROM pg_policy"));
        (looks.count() == 3).then_some(())
    })
    .await;
    (tap, replica)
}

async fn listen(
    listener: TcpListener,
    to: (String, u16),
    heard: Heard,
    cut: watch::Receiver<bool>,
) {
    let mut connections = tokio::task::JoinSet::new();
    while let Ok((client, _)) = listener.accept().await {
        let (to, heard, mut cut) = (to.clone(), Arc::clone(&heard), cut.clone());
        connections.spawn(async move {
            let server = TcpStream::connect(to).await?;
            server.set_nodelay(true)?;
            client.set_nodelay(true)?;
            let (mut from_server, to_server) = server.into_split();
            let (from_client, mut to_client) = client.into_split();
            tokio::select! {
                _ = cut.wait_for(|cut| *cut) => Ok(()),
                ended = overhear(from_client, to_server, heard) => ended,
                ended = tokio::io::copy(&mut from_server, &mut to_client) => ended.map(|_| ()),
            }
        });
    }
}

/// Passes on what the client says. Its first message has no type; each later one begins with it.
async fn overhear(
    mut client: OwnedReadHalf,
    mut server: OwnedWriteHalf,
    heard: Heard,
) -> io::Result<()> {
    let startup = message(&mut client).await?;
    server.write_all(&startup).await?;
    let mut prepared = HashMap::new();
    loop {
        let kind = client.read_u8().await?;
        let message = message(&mut client).await?;
        let statement = statement(kind, &message[4..], &mut prepared);
        {
            let mut heard = heard.lock().unwrap_or_else(PoisonError::into_inner);
            heard.statements.extend(statement);
            // A simple query, a Sync or a Flush.
            heard.asked += usize::from(matches!(kind, b'Q' | b'S' | b'H'));
        }
        server.write_all(&[&[kind], &message[..]].concat()).await?;
    }
}

/// A length, itself included, and as many bytes.
async fn message(client: &mut OwnedReadHalf) -> io::Result<Vec<u8>> {
    let length = client.read_u32().await?;
    let mut message = length.to_be_bytes().to_vec();
    message.resize(length as usize, 0);
    client.read_exact(&mut message[4..]).await?;
    Ok(message)
}

/// The statement that a message runs. One that is prepared counts when it is bound.
fn statement(kind: u8, body: &[u8], prepared: &mut HashMap<String, String>) -> Option<String> {
    let mut texts = body
        .split(|byte| *byte == 0)
        .map(|text| String::from_utf8_lossy(text).into_owned());
    let mut text = || texts.next().unwrap_or_default();
    match kind {
        b'Q' => Some(text()),
        b'P' => {
            let name = text();
            prepared.insert(name, text());
            None
        }
        b'B' => {
            let _portal = text();
            prepared.get(&text()).cloned()
        }
        _ => None,
    }
}
