//! What travels over NATS: the payloads, and the subjects they travel on.
//!
//! [`registrations`], [`interfaces`] and [`status`] come from pollers and are kept as forgiving as
//! pollers need ([`scalar`], [`row`]); `ingest` turns them into typed values at its edge. [`link_event`] and
//! [`telemetry`] are ours, from `ingest` to `api`; a [`dead_letter`] is a message that was refused.
//! [`events`] asks the stream that both sides publish link events to.

pub mod subject;
pub mod scalar;
pub mod row;
pub mod registrations;
pub mod interfaces;
pub mod status;
pub mod link_event;
pub mod events;
pub mod telemetry;
pub mod dead_letter;
