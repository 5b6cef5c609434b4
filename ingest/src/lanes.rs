//! Lanes: few transactions at a time, each with many messages of one tenant.
//!
//! # Invariants
//! - A tenant is in one lane at a time, so its messages are applied in the order of their arrival.
//! - Everything is bounded: the queue's room is shared by all tenants, and a message keeps its
//!   place until it is applied.

pub mod queue;
pub mod breaker;
pub mod lane;
