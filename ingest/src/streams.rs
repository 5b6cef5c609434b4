//! The streams wisplink reads and writes: how they should be, how they are.

use std::time::Duration;

use async_nats::jetstream;
use async_nats::jetstream::context::{CreateStreamErrorKind, GetStreamErrorKind};
use async_nats::jetstream::stream::{Config, RetentionPolicy, StorageType, Stream};
use chrono::{DateTime, Utc};
use entity::direct::micros;
use entity::wire::subject;

use crate::settings::Settings;

const DAY: Duration = Duration::from_hours(24);
/// Long enough for somebody to look at them.
const DEAD_LETTERS_AGE: Duration = Duration::from_hours(30 * 24);
const GIB: i64 = 1 << 30;

/// Why streams could not be looked at or changed.
#[derive(Debug, thiserror::Error)]
pub enum StreamsError {
    /// NATS did not answer as hoped.
    #[error("{doing} stream {stream}; is JetStream enabled at this server?")]
    JetStream {
        /// What was tried.
        doing: &'static str,
        /// The stream.
        stream: String,
        /// What NATS said.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
}

/// What a stream is, compared with what it should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// As it should be.
    Fine,
    /// Not there.
    Missing,
    /// Different, one line for each field.
    Different(Vec<String>),
}

/// The streams as they should be.
pub fn wanted(settings: &Settings) -> Vec<Config> {
    let limits = |name: &str, subjects: Vec<String>, max_bytes| Config {
        name: name.to_owned(),
        subjects,
        retention: RetentionPolicy::Limits,
        storage: StorageType::File,
        max_age: DAY,
        max_bytes,
        max_messages: -1,
        max_messages_per_subject: -1,
        max_message_size: -1,
        max_consumers: -1,
        num_replicas: settings.replicas,
        duplicate_window: Duration::from_mins(2),
        // Messages are read even while no consumer can be made.
        allow_direct: true,
        ..Config::default()
    };
    let mut streams = vec![limits(
        &settings.registrations.stream,
        vec![settings.registrations.subject.clone()],
        4 * GIB,
    )];
    for source in [&settings.interfaces, &settings.status] {
        match streams
            .iter_mut()
            .find(|stream| stream.name == source.stream)
        {
            Some(stream) => stream.subjects.push(source.subject.clone()),
            None => streams.push(limits(&source.stream, vec![source.subject.clone()], GIB)),
        }
    }
    streams.push(limits(
        &settings.events_stream,
        vec![subject::EVENTS.to_owned()],
        GIB,
    ));
    let dead_letters = vec![subject::DEAD_LETTERS.to_owned()];
    streams.push(Config {
        max_age: DEAD_LETTERS_AGE,
        ..limits(&settings.dead_letters_stream, dead_letters, GIB)
    });
    streams
}

/// Compares every stream with what it should be.
pub async fn check(
    jetstream: &jetstream::Context,
    settings: &Settings,
) -> Result<Vec<(String, Verdict)>, StreamsError> {
    let mut verdicts = Vec::new();
    for config in wanted(settings) {
        let verdict = match find(jetstream, &config.name).await? {
            None => Verdict::Missing,
            Some(found) => match differences(&config, &found) {
                none if none.is_empty() => Verdict::Fine,
                some => Verdict::Different(some),
            },
        };
        verdicts.push((config.name, verdict));
    }
    Ok(verdicts)
}

/// Creates what is missing and changes what differs. Returns how each stream was before.
pub async fn apply(
    jetstream: &jetstream::Context,
    settings: &Settings,
) -> Result<Vec<(String, Verdict)>, StreamsError> {
    let verdicts = check(jetstream, settings).await?;
    for (config, (name, verdict)) in wanted(settings).into_iter().zip(&verdicts) {
        match verdict {
            Verdict::Fine => {}
            Verdict::Missing => match jetstream.create_stream(config).await {
                Ok(_) => {}
                Err(error) => return Err(failed::<CreateStreamErrorKind>("creating", name, error)),
            },
            Verdict::Different(_) => {
                jetstream
                    .update_stream(config)
                    .await
                    .map_err(|error| failed("changing", name, error))?;
            }
        }
    }
    Ok(verdicts)
}

async fn find(jetstream: &jetstream::Context, name: &str) -> Result<Option<Config>, StreamsError> {
    match jetstream.get_stream(name).await {
        Ok(stream) => Ok(Some(stream.cached_info().config.clone())),
        Err(error) => match error.kind() {
            GetStreamErrorKind::JetStream(inner)
                if inner.error_code() == jetstream::ErrorCode::STREAM_NOT_FOUND =>
            {
                Ok(None)
            }
            _ => Err(failed("looking up", name, error)),
        },
    }
}

fn failed<K>(doing: &'static str, stream: &str, source: async_nats::error::Error<K>) -> StreamsError
where
    K: Clone + std::fmt::Debug + std::fmt::Display + PartialEq + Send + Sync + 'static,
{
    StreamsError::JetStream {
        doing,
        stream: stream.to_owned(),
        source: source.into(),
    }
}

/// A field that is compared: its name in NATS, and its value as text.
type Field = (&'static str, fn(&Config) -> String);

const FIELDS: [Field; 18] = [
    ("subjects", |config| sorted(&config.subjects)),
    ("retention", |config| format!("{:?}", config.retention)),
    ("storage", |config| format!("{:?}", config.storage)),
    ("discard", |config| format!("{:?}", config.discard)),
    ("max_age", |config| format!("{:?}", config.max_age)),
    ("max_bytes", |config| config.max_bytes.to_string()),
    ("max_msgs", |config| config.max_messages.to_string()),
    ("max_msgs_per_subject", |config| {
        config.max_messages_per_subject.to_string()
    }),
    ("max_msg_size", |config| config.max_message_size.to_string()),
    ("max_consumers", |config| config.max_consumers.to_string()),
    ("num_replicas", |config| config.num_replicas.to_string()),
    ("allow_direct", |config| config.allow_direct.to_string()),
    ("no_ack", |config| config.no_ack.to_string()),
    ("sealed", |config| config.sealed.to_string()),
    ("deny_delete", |config| config.deny_delete.to_string()),
    ("deny_purge", |config| config.deny_purge.to_string()),
    ("discard_new_per_subject", |config| {
        config.discard_new_per_subject.to_string()
    }),
    ("duplicate_window", |config| {
        format!("{:?}", config.duplicate_window)
    }),
];

fn differences(wanted: &Config, found: &Config) -> Vec<String> {
    let compared = FIELDS.map(|(field, value)| (field, value(wanted), value(found)));
    let different = compared
        .into_iter()
        .filter(|(_, wanted, found)| wanted != found);
    different
        .map(|(field, wanted, found)| format!("{field} is {found}, should be {wanted}"))
        .collect()
}

fn sorted(subjects: &[String]) -> String {
    let mut subjects = subjects.to_vec();
    subjects.sort();
    format!("{subjects:?}")
}

/// When the stream was created.
pub(crate) fn created(stream: &Stream) -> DateTime<Utc> {
    micros(stream.cached_info().created)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_sources_of_one_stream_share_it() {
        let streams = wanted(&Settings::default());
        let found: Vec<_> = streams
            .iter()
            .map(|stream| (stream.name.as_str(), stream.subjects.len()))
            .collect();
        assert_eq!(
            found,
            [
                ("WIRELESS_REGISTRATIONS", 1),
                ("DEVICE_EVENTS", 2),
                ("WISPLINK_EVENTS", 1),
                ("WISPLINK_DEAD_LETTERS", 1)
            ]
        );
    }

    #[test]
    fn every_difference_is_said() {
        let wanted = wanted(&Settings::default()).remove(0);
        let found = Config {
            max_bytes: 5,
            max_age: Duration::from_secs(1),
            ..wanted.clone()
        };
        assert_eq!(
            differences(&wanted, &found),
            [
                "max_age is 1s, should be 86400s",
                "max_bytes is 5, should be 4294967296"
            ]
        );
        assert!(differences(&wanted, &wanted).is_empty());
    }
}
