//! Publishes events that a command stored.

use std::time::Duration;

use async_nats::jetstream;
use async_nats::jetstream::message::PublishMessage;
use entity::feed::Known;
use entity::ids::{DeviceId, TenantId};
use entity::trace::{HEADER, TraceParent};
use entity::wire::events::last_announced;
use entity::wire::link_event::LinkEvent;
use entity::wire::subject;

/// How long a command's answer may wait for the stream.
const PATIENCE: Duration = Duration::from_secs(2);

/// Publishes events, as `ingest` does. What does not get through is published by its sweep within
/// seconds: it finds the event stored and not published.
#[derive(Clone)]
pub struct Announcer {
    jetstream: jetstream::Context,
    stream: String,
}

impl Announcer {
    /// Publishes over `jetstream`, events to `stream`.
    pub const fn new(jetstream: jetstream::Context, stream: String) -> Self {
        Self { jetstream, stream }
    }

    /// What is known of the feed of `tenant`: where it ends on the stream. Nothing, while the stream
    /// does not answer.
    pub async fn known(&self, tenant: TenantId) -> Known {
        let last = last_announced(&self.jetstream, &self.stream, tenant);
        let asked = tokio::time::timeout(PATIENCE, last).await;
        let announced = match asked {
            Ok(Ok(last)) => last,
            Ok(Err(error)) => {
                tracing::warn!(%error, %tenant, "the events stream does not tell where a feed ends");
                None
            }
            Err(_) => None,
        };
        Known {
            published: None,
            announced,
        }
    }

    /// Publishes `events`, stored and committed, in their order.
    pub async fn announce(&self, events: &[LinkEvent]) {
        let published = tokio::time::timeout(PATIENCE, self.publish(events)).await;
        match published {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::warn!(%error, "events are not published yet"),
            Err(_) => tracing::warn!("events are not published yet: the stream does not answer"),
        }
    }

    /// Tells those who show links of `aps` that something else changed about them: names, or where
    /// devices stand. Best effort: what does not get through shows with the next poll.
    pub async fn changed(&self, tenant: TenantId, aps: &[DeviceId]) {
        let client = self.jetstream.client();
        for ap in aps {
            let subject = subject::changes(tenant, *ap);
            if let Err(error) = client.publish(subject, Vec::new().into()).await {
                tracing::debug!(%error, "a change was not told");
            }
        }
    }

    async fn publish(
        &self,
        events: &[LinkEvent],
    ) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
        let trace = TraceParent::current();
        let mut acknowledgements = Vec::with_capacity(events.len());
        for event in events {
            let mut message = PublishMessage::build()
                .payload(serde_json::to_vec(event)?.into())
                .message_id(format!("{}/{}", event.epoch, event.seq));
            if let Some(trace) = trace {
                message = message.header(HEADER, trace.to_string());
            }
            let subject = subject::events(event.tenant_id, event.ap_device_id);
            acknowledgements.push(self.jetstream.send_publish(subject, message).await?);
        }
        for acknowledgement in acknowledgements {
            acknowledgement.await?;
        }
        Ok(())
    }
}
