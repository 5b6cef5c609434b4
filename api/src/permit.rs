//! What a caller may do.

pub mod action;
pub mod policy;
pub mod proof;
