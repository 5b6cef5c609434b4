//! Following links as they are: a snapshot, a mark, and from then on what changes.
//!
//! # Invariants
//! - The board is joined before the first row is read, so no change falls in between.
//! - Rows are read after they were committed and told whole: the newest wins, and telling one twice
//!   does no harm.
//! - Whenever changes may be missing, the follower is told so at once, and told when it has all
//!   again: what is old is never passed off as current.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use entity::database::Database;
use entity::ids::LinkId;
use entity::model::wireless_link::Model;
use entity::scope::TenantScope;
use futures::Stream;
use sea_orm::Condition;
use tokio::sync::watch;
use tokio::time::{Instant, sleep, sleep_until};

use crate::error::{ApiError, Code};
use crate::limits;
use crate::live::board::{Board, Place, changed};
use crate::live::cursor::FeedCursor;
use crate::live::hub::{Feed, Hub};
use crate::live::known::Known;
use crate::live::rows;

/// What a follower gets.
#[derive(Debug)]
pub enum LinkUpdate {
    /// A part of the snapshot.
    Snapshot {
        /// Links that match.
        links: Vec<Arc<Model>>,
        /// Counted from 0.
        part: i32,
    },
    /// What was told is complete and current.
    Ready {
        /// Where the tenant's feed stood when reading began.
        cursor: FeedCursor,
        /// How many links match.
        links: usize,
    },
    /// Links that are new or different.
    Changed(Vec<Arc<Model>>),
    /// Links that do not match any more, or are no more.
    Removed(Vec<LinkId>),
    /// What was told may be out of date from here on, until the next `Ready`.
    Stale(&'static str),
}

const NO_EVENTS: &str = "changes do not come in; waiting for NATS";
const NO_ROWS: &str = "the database does not answer";

/// Follows the links of `scope`'s tenant that meet `condition`, and looks for changes every
/// `interval` at most.
pub fn follow(
    hub: &Hub,
    database: Database,
    scope: TenantScope,
    condition: Condition,
    interval: Duration,
) -> impl Stream<Item = Result<LinkUpdate, ApiError>> + Send + use<> {
    let feed = hub.attach(scope.tenant());
    let follower = Follower {
        board: feed.board(),
        _feed: feed,
        source: rows::Source {
            database,
            scope,
            condition,
        },
        interval,
        known: Known::default(),
        phase: Phase::Start,
        seen: Place::default(),
        looked: Instant::now(),
        is_stale: false,
        ready: VecDeque::new(),
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
    _feed: Arc<Feed>,
    source: rows::Source,
    interval: Duration,
    /// What the follower was told.
    known: Known,
    phase: Phase,
    /// Up to where the board was heeded.
    seen: Place,
    /// When the board was last heeded.
    looked: Instant,
    is_stale: bool,
    ready: VecDeque<LinkUpdate>,
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
        loop {
            if let Some(update) = self.ready.pop_front() {
                return Ok(update);
            }
            match self.step().await {
                Ok(()) => {}
                // It would be closed at the first hiccup of the database; it has been told to wait.
                Err(error) if error.code() == Code::Unavailable => {
                    self.stale(NO_ROWS);
                    if self.ready.is_empty() {
                        sleep(limits::LINKS_RETRY).await;
                    }
                }
                Err(error) => return Err(error),
            }
        }
    }

    async fn step(&mut self) -> Result<(), ApiError> {
        match &self.phase {
            Phase::Start => self.begin(true).await,
            Phase::Reading(_) => self.read().await,
            Phase::Following if self.is_stale && !self.seen.interrupted => self.begin(false).await,
            Phase::Following => self.heed().await,
        }
    }

    /// Begins to read all links.
    async fn begin(&mut self, is_first: bool) -> Result<(), ApiError> {
        self.seen = self.board.borrow_and_update().place();
        let cursor = self.source.feed_end().await?;
        self.known.expect_all();
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
        let different = self.known.learn(links.clone())?;
        if reading.is_first {
            let part = reading.parts;
            if part == 0 || !links.is_empty() {
                self.ready.push_back(LinkUpdate::Snapshot { links, part });
            }
        }
        reading.parts += 1;
        let (is_first, cursor) = (reading.is_first, reading.cursor);
        if !is_first {
            self.changed(&different);
        }
        if is_last {
            self.finish(cursor);
        }
        Ok(())
    }

    fn finish(&mut self, cursor: FeedCursor) {
        self.forget_unmet();
        self.phase = Phase::Following;
        self.looked = Instant::now();
        if self.was_interrupted() {
            return;
        }
        self.is_stale = false;
        let links = self.known.count();
        self.ready.push_back(LinkUpdate::Ready { cursor, links });
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
        let (place, aps) = {
            let board = self.board.borrow_and_update();
            (board.place(), board.changed_after(seen.version))
        };
        for aps in aps.chunks(limits::LINKS_APS) {
            let links = self.source.of_aps(aps).await?;
            self.known.expect(aps);
            let different = self.known.learn(links)?;
            self.changed(&different);
            self.forget_unmet();
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

    fn changed(&mut self, links: &[Arc<Model>]) {
        let parts = links.chunks(limits::LINKS_PART).map(<[_]>::to_vec);
        self.ready.extend(parts.map(LinkUpdate::Changed));
    }

    fn forget_unmet(&mut self) {
        let gone = self.known.forget_unmet();
        if !gone.is_empty() {
            self.ready.push_back(LinkUpdate::Removed(gone));
        }
    }

    /// Tells once that what was told may be out of date.
    fn stale(&mut self, why: &'static str) {
        if !std::mem::replace(&mut self.is_stale, true) {
            self.ready.push_back(LinkUpdate::Stale(why));
        }
    }
}
