//! Reads the event stream into the hub, for as long as the program runs, and beside it what else
//! tells that links change: plain messages, of which only the subject matters.
//!
//! One ordered consumer a process: it starts at the stream's end, because subscribers take what
//! lies before from the database. Whenever it has to be bound anew, events may have been missed,
//! and the hub lets the subscribers ask the database. Until it is bound, events are read without.

mod direct;
mod watch;

use std::pin::pin;
use std::sync::atomic::Ordering;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use async_nats::connection::State;
use async_nats::jetstream;
use async_nats::jetstream::consumer::DeliverPolicy;
use async_nats::jetstream::consumer::pull::{Ordered, OrderedConfig};
use async_nats::jetstream::stream::{self, RawMessageErrorKind};
use async_nats::{Client, HeaderMap, Message};
use chrono::{DateTime, Utc};
use entity::direct::{Mark, micros};
use entity::trace::{HEADER, TARGET, TraceParent, below};
use entity::wire::link_event::LinkEvent;
use entity::wire::subject;
use futures::stream::select;
use futures::{Stream, StreamExt as _};
use time::OffsetDateTime;
use tokio_util::sync::CancellationToken;

use crate::error::chain;
use crate::live::hub::Hub;

/// How often it is looked whether the connection is another one: the consumer may have gone with
/// the server, and the client library would find out only after missing two heartbeats.
const LOOK: Duration = Duration::from_millis(200);
/// How long reading must have gone well for trouble to count as new.
const STEADY: Duration = Duration::from_secs(2);
/// How long to wait before binding again, at first and at most.
const BACK_OFF: (Duration, Duration) = (Duration::from_millis(100), Duration::from_secs(1));

/// Why reading ended.
#[derive(Debug, thiserror::Error)]
enum ListenError {
    #[error("looking up the stream {stream}; `wisplink streams apply` creates it")]
    Stream {
        stream: String,
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    #[error("binding a consumer")]
    Bind(#[source] Box<dyn std::error::Error + Send + Sync>),
    #[error("reading")]
    Read(#[source] Box<dyn std::error::Error + Send + Sync>),
    #[error("the stream ended")]
    Ended,
    #[error("the connection is lost")]
    Disconnected,
    #[error("the connection was made anew")]
    Reconnected,
    #[error("the stream was made anew at {0}")]
    Remade(DateTime<Utc>),
    #[error("event {0} of the stream does not come")]
    Stuck(u64),
}

/// Reads events from `stream` into `hub` until `shutdown`.
pub async fn listen(
    jetstream: jetstream::Context,
    stream: String,
    hub: Hub,
    shutdown: CancellationToken,
) {
    metrics::gauge!("wisplink_live_bound").set(0.0);
    let mut pause = BACK_OFF.0;
    let events = Events {
        jetstream,
        stream,
        hub,
        mark: Mutex::default(),
    };
    loop {
        let started = tokio::time::Instant::now();
        let ended = tokio::select! {
            () = shutdown.cancelled() => return,
            ended = events.read() => ended,
        };
        events.hub.interrupt();
        metrics::gauge!("wisplink_live_bound").set(0.0);
        if let Err(error) = ended {
            metrics::counter!("wisplink_live_rebind_total").increment(1);
            tracing::warn!(stream = %events.stream, error = %chain(&error), "link events do not arrive; binding again");
        }
        if started.elapsed() > STEADY {
            pause = BACK_OFF.0;
        }
        tokio::select! {
            () = shutdown.cancelled() => return,
            () = events.meanwhile(tokio::time::sleep(pause)) => {}
        }
        pause = (pause * 2).min(BACK_OFF.1);
    }
}

/// The events of all tenants, on their way into the hub.
struct Events {
    jetstream: jetstream::Context,
    stream: String,
    hub: Hub,
    /// The last message that was read, or there was when reading began.
    mark: Mutex<Option<Mark>>,
}

/// The stream, and what brings its events.
struct Bound {
    stream: stream::Stream,
    /// How often the client had connected.
    connects: u64,
    messages: Ordered,
}

impl Events {
    async fn read(&self) -> Result<(), ListenError> {
        let client = self.jetstream.client();
        // Before the consumer is made: the answer to that tells that the server knows these, too.
        let mut changes = changes(&client).await?;
        let Bound {
            stream,
            connects,
            mut messages,
        } = self.meanwhile(self.bind()).await?;
        self.begin_at_the_end_of(&stream).await?;
        tracing::info!(stream = self.stream, "link events arrive");
        self.hub.resync();
        metrics::gauge!("wisplink_live_bound").set(1.0);
        let statistics = client.statistics();
        let mut trouble = pin!(self.watch(stream));
        let mut look = tokio::time::interval(LOOK);
        loop {
            tokio::select! {
                message = messages.next() => {
                    let message = message.ok_or(ListenError::Ended)?;
                    let message = message.map_err(|source| ListenError::Read(source.into()))?;
                    if let Ok(info) = message.info() {
                        self.come_to(info.stream_sequence, info.published);
                    }
                    deliver(&self.hub, &message.payload, message.headers.as_ref());
                }
                change = changes.next() => {
                    let change = change.ok_or(ListenError::Ended)?;
                    if let Some((tenant, ap)) = subject::tenant_and_ap(&change.subject) {
                        self.hub.touch(tenant, ap);
                    }
                }
                _ = look.tick() => {
                    if client.connection_state() != State::Connected {
                        return Err(ListenError::Disconnected);
                    }
                    if statistics.connects.load(Ordering::Relaxed) != connects {
                        return Err(ListenError::Reconnected);
                    }
                }
                error = &mut trouble => return Err(error),
            }
        }
    }

    /// Looks the stream up, and makes a consumer that begins behind what it has.
    async fn bind(&self) -> Result<Bound, ListenError> {
        let stream = self.jetstream.get_stream(&self.stream).await;
        let stream = stream.map_err(|source| ListenError::Stream {
            stream: self.stream.clone(),
            source: source.into(),
        })?;
        let statistics = self.jetstream.client().statistics();
        let connects = statistics.connects.load(Ordering::Relaxed);
        let consumer = stream
            .create_consumer(OrderedConfig {
                filter_subject: subject::EVENTS.to_owned(),
                // Not `New`: where reading begins is decided here, and not by how long binding takes.
                deliver_policy: DeliverPolicy::ByStartSequence {
                    start_sequence: stream.cached_info().state.last_sequence + 1,
                },
                ..OrderedConfig::default()
            })
            .await
            .map_err(|source| ListenError::Bind(source.into()))?;
        let messages = consumer.messages().await;
        let messages = messages.map_err(|source| ListenError::Bind(source.into()))?;
        Ok(Bound {
            stream,
            connects,
            messages,
        })
    }

    /// Knows the stream again by its last message, or by a later one that was read since it was looked
    /// up.
    async fn begin_at_the_end_of(&self, stream: &stream::Stream) -> Result<(), ListenError> {
        let last = stream.cached_info().state.last_sequence;
        let read = self.mark().map(|mark| mark.seq).filter(|seq| *seq > last);
        for seq in read.into_iter().chain([last]).filter(|seq| *seq > 0) {
            match stream.get_raw_message(seq).await {
                Ok(message) => {
                    self.come_to(seq, message.time);
                    break;
                }
                // It was deleted, has expired, or was in a stream that was there before.
                Err(error) if error.kind() == RawMessageErrorKind::NoMessageFound => {}
                Err(error) => return Err(ListenError::Read(error.into())),
            }
        }
        Ok(())
    }

    /// The last message that was read.
    fn mark(&self) -> Option<Mark> {
        *self.mark.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn come_to(&self, seq: u64, published: OffsetDateTime) {
        let published = micros(published);
        let mark = Some(Mark { seq, published });
        *self.mark.lock().unwrap_or_else(PoisonError::into_inner) = mark;
    }
}

/// What tells that links of an AP are not what they were: measurements, and notices of commands.
async fn changes(
    client: &Client,
) -> Result<impl Stream<Item = Message> + Unpin + use<>, ListenError> {
    let subscribe = async |subject: &'static str| {
        let subscribed = client.subscribe(subject).await;
        subscribed.map_err(|source| ListenError::Bind(source.into()))
    };
    let measured = subscribe(subject::TELEMETRY).await?;
    let changed = subscribe(subject::CHANGES).await?;
    Ok(select(measured, changed))
}

fn deliver(hub: &Hub, payload: &[u8], headers: Option<&HeaderMap>) {
    match serde_json::from_slice::<LinkEvent>(payload) {
        Ok(event) => {
            let came = headers.and_then(|headers| headers.get(HEADER));
            let came = came.and_then(|value| value.as_str().parse().ok());
            let span = below(came, || {
                tracing::info_span!(
                    target: TARGET, parent: None, "hub", seq = event.seq, otel.kind = "consumer"
                )
            });
            hub.push(event, TraceParent::of(&span).or(came));
        }
        // Subscribers find it in the database: to the hub it is a gap.
        Err(error) => tracing::error!(%error, "an event on the stream cannot be read"),
    }
}
