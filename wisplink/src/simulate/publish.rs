//! Publishes as pollers do: what JetStream does not take is dropped, and said.

use async_nats::jetstream::Context;
use async_nats::jetstream::context::PublishError;
use entity::ids::DeviceId;
use serde::Serialize;

/// Publishes to JetStream.
#[derive(Clone)]
pub(super) struct Publisher {
    jetstream: Context,
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
        Self { jetstream }
    }

    /// Publishes a device's message to its subject within a family like `device.status.>`, and
    /// waits until it is stored.
    pub(super) async fn publish(&self, family: &str, device: DeviceId, message: &impl Serialize) {
        let subject = family.replace('>', &device.to_string());
        if let Err(error) = self.store(subject.clone(), message).await {
            tracing::warn!(%subject, %error, "a simulated message was dropped");
        }
    }

    async fn store(&self, subject: String, message: &impl Serialize) -> Result<(), DroppedError> {
        let payload = serde_json::to_vec(message)?;
        let stored = self.jetstream.publish(subject, payload.into()).await?;
        stored.await?;
        Ok(())
    }
}
