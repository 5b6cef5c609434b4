//! Watches the stream while a consumer reads it. An ordered consumer does not notice that its stream was
//! made anew, and only after half a minute that the server that kept the consumer is gone.

use std::time::Duration;

use async_nats::jetstream::stream;
use entity::direct::{is_gone, micros};
use tokio::time::{MissedTickBehavior, interval};

use super::{Events, ListenError};

/// How often it is looked whether the stream is the same.
const LOOK: Duration = Duration::from_secs(1);
/// How long an event may wait.
const WAIT: Duration = Duration::from_millis(500);

impl Events {
    /// Waits until `stream` has to be bound anew.
    pub(super) async fn watch(&self, stream: stream::Stream) -> ListenError {
        tokio::select! {
            error = self.stuck() => error,
            error = replaced(stream) => error,
        }
    }

    /// Waits until an event waited from one look to the next.
    async fn stuck(&self) -> ListenError {
        let mut waited = None;
        let mut look = interval(WAIT);
        look.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            look.tick().await;
            let Ok(next) = self.next().await else {
                continue;
            };
            let waits = next.map(|event| event.sequence);
            // It may have come while the server was asked.
            let waits = waits.filter(|seq| self.mark().is_some_and(|mark| *seq > mark.seq));
            if let (Some(seq), true) = (waits, waits == waited) {
                return ListenError::Stuck(seq);
            }
            waited = waits;
        }
    }
}

/// Waits until the stream is another one, or none.
async fn replaced(mut stream: stream::Stream) -> ListenError {
    let before = stream.cached_info().created;
    let mut look = interval(LOOK);
    look.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        look.tick().await;
        match stream.info().await {
            Ok(info) if info.created != before => return ListenError::Remade(micros(info.created)),
            Ok(_) => {}
            Err(error) if is_gone(&error) => return ListenError::Read(error.into()),
            // Without a leader nobody answers. A consumer may work all the same.
            Err(error) => tracing::debug!(%error, "the stream of events was not looked at"),
        }
    }
}
