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

/// How often it is written down how far events are published.
const NOTE: Duration = Duration::from_secs(1);
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
    nats: async_nats::Client,
    shutdown: CancellationToken,
) {
    let Databases {
        ingest: database,
        platform,
    } = databases;
    let jetstream = match &settings.domain {
        Some(domain) => jetstream::with_domain(nats.clone(), domain),
        None => jetstream::new(nats.clone()),
    };
    say_what_differs(&jetstream, &settings).await;
    let publisher = Publisher::new(nats.clone(), jetstream.clone());
    let queue = Queue::new(settings.queue);
    let breaker = Breaker::default();
    let lanes = start_lanes(&settings, &database, &publisher, &queue, &breaker);
    let mut beside = JoinSet::new();
    beside.spawn(partitions::keep_ready(database.clone(), shutdown.clone()));
    beside.spawn(note_published(publisher.clone(), database.clone()));
    let heard = Heard::default();
    let sweeper = Sweeper {
        database: database.clone(),
        platform,
        queue: Arc::clone(&queue),
        publisher: publisher.clone(),
        heard: heard.clone(),
    };
    beside.spawn(sweeper.run(shutdown.clone()));
    let mut readers = JoinSet::new();
    let holder = Uuid::new_v4();
    for (source, kind) in sources(&settings) {
        let lease = Lease::new(database.clone(), source.name(), holder, settings.lease);
        let reader = Reader {
            source,
            kind,
            jetstream: jetstream.clone(),
            lease,
            queue: Arc::clone(&queue),
            breaker: breaker.clone(),
            heard: match kind {
                Kind::Registrations => heard.clone(),
                Kind::Interfaces | Kind::Status => Heard::default(),
            },
        };
        readers.spawn(reader.run(shutdown.clone()));
    }
    while readers.join_next().await.is_some() {}
    queue.close();
    let ended = tokio::time::timeout(END, end(lanes, &publisher, &database, &nats)).await;
    if ended.is_err() {
        tracing::warn!(
            "some messages or events are still open; they are taken up at the next start"
        );
    }
    beside.shutdown().await;
}

fn sources(settings: &Settings) -> [(Source, Kind); 3] {
    [
        (settings.registrations.clone(), Kind::Registrations),
        (settings.interfaces.clone(), Kind::Interfaces),
        (settings.status.clone(), Kind::Status),
    ]
}

fn start_lanes(
    settings: &Settings,
    database: &Database,
    publisher: &Publisher,
    queue: &Arc<Queue>,
    breaker: &Breaker,
) -> JoinSet<()> {
    let lane = Lane {
        queue: Arc::clone(queue),
        database: database.clone(),
        publisher: publisher.clone(),
        breaker: breaker.clone(),
        batch: settings.batch,
    };
    (0..settings.lanes).map(|_| lane.clone().run()).collect()
}

async fn end(
    mut lanes: JoinSet<()>,
    publisher: &Publisher,
    database: &Database,
    nats: &async_nats::Client,
) {
    while lanes.join_next().await.is_some() {}
    publisher.drained().await;
    if let Err(error) = publisher.note_all(database).await {
        tracing::warn!(%error, "how far events are published was not written down");
    }
    if let Err(error) = nats.flush().await {
        tracing::debug!(%error, "flushing NATS");
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
