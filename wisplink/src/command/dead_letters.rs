//! `wisplink dead-letters`: looks at messages that were refused, has them read again, or lets go.

use std::process::ExitCode;

use async_nats::jetstream;
use async_nats::jetstream::message::StreamMessage;
use async_nats::jetstream::stream::{RawMessageErrorKind, Stream};
use chrono::DateTime;
use entity::wire::dead_letter::Header;

use super::streams::reach;
use super::{CommandError, say};
use crate::cli::{DeadLetters, Which};
use crate::config::Config;

/// Why something could not be done with a letter.
#[derive(Debug, thiserror::Error)]
pub enum LetterError {
    /// No such letter.
    #[error("there is no dead letter {0}; `wisplink dead-letters list` shows those there are")]
    NoLetter(u64),
    /// The message cannot be published again.
    #[error("dead letter {0} was {1}, so it cannot be replayed; `discard` lets go of it")]
    NotWhole(u64, &'static str),
    /// NATS did not do it.
    #[error("{doing} dead letters in stream {stream}; does `wisplink streams check` find it?")]
    JetStream {
        /// What was tried.
        doing: &'static str,
        /// Where.
        stream: String,
        /// What NATS said.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
}

/// The stream with the letters.
struct Letters {
    jetstream: jetstream::Context,
    stream: Stream,
}

/// Does what the command line says.
pub(super) async fn run(config: &Config, action: DeadLetters) -> Result<ExitCode, CommandError> {
    let jetstream = reach(config).await?;
    let name = &config.streams.dead_letters;
    let stream = jetstream.get_stream(name).await;
    let stream = stream.map_err(|error| failed("finding", name, error))?;
    let letters = Letters { jetstream, stream };
    match action {
        DeadLetters::List { limit } => letters.list(limit).await?,
        DeadLetters::Show { sequence } => letters.show(sequence).await?,
        DeadLetters::Replay(which) => letters.each(which, Letters::replay).await?,
        DeadLetters::Discard(which) => letters.each(which, Letters::discard).await?,
    }
    Ok(ExitCode::SUCCESS)
}

impl Letters {
    async fn list(&self, limit: usize) -> Result<(), LetterError> {
        let (mut next, mut shown) = (1, 0);
        while let Some(letter) = self.next(next).await? {
            if shown == limit {
                say(&format!("… and more; `--limit` shows more than {limit}"));
                return Ok(());
            }
            shown += 1;
            next = letter.sequence + 1;
            say(&format!(
                "{:>6}  {}  {:<17} {:<8} {}",
                letter.sequence,
                time(&letter),
                header(&letter, Header::Reason),
                format!("{} B", letter.payload.len()),
                header(&letter, Header::Detail),
            ));
        }
        if shown == 0 {
            say("there are no dead letters");
        }
        Ok(())
    }

    async fn show(&self, sequence: u64) -> Result<(), LetterError> {
        let letter = self.get(sequence).await?;
        say(&format!("kept: {}", time(&letter)));
        for name in Header::ALL {
            let value = header(&letter, *name);
            if !value.is_empty() {
                say(&format!("{}: {value}", name.as_str()));
            }
        }
        say(&format!("\n{}", String::from_utf8_lossy(&letter.payload)));
        Ok(())
    }

    /// Does `work` with the letters meant, one after the other.
    async fn each(
        &self,
        which: Which,
        work: impl AsyncFn(&Self, &StreamMessage) -> Result<(), LetterError>,
    ) -> Result<(), LetterError> {
        if let Some(sequence) = which.sequence {
            return work(self, &self.get(sequence).await?).await;
        }
        // What is kept anew meanwhile is not meant.
        let last = self.stream.cached_info().state.last_sequence;
        let mut next = 1;
        while let Some(letter) = self
            .next(next)
            .await?
            .filter(|letter| letter.sequence <= last)
        {
            next = letter.sequence + 1;
            let reason = which.reason.as_deref();
            if reason.is_none_or(|reason| header(&letter, Header::Reason) == reason)
                && let Err(error) = work(self, &letter).await
            {
                say(&error.to_string());
            }
        }
        Ok(())
    }

    /// Publishes the message again where it came from, and lets go of the letter.
    async fn replay(&self, letter: &StreamMessage) -> Result<(), LetterError> {
        let sequence = letter.sequence;
        let subject = header(letter, Header::Subject).to_owned();
        if subject.is_empty() {
            return Err(LetterError::NotWhole(
                sequence,
                "gone before it could be kept",
            ));
        }
        if !header(letter, Header::CutFrom).is_empty() {
            return Err(LetterError::NotWhole(
                sequence,
                "too large to be kept whole",
            ));
        }
        let publish = async {
            let sent = self
                .jetstream
                .publish(subject, letter.payload.clone())
                .await?;
            sent.await
        };
        publish
            .await
            .map_err(|error| self.failed("replaying", error))?;
        self.let_go(sequence).await?;
        say(&format!("{sequence} replayed"));
        Ok(())
    }

    async fn discard(&self, letter: &StreamMessage) -> Result<(), LetterError> {
        self.let_go(letter.sequence).await?;
        say(&format!("{} discarded", letter.sequence));
        Ok(())
    }

    async fn let_go(&self, sequence: u64) -> Result<(), LetterError> {
        let deleted = self.stream.delete_message(sequence).await;
        deleted
            .map(drop)
            .map_err(|error| self.failed("discarding", error))
    }

    async fn get(&self, sequence: u64) -> Result<StreamMessage, LetterError> {
        let letter = self.next(sequence).await?;
        letter
            .filter(|letter| letter.sequence == sequence)
            .ok_or(LetterError::NoLetter(sequence))
    }

    /// The first letter from `sequence` on.
    async fn next(&self, sequence: u64) -> Result<Option<StreamMessage>, LetterError> {
        let asked = self
            .stream
            .raw_message_builder()
            .next_by_subject(">")
            .sequence(sequence)
            .send();
        match asked.await {
            Ok(letter) => Ok(Some(letter)),
            Err(error) if error.kind() == RawMessageErrorKind::NoMessageFound => Ok(None),
            Err(error) => Err(self.failed("reading", error)),
        }
    }

    fn failed(
        &self,
        doing: &'static str,
        source: impl std::error::Error + Send + Sync + 'static,
    ) -> LetterError {
        failed(doing, &self.stream.cached_info().config.name, source)
    }
}

fn failed(
    doing: &'static str,
    stream: &str,
    source: impl std::error::Error + Send + Sync + 'static,
) -> LetterError {
    LetterError::JetStream {
        doing,
        stream: stream.to_owned(),
        source: source.into(),
    }
}

fn header(letter: &StreamMessage, name: Header) -> &str {
    letter
        .headers
        .get(name.as_str())
        .map_or("", |value| value.as_str())
}

fn time(letter: &StreamMessage) -> String {
    let time = DateTime::from_timestamp(letter.time.unix_timestamp(), 0).unwrap_or_default();
    time.format("%Y-%m-%dT%H:%M:%SZ").to_string()
}
