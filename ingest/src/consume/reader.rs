//! The reader of one source: takes the lease, reads in order, decodes, and fills the lanes.
//!
//! # Invariants
//! - What cannot be decoded is reported and passed; nothing a poller sends stops the reader.
//! - After any trouble with the stream a new consumer is bound behind the last message read.

use std::sync::Arc;
use std::time::Duration;

use async_nats::jetstream;
use async_nats::jetstream::consumer::DeliverPolicy;
use async_nats::jetstream::consumer::pull::{Ordered, OrderedConfig};
use async_nats::jetstream::stream::{RawMessageErrorKind, Stream};
use chrono::{DateTime, Utc};
use futures::StreamExt as _;
use tokio_util::sync::CancellationToken;
use tokio_util::task::AbortOnDropHandle;

use super::keeper::{Current, Reading, keep};
use super::start::{StreamState, start};
use crate::decode::{Kind, decode};
use crate::lanes::breaker::{Breaker, pause};
use crate::lanes::queue::{Job, Queue};
use crate::position::lease::{Lease, Position};
use crate::position::progress::Progress;
use crate::reject;
use crate::settings::Source;

/// How often the stream itself is looked at: an ordered consumer does not notice that its stream
/// was deleted and created again.
const WATCH: Duration = Duration::from_secs(10);
/// How long to wait at the end until everything read is applied.
const DRAIN: Duration = Duration::from_secs(20);

type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// Why reading was interrupted.
#[derive(Debug, thiserror::Error)]
enum ReadError {
    #[error("looking up stream {0}; `wisplink streams apply` creates it")]
    Stream(String, #[source] BoxError),
    #[error("binding a consumer")]
    Bind(#[source] BoxError),
    #[error("reading")]
    Read(#[source] BoxError),
    #[error("the consumer ended")]
    Ended,
    #[error("the stream is not the one that was bound")]
    Replaced,
}

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
}

impl Reader {
    /// Reads, or stands by, until `shutdown`. Returns when what was read is applied and the
    /// position is written down.
    pub async fn run(self, shutdown: CancellationToken) {
        while !shutdown.is_cancelled() {
            let Some(position) = self.stand_by(&shutdown).await else {
                return;
            };
            tracing::info!(source = %self.source.name(), next_seq = position.next_seq, "reading");
            let (lost, stop) = (CancellationToken::new(), CancellationToken::new());
            let current = Current::default();
            let keeper = AbortOnDropHandle::new(tokio::spawn(keep(
                self.lease.clone(),
                current.clone(),
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
            stop.cancel();
            // It ends by itself; a panic in it was reported when it happened.
            let _ = keeper.await;
            if shutdown.is_cancelled() {
                self.hand_over(&current).await;
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
        if tokio::time::timeout(DRAIN, reading.progress.drained())
            .await
            .is_err()
        {
            tracing::warn!(source = %self.source.name(), "not everything that was read is stored; it will be read again");
        }
    }

    async fn hand_over(&self, current: &Current) {
        let written = self.lease.renew(current.position()).await;
        if let Err(error) = written.and(self.lease.release().await) {
            tracing::warn!(%error, source = %self.source.name(), "the position was not written down; a few messages will be read again");
        }
    }

    /// Reads for ever, binding anew after any trouble.
    async fn read(&self, mut position: Position, current: &Current) {
        let mut attempt = 0;
        loop {
            let began = tokio::time::Instant::now();
            let Err(error) = self.read_once(position, current).await;
            metrics::counter!("wisplink_ingest_rebind_total").increment(1);
            let cause = std::error::Error::source(&error).map(ToString::to_string);
            tracing::warn!(source = %self.source.name(), %error, cause, "reading was interrupted; binding again");
            if let Some(reading) = current.get() {
                position = Position {
                    stream_created: Some(reading.stream_created),
                    next_seq: reading.progress.next(),
                };
            }
            attempt = if began.elapsed() > WATCH {
                0
            } else {
                attempt + 1
            };
            tokio::time::sleep(pause(attempt)).await;
        }
    }

    async fn read_once(
        &self,
        position: Position,
        current: &Current,
    ) -> Result<std::convert::Infallible, ReadError> {
        let name = &self.source.stream;
        let mut stream = self
            .jetstream
            .get_stream(name)
            .await
            .map_err(|error| ReadError::Stream(name.clone(), error.into()))?;
        let reading = self.place(position, state(&stream), current);
        let mut messages = self.bind(&stream, reading.progress.next()).await?;
        let mut watch = tokio::time::interval(WATCH);
        loop {
            tokio::select! {
                message = messages.next() => {
                    let message = message.ok_or(ReadError::Ended)?;
                    let message = message.map_err(|error| ReadError::Read(error.into()))?;
                    self.take_in(&message, &reading.progress).await?;
                }
                _ = watch.tick() => self.look_after(&mut stream, &reading).await?,
            }
        }
    }

    /// Where to read: goes on with what is being read, unless it is gone.
    fn place(&self, position: Position, stream: StreamState, current: &Current) -> Reading {
        let (next, gap) = start(position, stream);
        if let Some(gap) = gap {
            metrics::counter!("wisplink_ingest_gaps_total", "reason" => gap.as_str()).increment(1);
            tracing::warn!(source = %self.source.name(), ?gap, from = position.next_seq, to = next, "messages were not there to be read; no link is missed for it");
        }
        if let (None, Some(reading)) = (gap, current.get()) {
            return reading;
        }
        let reading = Reading {
            stream_created: stream.created,
            progress: Progress::new(next),
        };
        current.set(reading.clone());
        reading
    }

    async fn bind(&self, stream: &Stream, start_sequence: u64) -> Result<Ordered, ReadError> {
        let config = OrderedConfig {
            filter_subject: self.source.subject.clone(),
            deliver_policy: DeliverPolicy::ByStartSequence { start_sequence },
            ..OrderedConfig::default()
        };
        let consumer = stream
            .create_consumer(config)
            .await
            .map_err(|error| ReadError::Bind(error.into()))?;
        consumer
            .messages()
            .await
            .map_err(|error| ReadError::Bind(error.into()))
    }

    async fn take_in(
        &self,
        message: &jetstream::Message,
        progress: &Arc<Progress>,
    ) -> Result<(), ReadError> {
        let seq = message.info().map_err(ReadError::Read)?.stream_sequence;
        let ticket = progress.begin(seq);
        match decode(self.kind, &message.subject, &message.payload, Utc::now()) {
            Ok(decoded) => {
                decoded.dropped.report(seq);
                self.breaker.closed().await;
                self.queue
                    .push(Job {
                        message: decoded.message,
                        ticket,
                    })
                    .await;
            }
            Err(why) => {
                reject::report(&why, seq);
                ticket.done();
            }
        }
        Ok(())
    }

    /// Notices a stream that was replaced. Moves on over what other subjects wrote: without that a
    /// quiet source would seem to be behind.
    async fn look_after(&self, stream: &mut Stream, reading: &Reading) -> Result<(), ReadError> {
        stream
            .info()
            .await
            .map_err(|error| ReadError::Read(error.into()))?;
        let now = state(stream);
        let next = reading.progress.next();
        if now.created != reading.stream_created || next > now.last_seq + 1 {
            return Err(ReadError::Replaced);
        }
        if next > now.last_seq {
            return Ok(());
        }
        let unread = stream
            .raw_message_builder()
            .next_by_subject(&self.source.subject)
            .sequence(next)
            .send()
            .await;
        match unread {
            Err(error) if error.kind() == RawMessageErrorKind::NoMessageFound => {
                reading.progress.skip_to(now.last_seq + 1);
            }
            Ok(_) | Err(_) => {}
        }
        Ok(())
    }
}

/// PostgreSQL keeps microseconds.
fn state(stream: &Stream) -> StreamState {
    let info = stream.cached_info();
    let micros = i64::try_from(info.created.unix_timestamp_nanos() / 1_000).unwrap_or_default();
    StreamState {
        created: DateTime::from_timestamp_micros(micros).unwrap_or_default(),
        first_seq: info.state.first_sequence,
        last_seq: info.state.last_sequence,
    }
}
