//! Reading a source from one binding of its consumer to the next: decodes, and fills the lanes.
//!
//! # Invariants
//! - What cannot be decoded is reported and passed; nothing a poller sends stops the reader.
//! - The stream itself is watched: an ordered consumer does not notice that its stream was deleted
//!   and created again, and only after half a minute that the server that kept the consumer is gone.

use std::sync::Arc;
use std::time::Duration;

use async_nats::jetstream;
use async_nats::jetstream::consumer::DeliverPolicy;
use async_nats::jetstream::consumer::pull::{Ordered, OrderedConfig};
use async_nats::jetstream::stream::{InfoError, RawMessageErrorKind, Stream};
use chrono::{DateTime, Utc};
use entity::wire::dead_letter::Origin;
use futures::StreamExt as _;

use super::connection::Connection;
use super::keeper::Current;
use super::reader::Reader;
use super::start::{StreamState, start};
use crate::crash::crash_point;
use crate::dead_letter::Original;
use crate::decode::decode;
use crate::lanes::queue::Job;
use crate::position::lease::{Mark, Position};
use crate::position::progress::Progress;
use crate::streams::{created, micros};
use crate::trace::Trace;

/// How often the stream is looked at.
const WATCH: Duration = Duration::from_secs(2);

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
    /// Reads until there is trouble.
    pub(super) async fn read_once(
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
        let connection = Connection::of(&self.jetstream.client());
        let at_mark = self.at_mark(&stream, position.mark).await?;
        let reading = self.place(position, state(&stream, at_mark), current);
        let (consumer, mut messages) = self.bind(&stream, reading.next()).await?;
        let mut watch = tokio::time::interval(WATCH);
        // After a pause of ours one look is enough.
        watch.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        let mut waiting = None;
        loop {
            tokio::select! {
                message = messages.next() => {
                    let message = message.ok_or(ReadError::Ended)?;
                    let message = message.map_err(|error| ReadError::Read(error.into()))?;
                    if message.info().map_err(ReadError::Read)?.consumer != consumer {
                        return Err(ReadError::Remade);
                    }
                    self.take_in(&message, &reading).await?;
                }
                () = connection.replaced() => return Err(ReadError::Reconnected),
                _ = watch.tick() => {
                    let unread = self.look_after(&mut stream, &reading).await?;
                    if let (Some(seq), true) = (unread, unread == waiting) {
                        return Err(ReadError::Stuck(seq));
                    }
                    waiting = unread;
                }
            }
        }
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
        let reading = Progress::new(origin, next);
        current.set(Arc::clone(&reading));
        reading
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

    async fn take_in(
        &self,
        message: &jetstream::Message,
        progress: &Arc<Progress>,
    ) -> Result<(), ReadError> {
        let info = message.info().map_err(ReadError::Read)?;
        let (seq, pending) = (info.stream_sequence, info.pending);
        let published = micros(info.published);
        let now = Utc::now();
        let ticket = progress.begin(seq, published, pending);
        progress.known(now);
        crash_point!("read");
        let trace = Trace::of(self.kind, message.headers.as_ref(), seq);
        match decode(self.kind, &message.subject, &message.payload, now) {
            Ok(decoded) => {
                decoded.dropped.report(seq);
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
                let original = Original::from(message);
                self.dead_letters.keep(ticket, why, Some(original)).await;
            }
        }
        self.heard.message(published, pending, now);
        Ok(())
    }

    /// Notices a stream that was replaced, and says which message waits to be read. Moves on over what other subjects wrote: without that a
    /// quiet source would seem to be behind.
    async fn look_after(
        &self,
        stream: &mut Stream,
        reading: &Progress,
    ) -> Result<Option<u64>, ReadError> {
        match stream.info().await {
            Ok(_) => {}
            Err(error) if is_gone(&error) => return Err(ReadError::Read(error.into())),
            // Without a leader nobody answers, nor can a consumer be made. Ours may still be there.
            Err(error) => {
                tracing::debug!(source = %self.source.name(), %error, "the stream was not looked at");
                return Ok(None);
            }
        }
        reading.known(Utc::now());
        let now = state(stream, None);
        let next = reading.next();
        if now.created != reading.origin().created || next > now.last_seq + 1 {
            return Err(ReadError::Replaced);
        }
        if next > now.last_seq {
            self.heard.all(Utc::now());
            return Ok(None);
        }
        let unread = stream
            .raw_message_builder()
            .next_by_subject(&self.source.subject)
            .sequence(next)
            .send()
            .await;
        match unread {
            Err(error) if error.kind() == RawMessageErrorKind::NoMessageFound => {
                reading.skip_to(now.last_seq + 1);
                self.heard.all(Utc::now());
            }
            Ok(message) => return Ok(Some(message.sequence)),
            Err(_) => {}
        }
        Ok(None)
    }
}

/// Whether there is no such stream any more.
fn is_gone(error: &InfoError) -> bool {
    let cause = std::error::Error::source(error);
    let told = cause.and_then(|cause| cause.downcast_ref::<jetstream::Error>());
    told.is_some_and(|told| told.error_code() == jetstream::ErrorCode::STREAM_NOT_FOUND)
}

fn state(stream: &Stream, at_mark: Option<DateTime<Utc>>) -> StreamState {
    let state = &stream.cached_info().state;
    StreamState {
        created: created(stream),
        first_seq: state.first_sequence,
        last_seq: state.last_sequence,
        at_mark,
    }
}
