//! The reader of one source: takes the lease, reads, and gives the lease back.
//!
//! # Invariants
//! - After any trouble with the stream a new consumer is bound behind the last message read. Until
//!   there is one, messages are read without.

use std::sync::Arc;
use std::time::Duration;

use async_nats::jetstream;
use tokio_util::sync::CancellationToken;
use tokio_util::task::AbortOnDropHandle;

use super::gauges::Gauges;
use super::heard::Heard;
use super::keeper::{Current, keep};
use crate::dead_letter::DeadLetters;
use crate::decode::Kind;
use crate::lanes::breaker::{Breaker, pause};
use crate::lanes::queue::Queue;
use crate::position::lease::{Lease, Position};
use crate::settings::Source;

/// How long a reading must have gone well for trouble to count as new.
const STEADY: Duration = Duration::from_secs(10);
/// How long to wait before binding again, at most: who waits longer hears of a new leader later.
const PAUSE: Duration = Duration::from_secs(1);
/// How long to wait at the end until everything read is applied.
const DRAIN: Duration = Duration::from_secs(20);

/// Reads one source.
pub struct Reader {
    /// The stream and subject.
    pub source: Source,
    /// What is read there.
    pub kind: Kind,
    /// The connection.
    pub jetstream: jetstream::Context,
    /// The right to read.
    pub lease: Lease,
    /// Where messages go.
    pub queue: Arc<Queue>,
    /// Tells of trouble with the database.
    pub breaker: Breaker,
    /// Where messages go that are refused.
    pub dead_letters: DeadLetters,
    /// Tells whether the source is heard as it speaks.
    pub heard: Heard,
}

impl Reader {
    /// Reads, or stands by, until `shutdown`. Returns when what was read is applied and the
    /// position is written down.
    pub async fn run(self, shutdown: CancellationToken) {
        Gauges::absent(self.kind);
        while !shutdown.is_cancelled() {
            let Some(position) = self.stand_by(&shutdown).await else {
                return;
            };
            tracing::info!(source = %self.source.name(), seq = position.next_seq, "reading");
            let (lost, stop) = (CancellationToken::new(), CancellationToken::new());
            let current = Current::default();
            let keeper = AbortOnDropHandle::new(tokio::spawn(keep(
                self.lease.clone(),
                current.clone(),
                Gauges::of(self.kind),
                lost.clone(),
                stop.clone(),
            )));
            tokio::select! {
                () = self.read(position, &current) => {}
                () = lost.cancelled() => {
                    tracing::warn!(source = %self.source.name(), "the lease was lost; standing by");
                }
                () = shutdown.cancelled() => self.drain(&current).await,
            }
            self.heard.nothing();
            stop.cancel();
            // It ends by itself; a panic in it was reported when it happened.
            let written = keeper.await.ok().flatten();
            if shutdown.is_cancelled() {
                self.hand_over(written, &current).await;
            }
        }
    }

    /// Waits for the lease. None: shutdown.
    async fn stand_by(&self, shutdown: &CancellationToken) -> Option<Position> {
        loop {
            match self.lease.take().await {
                Ok(Some(position)) => return Some(position),
                Ok(None) => {
                    tracing::debug!(source = %self.source.name(), "another worker reads; standing by");
                }
                Err(error) => {
                    tracing::warn!(%error, source = %self.source.name(), "the lease cannot be had; trying again");
                }
            }
            tokio::select! {
                () = shutdown.cancelled() => return None,
                () = tokio::time::sleep(self.lease.duration() / 3) => {}
            }
        }
    }

    async fn drain(&self, current: &Current) {
        let Some(reading) = current.get() else { return };
        if tokio::time::timeout(DRAIN, reading.drained())
            .await
            .is_err()
        {
            tracing::warn!(source = %self.source.name(), "not everything that was read is stored; it will be read again");
        }
    }

    async fn hand_over(&self, written: Option<Position>, current: &Current) {
        let renewed = self.lease.renew(written, current.position()).await;
        if let Err(error) = renewed.and(self.lease.release().await) {
            tracing::warn!(%error, source = %self.source.name(), "the position was not written down; a few messages will be read again");
        }
    }

    /// Reads for ever, binding anew after any trouble.
    async fn read(&self, position: Position, current: &Current) {
        let mut attempt = 0;
        loop {
            let began = tokio::time::Instant::now();
            let Err(error) = Box::pin(self.read_once(position, current)).await;
            self.heard.nothing();
            let source = self.kind.as_str();
            metrics::counter!("wisplink_ingest_rebind_total", "source" => source).increment(1);
            let cause = std::error::Error::source(&error).map(ToString::to_string);
            tracing::warn!(source = %self.source.name(), %error, cause, "reading was interrupted; binding again");
            attempt = if began.elapsed() > STEADY {
                0
            } else {
                attempt + 1
            };
            let pause = tokio::time::sleep(pause(attempt).min(PAUSE));
            self.meanwhile(current, pause).await;
        }
    }
}
