//! `POST /graphql`: one query or mutation.

use std::sync::Arc;

use async_graphql::parser::types::OperationType;
use axum::Extension;
use axum::body::Bytes;
use axum::extract::State;
use axum::extract::rejection::BytesRejection;
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE};
use axum::http::{HeaderMap, StatusCode};
use serde::de::IgnoredAny;

use crate::auth::principal::Principal;
use crate::error::ApiError;
use crate::graphql::admit::{Asked, refused};
use crate::graphql::answer::Answer;
use crate::graphql::context::RequestContext;
use crate::http::answer::{Media, answer, refuse, status};
use crate::http::event_stream;
use crate::http::request_id::RequestId;
use crate::limits;
use crate::server::AppState;

const FOLLOW: &str =
    "a subscription needs the WebSocket at the same path, or `Accept: text/event-stream`";

/// Executes one operation.
pub async fn execute(
    State(state): State<AppState>,
    Extension(id): Extension<RequestId>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> axum::response::Response {
    let Request {
        principal,
        media,
        asked,
    } = match read(&state, &headers, body).await {
        Ok(request) => request,
        Err(Refusal(status, error)) => return refuse(status, error, &headers, id),
    };
    if event_stream::is_wanted(&headers) {
        let events = event_stream::respond(&state, Arc::new(principal), asked, &headers);
        return events.unwrap_or_else(|error| refuse(status(error.code()), error, &headers, id));
    }
    let response = match state.executor().admit(asked) {
        Ok(admitted) if admitted.kind() == OperationType::Subscription => {
            Answer::refused(vec![refused(ApiError::bad_input(FOLLOW))])
        }
        Ok(admitted) => {
            let context = RequestContext::new(Arc::new(principal), state.databases().clone());
            state.executor().answer(admitted, &Arc::new(context)).await
        }
        Err(error) => Answer::refused(vec![error]),
    };
    answer(media, response, id)
}

/// A request whose caller and form are in order.
struct Request {
    principal: Principal,
    media: Media,
    asked: Asked,
}

/// Why a request is none, and what HTTP calls that.
struct Refusal(StatusCode, ApiError);

impl From<ApiError> for Refusal {
    fn from(error: ApiError) -> Self {
        Self(status(error.code()), error)
    }
}

async fn read(
    state: &AppState,
    headers: &HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<Request, Refusal> {
    let authorization = single(headers, AUTHORIZATION.as_str())
        .map_err(|()| ApiError::unauthenticated("send one Authorization header, of ASCII text"))?;
    let acts_in = single(headers, "x-tenant-id")
        .map_err(|()| ApiError::bad_input("send one X-Tenant-Id header, of ASCII text"))?;
    let authenticator = state.authenticator();
    let principal = authenticator.authenticate(authorization, acts_in).await?;
    let events = event_stream::is_wanted(headers).then_some(Media::Json);
    let media = Media::accepted(headers).or(events).ok_or_else(|| {
        let error = "answers come as application/graphql-response+json or application/json; \
                     the Accept header takes neither";
        Refusal(StatusCode::NOT_ACCEPTABLE, ApiError::bad_input(error))
    })?;
    check_content_type(headers)?;
    Ok(Request {
        principal,
        media,
        asked: asked(body)?,
    })
}

/// A page of another origin can send text or a form without asking first; JSON it cannot.
fn check_content_type(headers: &HeaderMap) -> Result<(), Refusal> {
    let sent = text(headers, CONTENT_TYPE.as_str()).unwrap_or_default();
    let essence = sent.split(';').next().unwrap_or_default().trim();
    if essence.eq_ignore_ascii_case("application/json") {
        return Ok(());
    }
    Err(Refusal(
        StatusCode::UNSUPPORTED_MEDIA_TYPE,
        ApiError::bad_input(format!(
            "Content-Type is {essence:?}; send the request as application/json"
        )),
    ))
}

fn asked(body: Result<Bytes, BytesRejection>) -> Result<Asked, Refusal> {
    let body = body.map_err(|rejection| match rejection.status() {
        StatusCode::PAYLOAD_TOO_LARGE => Refusal(
            StatusCode::PAYLOAD_TOO_LARGE,
            ApiError::too_large("the body has more bytes than", limits::BODY_BYTES),
        ),
        _ => ApiError::bad_input("the body did not arrive as a whole").into(),
    })?;
    check_batch(&body)?;
    let asked: Asked = serde_json::from_slice(&body).map_err(|error| {
        ApiError::bad_input(format!("the body is no GraphQL request in JSON: {error}"))
    })?;
    if !asked.names_a_document() {
        let nothing = "name a document: `query`, or `documentId`";
        return Err(ApiError::bad_input(nothing).into());
    }
    Ok(asked)
}

fn check_batch(body: &[u8]) -> Result<(), ApiError> {
    let Ok(batch) = serde_json::from_slice::<Vec<IgnoredAny>>(body) else {
        return Ok(());
    };
    if batch.len() > limits::BATCH {
        return Err(ApiError::limit(
            "operations in one request",
            batch.len(),
            limits::BATCH,
        ));
    }
    Err(ApiError::bad_input(
        "the body is a list; send one operation, as an object",
    ))
}

/// The only value of a header. A second one might be what somebody in between has looked at.
fn single<'a>(headers: &'a HeaderMap, name: &str) -> Result<Option<&'a str>, ()> {
    let mut values = headers.get_all(name).iter();
    match (values.next(), values.next()) {
        (None, _) => Ok(None),
        (Some(value), None) => value.to_str().map(Some).map_err(drop),
        (Some(_), Some(_)) => Err(()),
    }
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}
