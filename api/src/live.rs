//! What happens to links, from NATS to subscribers.
//!
//! [`listen`] reads the event stream into the [`hub`], which keeps each tenant's latest events in a
//! ring, each with its [`arrival`]. A subscriber to events holds a [`cursor`], not a queue: [`replay`] takes it from the database
//! to the ring and along with it. For those who show links as they are, the hub keeps a [`board`] of
//! what has changed; [`links`] and [`summary`] read the [`rows`] it points at, and tell what differs
//! from what is [`known`], in a [`table`] from which those who come later begin, and tell it [`again`] where what it
//! refers to could not be loaded. What a command has done [`announce`] tells all replicas.
//! Subscribers who ask the same [`share`] one execution.

pub mod cursor;
pub mod arrival;
pub mod announce;
pub mod board;
pub mod hub;
pub mod listen;
pub mod replay;
pub mod rows;
pub mod known;
pub mod table;
pub mod again;
pub mod links;
pub mod summary;
pub mod share;
