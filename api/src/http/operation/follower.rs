//! One of those who share an execution.
//!
//! # Invariants
//! - It catches up by itself, at its own pace, and then holds a place in the answers for all: right
//!   behind what it has seen. When these have lost its place, it catches up again.

use std::sync::Arc;

use futures::StreamExt as _;
use futures::stream;
use tokio::sync::watch;

use super::{Answers, Operation};
use crate::graphql::context::Start;
use crate::live::cursor::FeedCursor;
use crate::live::share::{Delivery, Execution, Place, Step};
use crate::live::table::Table;

/// Follows `execution`, which `operation` asks for, behind `seen`.
pub(super) fn follow(
    execution: Arc<Execution>,
    operation: Arc<Operation>,
    seen: Option<FeedCursor>,
) -> Answers {
    let mode = Mode::start(&execution, seen, Began::Never);
    let follower = Follower {
        news: execution.news(),
        execution,
        operation,
        mode,
    };
    stream::unfold(follower, |mut follower| async move {
        let answer = follower.next().await?;
        Some((answer, follower))
    })
    .boxed()
}

/// Follows a shared execution.
struct Follower {
    execution: Arc<Execution>,
    news: watch::Receiver<u64>,
    operation: Arc<Operation>,
    mode: Mode,
}

enum Mode {
    /// Of a feed: behind this cursor, if any.
    Joining(Option<FeedCursor>),
    /// Of links: until all were read. Hears why that takes long.
    Waiting(Place, watch::Receiver<Table>, Began),
    /// Hears of the links that were taken. What follows is this answer.
    Beginning(Answers, u64),
    /// Hears of events up to the execution's.
    CatchingUp(Answers),
    Following(Place),
}

/// Whether links were told before.
#[derive(Clone, Copy)]
enum Began {
    Never,
    Before,
}

impl Mode {
    fn start(execution: &Execution, seen: Option<FeedCursor>, began: Began) -> Self {
        match (execution.table(), execution.place(None)) {
            (Some(table), Some(place)) => Self::Waiting(place, table, began),
            _ => Self::Joining(seen),
        }
    }
}

impl Follower {
    async fn next(&mut self) -> Option<Delivery> {
        loop {
            match &mut self.mode {
                Mode::Joining(cursor) => {
                    let cursor = *cursor;
                    self.join(cursor).await?;
                }
                Mode::Waiting(..) => {
                    if let Some(answer) = self.wait().await? {
                        return Some(answer);
                    }
                }
                Mode::Beginning(answers, next) => {
                    if let Some(answer) = answers.next().await {
                        return Some(answer);
                    }
                    self.mode = match self.execution.place_at(*next) {
                        Some(place) => Mode::Following(place),
                        None => Mode::start(&self.execution, None, Began::Before),
                    };
                }
                Mode::CatchingUp(answers) => {
                    let answer = answers.next().await?;
                    let cursor = answer.position.map(|position| position.cursor);
                    if let Some(place) = cursor.and_then(|at| self.execution.place(Some(at))) {
                        self.mode = Mode::Following(place);
                    }
                    return Some(answer);
                }
                Mode::Following(place) => {
                    self.news.mark_unchanged();
                    match self.execution.next(place) {
                        Step::Answer(answer) => return Some(answer),
                        Step::Behind(cursor) => {
                            self.mode = Mode::start(&self.execution, cursor, Began::Before);
                        }
                        Step::Ended => return None,
                        Step::UpToDate => self.news.changed().await.ok()?,
                    }
                }
            }
        }
    }

    /// Finds the place behind `cursor`. None when the execution has ended before it began: what it had
    /// to say is there.
    async fn join(&mut self, cursor: Option<FeedCursor>) -> Option<()> {
        self.execution.started().await;
        self.mode = match self.execution.place(cursor) {
            Some(place) => Mode::Following(place),
            None => Mode::CatchingUp(self.operation.alone(Start::Behind(cursor?))),
        };
        Some(())
    }

    /// Takes the links, if they were read. If not, hears why, or waits. None when it is in vain.
    async fn wait(&mut self) -> Option<Option<Delivery>> {
        let Mode::Waiting(place, table, began) = &mut self.mode else {
            return Some(None);
        };
        self.news.mark_unchanged();
        let step = self.execution.next(place);
        // Looked at later than the answers: what was told once the links were whole is in them.
        let taken = table.borrow_and_update().take();
        if let Some(taken) = taken {
            let next = taken.next;
            let taken = match began {
                Began::Never => taken,
                Began::Before => taken.anew(),
            };
            let start = Start::Taken(Arc::new(taken));
            self.mode = Mode::Beginning(self.operation.alone(start), next);
            return Some(None);
        }
        match step {
            Step::Answer(answer) => return Some(Some(answer)),
            Step::Behind(_) | Step::Ended => return None,
            Step::UpToDate => {}
        }
        tokio::select! {
            Ok(()) = table.changed() => {}
            news = self.news.changed() => news.ok()?,
        }
        Some(None)
    }
}
