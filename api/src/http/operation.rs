//! One operation of a socket: runs it and hands its answers to the socket.

use std::sync::Arc;

use async_graphql::parser::types::OperationType;
use futures::StreamExt as _;
use futures::stream::{self, BoxStream};
use serde::Serialize;
use serde_json::value::{RawValue, to_raw_value};
use tokio::sync::mpsc;
use uuid::Uuid;

use crate::auth::principal::Principal;
use crate::error::ApiError;
use crate::graphql::admit::{Asked, refused};
use crate::graphql::answer::Answer;
use crate::graphql::context::RequestContext;
use crate::http::protocol;
use crate::http::request_id::RequestId;
use crate::limits;
use crate::server::AppState;

/// Which operation.
#[derive(Clone, Debug)]
pub struct Ticket {
    /// The client's name for it.
    pub id: String,
    /// Ours.
    pub number: u64,
}

/// A message for the client.
#[derive(Debug)]
pub struct Outgoing {
    /// From which operation.
    pub ticket: Ticket,
    /// What to write.
    pub text: String,
    /// Nothing comes behind it.
    pub is_last: bool,
}

/// Runs an operation to its end, or until it is aborted.
pub async fn run(
    state: AppState,
    principal: Arc<Principal>,
    asked: Asked,
    ticket: Ticket,
    outbox: mpsc::Sender<Outgoing>,
) {
    let request_id = RequestId(Uuid::now_v7());
    let context = Arc::new(RequestContext::new(principal, state.databases().clone()));
    let mut answers = begin(&state, asked, &context).await;
    let mut is_first = true;
    while let Some(answer) = context.rounds().run(answers.next()).await {
        // Between answers no transaction is kept open.
        context.renew();
        let answer = answer.with_request_id(request_id);
        if is_first && answer.is_refusal() {
            say(
                &outbox,
                &ticket,
                protocol::error(&ticket.id, &raw(answer.errors())),
                true,
            )
            .await;
            return;
        }
        is_first = false;
        say(
            &outbox,
            &ticket,
            protocol::next(&ticket.id, &answer.to_raw()),
            false,
        )
        .await;
    }
    say(&outbox, &ticket, protocol::complete(&ticket.id), true).await;
}

async fn begin(
    state: &AppState,
    asked: Asked,
    context: &Arc<RequestContext>,
) -> BoxStream<'static, Answer> {
    let only = match state.executor().admit(asked) {
        Ok(admitted) if admitted.kind() == OperationType::Subscription => {
            return state.executor().answers(admitted, context);
        }
        Ok(admitted) => state.executor().answer(admitted, context).await,
        Err(error) => Answer::refused(vec![error]),
    };
    stream::once(std::future::ready(only)).boxed()
}

/// Tells the client that it has too many operations open.
pub async fn refuse(ticket: Ticket, outbox: mpsc::Sender<Outgoing>) {
    let allowed = limits::SOCKET_OPERATIONS;
    let error = ApiError::limit("operations on one socket", allowed + 1, allowed);
    let answer = Answer::refused(vec![refused(error)]);
    let answer = answer.with_request_id(RequestId(Uuid::now_v7()));
    say(
        &outbox,
        &ticket,
        protocol::error(&ticket.id, &raw(answer.errors())),
        true,
    )
    .await;
}

async fn say(outbox: &mpsc::Sender<Outgoing>, ticket: &Ticket, text: String, is_last: bool) {
    // When the socket is gone, this task is about to be aborted.
    let _ = outbox
        .send(Outgoing {
            ticket: ticket.clone(),
            text,
            is_last,
        })
        .await;
}

fn raw(value: &(impl Serialize + ?Sized)) -> Box<RawValue> {
    to_raw_value(value).unwrap_or_else(|error| {
        tracing::error!(%error, "an answer could not be written as JSON");
        RawValue::NULL.to_owned()
    })
}
