//! Who asks.

pub mod role;
pub mod standing;
pub mod claims;
pub mod jwks;
pub mod jwt;
pub mod api_key;
pub mod bearer;
pub mod signer;
pub mod principal;
