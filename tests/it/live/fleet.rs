//! Subscribers that come and go, over three API processes that are killed and started again: each
//! hears every event once and in order, whichever process it comes back to.

use std::process::Stdio;
use std::time::Duration;

use futures::future::join_all;
use futures::{SinkExt as _, StreamExt as _};
use rand::Rng as _;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::process::{Child, Command};
use tokio::time::{Instant, sleep, timeout_at};
use tokio_tungstenite::connect_async;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use wisplink_tests::harness::poller::Poller;
use wisplink_tests::harness::tenant::CURSORS;
use wisplink_tests::harness::token;
use wisplink_tests::harness::world::World;

/// How large the test is.
#[derive(Clone, Copy)]
struct Size {
    subscribers: usize,
    /// How long events happen, one poll of two clients every 50 ms.
    polls: i64,
    /// How long a subscriber stays, on average.
    stay: Duration,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_comes_and_goes_while_servers_are_killed_misses_nothing() {
    let size = Size {
        subscribers: 60,
        polls: 120,
        stay: Duration::from_secs(2),
    };
    run(size).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "takes a minute; run it with `make test-faults`"]
async fn five_hundred_who_come_and_go_while_servers_are_killed_miss_nothing() {
    let size = Size {
        subscribers: 500,
        polls: 600,
        stay: Duration::from_secs(10),
    };
    run(size).await;
}

async fn run(size: Size) {
    let world = World::start().await;
    let start = world.a.feed_cursor(&world.api).await;
    let poller = Poller::of(&world, &world.a).await;
    let mut fleet = Fleet::start(&world).await;
    let addresses = fleet.addresses.clone();
    let visitor = Visitor {
        token: world.a.viewer(),
        addresses,
        last: 2 * size.polls,
        stay: size.stay,
    };
    let visits =
        (0..size.subscribers).map(|_| tokio::spawn(visitor.clone().hear_all(start.clone())));
    let visits: Vec<_> = visits.collect();
    let feeding = async {
        for poll in 0..size.polls {
            poller
                .restless(0, poll..poll + 1, &[(0, -60), (1, -65)])
                .await;
            sleep(Duration::from_millis(50)).await;
        }
    };
    let third = Duration::from_millis(50) * u32::try_from(size.polls).unwrap() / 3;
    let killing = async {
        for victim in 0..2 {
            sleep(third).await;
            fleet.kill(victim).await;
            sleep(third / 4).await;
            fleet.revive(victim);
        }
    };
    tokio::join!(feeding, killing);
    let mut visited = 0;
    for told in join_all(visits).await {
        let told = told.unwrap();
        visited += told.visits;
        assert_eq!(told.faults, Vec::<String>::new());
    }
    eprintln!("{} subscribers, {visited} visits", size.subscribers);
    assert!(visited > size.subscribers, "nobody came back");
}

/// Three API processes.
struct Fleet {
    database: String,
    nats: String,
    addresses: Vec<String>,
    processes: Vec<Child>,
}

impl Fleet {
    async fn start(world: &World) -> Self {
        let mut fleet = Self {
            database: world.database.url(),
            nats: world.nats.url(),
            addresses: Vec::new(),
            processes: Vec::new(),
        };
        for _ in 0..3 {
            let free = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
            fleet.addresses.push(free.local_addr().unwrap().to_string());
        }
        for process in 0..3 {
            let child = fleet.serve(process);
            fleet.processes.push(child);
        }
        fleet
    }

    /// As the kernel kills: nothing is finished, nobody is told.
    async fn kill(&mut self, process: usize) {
        self.processes[process].kill().await.unwrap();
    }

    fn revive(&mut self, process: usize) {
        self.processes[process] = self.serve(process);
    }

    fn serve(&self, process: usize) -> Child {
        Command::new(env!("CARGO_BIN_EXE_under-test"))
            .args(["serve", "--log", "error"])
            .env("DATABASE_URL", &self.database)
            .env("NATS_URL", &self.nats)
            .env("WISPLINK_HTTP__LISTEN", &self.addresses[process])
            .env("WISPLINK_AUTH__HS256_SECRET", token::SECRET)
            .env("RUST_BACKTRACE", "0")
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .unwrap()
    }
}

/// Somebody who wants to hear all events up to the `last`.
#[derive(Clone)]
struct Visitor {
    token: String,
    addresses: Vec<String>,
    last: i64,
    stay: Duration,
}

#[derive(Default)]
struct Told {
    seq: i64,
    cursor: String,
    visits: usize,
    faults: Vec<String>,
}

impl Visitor {
    async fn hear_all(self, start: String) -> Told {
        let mut told = Told {
            cursor: start,
            ..Told::default()
        };
        let patience = Instant::now() + Duration::from_secs(90);
        while told.seq < self.last && told.faults.is_empty() {
            if Instant::now() > patience {
                told.faults.push(format!("stuck at event {}", told.seq));
            }
            let (address, stay) = {
                let mut random = rand::rng();
                let address = random.random_range(0..self.addresses.len());
                let stay = self.stay.mul_f64(2.0 * random.random::<f64>());
                (self.addresses[address].clone(), stay)
            };
            // A server that is not there, or goes: it tries another one.
            if self.visit(&address, stay, &mut told).await.is_none() {
                sleep(Duration::from_millis(50)).await;
            }
        }
        told
    }

    /// Listens for a while; None when the server fails it.
    async fn visit(&self, address: &str, stay: Duration, told: &mut Told) -> Option<()> {
        let mut request = format!("ws://{address}/graphql")
            .into_client_request()
            .unwrap();
        let protocol = "graphql-transport-ws".parse().unwrap();
        request
            .headers_mut()
            .insert("sec-websocket-protocol", protocol);
        let (mut socket, _) = connect_async(request).await.ok()?;
        let bearer = format!("Bearer {}", self.token);
        let payload = json!({ "query": CURSORS, "variables": { "after": told.cursor } });
        for message in [
            json!({ "type": "connection_init", "payload": { "authorization": bearer } }),
            json!({ "type": "subscribe", "id": "feed", "payload": payload }),
        ] {
            socket.send(Message::text(message.to_string())).await.ok()?;
        }
        told.visits += 1;
        let leave = Instant::now() + stay;
        while told.seq < self.last {
            let Ok(message) = timeout_at(leave, socket.next()).await else {
                // It goes without a word, as browsers do.
                return Some(());
            };
            if let Message::Text(text) = message?.ok()? {
                told.hear(&serde_json::from_str(&text).unwrap());
            }
        }
        Some(())
    }
}

impl Told {
    fn hear(&mut self, message: &Value) {
        if message["type"] == "connection_ack" {
            return;
        }
        let event = &message["payload"]["data"]["linkEvents"];
        let Some(cursor) = event["cursor"].as_str() else {
            self.faults.push(format!("not an event: {message}"));
            return;
        };
        let seq = api::live::cursor::FeedCursor::decode(cursor).unwrap().seq;
        if event.get("resetReason").is_none() && seq != self.seq + 1 {
            self.faults.push(format!("event {seq} behind {}", self.seq));
        }
        self.seq = seq;
        cursor.clone_into(&mut self.cursor);
    }
}
