//! `POST /graphql`: one query or mutation.

use std::sync::Arc;

use async_graphql::{Request, ServerError};
use axum::Extension;
use axum::body::Bytes;
use axum::extract::State;
use axum::extract::rejection::BytesRejection;
use axum::http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, WWW_AUTHENTICATE};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::IntoResponse;

use crate::error::{ApiError, Code};
use crate::graphql::answer::Answer;
use crate::graphql::context::RequestContext;
use crate::http::request_id::RequestId;
use crate::limits;
use crate::server::AppState;

const JSON: HeaderValue = HeaderValue::from_static("application/json");
const GRAPHQL_JSON: HeaderValue = HeaderValue::from_static("application/graphql-response+json");

/// Executes one operation.
pub async fn execute(
    State(state): State<AppState>,
    Extension(id): Extension<RequestId>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> axum::response::Response {
    let answered = match request(&state, &headers, body).await {
        Ok((request, context)) => run(&state, request, &context).await,
        Err(error) => Err(error),
    };
    match answered {
        Ok(response) => {
            let status = status_of(&response, &headers);
            answer(status, &headers, &response.with_request_id(id))
        }
        Err(error) => refuse(status(error.code()), error, &headers, id),
    }
}

/// The answer to what is no request that can be executed.
pub fn refuse(
    status: StatusCode,
    error: ApiError,
    asked: &HeaderMap,
    id: RequestId,
) -> axum::response::Response {
    let refused = Answer::refused(vec![server_error(error)]);
    answer(status, asked, &refused.with_request_id(id))
}

/// The request, if its caller and its form are in order.
async fn request(
    state: &AppState,
    headers: &HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<(Request, Arc<RequestContext>), ApiError> {
    let authorization = single(headers, AUTHORIZATION.as_str())
        .map_err(|()| ApiError::unauthenticated("send one Authorization header, of ASCII text"))?;
    let acts_in = single(headers, "x-tenant-id")
        .map_err(|()| ApiError::bad_input("send one X-Tenant-Id header, of ASCII text"))?;
    let authenticator = state.authenticator();
    let principal = authenticator.authenticate(authorization, acts_in).await?;
    check_content_type(headers)?;
    let body = body.map_err(|rejection| match rejection.status() {
        StatusCode::PAYLOAD_TOO_LARGE => {
            ApiError::too_large("the body has more bytes than", limits::BODY_BYTES)
        }
        _ => ApiError::bad_input("the body did not arrive as a whole"),
    })?;
    let request: Request = serde_json::from_slice(&body).map_err(|error| {
        ApiError::bad_input(format!("the body is no GraphQL request in JSON: {error}"))
    })?;
    let context = RequestContext::new(Arc::new(principal), state.databases().clone());
    let context = Arc::new(context);
    Ok((request.data(Arc::clone(&context)), context))
}

/// A page of another origin can send text or a form without asking first; JSON it cannot.
fn check_content_type(headers: &HeaderMap) -> Result<(), ApiError> {
    let sent = text(headers, CONTENT_TYPE.as_str()).unwrap_or_default();
    let essence = sent.split(';').next().unwrap_or_default().trim();
    if essence.eq_ignore_ascii_case("application/json") {
        return Ok(());
    }
    Err(ApiError::bad_input(format!(
        "Content-Type is {essence:?}; send the request as application/json"
    )))
}

async fn run(
    state: &AppState,
    request: Request,
    context: &RequestContext,
) -> Result<Answer, ApiError> {
    let answer = context.rounds().run(state.executor().execute(request));
    let answered = tokio::time::timeout(limits::REQUEST_DEADLINE, answer).await;
    answered.map_err(|_| {
        let seconds = limits::REQUEST_DEADLINE.as_secs();
        ApiError::unavailable(format!(
            "no answer within {seconds} s; ask for less, or try again"
        ))
    })
}

/// An error that concerns the whole request.
pub fn server_error(error: ApiError) -> ServerError {
    async_graphql::Error::from(error).into_server_error(async_graphql::Pos::default())
}

fn status(code: Code) -> StatusCode {
    match code {
        Code::Unauthenticated => StatusCode::UNAUTHORIZED,
        Code::Forbidden => StatusCode::FORBIDDEN,
        Code::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        Code::LimitExceeded => StatusCode::PAYLOAD_TOO_LARGE,
        Code::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        Code::NotFound | Code::BadInput | Code::Conflict => StatusCode::BAD_REQUEST,
    }
}

/// In the older media type a request that was refused by the parser or the validator is still 200,
/// or clients would take it for a proxy's answer; in the newer one it is 400.
fn status_of(answer: &Answer, asked: &HeaderMap) -> StatusCode {
    if answer.ran() || !wants_graphql_json(asked) {
        return StatusCode::OK;
    }
    StatusCode::BAD_REQUEST
}

fn wants_graphql_json(asked: &HeaderMap) -> bool {
    let wants = text(asked, ACCEPT.as_str()).unwrap_or_default();
    wants.contains("application/graphql-response+json")
}

fn answer(status: StatusCode, asked: &HeaderMap, answer: &Answer) -> axum::response::Response {
    let graphql = wants_graphql_json(asked);
    let mut response = (status, answer.to_json()).into_response();
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, if graphql { GRAPHQL_JSON } else { JSON });
    if status == StatusCode::UNAUTHORIZED {
        headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
    response
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
