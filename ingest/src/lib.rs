//! A message's way through the worker.
//!
//! Bytes are read in order from a stream ([`consume`]), [`decode`]d into a [`message`] with its [`trace`] and queued
//! by tenant ([`lanes`]). A lane takes a tenant's messages into one transaction ([`apply`]): it
//! advances the APs' watermarks, [`resolve`]s MAC addresses to devices, settles the APs'
//! [`policies`], lets the [`machine`] [`decide`], [`store`]s what was decided, and after the commit [`publish`]es it. Then the
//! [`position`] moves on. What time alone changes is [`sweep`]ed beside. [`worker`] starts and ends
//! it all.
//!
//! Not here: NATS connections, processes and configuration files (see crate `wisplink`).

pub mod settings;
pub mod crash;
pub mod streams;
pub mod consume;
pub mod trace;
pub mod decode;
pub mod message;
mod reject;
pub mod dead_letter;
pub mod lanes;
pub mod apply;
pub mod resolve;
pub mod policies;
pub mod machine;
pub mod decide;
pub mod store;
pub mod publish;
pub mod position;
pub mod sweep;
pub mod partitions;
pub mod worker;
