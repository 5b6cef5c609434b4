//! Publishes as pollers do: what JetStream does not take is dropped, and said.

use std::sync::atomic::{AtomicU64, Ordering};

use async_nats::jetstream::Context;
use async_nats::jetstream::context::PublishError;
use entity::ids::DeviceId;
use serde::Serialize;

/// Publishes to JetStream.
pub(super) struct Publisher {
    jetstream: Context,
    stored: AtomicU64,
    dropped: AtomicU64,
}

#[derive(Debug, thiserror::Error)]
enum DroppedError {
    #[error("writing it as JSON")]
    Write(#[from] serde_json::Error),
    #[error("JetStream did not take it: {0}")]
    Publish(#[from] PublishError),
}

impl Publisher {
    pub(super) const fn new(jetstream: Context) -> Self {
        Self {
            jetstream,
            stored: AtomicU64::new(0),
            dropped: AtomicU64::new(0),
        }
    }

    /// Publishes a device's message to its subject within a family like `device.status.>`, and
    /// waits until it is stored. Whether it is.
    pub(super) async fn publish(
        &self,
        family: &str,
        device: DeviceId,
        message: &impl Serialize,
    ) -> bool {
        let subject = family.replace('>', &device.to_string());
        let stored = self.store(subject.clone(), message).await;
        let counter = match stored {
            Ok(()) => &self.stored,
            Err(_) => &self.dropped,
        };
        counter.fetch_add(1, Ordering::Relaxed);
        if let Err(error) = &stored {
            tracing::warn!(%subject, %error, "a simulated message was dropped");
        }
        stored.is_ok()
    }

    /// How many messages were stored, and how many dropped.
    pub(super) fn counts(&self) -> (u64, u64) {
        let count = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        (count(&self.stored), count(&self.dropped))
    }

    async fn store(&self, subject: String, message: &impl Serialize) -> Result<(), DroppedError> {
        let payload = serde_json::to_vec(message)?;
        let stored = self.jetstream.publish(subject, payload.into()).await?;
        stored.await?;
        Ok(())
    }
}
