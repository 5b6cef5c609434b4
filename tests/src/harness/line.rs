//! A line between a program and a server that can be cut, held, delayed and narrowed.

use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{mpsc, watch};
use tokio::time::{Instant, sleep, sleep_until};
use tokio_util::task::AbortOnDropHandle;

/// How bytes pass, both ways.
#[derive(Clone, Copy, Debug, Default)]
pub struct Quality {
    /// Nothing passes; connections stay open.
    pub is_held: bool,
    /// Each byte comes so much later.
    pub delay: Duration,
    /// Bytes a second of a connection, one way; none: as many as there are.
    pub rate: Option<u32>,
}

/// What all connections look at.
#[derive(Clone, Copy, Debug, Default)]
struct Orders {
    quality: Quality,
    /// Grows with each cut.
    cuts: u64,
}

/// A line. It is cut when this is dropped.
#[derive(Debug)]
pub struct Line {
    port: u16,
    orders: watch::Sender<Orders>,
    _task: AbortOnDropHandle<()>,
}

impl Line {
    /// A line to a server on this machine.
    pub async fn to(server: u16) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let orders = watch::Sender::new(Orders::default());
        let task = tokio::spawn(accept(listener, server, orders.clone()));
        Self {
            port,
            orders,
            _task: AbortOnDropHandle::new(task),
        }
    }

    /// `url`, by way of this line.
    pub fn instead_of(&self, url: &str) -> String {
        let server = port_of(url);
        url.replacen(&format!(":{server}"), &format!(":{}", self.port), 1)
    }

    /// Cuts all connections there are.
    pub fn cut(&self) {
        self.orders.send_modify(|orders| orders.cuts += 1);
    }

    /// From now on bytes pass like this.
    pub fn set(&self, quality: Quality) {
        self.orders.send_modify(|orders| orders.quality = quality);
    }

    /// Lets nothing pass for a while. What waits then is cut, as by a router that has forgotten it.
    pub async fn hold(&self, long: Duration) {
        self.set(Quality {
            is_held: true,
            ..Quality::default()
        });
        sleep(long).await;
        self.cut();
        self.set(Quality::default());
    }
}

/// The port in an address like `nats://127.0.0.1:4222` or `postgres://wisplink@127.0.0.1:5432/x`.
pub fn port_of(url: &str) -> u16 {
    let (_, rest) = url.rsplit_once(':').unwrap();
    let digits = rest.split(|other: char| !other.is_ascii_digit()).next();
    digits.unwrap().parse().unwrap()
}

async fn accept(listener: TcpListener, server: u16, orders: watch::Sender<Orders>) {
    while let Ok((program, _)) = listener.accept().await {
        let orders = orders.subscribe();
        tokio::spawn(async move {
            let to = SocketAddr::from(([127, 0, 0, 1], server));
            // A server that is away is away on this line, too: the connection ends.
            if let Ok(server) = TcpStream::connect(to).await {
                connect(program, server, orders).await;
            }
        });
    }
}

async fn connect(program: TcpStream, server: TcpStream, mut orders: watch::Receiver<Orders>) {
    for end in [&program, &server] {
        let _ = end.set_nodelay(true);
    }
    let cuts = orders.borrow().cuts;
    let (from_program, to_program) = program.into_split();
    let (from_server, to_server) = server.into_split();
    tokio::select! {
        () = carry(from_program, to_server, orders.clone()) => {}
        () = carry(from_server, to_program, orders.clone()) => {}
        _ = orders.wait_for(|orders| orders.cuts > cuts) => {}
    }
}

/// Carries bytes one way, until either side is gone.
async fn carry(from: OwnedReadHalf, to: OwnedWriteHalf, orders: watch::Receiver<Orders>) {
    let (on_their_way, arriving) = mpsc::channel(256);
    tokio::select! {
        () = send(from, on_their_way, orders.clone()) => {}
        () = deliver(arriving, to, orders) => {}
    }
}

type Bytes = (Instant, Vec<u8>);

async fn send(
    mut from: OwnedReadHalf,
    on_their_way: mpsc::Sender<Bytes>,
    orders: watch::Receiver<Orders>,
) {
    let mut buffer = vec![0; 16 * 1024];
    loop {
        match from.read(&mut buffer).await {
            // What is on its way still arrives.
            Ok(0) | Err(_) => {
                drop(on_their_way);
                return std::future::pending().await;
            }
            Ok(length) => {
                let due = Instant::now() + orders.borrow().quality.delay;
                let bytes = buffer[..length].to_vec();
                if on_their_way.send((due, bytes)).await.is_err() {
                    return;
                }
            }
        }
    }
}

async fn deliver(
    mut arriving: mpsc::Receiver<Bytes>,
    mut to: OwnedWriteHalf,
    mut orders: watch::Receiver<Orders>,
) {
    while let Some((due, bytes)) = arriving.recv().await {
        sleep_until(due).await;
        let open = orders.wait_for(|orders| !orders.quality.is_held).await;
        let Ok(rate) = open.map(|orders| orders.quality.rate) else {
            return;
        };
        if let Some(rate) = rate {
            let bytes = u32::try_from(bytes.len()).unwrap();
            sleep(Duration::from_secs(1) * bytes / rate).await;
        }
        if to.write_all(&bytes).await.is_err() {
            return;
        }
    }
}
