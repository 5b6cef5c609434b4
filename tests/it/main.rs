//! wisplink from outside: real PostgreSQL, real NATS, real sockets, two tenants always.

mod message;
