//! Serves files that are part of the program, to browsers that may have them already.

use axum::http::header::{
    ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG,
    IF_NONE_MATCH, REFERRER_POLICY, VARY, X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use rust_embed::{Embed, EmbeddedFile};

/// How long a browser may keep a file without asking.
#[derive(Clone, Copy)]
pub(super) enum Keep {
    /// It asks each time whether the file has changed.
    Ask,
    /// The name changes with the contents.
    Forever,
}

/// How files may be stored compressed beside themselves, best first: the encoding, and what the
/// name then ends in.
const ENCODINGS: [(&str, &str); 2] = [("br", ".br"), ("gzip", ".gz")];

/// The file `name` of `A`, when there is one. `policy` says what the page may load.
pub(super) fn serve<A: Embed>(
    name: &str,
    asked: &HeaderMap,
    keep: Keep,
    policy: &HeaderValue,
) -> Option<Response> {
    let (file, encoding) = best::<A>(name, asked)?;
    let tag = tag(&file);
    let mut response = if has_it(asked, &tag) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        ([(CONTENT_TYPE, content_type::<A>(name))], file.data).into_response()
    };
    let headers = response.headers_mut();
    // Hexadecimal digits in quotes always make a header.
    if let Ok(tag) = HeaderValue::try_from(tag) {
        headers.insert(ETAG, tag);
    }
    if let Some(encoding) = encoding {
        headers.insert(CONTENT_ENCODING, HeaderValue::from_static(encoding));
    }
    headers.insert(VARY, HeaderValue::from_static("accept-encoding"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static(keep.header()));
    headers.insert(CONTENT_SECURITY_POLICY, policy.clone());
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    Some(response)
}

impl Keep {
    const fn header(self) -> &'static str {
        match self {
            Self::Ask => "no-cache",
            Self::Forever => "public, max-age=31536000, immutable",
        }
    }
}

/// The file in the best encoding that the browser takes and there is.
fn best<A: Embed>(name: &str, asked: &HeaderMap) -> Option<(EmbeddedFile, Option<&'static str>)> {
    for (encoding, ending) in ENCODINGS {
        if listed(asked, &ACCEPT_ENCODING).any(|taken| taken == encoding)
            && let Some(file) = A::get(&format!("{name}{ending}"))
        {
            return Some((file, Some(encoding)));
        }
    }
    Some((A::get(name)?, None))
}

/// The items of a header that is a list, without their parameters.
fn listed<'h>(
    asked: &'h HeaderMap,
    name: &axum::http::HeaderName,
) -> impl Iterator<Item = &'h str> {
    asked
        .get_all(name)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(|item| item.split(';').next().unwrap_or(item).trim())
}

/// The file's SHA-256, as a strong validator.
fn tag(file: &EmbeddedFile) -> String {
    use std::fmt::Write as _;
    let hash = file.metadata.sha256_hash();
    let mut tag = String::with_capacity(2 * hash.len() + 2);
    tag.push('"');
    for byte in hash {
        // Writing to a string cannot fail.
        let _ = write!(tag, "{byte:02x}");
    }
    tag.push('"');
    tag
}

/// Whether the browser's copy is the one we have.
fn has_it(asked: &HeaderMap, tag: &str) -> bool {
    listed(asked, &IF_NONE_MATCH)
        .any(|known| known == "*" || known.strip_prefix("W/").unwrap_or(known) == tag)
}

/// By the name of the file as it is when not compressed.
fn content_type<A: Embed>(name: &str) -> String {
    let kind = A::get(name).map_or_else(
        || "application/octet-stream".to_owned(),
        |file| file.metadata.mimetype().to_owned(),
    );
    if kind.starts_with("text/") {
        format!("{kind}; charset=utf-8")
    } else {
        kind
    }
}
