//! Reading a stream without a consumer: one message after another, from any server that keeps it.
//!
//! In a NATS cluster only the leader of the whole cluster makes consumers and describes streams. To
//! elect it can take much longer than to elect the leader of a stream, and a stream that has one takes
//! messages.

use std::time::Duration;

use async_nats::jetstream;
use async_nats::jetstream::context::GetStreamError;
use async_nats::jetstream::message::StreamMessage;
use async_nats::jetstream::stream::{
    DirectGetError, DirectGetErrorKind, InfoError, RawMessageError, RawMessageErrorKind, Stream,
};
use chrono::{DateTime, Utc};

/// How long a server may take to answer. The question may have gone to one that hangs; the next may go to
/// another.
const ANSWER: Duration = Duration::from_millis(500);

/// A message by which a stream is known again. A stream that was created again, or restored to an
/// earlier state, has another message there or none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mark {
    /// Its sequence.
    pub seq: u64,
    /// When it was published, to the microsecond.
    pub published: DateTime<Utc>,
}

/// A subject of a stream, which should allow direct gets: else only its leader is asked.
#[derive(Debug)]
pub struct Direct {
    stream: Stream<()>,
    subject: String,
}

impl Direct {
    /// `subject` of `stream`. Nothing is asked yet.
    pub async fn of(
        jetstream: &jetstream::Context,
        stream: &str,
        subject: &str,
    ) -> Result<Self, GetStreamError> {
        let mut jetstream = jetstream.clone();
        jetstream.set_timeout(ANSWER);
        Ok(Self {
            stream: jetstream.get_stream_no_info(stream).await?,
            subject: subject.to_owned(),
        })
    }

    /// The first message that has the sequence `next` or a higher one. None where there is none yet, and
    /// where the stream, as the server that answers has it, does not hold `mark`.
    pub async fn get(
        &self,
        mark: Option<Mark>,
        next: u64,
    ) -> Result<Option<StreamMessage>, RawMessageError> {
        if let Some(mark) = mark {
            let at_mark = self.at(mark.seq).await?;
            if at_mark.is_none_or(|found| micros(found.time) != mark.published) {
                return Ok(None);
            }
        }
        let get = self.stream.direct_get_builder();
        let get = get.next_by_subject(&self.subject).sequence(next);
        match get.send().await {
            Err(error) if is_refused(&error) => {
                let get = self.stream.raw_message_builder();
                let get = get.next_by_subject(&self.subject).sequence(next);
                found(get.send().await)
            }
            answer => found_directly(answer),
        }
    }

    async fn at(&self, seq: u64) -> Result<Option<StreamMessage>, RawMessageError> {
        match self.stream.direct_get(seq).await {
            Err(error) if is_refused(&error) => found(self.stream.get_raw_message(seq).await),
            answer => found_directly(answer),
        }
    }
}

/// Whether the stream does not allow direct gets: then its leader has to be asked.
fn is_refused(error: &DirectGetError) -> bool {
    matches!(error.kind(), DirectGetErrorKind::ErrorResponse(..))
}

fn found(
    answer: Result<StreamMessage, RawMessageError>,
) -> Result<Option<StreamMessage>, RawMessageError> {
    match answer {
        Ok(message) => Ok(Some(message)),
        Err(error) if error.kind() == RawMessageErrorKind::NoMessageFound => Ok(None),
        Err(error) => Err(error),
    }
}

fn found_directly(
    answer: Result<StreamMessage, DirectGetError>,
) -> Result<Option<StreamMessage>, RawMessageError> {
    match answer {
        Ok(message) => Ok(Some(message)),
        Err(error) if error.kind() == DirectGetErrorKind::NotFound => Ok(None),
        Err(error) => Err(RawMessageError::with_source(
            RawMessageErrorKind::Other,
            error,
        )),
    }
}

/// Whether there is no such stream any more.
pub fn is_gone(error: &InfoError) -> bool {
    let cause = std::error::Error::source(error);
    let told = cause.and_then(|cause| cause.downcast_ref::<jetstream::Error>());
    told.is_some_and(|told| told.error_code() == jetstream::ErrorCode::STREAM_NOT_FOUND)
}

/// A time to the microsecond: PostgreSQL keeps no more.
pub fn micros(time: time::OffsetDateTime) -> DateTime<Utc> {
    let micros = i64::try_from(time.unix_timestamp_nanos() / 1_000).unwrap_or_default();
    DateTime::from_timestamp_micros(micros).unwrap_or_default()
}
