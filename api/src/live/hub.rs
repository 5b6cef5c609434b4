//! The hub: each tenant's latest events and its board in memory, for all its subscribers of this
//! process.
//!
//! # Invariants
//! - A ring holds consecutive events of one epoch. What does not follow empties it, so whoever
//!   finds the event behind its cursor there has missed nothing.
//! - A feed exists while somebody follows it; events of other tenants are dropped on arrival.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use entity::ids::{DeviceId, TenantId};
use entity::trace::TraceParent;
use entity::wire::link_event::LinkEvent;
use tokio::sync::watch;

use crate::limits;
use crate::live::arrival::Arrival;
use crate::live::board::Board;
use crate::live::cursor::FeedCursor;

/// All tenants' feeds.
#[derive(Clone, Default)]
pub struct Hub {
    feeds: Arc<Mutex<Feeds>>,
}

#[derive(Default)]
struct Feeds {
    of: HashMap<TenantId, Weak<Feed>>,
    coming_in: ComingIn,
}

/// Whether what happens comes in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum ComingIn {
    #[default]
    NotYet,
    Now,
    NoMore,
}

/// One tenant's feed.
pub struct Feed {
    ring: Mutex<Ring>,
    changes: watch::Sender<Change>,
    board: watch::Sender<Board>,
}

/// What wakes subscribers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Change {
    /// Grows with each event.
    pub events: u64,
    /// Grows when events may have been missed, so that the database must be asked.
    pub resyncs: u64,
}

#[derive(Default)]
struct Ring {
    events: VecDeque<Arrived>,
}

/// An event that came in, and how.
pub type Arrived = (Arc<LinkEvent>, Arrival);

/// What the ring has for a cursor.
#[derive(Debug, PartialEq, Eq)]
pub enum Next {
    /// The events behind it, in order.
    Events(Vec<Arrived>),
    /// Nothing newer.
    UpToDate,
    /// Not the event that follows it: ask the database.
    Behind,
}

impl Hub {
    /// Joins the feed of `tenant`. Events that arrive from now on are in its ring, changes on its
    /// board.
    pub fn attach(&self, tenant: TenantId) -> Arc<Feed> {
        let mut feeds = self.feeds();
        if let Some(feed) = feeds.of.get(&tenant).and_then(Weak::upgrade) {
            return feed;
        }
        let feed = Arc::new(Feed {
            ring: Mutex::default(),
            changes: watch::Sender::new(Change::default()),
            board: Board::watched(feeds.coming_in != ComingIn::Now),
        });
        feeds.of.insert(tenant, Arc::downgrade(&feed));
        feed
    }

    /// Takes an event that arrived, part of `trace`.
    pub fn push(&self, event: LinkEvent, trace: Option<TraceParent>) {
        metrics::counter!("wisplink_live_events_total").increment(1);
        if let Some(feed) = self.followed(event.tenant_id) {
            feed.touch([Some(event.ap_device_id), event.other_ap_device_id]);
            feed.push(event, trace);
        }
    }

    /// Links of `ap` are not what they were.
    pub fn touch(&self, tenant: TenantId, ap: DeviceId) {
        if let Some(feed) = self.followed(tenant) {
            feed.touch([Some(ap), None]);
        }
    }

    /// What happens does not come in any more.
    pub fn interrupt(&self) {
        let mut feeds = self.feeds();
        if feeds.coming_in == ComingIn::Now {
            feeds.coming_in = ComingIn::NoMore;
        }
        for feed in feeds.of.values().filter_map(Weak::upgrade) {
            feed.board.send_modify(Board::interrupt);
        }
    }

    /// Whether what happened came in and does not any more.
    pub fn is_interrupted(&self) -> bool {
        self.feeds().coming_in == ComingIn::NoMore
    }

    /// What happens comes in again. Something may have been missed: all subscribers ask the database.
    pub fn resync(&self) {
        let mut feeds = self.feeds();
        feeds.coming_in = ComingIn::Now;
        for feed in feeds.of.values().filter_map(Weak::upgrade) {
            feed.changes.send_modify(|change| change.resyncs += 1);
            feed.board.send_modify(Board::resync);
        }
    }

    /// The feed of `tenant`, if somebody follows it.
    fn followed(&self, tenant: TenantId) -> Option<Arc<Feed>> {
        let mut feeds = self.feeds();
        let feed = feeds.of.get(&tenant)?.upgrade();
        if feed.is_none() {
            feeds.of.remove(&tenant);
        }
        feed
    }

    fn feeds(&self) -> MutexGuard<'_, Feeds> {
        self.feeds.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Feed {
    /// A watch that changes with each event and each resync.
    pub fn changes(&self) -> watch::Receiver<Change> {
        self.changes.subscribe()
    }

    /// A watch on the board.
    pub fn board(&self) -> watch::Receiver<Board> {
        self.board.subscribe()
    }

    /// What comes behind `cursor`.
    pub fn next(&self, cursor: FeedCursor) -> Next {
        self.ring().next(cursor)
    }

    /// The latest event, if one has arrived. Its APs are on the board already.
    pub fn last(&self) -> Option<FeedCursor> {
        let ring = self.ring();
        let (event, _) = ring.events.back()?;
        Some(FeedCursor {
            epoch: event.epoch,
            seq: event.seq,
        })
    }

    fn touch(&self, aps: [Option<DeviceId>; 2]) {
        if self.board.receiver_count() > 0 {
            self.board
                .send_modify(|board| aps.into_iter().flatten().for_each(|ap| board.touch(ap)));
        }
    }

    fn push(&self, event: LinkEvent, trace: Option<TraceParent>) {
        if self.ring().push(event, trace) {
            self.changes.send_modify(|change| change.events += 1);
        }
    }

    fn ring(&self) -> MutexGuard<'_, Ring> {
        self.ring.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Ring {
    /// Returns whether the event was new.
    fn push(&mut self, event: LinkEvent, trace: Option<TraceParent>) -> bool {
        if let Some((last, _)) = self.events.back() {
            let same_life = last.epoch == event.epoch;
            if same_life && event.seq <= last.seq {
                return false;
            }
            if !same_life || event.seq != last.seq + 1 {
                self.events.clear();
            }
        }
        if self.events.len() == limits::FEED_RING {
            self.events.pop_front();
        }
        let arrival = Arrival::of(&event, trace);
        self.events.push_back((Arc::new(event), arrival));
        true
    }

    fn next(&self, cursor: FeedCursor) -> Next {
        let (Some((first, _)), Some((last, _))) = (self.events.front(), self.events.back()) else {
            return Next::UpToDate;
        };
        if first.epoch != cursor.epoch || first.seq > cursor.seq + 1 {
            return Next::Behind;
        }
        if last.seq <= cursor.seq {
            return Next::UpToDate;
        }
        let seen = usize::try_from(cursor.seq + 1 - first.seq).unwrap_or_default();
        Next::Events(self.events.iter().skip(seen).cloned().collect())
    }
}

#[cfg(test)]
mod tests;
