//! Reads the event stream into the hub, for as long as the program runs, and beside it what else
//! tells that links change: plain messages, of which only the subject matters.
//!
//! One ordered consumer a process: it starts at the stream's end, because subscribers take what
//! lies before from the database. Whenever it has to be bound anew, events may have been missed,
//! and the hub lets the subscribers ask the database.

use std::sync::atomic::Ordering;
use std::time::Duration;

use async_nats::connection::State;
use async_nats::jetstream;
use async_nats::jetstream::consumer::DeliverPolicy;
use async_nats::jetstream::consumer::pull::{Ordered, OrderedConfig};
use async_nats::jetstream::stream;
use async_nats::{Client, Message};
use chrono::{DateTime, Utc};
use entity::trace::{HEADER, TARGET, TraceParent, below};
use entity::wire::link_event::LinkEvent;
use entity::wire::subject;
use futures::stream::select;
use futures::{Stream, StreamExt as _};
use tokio_util::sync::CancellationToken;

use crate::error::chain;
use crate::live::hub::Hub;

/// How often the stream is looked at: an ordered consumer does not notice that its stream was
/// deleted and made anew.
const WATCH: Duration = Duration::from_secs(2);
/// How often it is looked whether the connection is another one: the consumer may have gone with
/// the server, and the client library would find out only after missing two heartbeats.
const LOOK: Duration = Duration::from_millis(200);
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
    loop {
        let started = tokio::time::Instant::now();
        let ended = tokio::select! {
            () = shutdown.cancelled() => return,
            ended = read(&jetstream, &stream, &hub) => ended,
        };
        hub.interrupt();
        metrics::gauge!("wisplink_live_bound").set(0.0);
        if let Err(error) = ended {
            metrics::counter!("wisplink_live_rebind_total").increment(1);
            tracing::warn!(%stream, error = %chain(&error), "link events do not arrive; binding again");
        }
        if started.elapsed() > WATCH {
            pause = BACK_OFF.0;
        }
        tokio::select! {
            () = shutdown.cancelled() => return,
            () = tokio::time::sleep(pause) => {}
        }
        pause = (pause * 2).min(BACK_OFF.1);
    }
}

async fn read(jetstream: &jetstream::Context, name: &str, hub: &Hub) -> Result<(), ListenError> {
    let mut stream = jetstream
        .get_stream(name)
        .await
        .map_err(|source| ListenError::Stream {
            stream: name.to_owned(),
            source: source.into(),
        })?;
    // Not `New`: where reading begins is decided here, and not by how long binding takes.
    let mut watch = Watch::of(&stream);
    let client = jetstream.client();
    let statistics = client.statistics();
    let connection = statistics.connects.load(Ordering::Relaxed);
    // Before the consumer is made: the answer to that tells that the server knows these, too.
    let mut changes = changes(&client).await?;
    let mut messages = bind(&stream, watch.read + 1).await?;
    tracing::info!(stream = name, "link events arrive");
    hub.resync();
    metrics::gauge!("wisplink_live_bound").set(1.0);
    let mut tick = tokio::time::interval(WATCH);
    tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let mut look = tokio::time::interval(LOOK);
    loop {
        tokio::select! {
            message = messages.next() => {
                let message = message.ok_or(ListenError::Ended)?;
                let message = message.map_err(|source| ListenError::Read(source.into()))?;
                if let Ok(info) = message.info() {
                    watch.read = info.stream_sequence;
                }
                deliver(hub, &message);
            }
            change = changes.next() => {
                let change = change.ok_or(ListenError::Ended)?;
                if let Some((tenant, ap)) = subject::tenant_and_ap(&change.subject) {
                    hub.touch(tenant, ap);
                }
            }
            _ = look.tick() => {
                if client.connection_state() != State::Connected {
                    return Err(ListenError::Disconnected);
                }
                if statistics.connects.load(Ordering::Relaxed) != connection {
                    return Err(ListenError::Reconnected);
                }
            }
            _ = tick.tick() => watch.look(&mut stream).await?,
        }
    }
}

async fn bind(stream: &stream::Stream, start_sequence: u64) -> Result<Ordered, ListenError> {
    let consumer = stream
        .create_consumer(OrderedConfig {
            filter_subject: subject::EVENTS.to_owned(),
            deliver_policy: DeliverPolicy::ByStartSequence { start_sequence },
            ..OrderedConfig::default()
        })
        .await
        .map_err(|source| ListenError::Bind(source.into()))?;
    consumer
        .messages()
        .await
        .map_err(|source| ListenError::Bind(source.into()))
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

fn deliver(hub: &Hub, message: &Message) {
    match serde_json::from_slice::<LinkEvent>(&message.payload) {
        Ok(event) => {
            let headers = message.headers.as_ref();
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

/// Looks after the stream that is read. An ordered consumer does not notice that it was made anew, and
/// only after half a minute that the server that kept the consumer is gone.
struct Watch {
    created: time::OffsetDateTime,
    /// The last event that was read.
    read: u64,
    /// The last one that was read and the last one there was, both at the last look.
    before: (u64, u64),
}

impl Watch {
    /// Reading begins behind what `stream` has.
    fn of(stream: &stream::Stream) -> Self {
        let info = stream.cached_info();
        let last = info.state.last_sequence;
        Self {
            created: info.created,
            read: last,
            before: (last, last),
        }
    }

    async fn look(&mut self, stream: &mut stream::Stream) -> Result<(), ListenError> {
        let info = match stream.info().await {
            Ok(info) => info,
            Err(error) if is_gone(&error) => return Err(ListenError::Read(error.into())),
            // Without a leader nobody answers, nor can a consumer be made. Ours may still be there.
            Err(error) => {
                tracing::debug!(%error, "the stream of events was not looked at");
                return Ok(());
            }
        };
        if info.created != self.created {
            let at = info.created.unix_timestamp();
            let remade = DateTime::from_timestamp(at, 0).unwrap_or_default();
            return Err(ListenError::Remade(remade));
        }
        // A stream that is shared with others has messages that never come here.
        let is_ours = info.config.subjects == [subject::EVENTS];
        let (read, last) = self.before;
        if is_ours && self.read == read && read < last {
            return Err(ListenError::Stuck(last));
        }
        self.before = (self.read, info.state.last_sequence);
        Ok(())
    }
}

/// Whether there is no such stream any more.
fn is_gone(error: &stream::InfoError) -> bool {
    let cause = std::error::Error::source(error);
    let told = cause.and_then(|cause| cause.downcast_ref::<jetstream::Error>());
    told.is_some_and(|told| told.error_code() == jetstream::ErrorCode::STREAM_NOT_FOUND)
}
