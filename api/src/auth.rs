//! Who asks.

pub mod role;
pub mod jwt;
pub mod bearer;
pub mod principal;
