//! Events that are read while there is no consumer.

use std::convert::Infallible;
use std::time::Duration;

use async_nats::jetstream::message::StreamMessage;
use entity::direct::Direct;
use entity::wire::subject;
use tokio::time::sleep;

use super::{Events, deliver};

/// How long to wait for the next event where there was none.
const LOOK: Duration = Duration::from_millis(100);

impl Events {
    /// Runs `other`, and meanwhile reads what can be read without a consumer.
    pub(super) async fn meanwhile<T>(&self, other: impl Future<Output = T>) -> T {
        tokio::select! {
            done = other => done,
            never = self.read_on() => match never {},
        }
    }

    async fn read_on(&self) -> Infallible {
        loop {
            if let Ok(Some(event)) = self.next().await {
                deliver(&self.hub, &event.payload, Some(&event.headers));
                self.come_to(event.sequence, event.time);
            } else {
                sleep(LOOK).await;
            }
        }
    }

    /// The event behind the last one that was read, from any server that has it.
    pub(super) async fn next(&self) -> Result<Option<StreamMessage>, async_nats::Error> {
        let Some(mark) = self.mark() else {
            return Ok(None);
        };
        let direct = Direct::of(&self.jetstream, &self.stream, subject::EVENTS).await?;
        Ok(direct.get(Some(mark), mark.seq + 1).await?)
    }
}
