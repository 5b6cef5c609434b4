//! Link events, from NATS to subscribers.
//!
//! [`listen`] reads the event stream into the [`hub`], which keeps each tenant's latest events in a
//! ring. A subscriber holds a [`cursor`], not a queue: [`replay`] takes it from the database to the
//! ring and along with it.

pub mod cursor;
pub mod hub;
pub mod listen;
pub mod replay;
