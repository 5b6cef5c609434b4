//! Bytes from NATS become typed messages here, and nowhere else: behind this module no text of a
//! poller is parsed again.
//!
//! # Invariants
//! - No input panics. What cannot be used is refused with a code that says why.
//! - A bad row or value costs itself only, and is counted.
//! - What comes out can be stored: numbers are within the ranges of [`crate::message`], texts are
//!   short and without control characters, times have the database's precision.

mod reject;
mod dropped;
mod header;
mod number;
mod measure;
mod rate;
mod uptime;
mod channel;
mod text;
mod table;
mod poll;
mod interfaces;
mod status;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod any_input;

use chrono::{DateTime, Utc};

use crate::message::Message;

pub use dropped::Dropped;
pub use reject::{Reject, RejectCode};

/// The largest payload that is looked at. Two radios full of clients, 2,007 each, have about 1 MB.
pub const MAX_PAYLOAD: usize = 4 << 20;

/// What a source brings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Registration tables of APs.
    Registrations,
    /// All interfaces of a device.
    Interfaces,
    /// Whether a device is reached.
    Status,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 3] = [Self::Registrations, Self::Interfaces, Self::Status];

    /// The name in metrics and logs.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Registrations => "registrations",
            Self::Interfaces => "interfaces",
            Self::Status => "status",
        }
    }
}

/// A message, and what of it was left out.
#[derive(Clone, Debug, PartialEq)]
pub struct Decoded {
    /// The message.
    pub message: Message,
    /// What was left out.
    pub dropped: Dropped,
}

/// Reads one message. `now` is the time it is judged at: samples from the future are refused.
pub fn decode(
    kind: Kind,
    subject: &str,
    payload: &[u8],
    now: DateTime<Utc>,
) -> Result<Decoded, Reject> {
    if payload.len() > MAX_PAYLOAD {
        let detail = format!("{} bytes; at most {MAX_PAYLOAD} are read", payload.len());
        return Err(Reject::new(RejectCode::TooLarge, &detail));
    }
    let mut dropped = Dropped::default();
    let message = match kind {
        Kind::Registrations => Message::Poll(poll::read(subject, payload, now, &mut dropped)?),
        Kind::Interfaces => {
            Message::Interfaces(interfaces::read(subject, payload, now, &mut dropped)?)
        }
        Kind::Status => Message::Status(status::read(subject, payload, now, &mut dropped)?),
    };
    Ok(Decoded { message, dropped })
}
