//! Which messages of a source are read but not yet applied.
//!
//! # Invariants
//! - The position is the lowest sequence not yet applied. A message whose ticket is dropped
//!   unfinished holds it back for good, so that it is read again after a restart; nobody waits
//!   for it.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};
use entity::direct::Mark;
use entity::wire::dead_letter::Origin;
use tokio::sync::Notify;

/// How long a stream may say nothing of itself before that counts as lag. It is asked every two
/// seconds.
const SILENCE: TimeDelta = TimeDelta::seconds(10);

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
    /// When each message was published.
    open: BTreeMap<u64, DateTime<Utc>>,
    /// How many are published behind the last one read, and when that was. As of when it was read.
    unread: Option<(u64, DateTime<Utc>)>,
    /// When it was last known what the stream holds.
    known: Option<DateTime<Utc>>,
    /// The last message that was read.
    mark: Option<Mark>,
    /// The lowest sequence whose ticket was dropped unfinished.
    given_up: Option<u64>,
}

/// What is published and not applied.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Lag {
    /// How many messages.
    pub messages: u64,
    /// How long the oldest that is known has waited.
    pub age: TimeDelta,
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
    /// Reading of `origin` goes on at `next`. `mark` is a message it is known to have.
    pub fn new(origin: Origin, next: u64, mark: Option<Mark>) -> Arc<Self> {
        let state = Mutex::new(State {
            next,
            open: BTreeMap::new(),
            unread: None,
            known: None,
            mark,
            given_up: None,
        });
        Arc::new(Self {
            origin,
            state,
            idle: Notify::new(),
        })
    }

    /// A message was read that was `published` then, to the microsecond, with `unread` more behind it.
    pub fn begin(self: &Arc<Self>, seq: u64, published: DateTime<Utc>, unread: u64) -> Ticket {
        let mut state = self.state();
        state.mark = Some(Mark { seq, published });
        state.open.insert(seq, published);
        state.unread = Some((unread, published)).filter(|_| unread > 0);
        state.next = state.next.max(seq + 1);
        Ticket {
            progress: Arc::clone(self),
            seq,
            is_done: false,
        }
    }

    /// It is known `now` what the stream holds: a message was read, or it was asked.
    pub fn known(&self, now: DateTime<Utc>) {
        self.state().known = Some(now);
    }

    /// Nothing of ours lies below `next`.
    pub fn skip_to(&self, next: u64) {
        let mut state = self.state();
        if next > state.next {
            state.next = next;
            state.unread = None;
        }
    }

    /// What is read.
    pub const fn origin(&self) -> &Origin {
        &self.origin
    }

    /// The lowest sequence that was not read yet.
    pub fn next(&self) -> u64 {
        self.state().next
    }

    /// The last message that was read, by this process or the one before.
    pub fn mark(&self) -> Option<Mark> {
        self.state().mark
    }

    /// The lowest sequence that is not applied yet.
    pub fn position(&self) -> u64 {
        let state = self.state();
        let lowest = state.open.first_key_value();
        let lowest = lowest.map_or(state.next, |(seq, _)| *seq);
        state.given_up.map_or(lowest, |seq| seq.min(lowest))
    }

    /// How far applying is behind publishing, as of `now`. While the stream cannot be asked, messages
    /// may wait in it as long as that lasts.
    pub fn lag(&self, now: DateTime<Utc>) -> Lag {
        let state = self.state();
        let (unread, last) = state.unread.unzip();
        let oldest = state.open.first_key_value().map(|(_, at)| *at).or(last);
        let silent = state.known.filter(|known| now - *known > SILENCE);
        let oldest = oldest.into_iter().chain(silent).min();
        Lag {
            messages: state.open.len() as u64 + unread.unwrap_or_default(),
            age: oldest.map_or(TimeDelta::zero(), |at| (now - at).max(TimeDelta::zero())),
        }
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
        Progress::new(origin, next, None)
    }

    fn begin(progress: &Arc<Progress>, seq: u64) -> Ticket {
        progress.begin(seq, DateTime::UNIX_EPOCH, 0)
    }

    #[tokio::test]
    async fn the_position_waits_for_the_slowest() {
        let progress = progress(5);
        let [five, seven, nine] = [5, 7, 9].map(|seq| begin(&progress, seq));
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
        begin(&progress, 1).done();
        drop(begin(&progress, 3));
        drop(begin(&progress, 2));
        begin(&progress, 4).done();
        assert_eq!(progress.position(), 2);
        progress.drained().await;
    }

    #[test]
    fn the_lag_is_what_is_open_and_what_is_unread() {
        let second = |second| DateTime::UNIX_EPOCH + TimeDelta::seconds(second);
        let progress = progress(1);
        let lag = |now| {
            let Lag { messages, age } = progress.lag(second(now));
            (messages, age.num_seconds())
        };
        assert_eq!(lag(9), (0, 0));
        let first = progress.begin(1, second(10), 7);
        let second_one = progress.begin(2, second(11), 6);
        assert_eq!(lag(15), (8, 5));
        second_one.done();
        assert_eq!(lag(15), (7, 5));
        first.done();
        assert_eq!(lag(15), (6, 4), "at least as old as the last one read");
        progress.skip_to(9);
        assert_eq!(lag(15), (0, 0));
        progress.begin(9, second(20), 0).done();
        assert_eq!(lag(25), (0, 0));
        progress.known(second(20));
        assert_eq!((lag(30), lag(31)), ((0, 0), (0, 11)));
        progress.known(second(31));
        assert_eq!(lag(40), (0, 0));
    }
}
