//! The worker: readers, lanes and what goes on beside them, from start to end.

use std::sync::Arc;
use std::time::Duration;

use async_nats::jetstream;
use entity::database::Database;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::consume::heard::Heard;
use crate::consume::reader::Reader;
use crate::dead_letter::DeadLetters;
use crate::decode::Kind;
use crate::lanes::breaker::Breaker;
use crate::lanes::lane::Lane;
use crate::lanes::queue::Queue;
use crate::partitions;
use crate::position::lease::Lease;
use crate::publish::Publisher;
use crate::settings::{Settings, Source};
use crate::streams::{self, Verdict};
use crate::sweep::Sweeper;
use crate::sweep::history::HistoryKeeper;

/// How often it is written down how far events are published.
const NOTE: Duration = Duration::from_secs(1);
/// How often it is shown what is on its way.
const SHOW: Duration = Duration::from_secs(1);
/// How long the end may take, after the readers have ended.
const END: Duration = Duration::from_secs(5);

/// The database as the worker uses it: one pool for each role.
#[derive(Clone, Debug)]
pub struct Databases {
    /// Tenants' rows.
    pub ingest: Database,
    /// The list of tenants.
    pub platform: Database,
}

/// Reads, stores and publishes until `shutdown`; then empties the lanes, publishes, writes the
/// positions and gives the leases back.
pub async fn run(
    settings: Settings,
    databases: Databases,
    jetstream: jetstream::Context,
    shutdown: CancellationToken,
) {
    say_what_differs(&jetstream, &settings).await;
    let look_again = partitions::prepare(&databases.ingest).await;
    let lane = Lane {
        queue: Queue::new(settings.queue),
        database: databases.ingest.clone(),
        publisher: Publisher::new(jetstream.clone(), &settings.events_stream),
        dead_letters: DeadLetters::new(jetstream.clone()),
        breaker: Breaker::default(),
        batch: settings.batch,
        retention: settings.retention,
    };
    let heard = Heard::default();
    let lanes = (0..settings.lanes).map(|_| lane.clone().run()).collect();
    let mut beside = start_beside(&lane, databases, &heard, &shutdown);
    beside.spawn(partitions::keep_ready(
        lane.database.clone(),
        look_again,
        shutdown.clone(),
    ));
    let mut readers = JoinSet::new();
    for reader in readers_of(&settings, &lane, &jetstream, &heard) {
        readers.spawn(reader.run(shutdown.clone()));
    }
    while readers.join_next().await.is_some() {}
    lane.queue.close();
    let ended = tokio::time::timeout(END, end(lanes, &lane, &jetstream)).await;
    if ended.is_err() {
        tracing::warn!(
            "some messages or events are still open; they are taken up at the next start"
        );
    }
    beside.shutdown().await;
}

/// What goes on beside reading and storing.
fn start_beside(
    lane: &Lane,
    databases: Databases,
    heard: &Heard,
    shutdown: &CancellationToken,
) -> JoinSet<()> {
    let mut beside = JoinSet::new();
    let sweeper = Sweeper {
        database: databases.ingest.clone(),
        platform: databases.platform.clone(),
        queue: Arc::clone(&lane.queue),
        publisher: lane.publisher.clone(),
        heard: heard.clone(),
    };
    beside.spawn(sweeper.run(shutdown.clone()));
    let history = HistoryKeeper {
        databases,
        retention: lane.retention,
    };
    beside.spawn(history.run(shutdown.clone()));
    beside.spawn(show(Arc::clone(&lane.queue), lane.publisher.clone()));
    beside.spawn(note_published(
        lane.publisher.clone(),
        lane.database.clone(),
    ));
    beside
}

/// A reader for each source. What is heard of the registrations tells who is silent.
fn readers_of<'a>(
    settings: &'a Settings,
    lane: &'a Lane,
    jetstream: &'a jetstream::Context,
    heard: &'a Heard,
) -> impl Iterator<Item = Reader> + 'a {
    let holder = Uuid::new_v4();
    sources(settings)
        .into_iter()
        .map(move |(source, kind)| Reader {
            lease: Lease::new(lane.database.clone(), source.name(), holder, settings.lease),
            source,
            jetstream: jetstream.clone(),
            queue: Arc::clone(&lane.queue),
            breaker: lane.breaker.clone(),
            dead_letters: lane.dead_letters.clone(),
            heard: match kind {
                Kind::Registrations => heard.clone(),
                Kind::Interfaces | Kind::Status => Heard::default(),
            },
            kind,
        })
}

fn sources(settings: &Settings) -> [(Source, Kind); 3] {
    [
        (settings.registrations.clone(), Kind::Registrations),
        (settings.interfaces.clone(), Kind::Interfaces),
        (settings.status.clone(), Kind::Status),
    ]
}

async fn end(mut lanes: JoinSet<()>, lane: &Lane, jetstream: &jetstream::Context) {
    while lanes.join_next().await.is_some() {}
    lane.publisher.drained().await;
    if let Err(error) = lane.publisher.note_all(&lane.database).await {
        tracing::warn!(%error, "how far events are published was not written down");
    }
    if let Err(error) = jetstream.client().flush().await {
        tracing::debug!(%error, "flushing NATS");
    }
}

/// Shows what is on its way.
async fn show(queue: Arc<Queue>, publisher: Publisher) {
    let number = |count: usize| f64::from(u32::try_from(count).unwrap_or(u32::MAX));
    loop {
        metrics::gauge!("wisplink_ingest_queue_messages").set(number(queue.len()));
        metrics::gauge!("wisplink_ingest_events_unpublished").set(number(publisher.waiting()));
        tokio::time::sleep(SHOW).await;
    }
}

async fn note_published(publisher: Publisher, database: Database) {
    loop {
        tokio::time::sleep(NOTE).await;
        if let Err(error) = publisher.note_all(&database).await {
            tracing::debug!(%error, "how far events are published was not written down; trying again");
        }
    }
}

async fn say_what_differs(jetstream: &jetstream::Context, settings: &Settings) {
    match streams::check(jetstream, settings).await {
        Err(error) => tracing::warn!(%error, "the streams cannot be checked"),
        Ok(verdicts) => {
            for (stream, verdict) in verdicts {
                match verdict {
                    Verdict::Fine => {}
                    Verdict::Missing => tracing::warn!(
                        stream,
                        "the stream is missing; `wisplink streams apply` creates it"
                    ),
                    Verdict::Different(fields) => tracing::warn!(
                        stream,
                        ?fields,
                        "the stream is not as it should be; `wisplink streams apply` changes it"
                    ),
                }
            }
        }
    }
}
