//! A message as it was read, in whatever way.

use async_nats::jetstream;
use async_nats::jetstream::message::StreamMessage;
use async_nats::{HeaderMap, Subject};
use bytes::Bytes;
use chrono::{DateTime, Utc};
use entity::direct::micros;

/// A message of a source.
pub(super) struct Incoming {
    pub(super) subject: Subject,
    pub(super) headers: Option<HeaderMap>,
    pub(super) payload: Bytes,
    /// Its number in the stream.
    pub(super) seq: u64,
    /// When it was published, to the microsecond.
    pub(super) published: DateTime<Utc>,
    /// How many wait behind it; 0 where that is not known.
    pub(super) pending: u64,
}

impl TryFrom<jetstream::Message> for Incoming {
    type Error = async_nats::Error;

    fn try_from(message: jetstream::Message) -> Result<Self, Self::Error> {
        let info = message.info()?;
        let (seq, published, pending) =
            (info.stream_sequence, micros(info.published), info.pending);
        let (message, _) = message.split();
        Ok(Self {
            subject: message.subject,
            headers: message.headers,
            payload: message.payload,
            seq,
            published,
            pending,
        })
    }
}

impl From<StreamMessage> for Incoming {
    fn from(message: StreamMessage) -> Self {
        Self {
            subject: message.subject,
            headers: Some(message.headers),
            payload: message.payload,
            seq: message.sequence,
            published: micros(message.time),
            pending: 0,
        }
    }
}
