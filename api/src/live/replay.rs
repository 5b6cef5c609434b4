//! Following a tenant's feed from a cursor: from the database to the ring, and along with it.
//!
//! # Invariants
//! - The ring is joined before the database is read, so nothing falls in between.
//! - Every step takes the event that follows the cursor and no other: no gap, no repeat. Where
//!   that cannot be had, the subscriber gets a reset.

use std::collections::VecDeque;
use std::sync::Arc;

use entity::args;
use entity::database::Database;
use entity::ids::Epoch;
use entity::scope::TenantScope;
use entity::tx::TenantTx;
use entity::wire::link_event::LinkEvent;
use futures::Stream;
use sqlx::Row as _;
use tokio::sync::watch;
use tokio::time::sleep;

use crate::error::{ApiError, Code};
use crate::limits;
use crate::live::arrival::Arrival;
use crate::live::cursor::{FeedCursor, Position};
use crate::live::hub::{Change, Feed, Hub, Next};

/// What a follower gets.
#[derive(Debug)]
pub enum FeedItem {
    /// The next event.
    Event(Arc<LinkEvent>),
    /// The feed goes on from `cursor`; what lies before is not to be had.
    Reset {
        /// Where it goes on.
        cursor: FeedCursor,
        /// Why.
        reason: &'static str,
    },
}

/// Follows the feed of `scope`'s tenant behind `after`, or from now on, and notes in `position` how
/// far it has come.
pub fn follow(
    hub: &Hub,
    database: Database,
    scope: TenantScope,
    after: Option<FeedCursor>,
    position: watch::Sender<Option<Position>>,
) -> impl Stream<Item = Result<FeedItem, ApiError>> + Send + use<> {
    let feed = hub.attach(scope.tenant());
    let changes = feed.changes();
    // As of before the database is asked: a resync while it answers must make it be asked again.
    let resyncs = changes.borrow().resyncs;
    let follower = Follower {
        feed,
        changes,
        database,
        scope,
        start: after,
        cursor: None,
        ready: VecDeque::new(),
        position,
        resets: 0,
        resyncs,
    };
    futures::stream::unfold(Some(follower), |follower| async move {
        let mut follower = follower?;
        match follower.next().await {
            Ok(item) => Some((Ok(item), Some(follower))),
            // The client knows its cursor and can come back; going on might hide a gap.
            Err(error) => Some((Err(error), None)),
        }
    })
}

struct Follower {
    feed: Arc<Feed>,
    changes: watch::Receiver<Change>,
    database: Database,
    scope: TenantScope,
    start: Option<FeedCursor>,
    /// The last event delivered or queued in `ready`. None until the database was asked.
    cursor: Option<FeedCursor>,
    ready: VecDeque<(FeedItem, Option<Arrival>)>,
    position: watch::Sender<Option<Position>>,
    resets: u64,
    /// The resync after which the database was asked.
    resyncs: u64,
}

impl Follower {
    async fn next(&mut self) -> Result<FeedItem, ApiError> {
        loop {
            if let Some((item, arrival)) = self.ready.pop_front() {
                self.come_to(&item, arrival);
                return Ok(item);
            }
            match self.step().await {
                // Nothing is missed by waiting: it goes on behind the cursor, or begins when there is
                // an answer to where "now" is.
                Err(error) if error.code() == Code::Unavailable => {
                    sleep(limits::LINKS_RETRY).await;
                }
                stepped => stepped?,
            }
        }
    }

    /// Queues what comes next, or waits until something may have come.
    async fn step(&mut self) -> Result<(), ApiError> {
        let Some(cursor) = self.cursor else {
            return self.ask_database(self.start).await;
        };
        let seen = *self.changes.borrow_and_update();
        if seen.resyncs != self.resyncs {
            self.ask_database(Some(cursor)).await?;
            self.resyncs = seen.resyncs;
            return Ok(());
        }
        match self.feed.next(cursor) {
            Next::Events(events) => {
                let live = events.into_iter();
                self.queue(live.map(|(event, arrival)| (event, Some(arrival))));
            }
            Next::Behind => {
                self.ask_database(Some(cursor)).await?;
                if self.ready.is_empty() {
                    // The ring is of another life than the database; only an event can tell.
                    self.wait().await?;
                }
            }
            Next::UpToDate => self.wait().await?,
        }
        Ok(())
    }

    /// Notes that `item` is delivered.
    fn come_to(&mut self, item: &FeedItem, arrival: Option<Arrival>) {
        let cursor = match item {
            FeedItem::Event(event) => FeedCursor {
                epoch: event.epoch,
                seq: event.seq,
            },
            FeedItem::Reset { cursor, .. } => {
                self.resets += 1;
                *cursor
            }
        };
        self.note(cursor, arrival);
    }

    fn note(&self, cursor: FeedCursor, arrival: Option<Arrival>) {
        self.position.send_replace(Some(Position {
            cursor,
            resets: self.resets,
            arrival,
        }));
    }

    async fn wait(&mut self) -> Result<(), ApiError> {
        let closed = |_| ApiError::unavailable("the feed is closing; reconnect");
        self.changes.changed().await.map_err(closed)
    }

    /// Queues what the database has behind `cursor`, one page of it, or a reset. Without a cursor
    /// the feed starts at its end.
    async fn ask_database(&mut self, cursor: Option<FeedCursor>) -> Result<(), ApiError> {
        if cursor.is_some() {
            metrics::counter!("wisplink_live_replays_total").increment(1);
        }
        let tx = self.database.read(self.scope).await?;
        let end = end(&tx).await?;
        let Some(cursor) = cursor else {
            self.cursor = Some(end);
            self.note(end, None);
            return Ok(());
        };
        if cursor.epoch != end.epoch || cursor.seq > end.seq || cursor.seq < 0 {
            self.reset(end, "the cursor is not from this feed");
            return Ok(());
        }
        let rows = tx
            .rows(BEHIND, args![tx.tenant(), cursor.seq, limits::REPLAY_PAGE]?)
            .await?;
        let events: Vec<_> = rows
            .iter()
            .map(|row| LinkEvent::of_row(row, self.scope.tenant(), end.epoch).map(Arc::new))
            .collect::<Result<_, _>>()?;
        match events.first() {
            Some(first) if first.seq != cursor.seq + 1 => {
                self.reset(end, "the events behind the cursor are no longer kept");
            }
            Some(_) => self.queue(events.into_iter().map(|event| (event, None))),
            None if cursor.seq < end.seq => {
                self.reset(end, "the events behind the cursor are no longer kept");
            }
            None => {
                self.cursor = Some(cursor);
                self.note(cursor, None);
            }
        }
        Ok(())
    }

    fn queue(&mut self, events: impl Iterator<Item = (Arc<LinkEvent>, Option<Arrival>)>) {
        for (event, arrival) in events {
            self.cursor = Some(FeedCursor {
                epoch: event.epoch,
                seq: event.seq,
            });
            self.ready.push_back((FeedItem::Event(event), arrival));
        }
    }

    fn reset(&mut self, cursor: FeedCursor, reason: &'static str) {
        metrics::counter!("wisplink_live_resets_total").increment(1);
        self.cursor = Some(cursor);
        self.ready
            .push_back((FeedItem::Reset { cursor, reason }, None));
    }
}

const END: &str = "SELECT epoch, last_seq FROM tenant_feeds WHERE tenant_id = $1";

const BEHIND: &str = "
    SELECT seq, id, link_id, ap_device_id, cpe_device_id, client_mac, other_ap_device_id,
           from_state, to_state, reason, signal_strength, at, recorded_at
    FROM link_events
    WHERE tenant_id = $1 AND seq > $2
    ORDER BY seq LIMIT $3";

/// Where the tenant's feed ends, as `tx` sees it. A tenant to whose links nothing has happened yet
/// has no row: its first event will begin the life that bears the tenant's own id.
pub async fn end(tx: &TenantTx) -> Result<FeedCursor, sqlx::Error> {
    let rows = tx.rows(END, args![tx.tenant()]?).await?;
    match rows.first() {
        Some(row) => Ok(FeedCursor {
            epoch: row.try_get("epoch")?,
            seq: row.try_get("last_seq")?,
        }),
        None => Ok(FeedCursor {
            epoch: Epoch::first(tx.tenant()),
            seq: 0,
        }),
    }
}
