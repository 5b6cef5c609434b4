//! Reading a source from one binding of its consumer to the next: decodes, and fills the lanes.
//!
//! # Invariants
//! - What cannot be decoded is reported and passed; nothing a poller sends stops the reader.
//! - The stream itself is watched: an ordered consumer does not notice that its stream was deleted
//!   and created again, and only after half a minute that the server that kept the consumer is gone.

use std::pin::pin;
use std::sync::Arc;

use async_nats::jetstream::consumer::DeliverPolicy;
use async_nats::jetstream::consumer::pull::{Ordered, OrderedConfig};
use async_nats::jetstream::stream::{RawMessageErrorKind, Stream};
use chrono::{DateTime, Utc};
use entity::direct::{Mark, micros};
use entity::wire::dead_letter::Origin;
use futures::StreamExt as _;

use super::connection::Connection;
use super::incoming::Incoming;
use super::keeper::Current;
use super::reader::Reader;
use super::start::{StreamState, start};
use crate::crash::crash_point;
use crate::dead_letter::Original;
use crate::decode::decode;
use crate::lanes::queue::Job;
use crate::position::lease::Position;
use crate::position::progress::Progress;
use crate::streams::created;
use crate::trace::Trace;

type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// Why reading was interrupted.
#[derive(Debug, thiserror::Error)]
pub(super) enum ReadError {
    #[error("looking up stream {0}; `wisplink streams apply` creates it")]
    Stream(String, #[source] BoxError),
    #[error("binding a consumer")]
    Bind(#[source] BoxError),
    #[error("reading")]
    Read(#[source] BoxError),
    #[error("the consumer ended")]
    Ended,
    #[error("the connection is not the one that was bound")]
    Reconnected,
    #[error("the stream is not the one that was bound")]
    Replaced,
    #[error("the consumer is not the one that was bound")]
    Remade,
    #[error("message {0} waits in the stream and does not come")]
    Stuck(u64),
}

impl Reader {
    /// Reads until there is trouble: from `position`, or behind what was read already.
    pub(super) async fn read_once(
        &self,
        position: Position,
        current: &Current,
    ) -> Result<std::convert::Infallible, ReadError> {
        let name = &self.source.stream;
        let lookup = Box::pin(self.jetstream.get_stream(name));
        let stream = Box::pin(self.meanwhile(current, lookup)).await;
        let gone = |error: BoxError| ReadError::Stream(name.clone(), error);
        let mut stream = stream.map_err(|error| gone(error.into()))?;
        let connection = Connection::of(&self.jetstream.client());
        // Nothing is read directly from here on until it is known whether the stream is still the same: it
        // is asked once more, because it may have been another one while messages were read meanwhile.
        let position = current.read_up_to().unwrap_or(position);
        stream.info().await.map_err(|error| gone(error.into()))?;
        let at_mark = self.at_mark(&stream, position.mark).await?;
        let reading = self.place(position, state(&stream, at_mark), current);
        let binding = Box::pin(self.bind(&stream, reading.next()));
        let (consumer, mut messages) = Box::pin(self.meanwhile(current, binding)).await?;
        // What was read while the consumer was made comes again.
        let first = reading.next();
        let mut trouble = pin!(self.watch(stream, &reading));
        loop {
            tokio::select! {
                // First: what comes over another connection may be of another life of the stream.
                biased;
                () = connection.replaced() => return Err(ReadError::Reconnected),
                error = &mut trouble => return Err(error),
                message = messages.next() => {
                    let message = message.ok_or(ReadError::Ended)?;
                    let message = message.map_err(|error| ReadError::Read(error.into()))?;
                    if message.info().map_err(ReadError::Read)?.consumer != consumer {
                        return Err(ReadError::Remade);
                    }
                    let message = Incoming::try_from(message).map_err(ReadError::Read)?;
                    if message.seq >= first {
                        let (published, pending) = (message.published, message.pending);
                        self.take_in(message, &reading).await;
                        self.heard.message(published, pending, Utc::now());
                    }
                }
            }
        }
    }

    /// A consumer's name, and what it brings. The client makes another when it loses this one, even
    /// in the middle of another life of the stream: what that brings is not taken.
    async fn bind(
        &self,
        stream: &Stream,
        start_sequence: u64,
    ) -> Result<(String, Ordered), ReadError> {
        let config = OrderedConfig {
            filter_subject: self.source.subject.clone(),
            deliver_policy: DeliverPolicy::ByStartSequence { start_sequence },
            ..OrderedConfig::default()
        };
        let consumer = stream
            .create_consumer(config)
            .await
            .map_err(|error| ReadError::Bind(error.into()))?;
        let name = consumer.cached_info().name.clone();
        let messages = consumer.messages().await;
        let messages = messages.map_err(|error| ReadError::Bind(error.into()))?;
        Ok((name, messages))
    }

    /// When the message was published that stands where the mark stood.
    async fn at_mark(
        &self,
        stream: &Stream,
        mark: Option<Mark>,
    ) -> Result<Option<DateTime<Utc>>, ReadError> {
        let Some(mark) = mark else { return Ok(None) };
        match stream.get_raw_message(mark.seq).await {
            Ok(message) => Ok(Some(micros(message.time))),
            Err(error) if error.kind() == RawMessageErrorKind::NoMessageFound => Ok(None),
            Err(error) => Err(ReadError::Stream(self.source.stream.clone(), error.into())),
        }
    }

    /// Where to read: goes on with what is being read, unless it is gone.
    fn place(&self, position: Position, stream: StreamState, current: &Current) -> Arc<Progress> {
        let (next, gap) = start(position, stream);
        if let Some(gap) = gap {
            metrics::counter!("wisplink_ingest_gaps_total", "reason" => gap.as_str()).increment(1);
            tracing::warn!(source = %self.source.name(), reason = gap.as_str(), from = position.next_seq, to = next, "messages were not there to be read; no link is missed for it");
        }
        if let (None, Some(reading)) = (gap, current.get()) {
            return reading;
        }
        let origin = Origin {
            stream: self.source.stream.clone(),
            created: stream.created,
        };
        let mark = position.mark.filter(|_| gap.is_none());
        let reading = Progress::new(origin, next, mark);
        current.set(Arc::clone(&reading));
        reading
    }

    /// Decodes a message and hands it to its lane, or reports it.
    pub(super) async fn take_in(&self, message: Incoming, progress: &Arc<Progress>) {
        let now = Utc::now();
        let ticket = progress.begin(message.seq, message.published, message.pending);
        progress.known(now);
        crash_point!("read");
        let trace = Trace::of(self.kind, message.headers.as_ref(), message.seq);
        match decode(self.kind, &message.subject, &message.payload, now) {
            Ok(decoded) => {
                decoded.dropped.report(message.seq);
                self.breaker.closed().await;
                self.queue
                    .push(Job {
                        message: decoded.message,
                        ticket,
                        trace,
                    })
                    .await;
            }
            Err(why) => {
                let original = Original::new(message.subject.to_string(), message.payload);
                self.dead_letters.keep(ticket, why, Some(original)).await;
            }
        }
    }
}

/// The stream as it was looked up, and what stands at the mark.
pub(super) fn state(stream: &Stream, at_mark: Option<DateTime<Utc>>) -> StreamState {
    let state = &stream.cached_info().state;
    StreamState {
        created: created(stream),
        first_seq: state.first_sequence,
        last_seq: state.last_sequence,
        at_mark,
    }
}
