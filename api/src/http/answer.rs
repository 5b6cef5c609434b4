//! How an answer is written: in which media type, and with which status.
//! <https://graphql.github.io/graphql-over-http>

use axum::http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, WWW_AUTHENTICATE};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};

use crate::error::{ApiError, Code};
use crate::graphql::admit::refused;
use crate::graphql::answer::Answer;
use crate::graphql::meter;
use crate::http::request_id::RequestId;

const JSON: &str = "application/json";
const GRAPHQL_RESPONSE: &str = "application/graphql-response+json";

/// The media type of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Media {
    /// `application/json`, for clients that say so or nothing. A document that was refused is
    /// still answered with 200, or they would take it for a proxy's answer.
    Json,
    /// `application/graphql-response+json`: the status says whether anything ran.
    GraphqlResponse,
}

impl Media {
    /// The one that the client likes best, if there is one.
    pub fn accepted(asked: &HeaderMap) -> Option<Self> {
        let headers = asked.get_all(ACCEPT).iter();
        let ranges: Vec<_> = headers
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(','))
            .map(range)
            .collect();
        let liking = |name: &str| {
            let range = ranges
                .iter()
                .find(|range| range.0.eq_ignore_ascii_case(name));
            range.map(|range| range.1)
        };
        let graphql = liking(GRAPHQL_RESPONSE).unwrap_or(0.0);
        let named = liking(JSON).or_else(|| liking("application/*"));
        let json = named.or_else(|| liking("*/*"));
        let json = json.unwrap_or(if ranges.is_empty() { 1.0 } else { 0.0 });
        if graphql > 0.0 && graphql >= json {
            return Some(Self::GraphqlResponse);
        }
        (json > 0.0).then_some(Self::Json)
    }

    const fn name(self) -> HeaderValue {
        match self {
            Self::Json => HeaderValue::from_static(JSON),
            Self::GraphqlResponse => HeaderValue::from_static(GRAPHQL_RESPONSE),
        }
    }
}

/// A media range, and how much it is liked, 0 to 1.
fn range(text: &str) -> (&str, f32) {
    let mut parts = text.split(';').map(str::trim);
    let range = parts.next().unwrap_or_default();
    let liked = parts.find_map(|part| part.strip_prefix("q="));
    (range, liked.map_or(1.0, |q| q.parse().unwrap_or(0.0)))
}

/// The answer to an operation, or to a document that was refused.
pub fn answer(media: Media, answer: Answer, id: RequestId) -> Response {
    let answer = answer.with_request_id(id);
    if answer.ran() {
        return write(StatusCode::OK, media, &answer);
    }
    let code = answer.errors().iter().find_map(Code::of);
    let status = match status(code.unwrap_or(Code::BadInput)) {
        status if status.is_client_error() && media == Media::Json => StatusCode::OK,
        status => status,
    };
    write(status, media, &answer)
}

/// The answer to what is no request that can be executed.
pub fn refuse(status: StatusCode, error: ApiError, asked: &HeaderMap, id: RequestId) -> Response {
    meter::refused(error.code());
    let media = Media::accepted(asked).unwrap_or(Media::Json);
    let refusal = Answer::refused(vec![refused(error)]).with_request_id(id);
    let mut answer = write(status, media, &refusal);
    if status == StatusCode::UNAUTHORIZED {
        let challenge = if asked.contains_key(AUTHORIZATION) {
            r#"Bearer realm="wisplink", error="invalid_token""#
        } else {
            r#"Bearer realm="wisplink""#
        };
        let challenge = HeaderValue::from_static(challenge);
        answer.headers_mut().insert(WWW_AUTHENTICATE, challenge);
    }
    answer
}

/// The status of a request that was refused for this.
pub const fn status(code: Code) -> StatusCode {
    match code {
        Code::Unauthenticated => StatusCode::UNAUTHORIZED,
        Code::Forbidden => StatusCode::FORBIDDEN,
        Code::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        Code::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        Code::NotFound
        | Code::BadInput
        | Code::Conflict
        | Code::LimitExceeded
        | Code::PersistedQueryNotFound => StatusCode::BAD_REQUEST,
    }
}

fn write(status: StatusCode, media: Media, answer: &Answer) -> Response {
    (status, [(CONTENT_TYPE, media.name())], answer.to_json()).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_client_chooses_the_media_type() {
        use Media::{GraphqlResponse, Json};
        for (accept, media) in [
            ("", Some(Json)),
            ("*/*", Some(Json)),
            ("application/*;q=0.5, text/html", Some(Json)),
            ("application/json", Some(Json)),
            ("application/json; charset=utf-8", Some(Json)),
            ("Application/GraphQL-Response+JSON", Some(GraphqlResponse)),
            (
                "application/graphql-response+json, application/json",
                Some(GraphqlResponse),
            ),
            (
                "application/json, application/graphql-response+json;q=0.9",
                Some(Json),
            ),
            (
                "application/graphql-response+json;q=0.9, */*;q=0.1",
                Some(GraphqlResponse),
            ),
            ("application/graphql-response+json;q=0, */*", Some(Json)),
            ("application/json;q=0, */*", None),
            ("text/html", None),
            ("application/json;q=nonsense", None),
        ] {
            let mut headers = HeaderMap::new();
            if !accept.is_empty() {
                headers.insert(ACCEPT, accept.parse().unwrap());
            }
            assert_eq!(Media::accepted(&headers), media, "{accept}");
        }
    }
}
