//! `GET /graphql`: opens a WebSocket that speaks `graphql-transport-ws`.

use axum::Extension;
use axum::extract::State;
use axum::extract::ws::{CloseFrame, Message, WebSocket, WebSocketUpgrade, rejection};
use axum::http::header::{ACCEPT, ALLOW, HOST, ORIGIN};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};

use crate::error::ApiError;
use crate::http::answer::refuse;
use crate::http::listener::Progress;
use crate::http::request_id::RequestId;
use crate::http::{protocol, socket};
use crate::limits;
use crate::server::AppState;

/// Opens a socket. The token comes in its first message.
pub async fn upgrade(
    State(state): State<AppState>,
    Extension(id): Extension<RequestId>,
    Extension(progress): Extension<Progress>,
    headers: HeaderMap,
    upgrade: Result<WebSocketUpgrade, rejection::WebSocketUpgradeRejection>,
) -> Response {
    let upgrade = match upgrade {
        Ok(upgrade) => upgrade,
        Err(_) if state.settings().graphiql && is_a_person(&headers) => {
            return Redirect::to("/graphiql").into_response();
        }
        Err(_) => {
            let error = ApiError::bad_input(USE_POST);
            let refusal = refuse(StatusCode::METHOD_NOT_ALLOWED, error, &headers, id);
            return ([(ALLOW, "POST")], refusal).into_response();
        }
    };
    if !origin_is_allowed(&headers, &state.settings().allowed_origins) {
        let error = ApiError::forbidden(BAD_ORIGIN);
        return refuse(StatusCode::FORBIDDEN, error, &headers, id);
    }
    upgrade
        .protocols([protocol::NAME])
        .max_message_size(limits::SOCKET_MESSAGE_BYTES)
        .max_frame_size(limits::SOCKET_MESSAGE_BYTES)
        .read_buffer_size(limits::SOCKET_READ_BYTES)
        .write_buffer_size(limits::SOCKET_WRITE_BYTES)
        .on_upgrade(move |socket| open(Box::new(socket), state, progress))
}

const USE_POST: &str = "send queries and mutations by POST, as application/json; subscriptions by WebSocket, or by POST with Accept: text/event-stream";
const BAD_ORIGIN: &str = "pages of this origin may not connect; add it to http.allowed_origins";

async fn open(mut socket: Box<WebSocket>, state: AppState, progress: Progress) {
    if socket.protocol().is_some_and(|name| name == protocol::NAME) {
        let sockets = state.sockets().clone();
        // Tracked, so that the program waits for the farewell when it stops.
        sockets
            .track_future(socket::serve(socket, state, progress))
            .await;
        return;
    }
    let frame = CloseFrame {
        code: 4406,
        reason: "speak graphql-transport-ws".into(),
    };
    // The client is already doing something wrong; if it does not listen either, so be it.
    let _ = socket.send(Message::Close(Some(frame))).await;
}

/// A browser sends the origin of the page that connects; CORS does not cover WebSockets, so it is
/// looked at here. Programs send none.
fn origin_is_allowed(headers: &HeaderMap, allowed: &[String]) -> bool {
    let Some(origin) = headers.get(ORIGIN) else {
        return true;
    };
    let Ok(origin) = origin.to_str() else {
        return false;
    };
    let host = headers.get(HOST).and_then(|host| host.to_str().ok());
    let own = origin.split_once("://").map(|(_, authority)| authority);
    (own.is_some() && own == host) || allowed.iter().any(|allowed| allowed == origin)
}

fn is_a_person(headers: &HeaderMap) -> bool {
    let accept = headers.get(ACCEPT).and_then(|accept| accept.to_str().ok());
    accept.is_some_and(|accept| accept.contains("text/html"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allowed(origin: Option<&str>) -> bool {
        let mut headers = HeaderMap::new();
        headers.insert(HOST, "api.example:8080".parse().unwrap());
        if let Some(origin) = origin {
            headers.insert(ORIGIN, origin.parse().unwrap());
        }
        origin_is_allowed(&headers, &["https://noc.example".to_owned()])
    }

    #[test]
    fn only_pages_of_our_own_or_of_listed_origins_connect() {
        assert!(allowed(None));
        assert!(allowed(Some("http://api.example:8080")));
        assert!(allowed(Some("https://noc.example")));
        assert!(!allowed(Some("https://evil.example")));
        assert!(!allowed(Some("null")));
    }
}
