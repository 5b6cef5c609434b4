//! What travels over NATS: the payloads, and the subjects they travel on.
//!
//! [`registrations`], [`interfaces`] and [`status`] come from pollers and are kept as forgiving as
//! pollers need ([`scalar`], [`row`]); `ingest` turns them into typed values at its edge. [`link_event`] and
//! [`telemetry`] are ours, from `ingest` to `api`.

pub mod subject;
pub mod scalar;
pub mod row;
pub mod registrations;
pub mod interfaces;
pub mod status;
pub mod link_event;
pub mod telemetry;
