//! Which messages of a source are read but not yet applied.
//!
//! # Invariants
//! - The position is the lowest sequence not yet applied. A message whose ticket is dropped
//!   unfinished holds it back for good, so that it is read again after a restart; nobody waits
//!   for it.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use entity::wire::dead_letter::Origin;
use tokio::sync::Notify;

/// Messages on their way, of one life of a stream.
#[derive(Debug)]
pub struct Progress {
    origin: Origin,
    state: Mutex<State>,
    idle: Notify,
}

#[derive(Debug)]
struct State {
    /// The lowest sequence that was not read yet.
    next: u64,
    open: BTreeSet<u64>,
    /// The lowest sequence whose ticket was dropped unfinished.
    given_up: Option<u64>,
}

/// One message on its way.
#[derive(Debug)]
#[must_use = "a ticket that is dropped holds back the position"]
pub struct Ticket {
    progress: Arc<Progress>,
    seq: u64,
    is_done: bool,
}

impl Progress {
    /// Reading of `origin` goes on at `next`.
    pub fn new(origin: Origin, next: u64) -> Arc<Self> {
        let state = Mutex::new(State {
            next,
            open: BTreeSet::new(),
            given_up: None,
        });
        Arc::new(Self {
            origin,
            state,
            idle: Notify::new(),
        })
    }

    /// A message was read.
    pub fn begin(self: &Arc<Self>, seq: u64) -> Ticket {
        let mut state = self.state();
        state.open.insert(seq);
        state.next = state.next.max(seq + 1);
        Ticket {
            progress: Arc::clone(self),
            seq,
            is_done: false,
        }
    }

    /// Nothing of ours lies below `next`.
    pub fn skip_to(&self, next: u64) {
        let mut state = self.state();
        state.next = state.next.max(next);
    }

    /// What is read.
    pub const fn origin(&self) -> &Origin {
        &self.origin
    }

    /// The lowest sequence that was not read yet.
    pub fn next(&self) -> u64 {
        self.state().next
    }

    /// The lowest sequence that is not applied yet.
    pub fn position(&self) -> u64 {
        let state = self.state();
        let lowest = state.open.first().copied().unwrap_or(state.next);
        state.given_up.map_or(lowest, |seq| seq.min(lowest))
    }

    /// Waits until everything that was read is applied or given up.
    pub async fn drained(&self) {
        loop {
            let idle = self.idle.notified();
            tokio::pin!(idle);
            idle.as_mut().enable();
            if self.state().open.is_empty() {
                return;
            }
            idle.await;
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Ticket {
    /// The message's sequence in its stream.
    pub const fn seq(&self) -> u64 {
        self.seq
    }

    /// Where the message was read.
    pub fn origin(&self) -> &Origin {
        self.progress.origin()
    }

    /// The message is applied, or refused for good.
    pub fn done(mut self) {
        self.is_done = true;
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        let mut state = self.progress.state();
        state.open.remove(&self.seq);
        if !self.is_done {
            let lowest = state.given_up.map_or(self.seq, |seq| seq.min(self.seq));
            state.given_up = Some(lowest);
        }
        let idle = state.open.is_empty();
        drop(state);
        if idle {
            self.progress.idle.notify_waiters();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn progress(next: u64) -> Arc<Progress> {
        let origin = Origin {
            stream: "TEST".to_owned(),
            created: chrono::DateTime::UNIX_EPOCH,
        };
        Progress::new(origin, next)
    }

    #[tokio::test]
    async fn the_position_waits_for_the_slowest() {
        let progress = progress(5);
        let [five, seven, nine] = [5, 7, 9].map(|seq| progress.begin(seq));
        assert_eq!((progress.position(), progress.next()), (5, 10));
        seven.done();
        assert_eq!(progress.position(), 5);
        five.done();
        assert_eq!(progress.position(), 9);
        nine.done();
        assert_eq!(progress.position(), 10);
        progress.drained().await;
        progress.skip_to(20);
        progress.skip_to(3);
        assert_eq!(progress.position(), 20);
    }

    #[tokio::test]
    async fn a_message_that_was_given_up_holds_the_position_and_nobody_waits_for_it() {
        let progress = progress(1);
        progress.begin(1).done();
        drop(progress.begin(3));
        drop(progress.begin(2));
        progress.begin(4).done();
        assert_eq!(progress.position(), 2);
        progress.drained().await;
    }
}
