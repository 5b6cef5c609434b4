//! One open socket: reads what the client says, runs its operations, writes what they answer.
//!
//! # Invariants
//! - Nothing runs before `connection_init` has brought a valid token, and nothing after its expiry,
//!   nor after an API key was revoked.
//! - What waits to be written is bounded. An operation whose client does not read waits with its
//!   cursor; a client that does not read, or does not answer a ping, is closed with 1013. One that
//!   reads slowly is not: what it has read tells that it is there.

use std::pin::pin;
use std::sync::Arc;

use axum::extract::ws::{CloseFrame, Message, WebSocket};
use futures::{SinkExt as _, StreamExt as _};
use serde_json::json;
use tokio::time::{Instant, sleep_until, timeout};

use crate::auth::principal::Principal;
use crate::error::ApiError;
use crate::graphql::admit::{Asked, refused};
use crate::http::lifetime;
use crate::http::listener::Progress;
use crate::http::open::Open;
use crate::http::operation;
use crate::http::operations::{Operations, Told};
use crate::http::protocol::{self, ClientMessage, Close, InitPayload};
use crate::http::seats::Seat;
use crate::limits;
use crate::live::arrival::Arrival;
use crate::server::AppState;

/// Serves a socket until either side closes it.
///
/// What happens seldom runs in a box: a future is as large as the largest thing it may ever do, and
/// nearly all sockets wait.
pub async fn serve(socket: Box<WebSocket>, state: AppState, progress: Progress) {
    let _open = Open::socket();
    let mut over = pin!(lifetime::farewell(&state));
    let mut session = Session::new(state.clone(), socket, progress);
    // Set anew when they are due, not with each step: most steps find them as they were.
    let mut end = pin!(sleep_until(session.deadline));
    let mut pulse = pin!(sleep_until(session.pulse));
    let close = loop {
        let step = tokio::select! {
            biased;
            () = &mut over => Err(Some(Close::restarting())),
            () = &mut end => session.too_late(),
            () = &mut pulse => Box::pin(session.beat()).await,
            why = lifetime::withdrawn(session.principal.as_deref()) => Err(Some(Close::withdrawn(why))),
            message = session.socket.next() => match message {
                Some(Ok(message)) => Box::pin(session.hear(message)).await,
                // Gone, or not speaking WebSocket: there is nobody to say farewell to.
                Some(Err(_)) | None => Err(None),
            },
            messages = session.operations.messages() => session.tell(messages).await,
        };
        if let Err(close) = step {
            break close;
        }
        if end.is_elapsed() || session.deadline < end.deadline() {
            end.as_mut().reset(session.deadline);
        }
        if pulse.is_elapsed() {
            pulse.as_mut().reset(session.pulse);
        }
    };
    if let Some(close) = close {
        Box::pin(session.close(close)).await;
    }
}

async fn authenticate(state: &AppState, payload: InitPayload) -> Result<Principal, ApiError> {
    let (authorization, tenant) = (payload.authorization, payload.tenant);
    let authenticator = state.authenticator();
    authenticator
        .authenticate(authorization.as_deref(), tenant.as_deref())
        .await
}

/// The next step, or the end of the socket: with a farewell, or without.
type Step = Result<(), Option<Close>>;

struct Session {
    state: AppState,
    socket: Box<WebSocket>,
    principal: Option<Arc<Principal>>,
    seat: Option<Seat>,
    operations: Operations,
    /// When the init is overdue, later when the token expires.
    deadline: Instant,
    /// When to ping, or when the answer to a ping is overdue.
    pulse: Instant,
    is_pinged: bool,
    /// How far the client reads what is written.
    progress: Progress,
    /// How far that was when it was pinged.
    read: u64,
}

impl Session {
    fn new(state: AppState, socket: Box<WebSocket>, progress: Progress) -> Self {
        let now = Instant::now();
        Self {
            state,
            socket,
            principal: None,
            seat: None,
            operations: Operations::default(),
            deadline: now + limits::SOCKET_INIT,
            pulse: now + limits::SOCKET_PING,
            is_pinged: false,
            progress,
            read: 0,
        }
    }

    /// The deadline may have moved since the timer was set.
    fn too_late(&self) -> Step {
        match &self.principal {
            _ if Instant::now() < self.deadline => Ok(()),
            Some(_) => Err(Some(Close::expired())),
            None => Err(Some(Close::init_timeout())),
        }
    }

    async fn hear(&mut self, message: Message) -> Step {
        if std::mem::take(&mut self.is_pinged) {
            self.pulse = Instant::now() + limits::SOCKET_PING;
        }
        let text = match message {
            Message::Text(text) => text,
            Message::Ping(_) | Message::Pong(_) => return Ok(()),
            Message::Close(_) => return Err(None),
            Message::Binary(_) => return Err(Some(Close::bad_message("binary"))),
        };
        let message = serde_json::from_str(&text)
            .map_err(Close::bad_message)
            .map_err(Some)?;
        match message {
            ClientMessage::ConnectionInit { payload } => {
                self.init(payload.unwrap_or_default()).await
            }
            ClientMessage::Subscribe { id, payload } => self.subscribe(id, *payload),
            ClientMessage::Complete { id } => {
                self.operations.end(&id);
                Ok(())
            }
            ClientMessage::Ping { payload } => {
                let pong = match protocol::renewal(payload) {
                    Some(payload) => self.renew(payload).await,
                    None => protocol::PONG.to_owned(),
                };
                self.write([Message::text(pong)]).await
            }
            ClientMessage::Pong {} => Ok(()),
        }
    }

    async fn init(&mut self, payload: InitPayload) -> Step {
        if self.principal.is_some() {
            return Err(Some(Close::second_init()));
        }
        let principal = authenticate(&self.state, payload).await;
        let principal = principal.map_err(|error| Some(Close::refused(&error)))?;
        let seat = self.state.seats().take(&principal);
        self.seat = Some(seat.map_err(|error| Some(Close::full(&error)))?);
        self.deadline = lifetime::end(&principal);
        self.principal = Some(Arc::new(principal));
        self.write([Message::text(protocol::ACK)]).await
    }

    /// Lets the socket last as long as the new token, and says so.
    async fn renew(&mut self, payload: InitPayload) -> String {
        let renewed = match (authenticate(&self.state, payload).await, &self.principal) {
            (Ok(new), Some(old)) if new.is_same_caller(old) => Ok(new),
            (Ok(_), _) => Err(ApiError::forbidden(
                "the token is of another subject, tenant or role; open a socket of its own for it",
            )),
            (Err(error), _) => Err(error),
        };
        let payload = match renewed {
            Ok(principal) => {
                self.deadline = lifetime::end(&principal);
                let until = principal.valid_until();
                self.principal = Some(Arc::new(principal));
                json!({ "expiresAt": until })
            }
            Err(error) => {
                let (code, message) = (error.code().as_str(), error.message());
                json!({ "error": { "code": code, "message": message } })
            }
        };
        protocol::pong(&payload)
    }

    fn subscribe(&mut self, id: String, asked: Asked) -> Step {
        let Some(principal) = &self.principal else {
            return Err(Some(Close::unauthorized("send connection_init first")));
        };
        if self.operations.has(&id) {
            return Err(Some(Close::duplicate(&id)));
        }
        let allowed = limits::SOCKET_OPERATIONS;
        let answers = if self.operations.count() < allowed {
            operation::start(self.state.clone(), Arc::clone(principal), asked, None)
        } else {
            let error = ApiError::limit("operations on one socket", allowed + 1, allowed);
            operation::refusal(refused(error))
        };
        self.operations.open(id, answers);
        Ok(())
    }

    /// Pings, or finds that the last ping was not answered in time, nor anything read since.
    async fn beat(&mut self) -> Step {
        if Instant::now() < self.pulse {
            return Ok(());
        }
        let read = std::mem::replace(&mut self.read, self.progress.count());
        self.pulse = Instant::now() + limits::SOCKET_PONG;
        if self.is_pinged {
            // The ping lies behind what the client is still reading.
            let is_reading = self.read > read;
            return if is_reading {
                Ok(())
            } else {
                Err(Some(Close::silent()))
            };
        }
        self.is_pinged = true;
        self.write([Message::Ping(axum::body::Bytes::new())]).await
    }

    /// Writes what operations have to say, and notes how old its events are by then.
    async fn tell(&mut self, Told { messages, arrivals }: Told) -> Step {
        let writing = |arrival: &Arrival| arrival.writing("socket");
        let spans: Vec<_> = arrivals.iter().filter_map(writing).collect();
        self.write(messages).await?;
        drop(spans);
        arrivals.iter().for_each(Arrival::written);
        Ok(())
    }

    async fn write(&mut self, messages: impl IntoIterator<Item = Message>) -> Step {
        let socket = &mut self.socket;
        let mut write = pin!(async {
            for message in messages {
                socket.feed(message).await?;
            }
            socket.flush().await
        });
        loop {
            let read = self.progress.count();
            match timeout(limits::SOCKET_WRITE, write.as_mut()).await {
                Ok(Ok(())) => return Ok(()),
                Ok(Err(_)) => return Err(None),
                Err(_) if self.progress.count() == read => return Err(Some(Close::too_slow())),
                // It reads, but nothing else was looked after meanwhile.
                Err(_) => {
                    let principal = self.principal.as_deref();
                    lifetime::goes_on(&self.state, principal, self.deadline).map_err(Some)?;
                }
            }
        }
    }

    async fn close(&mut self, close: Close) {
        self.operations.clear();
        metrics::counter!("wisplink_sockets_closed_total", "code" => close.code.to_string())
            .increment(1);
        let frame = CloseFrame {
            code: close.code,
            reason: close.reason.into(),
        };
        // Whether the client hears it is the client's affair.
        let farewell = self.socket.send(Message::Close(Some(frame)));
        let _ = timeout(limits::SOCKET_CLOSE, farewell).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn size<A, B, C, F>(_: impl Fn(A, B, C) -> F) -> usize {
        size_of::<F>()
    }

    #[test]
    fn a_socket_that_waits_is_small() {
        let bytes = size(serve);
        assert!(bytes <= 1536, "{bytes} bytes");
    }
}
