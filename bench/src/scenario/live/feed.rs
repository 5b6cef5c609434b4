//! Sockets that follow the feeds of tenants, and a clock at the end of each.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use futures::StreamExt as _;
use tokio::task::JoinSet;

use crate::failure::{Doing as _, Failure};
use crate::histogram::Histogram;
use crate::socket::Socket;
use crate::token;

/// What a list of events on a screen shows.
pub(super) const FEED: &str = "subscription Feed { linkEvents { ... on LinkEvent { cursor at recordedAt \
    fromState toState reason signalStrength clientMac linkId } } }";
/// How long events may go on coming, and how long none must come to say that they stopped.
const SETTLED: (Duration, Duration) = (Duration::from_mins(1), Duration::from_secs(1));
/// Sockets opened at the same time.
const AT_ONCE: usize = 64;

/// The moment in an event from which its way is measured.
#[derive(Clone, Copy, Debug)]
pub(super) enum Since {
    /// The poll was published.
    Sampled,
    /// The transaction with the event began: a little before its commit.
    Recorded,
}

/// Sockets that listen. They end when this is dropped.
pub(super) struct Feeds {
    listeners: JoinSet<Failure>,
    heard: Arc<Heard>,
}

/// What all sockets heard together.
struct Heard {
    since: Since,
    ways: Histogram,
    /// By socket.
    counts: Vec<AtomicU64>,
}

/// Opens a socket for each of `tenants`, let in and with `query` running when there is one.
pub(super) async fn open(
    address: SocketAddr,
    tenants: impl Iterator<Item = u32>,
    query: Option<&str>,
) -> Result<Vec<Socket>, Failure> {
    let opening = futures::stream::iter(tenants).map(|tenant| async move {
        let token = token::of(tenant)?;
        let mut socket = Socket::open(address, &token)
            .await
            .doing("opening a socket")?;
        if let Some(query) = query {
            socket.subscribe("1", query).await.doing("subscribing")?;
        }
        Ok(socket)
    });
    let opened: Vec<Result<Socket, Failure>> = opening.buffered(AT_ONCE).collect().await;
    opened.into_iter().collect()
}

impl Feeds {
    /// Listens on `sockets`.
    pub(super) fn listen(sockets: Vec<Socket>, since: Since) -> Self {
        let heard = Arc::new(Heard {
            since,
            ways: Histogram::new(),
            counts: sockets.iter().map(|_| AtomicU64::new(0)).collect(),
        });
        let mut listeners = JoinSet::new();
        for (number, socket) in sockets.into_iter().enumerate() {
            listeners.spawn(listen(socket, number, Arc::clone(&heard)));
        }
        Self { listeners, heard }
    }

    /// Waits until no socket has heard anything for a second.
    pub(super) async fn settled(&mut self) -> Result<(), Failure> {
        let deadline = Instant::now() + SETTLED.0;
        let mut before = u64::MAX;
        while before != self.heard.ways.count() {
            before = self.heard.ways.count();
            if Instant::now() > deadline {
                return Err(Failure::new("events do not stop coming"));
            }
            tokio::time::sleep(SETTLED.1).await;
            self.check()?;
        }
        Ok(())
    }

    /// Forgets what was heard so far.
    pub(super) fn clear(&self) {
        self.heard.ways.clear();
        for count in &self.heard.counts {
            count.store(0, Ordering::Relaxed);
        }
    }

    /// How many events each socket has heard, in the order of the sockets.
    pub(super) fn counts(&self) -> Vec<u64> {
        let counts = self.heard.counts.iter();
        counts.map(|count| count.load(Ordering::Relaxed)).collect()
    }

    /// How long they were on their way.
    pub(super) fn ways(&self) -> &Histogram {
        &self.heard.ways
    }

    /// Fails when a socket has ended, which none should.
    fn check(&mut self) -> Result<(), Failure> {
        match self.listeners.try_join_next() {
            None => Ok(()),
            Some(ended) => Err(ended.doing("waiting for a socket")?),
        }
    }
}

async fn listen(mut socket: Socket, number: usize, heard: Arc<Heard>) -> Failure {
    loop {
        let message = match socket.next().await {
            Ok(message) => message,
            Err(error) => return Failure::new(format_args!("a socket ended: {error}")),
        };
        let now = Utc::now().timestamp_micros();
        let Some(then) = time(message, heard.since) else {
            let message = String::from_utf8_lossy(message);
            return Failure::new(format_args!("not an event: {message}"));
        };
        heard.ways.add(now - then);
        heard.counts[number].fetch_add(1, Ordering::Relaxed);
    }
}

/// Microseconds since 1970 of the time that counts, read without reading the whole message.
fn time(message: &[u8], since: Since) -> Option<i64> {
    let field: &[u8] = match since {
        Since::Sampled => br#""at":""#,
        Since::Recorded => br#""recordedAt":""#,
    };
    let start = message
        .windows(field.len())
        .position(|text| text == field)?
        + field.len();
    let length = message[start..].iter().position(|byte| *byte == b'"')?;
    let text = std::str::from_utf8(&message[start..start + length]).ok()?;
    Some(DateTime::parse_from_rfc3339(text).ok()?.timestamp_micros())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_time_is_found_in_an_event() {
        let message =
            br#"{"at":"1970-01-01T00:00:01.5+00:00","recordedAt":"1970-01-01T00:00:02Z"}"#;
        assert_eq!(time(message, Since::Sampled), Some(1_500_000));
        assert_eq!(time(message, Since::Recorded), Some(2_000_000));
        assert_eq!(time(b"{}", Since::Recorded), None);
    }
}
