//! Which pages of other origins may send requests.

use std::time::Duration;

use axum::http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, WWW_AUTHENTICATE};
use axum::http::{HeaderName, HeaderValue, Method};
use tower_http::cors::{AllowOrigin, CorsLayer};

use crate::http::request_id;

const TENANT: HeaderName = HeaderName::from_static("x-tenant-id");
/// As long as browsers believe an answer to a preflight.
const MAX_AGE: Duration = Duration::from_hours(2);

/// Lets pages of these origins in. Their cookies are not asked for: the API reads none.
pub fn layer(origins: &[String]) -> CorsLayer {
    let origins = origins
        .iter()
        .filter_map(|origin| HeaderValue::try_from(origin).ok())
        // `*` would be everybody, which the configuration refuses, and the library with a panic.
        .filter(|origin| origin != "*");
    CorsLayer::new()
        .allow_origin(AllowOrigin::list(origins))
        .allow_methods([Method::GET, Method::POST])
        .allow_headers([ACCEPT, AUTHORIZATION, CONTENT_TYPE, TENANT])
        .expose_headers([request_id::HEADER, WWW_AUTHENTICATE])
        .max_age(MAX_AGE)
}
