//! Who asks.

pub mod role;
pub mod standing;
pub mod jwt;
pub mod bearer;
pub mod principal;
