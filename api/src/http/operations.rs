//! The operations of one socket, and what they have to say.

use std::future::poll_fn;
use std::task::{Context, Poll};
use std::time::Instant;

use axum::extract::ws::Message;

use crate::http::operation::Answers;
use crate::http::protocol::Frames;
use crate::limits;
use crate::live::arrival::Arrival;
use crate::live::share::Delivery;

/// All that are open, each under the client's name for it.
#[derive(Default)]
pub struct Operations {
    open: Vec<Open>,
    /// Who is heard first. Taken in turns, so that none waits behind another for ever.
    turn: usize,
}

struct Open {
    id: String,
    frames: Frames,
    answers: Answers,
    since: Instant,
}

/// What there is to say.
#[derive(Default)]
pub struct Told {
    /// The messages, in their order.
    pub messages: Vec<Message>,
    /// Of the events in them, those that arrived while their operation was open.
    pub arrivals: Vec<Arrival>,
}

impl Operations {
    /// Whether this name is taken.
    pub fn has(&self, id: &str) -> bool {
        self.open.iter().any(|open| open.id == id)
    }

    /// How many are open.
    pub const fn count(&self) -> usize {
        self.open.len()
    }

    /// Opens one.
    pub fn open(&mut self, id: String, answers: Answers) {
        let frames = Frames::of(&id);
        // Nearly all sockets have one, and wait with it; room for four would be made otherwise.
        self.open.reserve_exact(1);
        self.open.push(Open {
            id,
            frames,
            answers,
            since: Instant::now(),
        });
    }

    /// Ends one, if it is open.
    pub fn end(&mut self, id: &str) {
        self.open.retain(|open| open.id != id);
    }

    /// Ends all.
    pub fn clear(&mut self) {
        self.open.clear();
    }

    /// The next messages for the client, as many as are there and go out with one write, one at
    /// least. What a client does not read waits here: no more than is being written is kept for it.
    pub async fn messages(&mut self) -> Told {
        poll_fn(|task| {
            let (mut told, mut bytes) = (Told::default(), 0);
            while told.messages.len() < limits::SOCKET_BATCH && bytes < limits::SOCKET_WRITE_BYTES {
                match self.poll(task, &mut told.arrivals) {
                    Poll::Ready(text) => {
                        bytes += text.len();
                        told.messages.push(Message::text(text));
                    }
                    Poll::Pending => break,
                }
            }
            if told.messages.is_empty() {
                Poll::Pending
            } else {
                Poll::Ready(told)
            }
        })
        .await
    }

    fn poll(&mut self, task: &mut Context<'_>, arrivals: &mut Vec<Arrival>) -> Poll<String> {
        let count = self.open.len();
        for step in 0..count {
            let index = (self.turn + step) % count;
            let open = &mut self.open[index];
            let Poll::Ready(answer) = open.answers.as_mut().poll_next(task) else {
                continue;
            };
            self.turn = index + 1;
            let text = match answer {
                Some(Delivery {
                    json,
                    position,
                    is_refusal: false,
                }) => {
                    let arrival = position.and_then(|position| position.arrival);
                    arrivals.extend(arrival.filter(|arrival| arrival.is_since(open.since)));
                    open.frames.next(&json)
                }
                Some(refused) => {
                    let refused = open.frames.error(&refused.json);
                    self.open.remove(index);
                    refused
                }
                None => {
                    let complete = open.frames.complete();
                    self.open.remove(index);
                    complete
                }
            };
            return Poll::Ready(text);
        }
        Poll::Pending
    }
}
