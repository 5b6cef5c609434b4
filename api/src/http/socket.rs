//! One open socket: reads what the client says, runs its operations, writes what they answer.
//!
//! # Invariants
//! - Nothing runs before `connection_init` has brought a valid token, and nothing after its expiry,
//!   nor after an API key was revoked.
//! - What waits to be written is bounded. An operation whose client does not read waits with its
//!   cursor; a client that does not take one message within the deadline is closed with 1013.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::ws::{CloseFrame, Message, WebSocket};
use chrono::Utc;
use futures::stream::SplitSink;
use futures::{SinkExt as _, StreamExt as _};
use tokio::sync::mpsc;
use tokio::time::{Instant, interval_at, sleep_until, timeout};
use tokio_util::task::AbortOnDropHandle;

use crate::auth::principal::Principal;
use crate::auth::standing::Withdrawal;
use crate::graphql::admit::Asked;
use crate::http::operation::{self, Outgoing};
use crate::http::protocol::{self, ClientMessage, Close, InitPayload};
use crate::limits;
use crate::server::AppState;

/// Serves a socket until either side closes it.
pub async fn serve(socket: WebSocket, state: AppState) {
    metrics::gauge!("wisplink_sockets").increment(1);
    let (sink, mut incoming) = socket.split();
    let (outbox, mut outgoing) = mpsc::channel(limits::SOCKET_QUEUE);
    let shutdown = state.shutdown().clone();
    let mut session = Session::new(state, sink, outbox);
    let mut ping = interval_at(Instant::now() + limits::SOCKET_PING, limits::SOCKET_PING);
    let close = loop {
        let step = tokio::select! {
            biased;
            () = shutdown.cancelled() => Err(Some(Close::restarting())),
            () = sleep_until(session.deadline) => Err(Some(session.too_late())),
            why = session.withdrawn() => Err(Some(Close::withdrawn(why))),
            message = incoming.next() => match message {
                Some(Ok(message)) => session.hear(message).await,
                // Gone, or not speaking WebSocket: there is nobody to say farewell to.
                Some(Err(_)) | None => Err(None),
            },
            Some(out) = outgoing.recv() => session.deliver(out, &mut outgoing).await,
            _ = ping.tick() => session.ping().await,
        };
        if let Err(close) = step {
            break close;
        }
    };
    if let Some(close) = close {
        session.close(close).await;
    }
    metrics::gauge!("wisplink_sockets").decrement(1);
}

/// The next step, or the end of the socket: with a farewell, or without.
type Step = Result<(), Option<Close>>;

struct Session {
    state: AppState,
    sink: SplitSink<WebSocket, Message>,
    outbox: mpsc::Sender<Outgoing>,
    principal: Option<Arc<Principal>>,
    /// When the init is overdue, later when the token expires.
    deadline: Instant,
    operations: HashMap<String, Operation>,
    started: u64,
    unanswered_pings: u8,
}

struct Operation {
    /// Tells it from an earlier one with the same id, whose last answers may still be queued.
    number: u64,
    /// Ends the operation when it is let go.
    _task: AbortOnDropHandle<()>,
}

impl Session {
    fn new(
        state: AppState,
        sink: SplitSink<WebSocket, Message>,
        outbox: mpsc::Sender<Outgoing>,
    ) -> Self {
        Self {
            state,
            sink,
            outbox,
            principal: None,
            deadline: Instant::now() + limits::SOCKET_INIT,
            operations: HashMap::new(),
            started: 0,
            unanswered_pings: 0,
        }
    }

    fn too_late(&self) -> Close {
        if self.principal.is_some() {
            Close::expired()
        } else {
            Close::init_timeout()
        }
    }

    /// Waits until whoever opened the socket is believed no more.
    async fn withdrawn(&self) -> Withdrawal {
        match &self.principal {
            Some(principal) => principal.withdrawn().await,
            None => std::future::pending().await,
        }
    }

    async fn hear(&mut self, message: Message) -> Step {
        self.unanswered_pings = 0;
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
                self.operations.remove(&id);
                Ok(())
            }
            ClientMessage::Ping {} => self.write([Message::text(protocol::PONG)]).await,
            ClientMessage::Pong {} => Ok(()),
        }
    }

    async fn init(&mut self, payload: InitPayload) -> Step {
        if self.principal.is_some() {
            return Err(Some(Close::second_init()));
        }
        let InitPayload {
            authorization,
            tenant,
        } = payload;
        let principal = self
            .state
            .authenticator()
            .authenticate(authorization.as_deref(), tenant.as_deref())
            .await
            .map_err(|error| Some(Close::refused(&error)))?;
        // A token without end in sight would overflow the clock.
        let longest = Duration::from_hours(30 * 24);
        let remaining = principal.valid_until().map_or(longest, |until| {
            (until - Utc::now()).to_std().unwrap_or(Duration::ZERO)
        });
        self.deadline = Instant::now() + remaining.min(longest);
        self.principal = Some(Arc::new(principal));
        self.write([Message::text(protocol::ACK)]).await
    }

    fn subscribe(&mut self, id: String, asked: Asked) -> Step {
        let Some(principal) = &self.principal else {
            return Err(Some(Close::unauthorized("send connection_init first")));
        };
        if self.operations.contains_key(&id) {
            return Err(Some(Close::duplicate(&id)));
        }
        self.started += 1;
        let ticket = operation::Ticket {
            id: id.clone(),
            number: self.started,
        };
        let outbox = self.outbox.clone();
        let task = if self.operations.len() < limits::SOCKET_OPERATIONS {
            let principal = Arc::clone(principal);
            tokio::spawn(operation::run(
                self.state.clone(),
                principal,
                asked,
                ticket,
                outbox,
            ))
        } else {
            tokio::spawn(operation::refuse(ticket, outbox))
        };
        let operation = Operation {
            number: self.started,
            _task: AbortOnDropHandle::new(task),
        };
        self.operations.insert(id, operation);
        Ok(())
    }

    /// Writes `first` and whatever else is waiting, with one flush.
    async fn deliver(&mut self, first: Outgoing, more: &mut mpsc::Receiver<Outgoing>) -> Step {
        let mut messages = Vec::new();
        let mut next = Some(first);
        while let Some(out) = next {
            if self
                .operations
                .get(&out.ticket.id)
                .is_some_and(|op| op.number == out.ticket.number)
            {
                if out.is_last {
                    self.operations.remove(&out.ticket.id);
                }
                messages.push(Message::text(out.text));
            }
            next = if messages.len() < limits::SOCKET_QUEUE {
                more.try_recv().ok()
            } else {
                None
            };
        }
        self.write(messages).await
    }

    async fn ping(&mut self) -> Step {
        if self.unanswered_pings == 2 {
            return Err(None);
        }
        self.unanswered_pings += 1;
        self.write([Message::Ping(axum::body::Bytes::new())]).await
    }

    async fn write(&mut self, messages: impl IntoIterator<Item = Message>) -> Step {
        let sink = &mut self.sink;
        let write = async {
            for message in messages {
                sink.feed(message).await?;
            }
            sink.flush().await
        };
        match timeout(limits::SOCKET_WRITE, write).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) => Err(None),
            Err(_) => Err(Some(Close::too_slow())),
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
        let _ = timeout(
            Duration::from_secs(1),
            self.sink.send(Message::Close(Some(frame))),
        )
        .await;
    }
}
