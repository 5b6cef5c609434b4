//! How far a source is read: what is still open in memory, and what is written down, under a lease
//! that lets one worker read at a time.

pub mod progress;
pub mod lease;
