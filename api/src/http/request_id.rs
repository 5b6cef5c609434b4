//! Gives every request an id: it is in the log, in the answer's header, and in every error.

use axum::extract::Request;
use axum::http::{HeaderName, HeaderValue};
use axum::middleware::Next;
use axum::response::Response;
use entity::trace::{self, TARGET, TraceParent};
use tracing::field::{Empty, display};
use tracing::{Instrument as _, Span};
use uuid::Uuid;

/// The header it is in.
pub const HEADER: HeaderName = HeaderName::from_static("x-request-id");

/// The id of a request.
#[derive(Clone, Copy, Debug)]
pub struct RequestId(pub Uuid);

/// Adds an id to the request and to its answer.
pub async fn add(mut request: Request, next: Next) -> Response {
    let id = RequestId(Uuid::now_v7());
    request.extensions_mut().insert(id);
    let traced = traced(&request, id);
    let trace = TraceParent::of(&traced).filter(|trace| trace.is_sampled());
    let trace = trace.map(|trace| display(trace.trace_id()));
    let span = tracing::info_span!("request", id = %id.0, trace);
    let answer = next.run(request).instrument(span);
    let mut response = answer.instrument(traced.clone()).await;
    traced.record("http.response.status_code", response.status().as_u16());
    if let Ok(value) = HeaderValue::from_str(&id.0.to_string()) {
        response.headers_mut().insert(HEADER, value);
    }
    response
}

/// The span of a request in its caller's trace, or in one of its own.
fn traced(request: &Request, id: RequestId) -> Span {
    let span = tracing::info_span!(
        target: TARGET,
        parent: None,
        "request",
        id = %id.0,
        http.request.method = %request.method(),
        url.path = request.uri().path(),
        http.response.status_code = Empty,
        otel.kind = "server",
    );
    if span.is_disabled() {
        return span;
    }
    let came = request.headers().get(trace::HEADER);
    let came = came.and_then(|value| value.to_str().ok()?.parse().ok());
    trace::joined(came, span)
}
