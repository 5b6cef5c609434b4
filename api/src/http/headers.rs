//! What every answer tells a browser, unless the station said otherwise.

use axum::extract::{Request, State};
use axum::http::header::{
    CONNECTION, CONTENT_SECURITY_POLICY, REFERRER_POLICY, RETRY_AFTER, STRICT_TRANSPORT_SECURITY,
    UPGRADE, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use tokio_util::sync::CancellationToken;

/// Data is no page: nothing may be loaded for it, and nothing may show it in a frame.
const DEFAULTS: [(HeaderName, HeaderValue); 4] = [
    (X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    (REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
    (X_FRAME_OPTIONS, HeaderValue::from_static("DENY")),
    (
        CONTENT_SECURITY_POLICY,
        HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'"),
    ),
];

/// Adds them, and `Strict-Transport-Security` for so many seconds if there are any.
pub async fn add(State(hsts_s): State<u32>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    for (name, value) in DEFAULTS {
        headers.entry(name).or_insert(value);
    }
    if hsts_s > 0
        && let Ok(value) = HeaderValue::try_from(format!("max-age={hsts_s}"))
    {
        headers.insert(STRICT_TRANSPORT_SECURITY, value);
    }
    response
}

/// Once the program is about to stop, each answer is the last on its connection: the next request
/// comes on a new one, which a load balancer leads elsewhere. No socket is opened any more, as it would
/// be closed at once.
pub async fn part(
    State(leaving): State<CancellationToken>,
    request: Request,
    next: Next,
) -> Response {
    if leaving.is_cancelled() && request.headers().contains_key(UPGRADE) {
        let headers = [(RETRY_AFTER, "1"), (CONNECTION, "close")];
        let message = "this server is about to stop; connect again in a second\n";
        return (StatusCode::SERVICE_UNAVAILABLE, headers, message).into_response();
    }
    let mut response = next.run(request).await;
    if leaving.is_cancelled() {
        // What is no HTTP any more says `upgrade` here.
        let close = HeaderValue::from_static("close");
        response.headers_mut().entry(CONNECTION).or_insert(close);
    }
    response
}
