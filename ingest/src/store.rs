//! Statements: a batch goes in as arrays, whatever its size, so that their number never grows.
//!
//! # Invariants
//! - Whoever changes links of an AP holds that AP's row of `ap_polls` ([`watermark`]), and has read
//!   them after locking it.
//! - Every statement names the tenant itself; row-level security stands behind it.

pub mod columns;
pub mod watermark;
pub mod policies;
pub mod history;
mod link_row;
pub mod links;
pub mod unknown;
pub mod events;
pub mod interfaces;
pub mod status;
