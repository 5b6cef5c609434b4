//! What is computed of the past: pure, without rows and without a clock.

pub mod range;
pub mod buckets;
pub mod availability;
