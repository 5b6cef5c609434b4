//! `ingest_positions`: who reads a source, and from where.
//!
//! # Invariants
//! - The database's clock alone tells whether a lease has ended.
//! - A former holder that wakes up writes nothing here: every statement names the holder.

use std::time::Duration;

use chrono::{DateTime, Utc};
use entity::args;
use entity::database::Database;
use entity::direct::Mark;
use sqlx::Row as _;
use uuid::Uuid;

/// The right of one worker to read one source.
#[derive(Clone, Debug)]
pub struct Lease {
    database: Database,
    source: String,
    holder: Uuid,
    duration: Duration,
}

/// A place in a stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    /// When the stream was created; none before the first message was read.
    pub stream_created: Option<DateTime<Utc>>,
    /// The sequence to be read next.
    pub next_seq: u64,
    /// The last message that was read.
    pub mark: Option<Mark>,
}

const TAKE: &str = "
    INSERT INTO ingest_positions AS p (source, next_seq, holder, lease_until)
    VALUES ($1, 1, $2, now() + make_interval(secs => $3))
    ON CONFLICT (source) DO UPDATE SET holder = excluded.holder, lease_until = excluded.lease_until
    WHERE p.holder IS NULL OR p.holder = excluded.holder OR p.lease_until < now()
    RETURNING stream_created, next_seq, mark_seq, mark_published";

const RENEW: &str = "
    UPDATE ingest_positions SET lease_until = now() + make_interval(secs => $3)
    WHERE source = $1 AND holder = $2 AND next_seq >= $4";

const SAVE: &str = "
    UPDATE ingest_positions SET lease_until = now() + make_interval(secs => $3),
        stream_created = $5, next_seq = $6, mark_seq = $7, mark_published = $8
    WHERE source = $1 AND holder = $2 AND next_seq >= $4";

const RELEASE: &str = "
    UPDATE ingest_positions SET holder = NULL, lease_until = NULL
    WHERE source = $1 AND holder = $2";

impl Lease {
    /// A lease that is still to be taken.
    pub fn new(database: Database, source: String, holder: Uuid, duration: Duration) -> Self {
        Self {
            database,
            source,
            holder,
            duration,
        }
    }

    /// How long it lasts without being renewed.
    pub const fn duration(&self) -> Duration {
        self.duration
    }

    /// Takes the lease, if no other worker has it. Returns where to read on.
    pub async fn take(&self) -> Result<Option<Position>, sqlx::Error> {
        let tx = self.database.system().await?;
        let rows = tx
            .rows(TAKE, args![&self.source, self.holder, self.seconds()]?)
            .await?;
        let position = rows.first().map(|row| {
            let next: i64 = row.try_get("next_seq")?;
            let seq: Option<i64> = row.try_get("mark_seq")?;
            let seq = seq.and_then(|seq| u64::try_from(seq).ok());
            let published: Option<DateTime<Utc>> = row.try_get("mark_published")?;
            Ok::<_, sqlx::Error>(Position {
                stream_created: row.try_get("stream_created")?,
                next_seq: u64::try_from(next).unwrap_or(1),
                mark: seq
                    .zip(published)
                    .map(|(seq, published)| Mark { seq, published }),
            })
        });
        let position = position.transpose()?;
        tx.commit().await?;
        Ok(position)
    }

    /// Renews the lease, and writes the position down if there is one to be written. False: another
    /// worker has the lease now, or the database has lost the position `written` last and is older
    /// than what was read since.
    pub async fn renew(
        &self,
        written: Option<Position>,
        position: Option<Position>,
    ) -> Result<bool, sqlx::Error> {
        let least = written.map_or(1, |written| written.next_seq);
        let least = i64::try_from(least).unwrap_or(i64::MAX);
        let tx = self.database.system().await?;
        let touched = match position {
            None => {
                let arguments = args![&self.source, self.holder, self.seconds(), least]?;
                tx.execute(RENEW, arguments).await?
            }
            Some(Position {
                stream_created,
                next_seq,
                mark,
            }) => {
                let next = i64::try_from(next_seq).unwrap_or(i64::MAX);
                let seq = mark.and_then(|mark| i64::try_from(mark.seq).ok());
                let arguments = args![
                    &self.source,
                    self.holder,
                    self.seconds(),
                    least,
                    stream_created,
                    next,
                    seq,
                    mark.map(|mark| mark.published)
                ]?;
                tx.execute(SAVE, arguments).await?
            }
        };
        tx.commit().await?;
        Ok(touched == 1)
    }

    /// Gives the lease back.
    pub async fn release(&self) -> Result<(), sqlx::Error> {
        let tx = self.database.system().await?;
        tx.execute(RELEASE, args![&self.source, self.holder]?)
            .await?;
        tx.commit().await
    }

    fn seconds(&self) -> f64 {
        self.duration.as_secs_f64()
    }
}
