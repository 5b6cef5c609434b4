//! wisplink among servers that ask who it is: least rights on NATS, TLS on both lines, and secrets
//! that show nowhere.

pub(crate) mod permissions;
mod credentials;
mod certificates;
mod tls;
mod secrets;
