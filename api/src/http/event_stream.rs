//! `POST /graphql` with `Accept: text/event-stream`: one operation, answered in server-sent events, for
//! those who cannot open a WebSocket.
//!
//! It is the distinct connections mode of <https://github.com/enisdenjo/graphql-sse>: events `next` and
//! `complete`. An event of a feed bears its cursor as `id`; with it in `Last-Event-ID` the feed goes on
//! behind it, whatever the request says. A stream that ends without `complete` was cut: come back.
//! There is no `GET`: without cookies, a page can send its token in a header only.

use std::convert::Infallible;
use std::sync::Arc;

use axum::body::Body;
use axum::http::header::{ACCEPT, CACHE_CONTROL, CONTENT_TYPE};
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use axum::response::{IntoResponse as _, Response};
use futures::future::BoxFuture;
use futures::{FutureExt as _, StreamExt as _, stream};
use tokio::time::{Instant, Interval, interval_at, sleep_until};

use crate::auth::principal::Principal;
use crate::error::ApiError;
use crate::graphql::admit::Asked;
use crate::http::lifetime;
use crate::http::open::Open;
use crate::http::operation::{self, Answers};
use crate::http::seats::Seat;
use crate::limits;
use crate::live::cursor::FeedCursor;
use crate::live::share::Delivery;
use crate::server::AppState;

const EVENT_STREAM: HeaderValue = HeaderValue::from_static("text/event-stream");
const NO_CACHE: HeaderValue = HeaderValue::from_static("no-cache");
/// Tells nginx to pass on what it gets as it gets it.
const UNBUFFERED: (HeaderName, HeaderValue) = (
    HeaderName::from_static("x-accel-buffering"),
    HeaderValue::from_static("no"),
);
/// A comment. The first one sends the headers on their way.
const BEAT: &str = ":\n\n";

/// Whether the client would have this rather than anything else: some name all that they could read.
pub fn is_wanted(asked: &HeaderMap) -> bool {
    let accept = asked.get(ACCEPT).and_then(|accept| accept.to_str().ok());
    accept.is_some_and(|accept| accept.trim_start().starts_with("text/event-stream"))
}

/// Answers what is asked in events.
pub fn respond(
    state: &AppState,
    principal: Arc<Principal>,
    asked: Asked,
    headers: &HeaderMap,
) -> Result<Response, ApiError> {
    let seen = headers.get("last-event-id").and_then(|id| id.to_str().ok());
    let seen = seen.filter(|id| !id.is_empty());
    let seen = seen.map(FeedCursor::decode).transpose()?;
    let seat = state.seats().take(&principal)?;
    let beat = limits::EVENT_STREAM_BEAT;
    let events = Events {
        answers: operation::start(state.clone(), Arc::clone(&principal), asked, seen),
        cut: cut(state.clone(), principal).boxed(),
        beat: interval_at(Instant::now() + beat, beat),
        is_new: true,
        is_over: false,
        since: std::time::Instant::now(),
        _seat: seat,
        _open: Open::event_stream(),
    };
    let events = stream::unfold(events, |mut events| async move {
        let event = events.next().await?;
        Some((Ok::<_, Infallible>(event), events))
    });
    let body = Body::from_stream(events);
    let headers = [(CONTENT_TYPE, EVENT_STREAM), (CACHE_CONTROL, NO_CACHE)];
    Ok((headers, [UNBUFFERED], body).into_response())
}

struct Events {
    answers: Answers,
    /// Over when the caller is believed no more, or the program stops.
    cut: BoxFuture<'static, ()>,
    beat: Interval,
    is_new: bool,
    is_over: bool,
    since: std::time::Instant,
    _seat: Seat,
    _open: Open,
}

impl Events {
    /// While the client does not read, nobody asks for the next one, and the operation waits.
    async fn next(&mut self) -> Option<String> {
        if self.is_over {
            return None;
        }
        if std::mem::take(&mut self.is_new) {
            return Some(BEAT.to_owned());
        }
        tokio::select! {
            biased;
            () = &mut self.cut => None,
            answer = self.answers.next() => {
                self.is_over = answer.as_ref().is_none_or(|answer| answer.is_refusal);
                let position = answer.as_ref().and_then(|answer| answer.position);
                let arrival = position.and_then(|position| position.arrival);
                if let Some(arrival) = arrival.filter(|arrival| arrival.is_since(self.since)) {
                    drop(arrival.writing("event stream"));
                    arrival.written();
                }
                Some(event(answer))
            }
            _ = self.beat.tick() => Some(BEAT.to_owned()),
        }
    }
}

async fn cut(state: AppState, principal: Arc<Principal>) {
    tokio::select! {
        () = lifetime::farewell(&state) => {}
        () = sleep_until(lifetime::end(&principal)) => {}
        _ = principal.withdrawn() => {}
    }
}

fn event(answer: Option<Delivery>) -> String {
    const COMPLETE: &str = "event: complete\ndata:\n\n";
    match answer {
        None => COMPLETE.to_owned(),
        Some(refused) if refused.is_refusal => {
            let errors = refused.json;
            format!("event: next\ndata: {{\"errors\":{errors}}}\n\n{COMPLETE}")
        }
        Some(answer) => {
            let id = answer.position.map(|position| {
                let cursor = position.cursor.encode();
                format!("id: {cursor}\n")
            });
            let id = id.unwrap_or_default();
            format!("event: next\n{id}data: {}\n\n", answer.json)
        }
    }
}
