//! Shared executions: subscribers who ask the same of the same tenant are answered once.
//!
//! One execution follows the feed, and what it answers is written once, as it goes over the wire.
//! Its latest answers stand in a ring; a follower holds a place there, not a queue.
//!
//! # Invariants
//! - A follower joins only where the ring goes on from what it has seen, and is told when the ring
//!   does not any more. So it misses nothing and gets nothing twice.
//! - An execution lives as long as somebody follows it.

mod ring;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, Weak};

use entity::ids::TenantId;
use tokio::sync::watch;
use tokio_util::task::AbortOnDropHandle;

use crate::auth::role::Role;
use crate::live::cursor::{FeedCursor, Position};
use crate::live::share::ring::{Ring, is_seen};
use crate::live::table::Table;

/// What must be the same for two subscribers to share an execution.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Key {
    /// Whose rows.
    pub tenant: TenantId,
    /// What the subscriber may see.
    pub role: Role,
    /// The document.
    pub query: String,
    /// Which operation in it.
    pub operation: Option<String>,
    /// The variables as JSON, but for the one that says from where.
    pub variables: String,
}

/// What an execution's answers are to those who come late.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Each follows from the one before: none may be left out.
    Feed,
    /// Each replaces the one before: the latest is enough.
    Latest,
    /// Each follows from the one before, and all from the links as they were known.
    Links,
}

/// One answer, as it goes over the wire.
#[derive(Clone, Debug)]
pub struct Delivery {
    /// The answer.
    pub json: Arc<str>,
    /// The place in the feed that it brings its follower to.
    pub position: Option<Position>,
    /// The operation was refused: `json` holds only the errors, and nothing follows.
    pub is_refusal: bool,
}

/// All executions that are followed.
#[derive(Clone, Default)]
pub struct Share {
    executions: Arc<Mutex<HashMap<Key, Weak<Execution>>>>,
}

/// One execution.
pub struct Execution {
    kind: Kind,
    ring: Mutex<Ring>,
    news: watch::Sender<u64>,
    position: watch::Receiver<Option<Position>>,
    table: Option<watch::Receiver<Table>>,
    task: OnceLock<AbortOnDropHandle<()>>,
}

/// Where a follower stands.
#[derive(Clone, Copy, Debug)]
pub struct Place {
    next: u64,
    position: Option<Position>,
}

/// What a follower gets next.
#[derive(Debug)]
pub enum Step {
    /// An answer.
    Answer(Delivery),
    /// Nothing yet.
    UpToDate,
    /// The ring has lost what comes next; it is behind this cursor, where cursors say so.
    Behind(Option<FeedCursor>),
    /// Nothing any more.
    Ended,
}

impl Share {
    /// The execution for `key`; if nobody follows one, that which `start` makes.
    pub fn join(&self, key: Key, start: impl FnOnce() -> Arc<Execution>) -> Arc<Execution> {
        let mut executions = self
            .executions
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let running = executions.get(&key).and_then(Weak::upgrade);
        if let Some(execution) = running.filter(|execution| !execution.ring().is_ended) {
            return execution;
        }
        executions.retain(|_, execution| execution.strong_count() > 0);
        let execution = start();
        executions.insert(key, Arc::downgrade(&execution));
        execution
    }
}

impl Execution {
    /// An execution without answers, whose place in the feed `position` tells.
    pub fn new(kind: Kind, position: watch::Receiver<Option<Position>>) -> Arc<Self> {
        Arc::new(Self {
            kind,
            ring: Mutex::default(),
            news: watch::Sender::new(0),
            position,
            table: None,
            task: OnceLock::new(),
        })
    }

    /// An execution without answers that tells what changes in `table`.
    pub fn of_links(table: watch::Receiver<Table>) -> Arc<Self> {
        let (_, position) = watch::channel(None);
        Arc::new(Self {
            kind: Kind::Links,
            ring: Mutex::default(),
            news: watch::Sender::new(0),
            position,
            table: Some(table),
            task: OnceLock::new(),
        })
    }

    /// The links that it tells the changes of.
    pub fn table(&self) -> Option<watch::Receiver<Table>> {
        self.table.clone()
    }

    /// Ends with the last follower what feeds this.
    pub fn feed_by(&self, task: AbortOnDropHandle<()>) {
        // An execution is fed once; a second task would be ended here.
        let _ = self.task.set(task);
    }

    /// Takes the next answer.
    pub fn publish(&self, answer: Delivery) {
        self.ring().push(answer, *self.position.borrow());
        self.news.send_modify(|count| *count += 1);
    }

    /// Nothing comes any more.
    pub fn end(&self) {
        self.ring().is_ended = true;
        self.news.send_modify(|count| *count += 1);
    }

    /// A watch that changes with each answer.
    pub fn news(&self) -> watch::Receiver<u64> {
        self.news.subscribe()
    }

    /// Waits until the execution knows where it stands in the feed, or has ended.
    pub async fn started(&self) {
        let (mut position, mut news) = (self.position.clone(), self.news());
        if self.kind != Kind::Feed || self.ring().is_ended {
            return;
        }
        tokio::select! {
            _ = position.wait_for(Option::is_some) => {}
            _ = news.changed() => {}
        }
    }

    /// The place behind `cursor`, or for who has seen nothing yet. None when the answers that follow
    /// `cursor` are not in the ring, or may not be.
    pub fn place(&self, cursor: Option<FeedCursor>) -> Option<Place> {
        let ring = self.ring();
        let position = *self.position.borrow();
        match (self.kind, cursor) {
            (Kind::Latest, _) => Some(Place {
                next: ring.end().saturating_sub(1),
                position: None,
            }),
            (Kind::Links, _) => Some(Place {
                next: ring.first,
                position: None,
            }),
            (Kind::Feed, None) => Some(Place {
                // Before it has begun, all it will say is new: perhaps that it cannot begin.
                next: position.map_or(ring.first, |_| ring.end()),
                position,
            }),
            (Kind::Feed, Some(cursor)) => ring.place(cursor, position?),
        }
    }

    /// The place of answer number `next`, counted from 0, if it is not lost already.
    pub fn place_at(&self, next: u64) -> Option<Place> {
        let position = None;
        (next >= self.ring().first).then_some(Place { next, position })
    }

    /// What comes at `place`, which is moved on.
    pub fn next(&self, place: &mut Place) -> Step {
        let ring = self.ring();
        if self.kind == Kind::Latest {
            place.next = place.next.max(ring.end().saturating_sub(1));
        }
        loop {
            if place.next < ring.first {
                return match place.position {
                    Some(position) => Step::Behind(Some(position.cursor)),
                    None if self.kind == Kind::Links => Step::Behind(None),
                    None => Step::Ended,
                };
            }
            let kept = usize::try_from(place.next - ring.first).unwrap_or(usize::MAX);
            let Some(answer) = ring.answers.get(kept) else {
                return if ring.is_ended {
                    Step::Ended
                } else {
                    Step::UpToDate
                };
            };
            place.next += 1;
            if is_seen(place.position, answer.position) {
                continue;
            }
            place.position = answer.position.or(place.position);
            return Step::Answer(answer.clone());
        }
    }

    fn ring(&self) -> MutexGuard<'_, Ring> {
        self.ring.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests;
