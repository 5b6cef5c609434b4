//! The program: what is put together from `entity`, `migration`, `ingest` and `api`, and the only
//! crate that knows all of them.
//!
//! The [`cli`] names a [`command`], the [`config`] says what is set, and [`program`] connects both
//! halves to PostgreSQL and NATS. [`health`] tells whether it works. [`local`] runs servers of one's
//! own, and [`simulate`] a WISP to watch.

pub mod cli;
pub mod config;
pub mod telemetry;
pub mod logs;
pub mod shutdown;
pub mod connect;
pub mod health;
pub mod program;
pub mod local;
pub mod simulate;
pub mod command;
