//! Watches a stream while a consumer reads it.

use std::time::Duration;

use async_nats::jetstream::stream::{RawMessageErrorKind, Stream};
use chrono::Utc;
use entity::direct::{Direct, is_gone};
use tokio::time::{MissedTickBehavior, interval};

use super::read::{ReadError, state};
use super::reader::Reader;
use crate::position::progress::Progress;

/// How often it is looked whether the stream is the same.
const LOOK: Duration = Duration::from_secs(1);
/// How long a message may wait.
const WAIT: Duration = Duration::from_millis(500);

impl Reader {
    /// Waits until reading `stream` has to begin anew.
    pub(super) async fn watch(&self, stream: Stream, reading: &Progress) -> ReadError {
        tokio::select! {
            error = self.stuck(reading) => error,
            error = self.replaced(stream, reading) => error,
        }
    }

    /// Waits until a message waited from one look to the next.
    async fn stuck(&self, reading: &Progress) -> ReadError {
        let mut waited = None;
        let mut look = interval(WAIT);
        look.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            look.tick().await;
            let Ok(waits) = self.unread(reading).await else {
                continue;
            };
            // It may have come while the server was asked.
            let waits = waits.filter(|seq| *seq >= reading.next());
            if let (Some(seq), true) = (waits, waits == waited) {
                return ReadError::Stuck(seq);
            }
            waited = waits;
        }
    }

    async fn unread(&self, reading: &Progress) -> Result<Option<u64>, async_nats::Error> {
        let (stream, subject) = (&self.source.stream, &self.source.subject);
        let direct = Direct::of(&self.jetstream, stream, subject).await?;
        let found = direct.get(reading.mark(), reading.next()).await?;
        Ok(found.map(|message| message.sequence))
    }

    /// Waits until the stream is another one, or none. Meanwhile moves on over what other subjects wrote:
    /// without that a quiet source would seem to be behind.
    async fn replaced(&self, mut stream: Stream, reading: &Progress) -> ReadError {
        let mut look = interval(LOOK);
        look.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            look.tick().await;
            // As of before the stream tells how long it is.
            let next = reading.next();
            match stream.info().await {
                Ok(_) => {}
                Err(error) if is_gone(&error) => return ReadError::Read(error.into()),
                // Without a leader nobody answers. A consumer may work all the same.
                Err(error) => {
                    tracing::debug!(source = %self.source.name(), %error, "the stream was not looked at");
                    continue;
                }
            }
            reading.known(Utc::now());
            let now = state(&stream, None);
            if now.created != reading.origin().created || next > now.last_seq + 1 {
                return ReadError::Replaced;
            }
            if next > now.last_seq || self.is_others(&stream, next).await {
                reading.skip_to(now.last_seq + 1);
                self.heard.all(Utc::now());
            }
        }
    }

    /// Whether all that the stream has from `next` on is of other subjects.
    async fn is_others(&self, stream: &Stream, next: u64) -> bool {
        let get = stream
            .raw_message_builder()
            .next_by_subject(&self.source.subject);
        let found = get.sequence(next).send().await;
        found.is_err_and(|error| error.kind() == RawMessageErrorKind::NoMessageFound)
    }
}
