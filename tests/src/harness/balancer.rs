//! A balancer as operators have one: passes connections on to replicas that say they are ready.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio_util::task::AbortOnDropHandle;

use super::client::Api;
use super::world::eventually;

/// How often replicas are asked.
const LOOK: Duration = Duration::from_millis(200);

/// A balancer. Connections by it end with it.
pub struct Balancer {
    port: u16,
    ready: Arc<Mutex<Vec<u16>>>,
    _tasks: [AbortOnDropHandle<()>; 2],
}

impl Balancer {
    /// Stands before the replicas at these ports.
    pub async fn before(replicas: Vec<u16>) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let ready = Arc::new(Mutex::new(Vec::new()));
        let tasks = [
            tokio::spawn(look(replicas, Arc::clone(&ready))),
            tokio::spawn(pass(listener, Arc::clone(&ready))),
        ];
        Self {
            port,
            ready,
            _tasks: tasks.map(AbortOnDropHandle::new),
        }
    }

    /// The API behind it.
    pub fn api(&self) -> Api {
        Api::new(&format!("http://127.0.0.1:{}", self.port))
    }

    /// Waits until so many replicas are ready.
    pub async fn has(&self, count: usize) {
        eventually("replicas are ready", async || {
            (self.ready.lock().unwrap().len() == count).then_some(())
        })
        .await;
    }
}

async fn look(replicas: Vec<u16>, ready: Arc<Mutex<Vec<u16>>>) {
    let replicas: Vec<_> = replicas
        .into_iter()
        .map(|port| (port, Api::new(&format!("http://127.0.0.1:{port}"))))
        .collect();
    loop {
        let mut found = Vec::new();
        for (port, api) in &replicas {
            let answer = api.get("/readyz").timeout(LOOK * 5).send().await;
            if answer.is_ok_and(|answer| answer.status().is_success()) {
                found.push(*port);
            }
        }
        *ready.lock().unwrap() = found;
        tokio::time::sleep(LOOK).await;
    }
}

/// Takes turns. What cannot be passed on is closed: the client sees it fail.
async fn pass(listener: TcpListener, ready: Arc<Mutex<Vec<u16>>>) {
    for turn in 0.. {
        let Ok((mut client, _)) = listener.accept().await else {
            return;
        };
        let replica = {
            let ready = ready.lock().unwrap();
            ready.get(turn % ready.len().max(1)).copied()
        };
        let Some(replica) = replica else {
            continue;
        };
        tokio::spawn(async move {
            if let Ok(mut replica) = TcpStream::connect(("127.0.0.1", replica)).await {
                let _ = copy_bidirectional(&mut client, &mut replica).await;
            }
        });
    }
}
