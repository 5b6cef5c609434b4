//! The state machine of a link: pure code, no clock, no I/O.

pub mod link;
pub mod observation;
pub mod step;
pub mod roam;
