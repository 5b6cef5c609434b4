//! One operation, whatever connection it came in on: its answers, as they go over the wire.
//!
//! # Invariants
//! - An operation runs in a task of its own, which lets go of its snapshot before its answer waits to
//!   be read: a client that does not read holds no transaction.
//! - A subscription that can share its execution catches up by itself, at its own pace, and then
//!   follows the shared one.

use std::sync::Arc;

use async_graphql::ServerError;
use async_graphql::parser::types::OperationType;
use futures::StreamExt as _;
use futures::stream::{self, BoxStream};
use tokio::sync::{mpsc, watch};
use tokio_util::task::AbortOnDropHandle;
use uuid::Uuid;

use crate::auth::principal::Principal;
use crate::graphql::admit::{Admitted, Asked};
use crate::graphql::answer::Answer;
use crate::graphql::context::{RequestContext, Start};
use crate::http::request_id::RequestId;
use crate::http::sharing::Sharing;
use crate::limits;
use crate::live::cursor::FeedCursor;
use crate::live::share::{Delivery, Execution, Place, Step};
use crate::server::AppState;

/// The answers of one operation. Their end is its end; to let go of them ends it, too.
pub type Answers = BoxStream<'static, Delivery>;

/// Starts an operation, behind `seen` if the client says so beside the request.
pub fn start(
    state: AppState,
    principal: Arc<Principal>,
    asked: Asked,
    seen: Option<FeedCursor>,
) -> Answers {
    let admitted = match state.executor().admit(asked) {
        Ok(admitted) => admitted,
        Err(error) => return refusal(error),
    };
    if admitted.kind() == OperationType::Subscription {
        state.executor().meters().of(admitted.called()).subscribed();
    }
    let sharing = Sharing::of(&admitted, &principal);
    let operation = Arc::new(Operation {
        state,
        principal,
        admitted,
    });
    let Some(sharing) = sharing else {
        return operation.alone(seen.map_or(Start::AsAsked, Start::Behind));
    };
    let execution = operation.state.share().clone().join(sharing.key, || {
        let context = operation.context(Start::Now);
        let execution = Execution::new(sharing.kind, context.position().subscribe());
        let weak = Arc::downgrade(&execution);
        let mut answers = operation.run(context);
        let run = async move {
            while let Some(answer) = answers.next().await {
                let Some(execution) = weak.upgrade() else {
                    return;
                };
                execution.publish(answer);
            }
            if let Some(execution) = weak.upgrade() {
                execution.end();
            }
        };
        execution.feed_by(AbortOnDropHandle::new(tokio::spawn(run)));
        execution
    });
    let follower = Follower {
        news: execution.news(),
        execution,
        operation,
        mode: Mode::Joining(seen.or(sharing.after)),
    };
    stream::unfold(follower, |mut follower| async move {
        let answer = follower.next().await?;
        Some((answer, follower))
    })
    .boxed()
}

/// The answer to what is not even started.
pub fn refusal(error: ServerError) -> Answers {
    let answer = Answer::refused(vec![error]);
    let refused = refused(&answer.with_request_id(RequestId(Uuid::now_v7())));
    stream::iter([refused]).boxed()
}

/// What is asked, by whom: it can be run again from elsewhere.
struct Operation {
    state: AppState,
    principal: Arc<Principal>,
    admitted: Admitted,
}

impl Operation {
    fn context(&self, start: Start) -> Arc<RequestContext> {
        let databases = self.state.databases().clone();
        let context = RequestContext::new(Arc::clone(&self.principal), databases);
        Arc::new(context.starting(start))
    }

    /// Its answers, executed in a task of its own.
    fn alone(&self, start: Start) -> Answers {
        let mut run = self.run(self.context(start));
        let (answered, answers) = mpsc::channel(limits::OPERATION_QUEUE);
        let task = tokio::spawn(async move {
            while let Some(answer) = run.next().await {
                if answered.send(answer).await.is_err() {
                    return;
                }
            }
        });
        let task = AbortOnDropHandle::new(task);
        stream::unfold((answers, task), |(mut answers, task)| async move {
            let answer = answers.recv().await?;
            Some((answer, (answers, task)))
        })
        .boxed()
    }

    /// Its answers, executed as they are asked for.
    fn run(&self, context: Arc<RequestContext>) -> Answers {
        let id = RequestId(Uuid::now_v7());
        let answers = self.answers(&context);
        stream::unfold((answers, true), move |(mut answers, is_first)| {
            let context = Arc::clone(&context);
            async move {
                let answer = context.rounds().run(answers.next()).await?;
                // Between answers no transaction is kept open.
                context.renew();
                let position = *context.position().borrow();
                let answer = answer.with_request_id(id);
                if is_first && answer.is_refusal() {
                    return Some((refused(&answer), (stream::empty().boxed(), false)));
                }
                let told = Delivery {
                    json: String::from(Box::<str>::from(answer.to_raw())).into(),
                    position,
                    is_refusal: false,
                };
                Some((told, (answers, false)))
            }
        })
        .boxed()
    }

    fn answers(&self, context: &Arc<RequestContext>) -> BoxStream<'static, Answer> {
        let (executor, admitted) = (self.state.executor().clone(), self.admitted.clone());
        if admitted.kind() == OperationType::Subscription {
            return executor.answers(admitted, context);
        }
        let context = Arc::clone(context);
        stream::once(async move { executor.answer(admitted, &context).await }).boxed()
    }
}

/// Follows a shared execution.
struct Follower {
    execution: Arc<Execution>,
    news: watch::Receiver<u64>,
    operation: Arc<Operation>,
    mode: Mode,
}

enum Mode {
    /// Behind this cursor, if any.
    Joining(Option<FeedCursor>),
    Following(Place),
    CatchingUp(Answers),
}

impl Follower {
    async fn next(&mut self) -> Option<Delivery> {
        loop {
            match &mut self.mode {
                Mode::Joining(cursor) => {
                    let cursor = *cursor;
                    self.execution.started().await;
                    self.mode = match (self.execution.place(cursor), cursor) {
                        (Some(place), _) => Mode::Following(place),
                        (None, Some(cursor)) => {
                            Mode::CatchingUp(self.operation.alone(Start::Behind(cursor)))
                        }
                        // It has ended before it began; what it had to say is there.
                        (None, None) => return None,
                    };
                }
                Mode::Following(place) => {
                    self.news.mark_unchanged();
                    match self.execution.next(place) {
                        Step::Answer(answer) => return Some(answer),
                        Step::Behind(cursor) => self.mode = Mode::Joining(Some(cursor)),
                        Step::Ended => return None,
                        Step::UpToDate => self.news.changed().await.ok()?,
                    }
                }
                Mode::CatchingUp(answers) => {
                    let answer = answers.next().await?;
                    let cursor = answer.position.map(|position| position.cursor);
                    if let Some(place) = cursor.and_then(|at| self.execution.place(Some(at))) {
                        self.mode = Mode::Following(place);
                    }
                    return Some(answer);
                }
            }
        }
    }
}

fn refused(answer: &Answer) -> Delivery {
    let errors = serde_json::to_string(answer.errors()).unwrap_or_else(|error| {
        tracing::error!(%error, "errors could not be written as JSON");
        "[]".to_owned()
    });
    Delivery {
        json: errors.into(),
        position: None,
        is_refusal: true,
    }
}
