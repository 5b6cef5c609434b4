//! Carries what happened to NATS: link events to their stream, acknowledged; measurements as they
//! are.
//!
//! # Invariants
//! - Events of a tenant are sent in the order of their numbers; the stream drops repeats by their
//!   id, `<epoch>/<seq>`.
//! - An event counts as published when the stream has acknowledged it. Until then it is sent again.

pub mod span;
mod announced;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_nats::jetstream;
use async_nats::jetstream::context::PublishAckFuture;
use async_nats::jetstream::message::PublishMessage;
use bytes::Bytes;
use entity::database::Database;
use entity::feed::Announced;
use entity::ids::TenantId;
use entity::trace::{HEADER, TARGET, TraceParent, below};
use entity::wire::link_event::LinkEvent;
use entity::wire::subject;
use entity::wire::telemetry::Telemetry;
use tokio_util::task::TaskTracker;
use tracing::Span as TraceSpan;

use crate::lanes::breaker::pause;
use crate::store::events::note_published;
use announced::AnnouncedFeeds;
use span::{Published, Span};

/// How long to wait for the stream's acknowledgement before sending again.
const ACK: Duration = Duration::from_secs(2);
/// How long to wait at most between two attempts: a stream has a new leader after a few seconds.
const PAUSE: Duration = Duration::from_secs(1);

/// Publishes, and knows how far.
#[derive(Clone)]
pub struct Publisher {
    jetstream: jetstream::Context,
    client: async_nats::Client,
    spans: Arc<Mutex<HashMap<TenantId, Span>>>,
    announced: Arc<AnnouncedFeeds>,
    acks: TaskTracker,
}

/// An event to be published.
#[derive(Clone, Debug)]
pub struct Outgoing {
    /// The event.
    pub event: LinkEvent,
    /// The trace it is part of.
    pub trace: Option<TraceParent>,
}

impl From<LinkEvent> for Outgoing {
    fn from(event: LinkEvent) -> Self {
        Self { event, trace: None }
    }
}

/// What is known of a tenant's feed.
#[derive(Clone, Copy, Debug, Default)]
pub struct KnownFeed {
    /// What is published and not written down.
    pub published: Option<Published>,
    /// The last event that readers may have seen.
    pub announced: Option<Announced>,
}

impl Publisher {
    /// A publisher over `jetstream`, of events to `stream`.
    pub fn new(jetstream: jetstream::Context, stream: &str) -> Self {
        Self {
            client: jetstream.client(),
            announced: Arc::new(AnnouncedFeeds::new(jetstream.clone(), stream)),
            jetstream,
            spans: Arc::default(),
            acks: TaskTracker::new(),
        }
    }

    /// Sends `events` in their order and returns; their acknowledgements are awaited beside.
    pub async fn publish(&self, events: Vec<Outgoing>, telemetry: Vec<Telemetry>) {
        if let (Some(first), Some(last)) = (events.first(), events.last()) {
            self.spans()
                .entry(first.event.tenant_id)
                .or_default()
                .open(first.event.seq..=last.event.seq);
        }
        for mut outgoing in events {
            let span = publishing(&outgoing);
            outgoing.trace = TraceParent::of(&span).or(outgoing.trace);
            let sent = self.send(&outgoing).await;
            let publisher = self.clone();
            self.acks.spawn(async move {
                publisher.see_through(outgoing, sent).await;
                drop(span);
            });
        }
        for telemetry in telemetry {
            self.tell(&telemetry).await;
        }
    }

    /// How far the feed of `tenant` is published, as far as this process knows.
    pub fn published(&self, tenant: TenantId) -> Option<Published> {
        self.spans().get(&tenant).and_then(Span::published)
    }

    /// What is known of the feed of `tenant`; asks the stream when it is not known yet.
    pub async fn known(&self, tenant: TenantId) -> KnownFeed {
        KnownFeed {
            published: self.published(tenant),
            announced: self.announced.of(tenant).await,
        }
    }

    /// Whether events of `tenant` are on their way, or published and not written down.
    pub fn is_busy(&self, tenant: TenantId) -> bool {
        self.spans().contains_key(&tenant)
    }

    /// How many events are sent and not acknowledged.
    pub fn waiting(&self) -> usize {
        self.spans().values().map(Span::waiting).sum()
    }

    /// `published` is written down.
    pub fn noted(&self, tenant: TenantId, published: Option<Published>) {
        let mut spans = self.spans();
        let Some((span, published)) = spans.get_mut(&tenant).zip(published) else {
            return;
        };
        if span.note(published) {
            spans.remove(&tenant);
        }
    }

    /// Writes down how far the feeds are published whose tenants had no transaction since.
    pub async fn note_all(&self, database: &Database) -> Result<(), sqlx::Error> {
        let behind: Vec<_> = self
            .spans()
            .iter()
            .filter_map(|(tenant, span)| Some((*tenant, span.published()?)))
            .collect();
        for (tenant, published) in behind {
            #[expect(
                clippy::disallowed_methods,
                reason = "the tenant of events just stored"
            )]
            let scope = entity::scope::TenantScope::assume(tenant);
            let tx = database.write(scope).await?;
            note_published(&tx, published).await?;
            tx.commit().await?;
            self.noted(tenant, Some(published));
        }
        Ok(())
    }

    /// Waits until every event is acknowledged.
    pub async fn drained(&self) {
        self.acks.close();
        self.acks.wait().await;
        self.acks.reopen();
    }

    async fn send(&self, Outgoing { event, trace }: &Outgoing) -> Option<PublishAckFuture> {
        let payload = encode(event)?;
        let mut message = PublishMessage::build()
            .payload(payload)
            .message_id(format!("{}/{}", event.epoch, event.seq));
        if let Some(trace) = trace {
            message = message.header(HEADER, trace.to_string());
        }
        let subject = subject::events(event.tenant_id, event.ap_device_id);
        match self.jetstream.send_publish(subject, message).await {
            Ok(ack) => Some(ack),
            Err(error) => {
                tracing::debug!(%error, "sending an event");
                None
            }
        }
    }

    /// Sends an event until it is acknowledged.
    async fn see_through(&self, outgoing: Outgoing, mut sent: Option<PublishAckFuture>) {
        let event = &outgoing.event;
        let mut attempt = 0;
        loop {
            let acknowledged = match sent {
                Some(ack) => tokio::time::timeout(ACK, ack).await,
                None => Ok(Err(jetstream::context::PublishErrorKind::Other.into())),
            };
            match acknowledged {
                Ok(Ok(_)) => break,
                Ok(Err(error)) => {
                    tracing::warn!(%error, attempt, tenant = %event.tenant_id, seq = event.seq, "an event is not published yet; sending again");
                }
                Err(_) => {
                    tracing::warn!(attempt, tenant = %event.tenant_id, seq = event.seq, "the events stream does not acknowledge; sending again");
                }
            }
            metrics::counter!("wisplink_ingest_publish_retries_total").increment(1);
            tokio::time::sleep(pause(attempt).min(PAUSE)).await;
            attempt += 1;
            sent = self.send(&outgoing).await;
        }
        self.announced.note(event.tenant_id, event.into());
        if let Some(span) = self.spans().get_mut(&event.tenant_id) {
            span.done(event.seq);
        }
    }

    async fn tell(&self, telemetry: &Telemetry) {
        let Some(payload) = encode(telemetry) else {
            return;
        };
        let subject = subject::telemetry(telemetry.tenant_id, telemetry.ap_device_id);
        if let Err(error) = self.client.publish(subject, payload).await {
            tracing::debug!(%error, "measurements were not sent; the next poll's will be");
        }
    }

    fn spans(&self) -> MutexGuard<'_, HashMap<TenantId, Span>> {
        self.spans.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The span of an event on its way to the stream.
fn publishing(Outgoing { event, trace }: &Outgoing) -> TraceSpan {
    below(*trace, || {
        tracing::info_span!(
            target: TARGET, parent: None, "publish", seq = event.seq, otel.kind = "producer"
        )
    })
}

fn encode(payload: &impl serde::Serialize) -> Option<Bytes> {
    match serde_json::to_vec(payload) {
        Ok(bytes) => Some(bytes.into()),
        Err(error) => {
            tracing::error!(%error, "a payload of ours cannot be written as JSON");
            None
        }
    }
}
