//! Resolvers and loads by turns, in the request's own task.
//!
//! Loads in tasks of their own, begun as soon as the first key came, would take what keys there are
//! while resolvers on another thread still say theirs: how many keys a batch holds, and so how many
//! statements a query sends, would be a matter of luck and would grow with the rows.
//!
//! # Invariants
//! - A load starts when every resolver waits and no load is under way. So each level of a query
//!   sends as many statements for many rows as for few.
//! - Resolvers go on while loads are under way: they may hold the transaction a load waits for.
//! - Loads end with the request that wants them.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, Wake, Waker};

use futures::StreamExt as _;
use futures::future::BoxFuture;
use futures::stream::FuturesUnordered;
use futures::task::AtomicWaker;

/// The loads of one request.
#[derive(Clone, Default)]
pub struct Rounds {
    queued: Arc<Mutex<Vec<Start>>>,
}

/// Begins a load, with what is wanted of it by then.
pub type Start = Box<dyn FnOnce() -> BoxFuture<'static, ()> + Send>;

/// Whether the resolvers can go on.
#[derive(Default)]
struct Turn {
    is_theirs: AtomicBool,
    task: AtomicWaker,
}

impl Rounds {
    /// Queues a load for the next round.
    pub fn queue(&self, load: Start) {
        self.queued().push(load);
    }

    /// Runs `resolvers` to their end, and what they queue meanwhile.
    pub async fn run<F: Future>(&self, resolvers: F) -> F::Output {
        let mut resolvers = pin!(resolvers);
        let mut loads = FuturesUnordered::new();
        let turn = Arc::new(Turn::default());
        turn.is_theirs.store(true, Ordering::Release);
        let waker = Waker::from(Arc::clone(&turn));
        poll_fn(|task| {
            turn.task.register(task.waker());
            loop {
                while turn.is_theirs.swap(false, Ordering::AcqRel) {
                    let polled = resolvers.as_mut().poll(&mut Context::from_waker(&waker));
                    if polled.is_ready() {
                        // Nobody waits for these any more.
                        self.queued().clear();
                        return polled;
                    }
                }
                if loads.is_empty() {
                    let queued = std::mem::take(&mut *self.queued());
                    loads.extend(queued.into_iter().map(|start| start()));
                }
                match loads.poll_next_unpin(task) {
                    Poll::Ready(Some(())) => {}
                    Poll::Ready(None) | Poll::Pending => return Poll::Pending,
                }
            }
        })
        .await
    }

    fn queued(&self) -> std::sync::MutexGuard<'_, Vec<Start>> {
        self.queued.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Wake for Turn {
    fn wake(self: Arc<Self>) {
        self.is_theirs.store(true, Ordering::Release);
        self.task.wake();
    }
}

#[cfg(test)]
mod tests {
    use futures::FutureExt as _;
    use futures::channel::oneshot;
    use futures::future::join_all;

    use super::*;

    /// Resolvers on two levels, each of which asks for one load and waits for it.
    async fn level(rounds: &Rounds, log: &Arc<Mutex<Vec<&'static str>>>, wanted: usize) {
        for (asked, loaded) in [("ask 1", "load 1"), ("ask 2", "load 2")] {
            let resolvers = (0..wanted).map(|_| async {
                log.lock().unwrap().push(asked);
                let (answer, answered) = oneshot::channel();
                let log = Arc::clone(log);
                let load = async move {
                    tokio::task::yield_now().await;
                    log.lock().unwrap().push(loaded);
                    answer.send(()).unwrap();
                };
                rounds.queue(Box::new(|| load.boxed()));
                answered.await.unwrap();
            });
            join_all(resolvers).await;
        }
    }

    #[tokio::test]
    async fn a_load_begins_when_all_resolvers_have_asked() {
        let (rounds, log) = (Rounds::default(), Arc::default());
        rounds.run(level(&rounds, &log, 100)).await;
        let mut log = log.lock().unwrap().clone();
        assert_eq!(log.len(), 400);
        log.dedup();
        assert_eq!(log, ["ask 1", "load 1", "ask 2", "load 2"]);
    }

    #[tokio::test]
    async fn a_load_nobody_waits_for_is_let_go() {
        let rounds = Rounds::default();
        let (sender, receiver) = oneshot::channel::<()>();
        let load = async move { _ = sender.send(()) };
        rounds
            .run(async { rounds.queue(Box::new(|| load.boxed())) })
            .await;
        assert!(receiver.await.is_err(), "the load ran");
    }
}
