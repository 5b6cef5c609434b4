//! Notices that the connection to NATS was lost and is back.
//!
//! An ordered consumer lives in the server's memory and may have gone with the server. The client
//! library finds out only after missing two heartbeats.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use async_nats::{Client, Statistics};

/// How often the count of connections is looked at; it is in memory.
const LOOK: Duration = Duration::from_millis(200);

/// The connection as it was at one moment.
pub(super) struct Connection {
    statistics: Arc<Statistics>,
    number: u64,
}

impl Connection {
    /// The connection that `client` has now.
    pub(super) fn of(client: &Client) -> Self {
        let statistics = client.statistics();
        let number = statistics.connects.load(Ordering::Relaxed);
        Self { statistics, number }
    }

    /// Waits until the client has another one.
    pub(super) async fn replaced(&self) {
        while self.statistics.connects.load(Ordering::Relaxed) == self.number {
            tokio::time::sleep(LOOK).await;
        }
    }
}
