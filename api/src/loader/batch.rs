//! Keys of one kind that are loaded together.
//!
//! async-graphql's own `DataLoader` waits for a timer before it takes its keys, so that it depends on
//! luck which batch a key gets into, and splits batches of a thousand keys.
//!
//! # Invariants
//! - A load takes its keys when its round starts, all that were asked for by then. So the number of
//!   loads depends on what is asked only.
//! - Within one snapshot a key is loaded once, whether anything was found or not.

use std::collections::{HashMap, HashSet};
use std::future::Future;
use std::hash::Hash;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures::FutureExt as _;
use futures::channel::oneshot;

use crate::error::ApiError;
use crate::loader::rounds::Rounds;

/// How many things of a kind are got at once.
pub trait Load: Send + Sync + 'static {
    /// What they are got by.
    type Key: Clone + Eq + Hash + Send + Sync;
    /// What is got.
    type Value: Clone + Send + Sync;

    /// What there is for these keys, each of which stands there once.
    fn load(
        &self,
        keys: &[Self::Key],
    ) -> impl Future<Output = Result<HashMap<Self::Key, Self::Value>, ApiError>> + Send;
}

/// What was got of a kind, and what is to be got next.
pub struct Batch<L: Load> {
    shared: Arc<Shared<L>>,
    rounds: Rounds,
}

struct Shared<L: Load> {
    loader: L,
    state: Mutex<State<L>>,
}

struct State<L: Load> {
    /// What is known of each key that was loaded.
    known: HashMap<L::Key, Option<L::Value>>,
    /// The keys of the next load.
    wanted: HashSet<L::Key>,
    /// Who waits for it.
    waiting: Vec<oneshot::Sender<Result<(), ApiError>>>,
}

impl<L: Load> Batch<L> {
    /// Nothing yet; it is to be got in `rounds`.
    pub fn new(loader: L, rounds: &Rounds) -> Self {
        let state = State {
            known: HashMap::new(),
            wanted: HashSet::new(),
            waiting: Vec::new(),
        };
        Self {
            shared: Arc::new(Shared {
                loader,
                state: Mutex::new(state),
            }),
            rounds: rounds.clone(),
        }
    }

    /// What there is for these keys.
    pub async fn load(
        &self,
        keys: impl IntoIterator<Item = L::Key> + Send,
    ) -> Result<HashMap<L::Key, L::Value>, ApiError> {
        let keys: Vec<_> = keys.into_iter().collect();
        if let Some(loaded) = self.want(&keys) {
            // Its sender goes without a word only when the request is over.
            let gone = |_| ApiError::unavailable("the request has ended");
            loaded.await.map_err(gone)??;
        }
        let state = self.shared.state();
        let known = keys.into_iter().filter_map(|key| {
            let value = state.known.get(&key)?.clone()?;
            Some((key, value))
        });
        Ok(known.collect())
    }

    /// Puts those keys that are not known into the next load, and tells when it is done. None when
    /// all are known.
    fn want(&self, keys: &[L::Key]) -> Option<oneshot::Receiver<Result<(), ApiError>>> {
        let mut state = self.shared.state();
        let unknown = keys.iter().filter(|key| !state.known.contains_key(*key));
        let unknown: Vec<_> = unknown.cloned().collect();
        if unknown.is_empty() {
            return None;
        }
        // Those of a request that ended before its load began.
        state.waiting.retain(|waits| !waits.is_canceled());
        state.wanted.extend(unknown);
        let (sender, loaded) = oneshot::channel();
        state.waiting.push(sender);
        if state.waiting.len() == 1 {
            let shared = Arc::clone(&self.shared);
            self.rounds.queue(Box::new(move || shared.load().boxed()));
        }
        Some(loaded)
    }
}

impl<L: Load> Shared<L> {
    /// Loads what is wanted by now.
    fn load(self: Arc<Self>) -> impl Future<Output = ()> + Send {
        let (keys, waiting) = {
            let mut state = self.state();
            let keys: Vec<_> = state.wanted.drain().collect();
            (keys, std::mem::take(&mut state.waiting))
        };
        async move {
            let loaded = self.loader.load(&keys).await.map(|mut found| {
                let known = keys.into_iter().map(|key| {
                    let value = found.remove(&key);
                    (key, value)
                });
                self.state().known.extend(known);
            });
            for waits in waiting {
                // Who does not wait any more needs no answer.
                let _ = waits.send(loaded.clone());
            }
        }
    }

    fn state(&self) -> MutexGuard<'_, State<L>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use futures::future::join_all;

    use super::*;

    /// Numbers and their squares, up to 99; and the batches in which they were asked for.
    #[derive(Default)]
    struct Squares(Arc<Mutex<Vec<Vec<u32>>>>);

    impl Load for Squares {
        type Key = u32;
        type Value = u32;

        async fn load(&self, keys: &[u32]) -> Result<HashMap<u32, u32>, ApiError> {
            let mut sorted = keys.to_vec();
            sorted.sort_unstable();
            self.0.lock().unwrap().push(sorted);
            tokio::task::yield_now().await;
            let small = keys.iter().filter(|key| **key < 100);
            Ok(small.map(|key| (*key, key * key)).collect())
        }
    }

    #[tokio::test]
    async fn what_is_asked_in_one_round_is_one_batch_and_is_asked_once() {
        let (rounds, squares) = (Rounds::default(), Squares::default());
        let batches = Arc::clone(&squares.0);
        let batch = Batch::new(squares, &rounds);
        let resolver = async |first: u32, then: u32| {
            let found = batch.load([first, 100]).await.unwrap();
            assert_eq!(found, HashMap::from([(first, first * first)]));
            batch.load([then]).await.unwrap()
        };
        let resolvers = (0..3).map(|n| resolver(n, n + 1));
        let found = rounds.run(join_all(resolvers)).await;
        let expected = [(1, 1), (2, 4), (3, 9)].map(|found| HashMap::from([found]));
        assert_eq!(found, expected);
        assert_eq!(*batches.lock().unwrap(), [vec![0, 1, 2, 100], vec![3]]);
        assert!(rounds.run(batch.load([100])).await.unwrap().is_empty());
        assert_eq!(batches.lock().unwrap().len(), 2, "it is known to be none");
    }
}
