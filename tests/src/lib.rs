//! What the end-to-end tests share.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "code of tests only: what panics here is a failed test"
)]

pub mod harness;
