//! Following links as they are: a snapshot, a mark, and from then on what changes.
//!
//! # Invariants
//! - The board is joined before the first row is read, so no change falls in between.
//! - Rows are read after they were committed and told whole: the newest wins, and telling one twice
//!   does no harm.
//! - Whenever changes may be missing, the follower is told so at once, and told when it has all
//!   again: what is old is never passed off as current.

use std::time::Duration;

use entity::database::Database;
use entity::ids::LinkId;
use entity::scope::TenantScope;
use futures::Stream;
use sea_orm::Condition;
use std::sync::Arc;
use tokio::sync::watch;
use tokio::time::{Instant, sleep, sleep_until};

use crate::error::{ApiError, Code};
use crate::limits;
use crate::live::again::Again;
use crate::live::board::{Board, Place, changed};
use crate::live::cursor::FeedCursor;
use crate::live::hub::{Feed, Hub};
use crate::live::rows;
use crate::live::table::{LinkUpdate, Table};

const NO_EVENTS: &str = "changes do not come in; waiting for NATS";
const NO_ROWS: &str = "the database does not answer";

/// Who hears what a follower tells.
#[derive(Clone, Debug)]
pub enum Audience {
    /// Somebody who is there from the start.
    One,
    /// Those who take the links from this table first. The snapshot is not told.
    Many(watch::Sender<Table>),
}

/// Follows the links of `scope`'s tenant that meet `condition`, and looks for changes every
/// `interval` at most.
pub fn follow(
    hub: &Hub,
    database: Database,
    scope: TenantScope,
    condition: Condition,
    interval: Duration,
    audience: Audience,
    again: Again,
) -> impl Stream<Item = Result<LinkUpdate, ApiError>> + Send + use<> {
    let feed = hub.attach(scope.tenant());
    let (hears_snapshot, table) = match audience {
        Audience::One => (true, watch::Sender::default()),
        Audience::Many(table) => (false, table),
    };
    let follower = Follower {
        board: feed.board(),
        feed,
        source: rows::Source {
            database,
            scope,
            condition,
        },
        interval,
        table,
        again,
        hears_snapshot,
        phase: Phase::Start,
        seen: Place::default(),
        looked: Instant::now(),
    };
    futures::stream::unfold(Some(follower), |follower| async move {
        let mut follower = follower?;
        match follower.next().await {
            Ok(update) => Some((Ok(update), Some(follower))),
            Err(error) => Some((Err(error), None)),
        }
    })
}

struct Follower {
    board: watch::Receiver<Board>,
    /// Keeps the board going.
    feed: Arc<Feed>,
    source: rows::Source,
    interval: Duration,
    table: watch::Sender<Table>,
    again: Again,
    hears_snapshot: bool,
    phase: Phase,
    /// Up to where the board was heeded.
    seen: Place,
    /// When the board was last heeded.
    looked: Instant,
}

enum Phase {
    /// Nothing was read yet.
    Start,
    /// All links are being read, in the order of their ids.
    Reading(Reading),
    /// All was told; what changes is.
    Following,
}

struct Reading {
    cursor: FeedCursor,
    behind: Option<LinkId>,
    parts: i32,
    is_first: bool,
}

impl Follower {
    async fn next(&mut self) -> Result<LinkUpdate, ApiError> {
        if self.again.is_asked() {
            self.wait_if_stale().await;
            self.table.send_modify(|table| table.tell_again(NO_ROWS));
        }
        loop {
            if let Some(update) = self.untold() {
                return Ok(update);
            }
            match self.step().await {
                Ok(()) => {}
                // It would be closed at the first hiccup of the database; it has been told to wait.
                Err(error) if error.code() == Code::Unavailable => {
                    self.wait_if_stale().await;
                    self.stale(NO_ROWS);
                }
                Err(error) => return Err(error),
            }
        }
    }

    async fn step(&mut self) -> Result<(), ApiError> {
        match &self.phase {
            Phase::Start => self.begin(true).await,
            Phase::Reading(_) => self.read().await,
            Phase::Following if self.is_stale() && !self.seen.interrupted => {
                self.begin(false).await
            }
            Phase::Following => self.heed().await,
        }
    }

    /// Begins to read all links.
    async fn begin(&mut self, is_first: bool) -> Result<(), ApiError> {
        self.seen = self.board.borrow_and_update().place();
        let cursor = self.source.feed_end().await?;
        self.table.send_modify(Table::expect_all);
        self.phase = Phase::Reading(Reading {
            cursor,
            behind: None,
            parts: 0,
            is_first,
        });
        Ok(())
    }

    /// Reads the next part. The first time it is told as it is; later only what is different.
    async fn read(&mut self) -> Result<(), ApiError> {
        let Phase::Reading(reading) = &mut self.phase else {
            return Ok(());
        };
        let links = self.source.page(reading.behind).await?;
        let is_last = links.len() < limits::LINKS_PART;
        reading.behind = links.last().map(|link| link.id);
        let (part, hears) = (reading.parts, self.hears_snapshot);
        let (is_first, cursor) = (reading.is_first, reading.cursor);
        reading.parts += 1;
        let mut learnt = Ok(());
        self.table.send_modify(|table| {
            learnt = if is_first {
                table.begin(links, part, hears)
            } else {
                table.learn(links)
            };
        });
        learnt?;
        if is_last {
            self.finish(cursor);
        }
        Ok(())
    }

    fn finish(&mut self, cursor: FeedCursor) {
        self.phase = Phase::Following;
        self.looked = Instant::now();
        let interrupted = self.was_interrupted();
        let hears = self.hears_snapshot;
        self.table.send_modify(|table| {
            table.forget_unmet();
            if interrupted {
                table.come_to(cursor);
            } else {
                table.ready(cursor, hears);
            }
        });
    }

    /// Waits until the board has changed, and reads what it points at.
    async fn heed(&mut self) -> Result<(), ApiError> {
        let seen = self.seen;
        changed(&mut self.board, |place| place != seen).await?;
        if self.was_interrupted() {
            return Ok(());
        }
        let due = sleep_until(self.looked + self.interval);
        tokio::select! {
            () = due => {}
            interrupted = changed(&mut self.board, |place| seen.is_interrupted_by(place)) => {
                return interrupted;
            }
        }
        self.looked = Instant::now();
        // Its APs are on the board.
        let last = self.feed.last();
        let (place, aps) = {
            let board = self.board.borrow_and_update();
            (board.place(), board.changed_after(seen.version))
        };
        for aps in aps.chunks(limits::LINKS_APS) {
            let links = self.source.of_aps(aps).await?;
            let mut learnt = Ok(());
            self.table
                .send_modify(|table| learnt = table.look(aps, links));
            learnt?;
        }
        if let Some(cursor) = last {
            self.table.send_modify(|table| table.come_to(cursor));
        }
        self.seen.version = place.version;
        Ok(())
    }

    /// Whether changes may have been missed since the board was last heeded. If so, it is told.
    fn was_interrupted(&mut self) -> bool {
        let place = self.board.borrow().place();
        let interrupted = place.interrupted || self.seen.is_interrupted_by(place);
        if interrupted {
            self.seen.interrupted = place.interrupted;
            self.seen.resyncs = place.resyncs;
            self.stale(NO_EVENTS);
        }
        interrupted
    }

    fn untold(&self) -> Option<LinkUpdate> {
        let mut update = None;
        self.table.send_if_modified(|table| {
            update = table.tell();
            false
        });
        update
    }

    /// It was told that it has to wait.
    async fn wait_if_stale(&self) {
        if self.is_stale() {
            sleep(limits::LINKS_RETRY).await;
        }
    }

    fn is_stale(&self) -> bool {
        self.table.borrow().is_stale()
    }

    fn stale(&self, why: &'static str) {
        self.table.send_modify(|table| table.stale(why));
    }
}
