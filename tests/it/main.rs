//! wisplink from outside: real PostgreSQL, real NATS, real sockets, two tenants always.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "code of tests only: what panics here is a failed test"
)]

mod clients;
mod contract;
mod auth;
mod request;
mod message;
mod isolation;
mod secured;
mod fuzz;
mod live;
mod fault;
mod crash;
mod deployed;
mod console;
mod graphiql;
mod observe;
