//! Messages that are refused for good are kept, with the reason, in a stream of their own.
//!
//! # Invariants
//! - The position passes a message only when its letter is stored.
//! - A message has one letter, however often it is read: the letter's subject names the message, and
//!   the stream takes a subject once.

use std::sync::Arc;
use std::time::Duration;

use async_nats::HeaderMap;
use async_nats::jetstream;
use async_nats::jetstream::context::PublishErrorKind;
use async_nats::jetstream::message::{PublishMessage, StreamMessage};
use async_nats::jetstream::stream::RawMessageErrorKind;
use bytes::Bytes;
use entity::wire::dead_letter::{Header, Origin};
use entity::wire::subject;
use tokio::sync::Semaphore;
use tokio_util::task::TaskTracker;

use crate::decode::Reject;
use crate::lanes::breaker::pause;
use crate::position::progress::Ticket;
use crate::reject;
use crate::streams::created;

/// Letters on their way at once; when there are more, reading waits.
const ON_THEIR_WAY: usize = 64;
/// How long the stream may take to acknowledge.
const ACK: Duration = Duration::from_secs(5);
/// Room for our headers in a message as large as NATS takes.
const HEADERS: usize = 4 * 1024;

type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// Keeps letters.
#[derive(Clone)]
pub struct DeadLetters {
    client: async_nats::Client,
    jetstream: jetstream::Context,
    room: Arc<Semaphore>,
    tasks: TaskTracker,
}

/// A message as it was published.
#[derive(Clone, Debug)]
pub struct Original {
    subject: String,
    payload: Bytes,
}

impl Original {
    /// What came on `subject`.
    pub fn new(subject: String, payload: Bytes) -> Self {
        Self { subject, payload }
    }
}

impl From<StreamMessage> for Original {
    fn from(message: StreamMessage) -> Self {
        Self {
            subject: message.subject.to_string(),
            payload: message.payload,
        }
    }
}

impl DeadLetters {
    /// Letters go over `jetstream`.
    pub fn new(jetstream: jetstream::Context) -> Self {
        Self {
            client: jetstream.client(),
            jetstream,
            room: Arc::new(Semaphore::new(ON_THEIR_WAY)),
            tasks: TaskTracker::new(),
        }
    }

    /// Reports a message that was refused, and keeps it: beside, until that is done. Without its
    /// `original` the message is looked up in its stream.
    pub async fn keep(&self, ticket: Ticket, why: Reject, original: Option<Original>) {
        reject::report(&why, ticket.seq());
        // The semaphore is never closed.
        let Ok(place) = Arc::clone(&self.room).acquire_owned().await else {
            return;
        };
        let letters = self.clone();
        self.tasks.spawn(async move {
            let mut attempt = 0;
            while let Err(error) = letters.try_keep(&ticket, &why, original.as_ref()).await {
                tracing::warn!(%error, seq = ticket.seq(), attempt, "a refused message is not kept yet; does `wisplink streams check` find its stream? Trying again");
                tokio::time::sleep(pause(attempt)).await;
                attempt += 1;
            }
            ticket.done();
            drop(place);
        });
    }

    async fn try_keep(
        &self,
        ticket: &Ticket,
        why: &Reject,
        original: Option<&Original>,
    ) -> Result<(), BoxError> {
        let origin = ticket.origin();
        let found = match original {
            Some(original) => Some(original.clone()),
            None => self.look_up(origin, ticket.seq()).await?,
        };
        let message = self.letter(ticket, why, found);
        let subject = subject::dead_letter(origin, ticket.seq());
        let sent = self.jetstream.send_publish(subject, message).await?;
        match tokio::time::timeout(ACK, sent).await? {
            Ok(_) => Ok(()),
            // It has been there since the message was read before.
            Err(error) if error.kind() == PublishErrorKind::WrongLastSequence => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    /// The message in its stream. None: it is no longer there.
    async fn look_up(&self, origin: &Origin, seq: u64) -> Result<Option<Original>, BoxError> {
        let stream = self.jetstream.get_stream(&origin.stream).await?;
        if created(&stream) != origin.created {
            return Ok(None);
        }
        match stream.get_raw_message(seq).await {
            Ok(message) => Ok(Some(message.into())),
            Err(error) if error.kind() == RawMessageErrorKind::NoMessageFound => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    fn letter(&self, ticket: &Ticket, why: &Reject, found: Option<Original>) -> PublishMessage {
        let origin = ticket.origin();
        let (subject, mut payload) = match found {
            Some(Original { subject, payload }) => (subject, payload),
            None => (String::new(), Bytes::new()),
        };
        let whole = payload.len();
        let room = self
            .client
            .server_info()
            .max_payload
            .saturating_sub(HEADERS);
        payload.truncate(room.max(1));
        let mut headers = HeaderMap::new();
        let mut say = |header: Header, value: &str| headers.insert(header.as_str(), value);
        say(Header::Reason, why.code.as_str());
        say(Header::Detail, &why.detail);
        say(Header::Stream, &origin.stream);
        say(Header::Sequence, &ticket.seq().to_string());
        say(Header::Subject, &subject);
        if payload.len() < whole {
            say(Header::CutFrom, &whole.to_string());
        }
        PublishMessage::build()
            .payload(payload)
            .headers(headers)
            .expected_last_subject_sequence(0)
    }
}
