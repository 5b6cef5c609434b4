//! The latest answers of one execution.

use std::collections::VecDeque;

use crate::limits;
use crate::live::cursor::{FeedCursor, Position};
use crate::live::share::{Delivery, Place};

#[derive(Default)]
pub(super) struct Ring {
    pub(super) answers: VecDeque<Delivery>,
    /// The number of the first one that is kept.
    pub(super) first: u64,
    bytes: usize,
    /// Where the feed stood before the first one that is kept.
    before: Option<Position>,
    pub(super) is_ended: bool,
}

/// Whether who has come to `seen` has seen the answer at `position`.
pub(super) fn is_seen(seen: Option<Position>, position: Option<Position>) -> bool {
    seen.zip(position).is_some_and(|(seen, position)| {
        seen.resets == position.resets
            && seen.cursor.epoch == position.cursor.epoch
            && position.cursor.seq <= seen.cursor.seq
    })
}

impl Ring {
    pub(super) fn end(&self) -> u64 {
        self.first + self.answers.len() as u64
    }

    /// Takes an answer of an execution that has come to `now`.
    pub(super) fn push(&mut self, answer: Delivery, now: Option<Position>) {
        if self.before.is_none() {
            // Nothing was there for whoever was there before this answer.
            self.before = answer.position.map(|position| Position {
                cursor: FeedCursor {
                    seq: position.cursor.seq - 1,
                    ..position.cursor
                },
                ..position
            });
            self.before = self.before.or(now);
        }
        self.bytes += answer.json.len();
        self.answers.push_back(answer);
        let is_full = |ring: &Self| {
            ring.answers.len() > limits::SHARED_ANSWERS || ring.bytes > limits::SHARED_BYTES
        };
        while self.answers.len() > 1 && is_full(self) {
            let Some(lost) = self.answers.pop_front() else {
                break;
            };
            self.first += 1;
            self.bytes -= lost.json.len();
            self.before = lost.position.or(self.before);
        }
    }

    pub(super) fn place(&self, cursor: FeedCursor, now: Position) -> Option<Place> {
        let position = Position {
            cursor,
            resets: now.resets,
            arrival: None,
        };
        // What lies ahead of the execution it cannot judge.
        if !is_seen(Some(now), Some(position)) {
            return None;
        }
        let seen = self
            .answers
            .iter()
            .rposition(|answer| is_seen(Some(position), answer.position));
        let next = if let Some(seen) = seen {
            self.first + seen as u64 + 1
        } else {
            let before = self.before.or(Some(now));
            is_seen(Some(position), before).then_some(self.first)?
        };
        Some(Place {
            next,
            position: Some(position),
        })
    }
}
