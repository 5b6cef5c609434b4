//! One operation, whatever connection it came in on: its answers, as they go over the wire.
//!
//! # Invariants
//! - An operation runs in a task of its own, which lets go of its snapshot before its answer waits to
//!   be read: a client that does not read holds no transaction.
//! - A subscription that can share its execution catches up by itself, at its own pace, and then
//!   follows the shared one.

mod follower;

use std::sync::Arc;

use async_graphql::ServerError;
use async_graphql::parser::types::OperationType;
use futures::StreamExt as _;
use futures::stream::{self, BoxStream};
use tokio::sync::{Semaphore, mpsc, watch};
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
use crate::live::share::{Delivery, Execution, Kind};
use crate::live::table::Table;
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
    let share = operation.state.share().clone();
    let execution = share.join(sharing.key, || operation.for_many(sharing.kind));
    follower::follow(execution, operation, seen.or(sharing.after))
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

    /// Its execution for many.
    fn for_many(&self, kind: Kind) -> Arc<Execution> {
        let (start, table) = match kind {
            Kind::Feed | Kind::Latest => (Start::Now, None),
            Kind::Links => {
                let (start, table) = watch::channel(Table::default());
                (Start::ForMany(start), Some(table))
            }
        };
        let context = self.context(start);
        let execution = match table {
            Some(table) => Execution::of_links(table),
            None => Execution::new(kind, context.position().subscribe()),
        };
        let weak = Arc::downgrade(&execution);
        let mut answers = self.run(context);
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
    }

    /// Its answers, executed in a task of its own.
    fn alone(&self, start: Start) -> Answers {
        let mut run = self.run(self.context(start));
        let (answered, answers) = mpsc::channel(limits::OPERATION_QUEUE);
        let room = Arc::new(Semaphore::new(limits::OPERATION_QUEUE_BYTES));
        let task = tokio::spawn(async move {
            while let Some(answer) = run.next().await {
                // One that is larger waits alone.
                let bytes = answer.json.len().min(limits::OPERATION_QUEUE_BYTES);
                let bytes = u32::try_from(bytes).unwrap_or(u32::MAX);
                let Ok(place) = Arc::clone(&room).acquire_many_owned(bytes).await else {
                    return;
                };
                if answered.send((answer, place)).await.is_err() {
                    return;
                }
            }
        });
        let task = AbortOnDropHandle::new(task);
        stream::unfold((answers, task), |(mut answers, task)| async move {
            let (answer, _place) = answers.recv().await?;
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
                let answer = made(&mut answers, &context).await?;
                let position = *context.position().borrow();
                let answer = answer.with_request_id(id);
                if is_first && answer.is_refusal() {
                    return Some((refused(&answer), (stream::empty().boxed(), false)));
                }
                let answer = answer.completed();
                if answer.is_refusal() {
                    // It tells nothing of what it was about: what follows would be without it.
                    answers = stream::empty().boxed();
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

/// The next answer, once it can be made.
async fn made(
    answers: &mut BoxStream<'static, Answer>,
    context: &RequestContext,
) -> Option<Answer> {
    loop {
        let answer = context.rounds().run(answers.next()).await?;
        // Between answers no transaction is kept open.
        context.renew();
        if !answer.is_unavailable() || context.again().send(()).is_err() {
            return Some(answer);
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
